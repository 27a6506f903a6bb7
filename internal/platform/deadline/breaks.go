package deadline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Break is one thing that keeps a clock from running, or did: a fee that is demanded in
// advance, a document that is missing, another authority that is heard. Several may
// stand at once, and end in another order than somebody hears of it: a fee was paid on
// Monday, the hearing was over on Friday, and both are written down the week after. The
// clock stands on every day that any of them covers.
type Break struct {
	Event string
	From  clock.Date
	To    clock.Date // zero while it stands
}

// open reports whether it still stands.
func (b Break) open() bool { return b.To.IsZero() }

// String writes it as ParseBreaks reads it.
func (b Break) String() string {
	if b.open() {
		return b.Event + "/" + b.From.String()
	}
	return b.Event + "/" + b.From.String() + "/" + b.To.String()
}

// BreaksText writes a list as ParseBreaks reads it, apart by spaces.
func BreaksText(list []Break) string {
	parts := make([]string, len(list))
	for i, b := range list {
		parts[i] = b.String()
	}
	return strings.Join(parts, " ")
}

// ParseBreaks reads what BreaksText has written.
func ParseBreaks(s string) (list []Break, err error) {
	for _, part := range strings.Fields(s) {
		fields := strings.Split(part, "/")
		if len(fields) < 2 || len(fields) > 3 || !isEvent(fields[0]) {
			return nil, fmt.Errorf("deadline: %q is no break", part)
		}
		b := Break{Event: fields[0]}
		for i, day := range []*clock.Date{&b.From, &b.To}[:len(fields)-1] {
			if *day, err = clock.ParseDate(fields[i+1]); err != nil || day.IsZero() {
				return nil, fmt.Errorf("deadline: %q has no day: %w", part, err)
			}
		}
		list = append(list, b)
	}
	return list, nil
}

// Stops are the events that keep it from running: it goes on when each of them has had
// its answer, since what is asked for and a fee that is demanded both hold the matter
// up for themselves.
func (t Timer) Stops() []string { return strings.Fields(t.StoppedBy) }

// Standing are the things that keep it from running now, each with since when.
func (t Timer) Standing() []Break {
	return slices.DeleteFunc(t.breaks(), func(b Break) bool { return !b.open() })
}

// breaks are those of the standstill. A clock that an earlier release of the program has
// stopped, or let go on in part, tells in StoppedBy alone what keeps it: it has from when it
// stands.
func (t Timer) breaks() []Break {
	stops := t.Stops()
	list := slices.DeleteFunc(slices.Clone(t.Breaks), func(b Break) bool { return b.open() && !slices.Contains(stops, b.Event) })
	for _, stop := range stops {
		if !slices.ContainsFunc(list, func(b Break) bool { return b.open() && b.Event == stop }) {
			list = append(list, Break{Event: stop, From: t.StoppedOn})
		}
	}
	return since(list, t.StoppedOn)
}

func (t *Timer) stop(event string, day clock.Date) bool {
	pauses := slices.ContainsFunc(t.Rule.Pauses, func(p Pause) bool { return p.Stop == event })
	if !pauses || slices.Contains(t.Stops(), event) {
		return false
	}
	var list []Break
	if t.State == Stopped {
		list = t.breaks()
	} else {
		// A day before the start is a machine whose clock was set back.
		t.State, t.StoppedOn = Stopped, day
		t.Used = max(0, t.Rule.Length.count(t.Started, day)-t.Paused)
	}
	t.keep(append(list, Break{Event: event, From: day}))
	return true
}

// keep writes down the breaks of the standstill.
func (t *Timer) keep(list []Break) {
	t.Breaks = list
	var stops []string
	for _, b := range list {
		if b.open() {
			stops = append(stops, b.Event)
		}
	}
	t.StoppedBy = strings.Join(stops, " ")
}

// restart ends the breaks that the event is the answer to, on the day it happened. One
// that lets the whole limit run again does so from then, also when another still keeps it
// from running.
func (t *Timer) restart(event string, day clock.Date) bool {
	ended, anew := false, false
	list := t.breaks()
	for i, b := range list {
		for _, p := range t.Rule.Pauses {
			if b.open() && p.Stop == b.Event && p.Restart == event {
				ended, anew = true, anew || p.Anew
				list[i].To = later(day, b.From)
			}
		}
	}
	if !ended {
		return false
	}
	if anew {
		t.Started, t.Due, t.Used, t.Paused = day, t.Rule.Length.From(day), 0, 0
		list = since(list, day)
	}
	t.goOn(list)
	return true
}

// goOn adds to the limit the days on which it stood and on which nothing that still keeps
// it from running stood yet. What still does covers the days from its first on: they are
// added when it has ended, with what lasted longer.
func (t *Timer) goOn(list []Break) {
	first := clock.Date{}
	for _, b := range list {
		if b.open() && (first.IsZero() || b.From.Before(first)) {
			first = b.From
		}
	}
	rest := t.covered(list, first)
	t.Due, t.Paused = t.Rule.Length.extend(t.Due, rest), t.Paused+rest
	if first.IsZero() {
		t.State, t.StoppedOn, t.StoppedBy, t.Breaks = Running, clock.Date{}, "", nil
		return
	}
	t.StoppedOn, t.Used = first, max(0, t.Rule.Length.count(t.Started, first)-t.Paused)
	t.keep(since(list, first))
}

// covered counts the days that the ended breaks cover together, up to a day; all of them
// when that is zero.
func (t Timer) covered(list []Break, until clock.Date) (days int) {
	list = slices.DeleteFunc(slices.Clone(list), Break.open)
	slices.SortFunc(list, func(a, b Break) int { return b.From.DaysUntil(a.From) })
	var at clock.Date // up to which day is counted
	for _, b := range list {
		from, to := later(b.From, at), b.To
		if !until.IsZero() && to.After(until) {
			to = until
		}
		if to.After(from) {
			days += t.Rule.Length.count(from, to)
			at = to
		}
	}
	return days
}

// since leaves out of a list what lies before a day.
func since(list []Break, day clock.Date) []Break {
	var left []Break
	for _, b := range list {
		b.From = later(b.From, day)
		if b.open() || b.To.After(b.From) {
			left = append(left, b)
		}
	}
	return left
}

// later is the later of two days.
func later(a, b clock.Date) clock.Date {
	if a.Before(b) {
		return b
	}
	return a
}
