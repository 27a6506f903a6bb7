package deadline

import (
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// State says how a clock stands.
type State string

// The states of a clock.
const (
	Running   State = "running"   // fristen løper
	Stopped   State = "stopped"   // fristen står
	Met       State = "met"       // holdt
	PassedBy  State = "passed"    // oversittet
	Cancelled State = "cancelled" // falt bort
)

// States returns all of them, in order.
func States() []State { return []State{Running, Stopped, Met, PassedBy, Cancelled} }

// Timer is a rule that runs for one matter. It is a value: keep it, tell it what
// happened, keep it again.
type Timer struct {
	Rule  Rule
	State State
	// Started is the day it began, the last time that it began anew.
	Started clock.Date
	// Due is the last day before it is moved; Falls is the one that counts.
	Due clock.Date
	// StoppedOn is the day it was stopped, and StoppedBy the events that keep it so,
	// apart by spaces; zero while it runs. See Stops.
	StoppedOn clock.Date
	StoppedBy string
	// Breaks are what has kept it from running in the standstill that is not over, each
	// from when and until when. One that is left out of them began the standstill.
	Breaks []Break
	// Used is how many days had run at the last stop, Paused how many did not
	// count so far. Both are working days for a limit that is counted in those.
	Used, Paused int
	// Fired is how often the consequence has happened.
	Fired int
	// EndedOn is the day it was met or cancelled, also when that was too late.
	EndedOn clock.Date
}

// Begin starts a rule's clock at an instant; ok is false when the rule sets no
// limit for this matter.
func Begin(r Rule, at time.Time, about About) (t Timer, ok bool) {
	day := clock.DateIn(at)
	due, ok := r.Due(day, about)
	return Timer{Rule: r, State: Running, Started: day, Due: due}, ok
}

// Falls returns the last day on which it can be met.
func (t Timer) Falls() clock.Date { return t.Rule.falls(t.Due) }

// Ends returns the instant at which the last day is over in Norway.
func (t Timer) Ends() time.Time { return t.Falls().End() }

// Open reports whether the clock still waits for something.
func (t Timer) Open() bool { return t.State == Running || t.State == Stopped }

// Left returns how many days are left on a day; negative when it is overrun. A
// clock that stands has what it had when it stopped.
func (t Timer) Left(today clock.Date) int {
	if t.State == Stopped {
		today = t.StoppedOn
	}
	return today.DaysUntil(t.Falls())
}

// Next returns the instant at which the consequence happens (again); ok is false
// when it does not, as things stand.
func (t Timer) Next() (at time.Time, ok bool) {
	switch {
	case t.Awaits() && t.State == Running:
		return t.Ends(), true
	case t.Fired >= t.Rule.Each.Steps(), !t.EndedOn.IsZero():
		return time.Time{}, false
	case t.State == Running && t.Rule.Lead.N > 0:
		day := t.Rule.Lead.Before(t.Falls())
		return time.Date(day.Year, day.Month, day.Day, t.Rule.LeadHour, 0, 0, 0, clock.Oslo()).UTC(), true
	case t.State == Running:
		return t.Ends(), true
	case t.State == PassedBy:
		return t.step(t.Fired).End(), true
	}
	return time.Time{}, false
}

// Awaits reports whether what the machine did before the last day is written and not
// sent: it lies in the print room, or waits for a carrier.
func (t Timer) Awaits() bool { return t.Rule.Sent != "" && t.Fired == 1 && t.Open() }

// step is the last day before the consequence happens the n-th time, from 0.
func (t Timer) step(n int) clock.Date {
	day := t.Falls()
	for range n {
		day = t.Rule.Each.Every.From(day)
	}
	return day
}

// Owes reports whether, at an instant, the limit has passed without its
// consequence having happened. Whoever tells the clock of an event must let it
// happen first: what the law gives, it gives at midnight, also when a machine
// was late to write it down.
func (t Timer) Owes(at time.Time) bool {
	next, ok := t.Next()
	if !ok || next.After(at) {
		return false
	}
	// What is done before the last day is a service to the municipality, not a
	// consequence of the law: it is no longer needed once the matter is met.
	return t.Rule.Lead.N == 0 || !t.Ends().After(at)
}

// Fire lets the consequence happen once if its time has come. It reports whether
// it did; a second call at the same instant does nothing more than the rule says.
func (t *Timer) Fire(at time.Time) bool {
	next, ok := t.Next()
	if !ok || next.After(at) {
		return false
	}
	t.Fired++
	if t.Ends().After(at) && t.Rule.Sent != "" {
		return true // it is met when that is sent
	}
	if t.Ends().After(at) {
		// The machine did in time what was to be done.
		t.State, t.EndedOn = Met, clock.DateIn(at)
		return true
	}
	t.State = PassedBy
	return true
}

// Happened tells the clock of an event and reports whether it changed. An event
// that comes when a consequence is owed changes nothing: see Owes.
func (t *Timer) Happened(event string, at time.Time) bool {
	if t.Owes(at) || !t.EndedOn.IsZero() {
		return false
	}
	day := clock.DateIn(at)
	switch {
	case slices.Contains(t.Rule.Cancels, event):
		return t.end(Cancelled, day)
	case slices.Contains(t.Rule.Meets, event):
		return t.end(Met, day)
	case t.State == Running:
		return t.stop(event, day)
	case t.State == Stopped:
		return t.restart(event, day) || t.stop(event, day)
	}
	return false
}

// Cancel ends a clock that no longer goes for the matter.
func (t *Timer) Cancel(at time.Time) { t.end(Cancelled, clock.DateIn(at)) }

// Void makes a clock as if it had never run out: what it ran from turned out not to
// have happened, as when a letter comes back.
func (t *Timer) Void(at time.Time) {
	t.State, t.EndedOn, t.StoppedOn, t.StoppedBy, t.Breaks = Cancelled, clock.DateIn(at), clock.Date{}, "", nil
}

// Under is what the clock would be, had it begun under another rule: with the days that
// did not count, and standing if it stands. It is false when that rule sets no limit.
func (t Timer) Under(r Rule) (Timer, bool) {
	due, ok := r.Due(t.Started, About{})
	if !ok {
		return t, false
	}
	t.Rule, t.Due, t.Fired = r, r.Length.extend(due, t.Paused), 0
	return t, true
}

// Finish ends a clock whose consequence was the last that happens to the matter,
// as a permit that the law has given.
func (t *Timer) Finish(at time.Time) { t.EndedOn = clock.DateIn(at) }

// end finishes the clock. One that has passed stays so: it is only no longer
// overrun, and the consequence no longer grows.
func (t *Timer) end(state State, day clock.Date) bool {
	t.EndedOn = day
	if t.State != PassedBy || state == Met && t.keptUnseen(day) {
		t.State = state
	}
	return true
}

// keptUnseen reports whether a limit that has passed was kept all the same, since what it
// waited for had happened by its last day and was written down later. What the law has
// given for each week that was overrun is not taken back by it.
func (t *Timer) keptUnseen(day clock.Date) bool {
	return t.Rule.Each.Percent == 0 && !day.After(t.Falls())
}

// String tells the rule, its state and its last day, for logs.
func (t Timer) String() string {
	return fmt.Sprintf("%s/%d %s %s", t.Rule.Key, t.Rule.Version, t.State, t.Falls())
}
