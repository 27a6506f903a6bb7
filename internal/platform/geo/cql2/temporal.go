package cql2

import (
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// span is an instant, a day or an interval. An instant and a day begin where they
// end.
type span struct {
	start, end time.Time
	days       bool // the ends are days, not instants
	interval   bool
}

// The ends of intervals that have none.
var (
	ever  = time.Date(-9999, 1, 1, 0, 0, 0, 0, time.UTC)
	never = time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// day is a day as an instant: days are held against days only, so which instant
// does not matter.
func day(d clock.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// inDays takes the ends to the days in Norway on which they fall.
func (s span) inDays() span {
	if s.days {
		return s
	}
	to := func(t time.Time) time.Time {
		if t.Equal(ever) || t.Equal(never) {
			return t
		}
		return day(clock.DateIn(t))
	}
	return span{to(s.start), to(s.end), true, s.interval}
}

// alike brings two spans to the same fineness.
func alike(a, b span) (x, y span) {
	if a.days != b.days {
		return a.inDays(), b.inDays()
	}
	return a, b
}

// instantOf reads what stands in DATE(…), TIMESTAMP(…) and INTERVAL(…): days as
// 2026-11-22, instants as RFC 3339 has them.
func instantOf(s string) (at time.Time, days, ok bool) {
	if d, err := clock.ParseDate(s); err == nil {
		return day(d), true, true
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && strings.Contains(s, "T") {
		return t, false, true
	}
	return time.Time{}, false, false
}

// relation is one of the temporal predicates (OGC 21-065r2, table 7).
type relation func(a, b span) bool

// relationOf finds a temporal predicate by its name in capitals. Those that
// speak of two intervals are false for instants.
func relationOf(name string) (relation, bool) {
	both := func(r relation) relation {
		return func(a, b span) bool { return a.interval && b.interval && r(a, b) }
	}
	switch name {
	case "T_AFTER":
		return func(a, b span) bool { return a.start.After(b.end) }, true
	case "T_BEFORE":
		return func(a, b span) bool { return a.end.Before(b.start) }, true
	case "T_DISJOINT":
		return func(a, b span) bool { return a.start.After(b.end) || a.end.Before(b.start) }, true
	case "T_INTERSECTS":
		return func(a, b span) bool { return !a.start.After(b.end) && !a.end.Before(b.start) }, true
	case "T_EQUALS":
		return func(a, b span) bool { return a.start.Equal(b.start) && a.end.Equal(b.end) }, true
	case "T_DURING":
		return during, true
	case "T_CONTAINS":
		return func(a, b span) bool { return during(b, a) }, true
	case "T_FINISHES":
		return both(finishes), true
	case "T_FINISHEDBY":
		return both(func(a, b span) bool { return finishes(b, a) }), true
	case "T_STARTS":
		return both(starting), true
	case "T_STARTEDBY":
		return both(func(a, b span) bool { return starting(b, a) }), true
	case "T_MEETS":
		return both(func(a, b span) bool { return a.end.Equal(b.start) }), true
	case "T_METBY":
		return both(func(a, b span) bool { return b.end.Equal(a.start) }), true
	case "T_OVERLAPS":
		return both(overlaps), true
	case "T_OVERLAPPEDBY":
		return both(func(a, b span) bool { return overlaps(b, a) }), true
	default:
		return nil, false
	}
}

func during(a, b span) bool {
	return b.interval && a.start.After(b.start) && a.end.Before(b.end)
}

func finishes(a, b span) bool { return a.start.After(b.start) && a.end.Equal(b.end) }

func starting(a, b span) bool { return a.start.Equal(b.start) && a.end.Before(b.end) }

func overlaps(a, b span) bool {
	return a.start.Before(b.start) && a.end.After(b.start) && a.end.Before(b.end)
}
