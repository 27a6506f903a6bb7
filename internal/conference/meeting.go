package conference

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Way is how people meet.
type Way string

// ways are those there are, in the order of the page.
func ways() []Way { return []Way{"office", "site", "video", "phone"} }

// Meeting is when and where a conference is; the zero Meeting is one that nobody has
// called yet.
type Meeting struct {
	At    time.Time // zero before it is called
	Way   Way
	Place string    // where, or how one gets on
	Held  time.Time // zero before it was held
}

// Called reports whether there is a time.
func (m Meeting) Called() bool { return !m.At.IsZero() }

// The bounds of what is typed, in characters. All of the minutes go into one line of the
// journal.
const (
	mostPlace        = 300
	mostCall         = 3000
	mostParticipants = 1500
	mostTopics       = 3000
	mostPremises     = 3500
	mostFurther      = 1200
)

// ahead is how many days ahead a meeting may be called.
const ahead = 366

// Call is a time and a place as they are typed.
type Call struct {
	Date, Time string // 2026-12-01, 10.00
	Way        Way
	Place      string
	Text       string // what the parties are told beside it, may be empty
	// Late says that the applicant has wished for a day after the deadline.
	Late bool
}

// check finds what is wrong with a call, and when it is for. The last day of the clock is
// zero when there is none.
func (c Call) check(now time.Time, last clock.Date) (time.Time, error) {
	at, wrong := moment("call_date", "call_time", c.Date, c.Time)
	add := func(when bool, name, key string, args ...any) {
		if when {
			wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	ok := len(wrong) == 0
	add(ok && !at.After(now), "call_date", "conference.wrong.past")
	add(ok && at.After(now.AddDate(0, 0, ahead)), "call_date", "conference.wrong.far")
	add(!slices.Contains(ways(), c.Way), "way", "conference.wrong.way")
	add(c.Place == "", "place", "conference.wrong.place")
	add(utf8.RuneCountInString(c.Place) > mostPlace, "place", "cases.too_long", "most", mostPlace)
	add(utf8.RuneCountInString(c.Text) > mostCall, "call_text", "cases.too_long", "most", mostCall)
	// When the deadline has passed nobody's wish is the reason.
	due := !last.IsZero() && !clock.DateIn(now).After(last)
	add(ok && due && clock.DateIn(at).After(last) && !c.Late, "late", "conference.wrong.late")
	return at, errs.InvalidFields(wrong...)
}

// text is what the parties read of a call.
func (c Call) text(words *i18n.Localizer, at time.Time) string {
	text := words.T("conference.text.called", "when", words.DateTime(at), "way", words.T("conference.way."+string(c.Way)), "place", c.Place)
	if c.Late {
		text += "\n" + words.T("conference.text.late")
	}
	if c.Text != "" {
		text += "\n\n" + c.Text
	}
	return text
}

// Held is when a conference was held, as it is typed.
type Held struct{ Date, Time string }

// check finds what is wrong, and when it was: after the request came, and not in the future.
func (h Held) check(now, received time.Time) (time.Time, error) {
	at, wrong := moment("held_date", "held_time", h.Date, h.Time)
	switch {
	case len(wrong) > 0:
	case at.After(now):
		wrong = []errs.Field{{Name: "held_date", Key: "conference.wrong.future"}}
	case clock.DateIn(at).Before(clock.DateIn(received)):
		wrong = []errs.Field{{Name: "held_date", Key: "conference.wrong.before"}}
	}
	return at, errs.InvalidFields(wrong...)
}

// Minutes are the minutes (referat, byggesaksforskriften § 6-1).
type Minutes struct {
	Participants string // who took part
	Topics       string // what was gone through
	Premises     string // what the work that follows builds on
	Further      string // what is still to be cleared up, and by whom; may be empty
	// Files are enclosed, such as drawings that were gone through; Staged are the ids of
	// those that a machine has sent ahead.
	Files  []blob.Stored
	Staged []string
}

// tidy takes away what typing leaves behind.
func (m Minutes) tidy() Minutes {
	m.Participants, m.Topics, m.Premises, m.Further = tidy(m.Participants), tidy(m.Topics), tidy(m.Premises), tidy(m.Further)
	return m
}

// part is one part of the minutes.
type part struct {
	name, text string
	most       int
	required   bool
}

func (m Minutes) parts() []part {
	return []part{
		{"participants", m.Participants, mostParticipants, true},
		{"topics", m.Topics, mostTopics, true},
		{"premises", m.Premises, mostPremises, true},
		{"further", m.Further, mostFurther, false},
	}
}

func (m Minutes) check() error {
	var wrong []errs.Field
	for _, p := range m.parts() {
		switch {
		case p.required && p.text == "":
			wrong = append(wrong, errs.Field{Name: p.name, Key: "conference.wrong." + p.name})
		case utf8.RuneCountInString(p.text) > p.most:
			wrong = append(wrong, errs.Field{Name: p.name, Key: "cases.too_long", Args: []any{"most", p.most}})
		}
	}
	return errs.InvalidFields(wrong...)
}

// text is how the minutes stand in the journal and in a letter.
func (m Minutes) text(words *i18n.Localizer, held Meeting) string {
	text := words.T("conference.text.held", "when", words.DateTime(held.Held))
	if held.Called() {
		text += "\n" + words.T("conference.text.where", "way", words.T("conference.way."+string(held.Way)), "place", held.Place)
	}
	for _, p := range m.parts() {
		if p.text != "" {
			text += "\n\n" + words.T("conference.minutes."+p.name) + ":\n" + p.text
		}
	}
	return text + "\n\n" + words.T("conference.text.no_decision")
}

// moment reads a day and a time of day in Norway.
func moment(dateName, timeName, date, hour string) (time.Time, []errs.Field) {
	var wrong []errs.Field
	day, err := clock.ParseDate(strings.TrimSpace(date))
	if err != nil || day.IsZero() {
		wrong = append(wrong, errs.Field{Name: dateName, Key: "conference.wrong.date"})
	}
	of, err := time.Parse("15:04", strings.ReplaceAll(strings.TrimSpace(hour), ".", ":"))
	if err != nil {
		wrong = append(wrong, errs.Field{Name: timeName, Key: "conference.wrong.time"})
	}
	if len(wrong) > 0 {
		return time.Time{}, wrong
	}
	return time.Date(day.Year, day.Month, day.Day, of.Hour(), of.Minute(), 0, 0, clock.Oslo()).UTC(), nil
}

// tidy makes one kind of line breaks, and takes off the empty ends.
func tidy(text string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(text))
}
