package contact

import (
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// usableMonths is how old an address for decisions may be
// (eForvaltningsforskriften § 32: 18 months).
const usableMonths = 18

// Status says whether the register knows somebody.
type Status string

// The statuses of the register.
const (
	Active       Status = "AKTIV"
	Deleted      Status = "SLETTET"         // the person has removed everything
	Unregistered Status = "IKKE_REGISTRERT" // never been there
)

// Purpose is what an address is wanted for.
type Purpose int

// The purposes. Notices of decisions (enkeltvedtak) and of other important
// things have strict rules; service messages have not.
const (
	ForService Purpose = iota
	ForDecision
)

// Detail is an e-mail address or a mobile number with when it was last known to
// be right. The instants are zero when the register does not tell.
type Detail struct {
	Value    string    `json:"value,omitempty"`
	Updated  time.Time `json:"updated,omitzero"`
	Verified time.Time `json:"verified,omitzero"`
}

// fresh reports whether the detail was updated or verified less than 18 months
// before an instant, reckoned in the calendar of Oslo.
func (d Detail) fresh(now time.Time) bool {
	limit := now.In(clock.Oslo()).AddDate(0, -usableMonths, 0)
	return d.Updated.After(limit) || d.Verified.After(limit)
}

// Record is what the register says of a person.
type Record struct {
	Status    Status    `json:"status"`
	Reserved  bool      `json:"reserved,omitempty"` // § 15 a
	Notifying bool      `json:"notifying"`          // KAN_VARSLES
	Email     Detail    `json:"email,omitzero"`
	Mobile    Detail    `json:"mobile,omitzero"`
	Mailbox   bool      `json:"mailbox,omitempty"` // has a digital mailbox
	Lang      i18n.Lang `json:"lang,omitempty"`
	FetchedAt time.Time `json:"-"` // when the register said so
}

// PaperFor reports whether what is told for a purpose must go by letter since
// the person has reserved herself. Service messages need not.
func (r Record) PaperFor(p Purpose) bool { return r.Reserved && p == ForDecision }

// EmailFor returns the e-mail address if it may be used for a purpose now, else "".
func (r Record) EmailFor(p Purpose, now time.Time) string { return r.usable(r.Email, p, now) }

// MobileFor returns the mobile number if it may be used for a purpose now, else "".
func (r Record) MobileFor(p Purpose, now time.Time) string { return r.usable(r.Mobile, p, now) }

func (r Record) usable(d Detail, p Purpose, now time.Time) string {
	switch {
	case r.Status != Active, r.PaperFor(p):
		return ""
	case p == ForDecision && !d.fresh(now):
		return ""
	}
	return d.Value
}

// Stale reports whether the person has addresses that are too old for decisions,
// so that a page can ask her to confirm them.
func (r Record) Stale(now time.Time) bool {
	old := func(d Detail) bool { return d.Value != "" && !d.fresh(now) }
	return r.Status == Active && (old(r.Email) || old(r.Mobile))
}

// LogValue implements slog.LogValuer: logs hold no personal data.
func (r Record) LogValue() slog.Value { return slog.StringValue(string(r.Status)) }
