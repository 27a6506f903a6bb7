package deadline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Unit is what a length is counted in.
type Unit string

// The units; the law uses all of them.
const (
	Days        Unit = "days"
	WorkingDays Unit = "working days"
	Weeks       Unit = "weeks"
	Months      Unit = "months"
)

// maxLength is the longest limit a rule may have, in any unit.
const maxLength = 366

const weekDays = 7

// Length is how long a limit is.
type Length struct {
	N    int
	Unit Unit
}

// ParseLength reads "3 weeks", "1 month", "5 days" or "2 working days".
func ParseLength(s string) (Length, error) {
	number, unit, ok := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > maxLength || strconv.Itoa(n) != number {
		return Length{}, fmt.Errorf("deadline: %q is no length such as 3 weeks", s)
	}
	for _, u := range []Unit{Days, WorkingDays, Weeks, Months} {
		if l := (Length{N: n, Unit: u}); unit == l.unit() {
			return l, nil
		}
	}
	return Length{}, fmt.Errorf("deadline: %q is counted in no unit that is known", s)
}

// String writes the length as ParseLength reads it; the zero one is empty.
func (l Length) String() string {
	if l == (Length{}) {
		return ""
	}
	return strconv.Itoa(l.N) + " " + l.unit()
}

func (l Length) unit() string {
	if l.N == 1 {
		return strings.TrimSuffix(string(l.Unit), "s")
	}
	return string(l.Unit)
}

// From returns the last day of a limit that begins on a day, which itself is
// not counted.
func (l Length) From(day clock.Date) clock.Date { return l.step(day, l.N) }

// Before returns the day that lies the length before a day.
func (l Length) Before(day clock.Date) clock.Date { return l.step(day, -l.N) }

func (l Length) step(day clock.Date, n int) clock.Date {
	switch l.Unit {
	case WorkingDays:
		return AddWorkingDays(day, n)
	case Weeks:
		return day.AddDays(weekDays * n)
	case Months:
		return AddMonths(day, n)
	case Days:
	}
	return day.AddDays(n)
}

// count returns how much of a limit in the length's unit runs from one day to
// another: working days when those are what counts, otherwise days.
func (l Length) count(from, to clock.Date) int {
	if l.Unit == WorkingDays {
		return WorkingDaysBetween(from, to)
	}
	return max(0, from.DaysUntil(to))
}

// extend moves a last day by a time that is not to be counted.
func (l Length) extend(due clock.Date, n int) clock.Date {
	if l.Unit == WorkingDays {
		return AddWorkingDays(due, n)
	}
	return due.AddDays(n)
}
