package notify

import (
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Channel is the way a message goes.
type Channel string

// The channels.
const (
	Email  Channel = "email"
	SMS    Channel = "sms"
	Letter Channel = "letter" // on paper, by the print room
	Inbox  Channel = "inbox"  // the person's own page only
	Outbox Channel = "outbox" // nowhere: the outbox page of a demo shows it
	// Undecided is a message that waits for the contact register.
	Undecided Channel = "undecided"
)

// Class says which rules a message follows.
type Class string

// The classes. A decision is what the law wants told in a way that reaches
// (forvaltningsloven § 27, eForvaltningsforskriften §§ 8 and 32); a reminder is
// of something the person loses by forgetting; a notice (service message) is everything else a
// resident is told; staff is to the municipality's own.
const (
	Decision Class = "decision"
	Reminder Class = "reminder"
	Notice   Class = "service"
	Staff    Class = "staff"
)

// Classes are those a person has a say about.
func Classes() []Class { return []Class{Decision, Reminder, Notice} }

// Wishes returns the channels a person may choose for a class. A decision cannot
// be wished away to the inbox alone: the person shall be notified of it
// (eForvaltningsforskriften § 8).
func Wishes(c Class) []Channel {
	if c == Decision {
		return []Channel{Email, SMS, Letter}
	}
	return []Channel{Email, SMS, Inbox, Letter}
}

func (c Class) valid() bool { return c == Staff || slices.Contains(Classes(), c) }

// Rung is one way of a message's plan; the next is taken when it fails.
type Rung struct {
	Channel Channel `json:"channel"`
	To      string  `json:"to,omitempty"` // address or number; personal data
}

// reach is how somebody can be reached at the moment, by the law's rules for the
// class: an address that may not be used is not here.
type reach struct {
	registered bool // the contact register has told, so nothing is left to guess
	reserved   bool // must have it on paper
	email      string
	mobile     string
	paper      bool // letters are printed here
}

// plan returns the ways a message goes, in their order; none is the inbox alone.
// The law's rules come before the person's wish, and the wish before our order.
func plan(class Class, wish Channel, r reach) []Rung {
	digital := []Rung{{Email, r.email}, {SMS, r.mobile}}
	switch {
	case class == Staff:
		return present(digital[:1])
	case r.reserved && r.paper:
		return []Rung{{Channel: Letter}}
	case wish == Letter && r.paper:
		// For the letter that comes back.
		return append([]Rung{{Channel: Letter}}, present(digital)...)
	case wish == Inbox && class != Decision:
		return nil
	case wish == SMS:
		slices.Reverse(digital)
	}
	rungs := present(digital)
	// Who just has not told us an address, and whom no register was asked about,
	// gets no letter for a mere receipt.
	if r.paper && (class != Notice || r.registered) {
		rungs = append(rungs, Rung{Channel: Letter})
	}
	return rungs
}

func present(rungs []Rung) []Rung {
	return slices.DeleteFunc(slices.Clone(rungs), func(r Rung) bool { return strings.TrimSpace(r.To) == "" })
}

// The hours in which nobody's phone is to make a sound, unless to warn.
const (
	quietFrom  = 21
	quietUntil = 8
)

// loud returns when an SMS may be sent: now, or at eight in the morning.
func loud(now time.Time) time.Time {
	local := now.In(clock.Oslo())
	year, month, day := local.Date()
	morning := time.Date(year, month, day, quietUntil, 0, 0, 0, clock.Oslo())
	switch hour := local.Hour(); {
	case hour >= quietFrom:
		return morning.AddDate(0, 0, 1)
	case hour < quietUntil:
		return morning
	}
	return now
}

// mask shows an address to those who may know which it was and need no more.
func mask(channel Channel, to string) string {
	runes := []rune(to)
	switch {
	case len(runes) < 4:
		return ""
	case channel == SMS:
		return "••• " + string(runes[len(runes)-3:])
	}
	name, host, ok := strings.Cut(to, "@")
	if !ok || name == "" {
		return ""
	}
	return string([]rune(name)[:1]) + "•••@" + host
}
