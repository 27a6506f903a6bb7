package deadline

import (
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Whom a limit binds.
const (
	Municipality = "municipality" // saksbehandlingsfrist
	Party        = "party"        // frist for parten, som klagefristen
)

// Rule is a limit as the law sets it, in one version.
type Rule struct {
	// Key names it over all versions: "building.simple".
	Key string
	// Version counts the versions of a key from 1.
	Version int
	// Paragraph is the provision as it is written in a letter.
	Paragraph string
	// Text is the beginning of its message keys: Text + ".title" and the others.
	Text string
	// Binds is Municipality or Party.
	Binds string
	// From and To are the days on which matters that come in follow this version;
	// a zero To is until further notice. To itself is included.
	From, To clock.Date
	// Length is how long it is, unless Table sets its last day.
	Length Length
	Table  Table
	// Every says that it runs for all matters; others are named by the service whose
	// matter it is.
	Every bool
	// EachParty says that it runs for each party by herself, from what happened to her.
	EachParty bool
	// Kinds are the only kinds of matter that it is for, Except those that it is not
	// for; with neither it is for all.
	Kinds, Except []string
	// Post is how long a letter is reckoned to be on its way: a limit that runs from
	// notice begins so much after the day the letter was posted.
	Post Length
	// Source is where the length comes from when the provision does not tell it, and
	// Doubt what a lawyer should look at.
	Source, Doubt string
	// Starts is the event it runs from.
	Starts string
	// Pauses are what stops it and lets it go on.
	Pauses []Pause
	// Meets are the events that keep it, Cancels those that make it pointless.
	Meets, Cancels []string
	// Moves says that a last day on a Saturday, Sunday or holiday is moved to the
	// next working day.
	Moves bool
	// Passes is the key of what happens when it passes.
	Passes string
	// Lead lets that happen before the last day, at LeadHour: for duties that the
	// machine itself can fulfil in time.
	Lead     Length
	LeadHour int
	// Sent is the event that tells that what was done then is sent; until it has come
	// the limit is not met. Empty: it is met when it is done.
	Sent string
	// Each repeats the consequence for as long as the limit is overrun.
	Each Each
}

// Pause is a pair of events between which a limit does not run.
type Pause struct {
	Stop, Restart string
	// Anew lets the whole limit run again from the restart, instead of the rest of
	// it (avbrytelse, not only utsettelse).
	Anew bool
}

// Each is a consequence that grows with every Every begun after the last day.
type Each struct {
	Every         Length
	Percent, Most int
}

// Steps returns how often the consequence happens at most.
func (e Each) Steps() int {
	if e.Percent == 0 {
		return 1
	}
	return (e.Most + e.Percent - 1) / e.Percent
}

// At returns how many percent have fallen away when it has happened n times.
func (e Each) At(n int) int { return min(e.Most, n*e.Percent) }

// Table sets last days by an anniversary, such as a child's first birthday.
type Table struct {
	// Turns is the age in years that counts.
	Turns int
	Rows  []Row
}

// Row is one line of a table: who turns the age by Until, also in years before,
// is to have it by Due.
type Row struct{ Until, Due MonthDay }

// MonthDay is a day of any year, as 08-31.
type MonthDay struct {
	Month time.Month
	Day   int
}

// In returns the day in a year.
func (m MonthDay) In(year int) clock.Date { return clock.NewDate(year, m.Month, m.Day) }

// due returns the last day for somebody born on a day in the table's year; ok is
// false when the table says nothing of her.
func (t Table) due(born clock.Date, year int) (day clock.Date, ok bool) {
	if born.IsZero() {
		return clock.Date{}, false
	}
	turns := born.AddYears(t.Turns)
	for _, row := range t.Rows {
		if !turns.After(row.Until.In(year)) {
			return row.Due.In(year), true
		}
	}
	return clock.Date{}, false
}

// Applies reports whether matters that came in on a day follow this version.
func (r Rule) Applies(day clock.Date) bool {
	return !day.Before(r.From) && (r.To.IsZero() || !day.After(r.To))
}

// For reports whether the rule is for matters of a kind.
func (r Rule) For(kind string) bool {
	return (len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind)) && !slices.Contains(r.Except, kind)
}

// Arrives returns the day on which a notice that was sent at an instant is reckoned to
// have reached the party: the same day, or by letter so much later as the post takes.
func (r Rule) Arrives(sent time.Time, letter bool) time.Time {
	if !letter || r.Post.N == 0 {
		return sent
	}
	return r.Post.From(clock.DateIn(sent)).Start()
}

// Settled is the day whose version of a rule a matter follows: that on which it came
// in, and for what begins later, as an appeal, the day on which that began.
func (r Rule) Settled(received, begins clock.Date) clock.Date {
	if r.Starts == Received || r.Starts == Complete {
		return received
	}
	return begins
}

// About is what a rule must know of the matter.
type About struct {
	// Born is the birth date of whom it is about, for rules that have a table.
	Born clock.Date
	// Year is the year of the table; 0 is the year in which the limit begins.
	Year int
}

// Start names a rule that runs for a matter, as the service knows whose matter it is.
type Start struct {
	Rule  string
	About About
}

// Due returns the last day of the limit when it begins on a day, before it is
// moved; ok is false when the rule sets none for this matter.
func (r Rule) Due(start clock.Date, about About) (day clock.Date, ok bool) {
	if len(r.Table.Rows) == 0 {
		return r.Length.From(start), true
	}
	year := about.Year
	if year == 0 {
		year = start.Year
	}
	return r.Table.due(about.Born, year)
}

// falls returns the last day that counts.
func (r Rule) falls(due clock.Date) clock.Date {
	if r.Moves {
		return NextWorkingDay(due)
	}
	return due
}

// Listens reports whether an event changes a clock of the rule.
func (r Rule) Listens(event string) bool {
	return event == r.Starts || slices.Contains(r.Meets, event) || slices.Contains(r.Cancels, event) ||
		slices.ContainsFunc(r.Pauses, func(p Pause) bool { return p.Stop == event || p.Restart == event })
}
