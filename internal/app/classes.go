package app

import (
	"strings"

	"github.com/torg-no/torg/internal/platform/notify"
)

// classes says of each kind of message which rules it follows. A kind that is
// not here is a mistake, which a test finds.
//
// A decision is what the law wants told so that it reaches (forvaltningsloven
// § 27): also one that the law itself makes when the municipality is late
// (plan- og bygningsloven § 21-7). A reminder is of what somebody loses, or waits
// for in vain, by not acting. Everything else that residents are told is a notice.
func classes() map[string]notify.Class {
	return map[string]notify.Class{
		"case.received": notify.Notice, "case.asked": notify.Reminder, "case.decided": notify.Decision, "case.withdrawn": notify.Notice,
		"case.accepted": notify.Notice, "case.declined": notify.Notice, "case.file_refused": notify.Reminder,
		"case.lapsed": notify.Notice, "case.answered_by_staff": notify.Notice, "case.party_added": notify.Notice, "case.party_ended": notify.Notice, "case.parties": notify.Notice, "case.applicant": notify.Notice,
		"case.incomplete": notify.Reminder, "case.complete": notify.Notice, "case.fee_demanded": notify.Reminder, "case.fee_paid": notify.Notice,
		"case.hearing_begun": notify.Notice, "case.hearing_over": notify.Notice,
		"case.conference_called": notify.Reminder, "case.conference_moved": notify.Reminder, "case.conference_minutes": notify.Notice,
		"conference.guest_invited": notify.Notice, "conference.guest_moved": notify.Notice, "conference.guest_cancelled": notify.Notice,

		"applications.sign": notify.Reminder, "applications.remind": notify.Reminder, "applications.late": notify.Notice,
		"applications.signed": notify.Notice, "applications.declined": notify.Notice, "applications.lapsed": notify.Notice,
		"applications.expired": notify.Notice, "applications.sign_expired": notify.Notice,
		"applications.unbound_received": notify.Notice, "applications.unbound_rejected": notify.Notice, "applications.unbound_expired": notify.Notice,

		"appeal.received": notify.Notice, "appeal.withdrawn": notify.Notice, "appeal.forwarded": notify.Notice, "appeal.late_accepted": notify.Notice,
		"appeal.rejected": notify.Decision, "appeal.answered": notify.Decision, "appeal.reasons_given": notify.Decision, "appeal.changed": notify.Decision,
		"appeal.overtaken": notify.Decision, "appeal.revived": notify.Decision,

		"deadline.deemed_given": notify.Decision, "deadline.fee_falls": notify.Notice, "deadline.provisional_answer": notify.Notice,
		"deadline.staff": notify.Staff,

		"around.changes": notify.Notice, "around.confirm": notify.Notice, "around.many": notify.Staff,
		"mypage.mandate_given": notify.Notice, "mypage.mandate_withdrawn": notify.Notice, "mypage.mandate_renounced": notify.Notice,
		"neighbours.notice": notify.Decision, "neighbours.decided": notify.Decision, "neighbours.answered": notify.Notice, "neighbours.exempted": notify.Notice,
		"neighbours.exemption_refused": notify.Reminder, "neighbours.letter_back": notify.Reminder, "neighbours.staff_remarks": notify.Staff, "neighbours.staff_late": notify.Staff,
		"neighbours.staff_consent": notify.Staff, "neighbours.owner_copy": notify.Reminder,

		"nursing.off_list": notify.Notice, "nursing.ended": notify.Notice,

		"retention.takeout": notify.Notice, "retention.takeout_for": notify.Notice,
	}
}

// staffKinds are the services whose messages to the municipality's own begin so:
// "case.staff.received".
var staffKinds = []string{"case.staff.", "appeal.staff.", "notify.staff."}

// classOf knows the kinds of messages that services send.
func classOf(kind string) notify.Class {
	class, _ := ClassOf(kind)
	return class
}

// ClassOf returns the class of a kind of message, and whether the kind is known.
// One that is not is a notice.
func ClassOf(kind string) (notify.Class, bool) {
	for _, prefix := range staffKinds {
		if strings.HasPrefix(kind, prefix) {
			return notify.Staff, true
		}
	}
	if class, ok := classes()[kind]; ok {
		return class, true
	}
	return notify.Notice, false
}
