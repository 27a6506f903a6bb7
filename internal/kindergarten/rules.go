package kindergarten

import (
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Right is a child's right to a place.
type Right struct {
	Has bool
	// By is the last day of the month in which the place must be given.
	By clock.Date
}

// RightTo returns the right of a child to a place in the admission of a year
// (barnehageloven § 16): a child that turns one by 31 August has a place by the
// end of August, one that turns one in September, October or November by the
// end of that month. Older children keep the right. It presupposes that the
// child lives in the municipality and that the application came in time, which
// the case worker judges.
func RightTo(born clock.Date, year int) Right {
	if born.IsZero() {
		return Right{}
	}
	first := born.AddYears(1)
	switch {
	case !first.After(clock.NewDate(year, time.August, 31)):
		return Right{Has: true, By: clock.NewDate(year, time.August, 31)}
	case first.Year == year && first.Month <= time.November:
		return Right{Has: true, By: clock.NewDate(year, first.Month+1, 0)}
	}
	return Right{}
}

// AdmissionYear is the year of the admission that a wished start belongs to:
// the kindergarten year begins in August.
func AdmissionYear(start clock.Date) int {
	if start.Month < time.August {
		return start.Year - 1
	}
	return start.Year
}

// Priority is what a family claims for its child.
type Priority struct {
	Disability   bool // nedsatt funksjonsevne, barnehageloven § 18 first sentence
	ChildWelfare bool // vedtak etter barnevernsloven, § 18 second sentence
	Other        bool // by the municipality's own criteria
}

// ByLaw reports whether the claim is one that the law gives priority.
func (p Priority) ByLaw() bool { return p.Disability || p.ChildWelfare }

// priorityOf reads the claim from the answers of the form.
func priorityOf(answers map[string]any) Priority {
	var p Priority
	list, _ := answers["priority_reasons"].([]any)
	for _, reason := range list {
		switch reason {
		case "disability":
			p.Disability = true
		case "child_welfare":
			p.ChildWelfare = true
		default:
			p.Other = true
		}
	}
	return p
}
