package deadlines

import (
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// Deadline is a clock (frist) of a case.
type Deadline struct {
	ID     string
	CaseID string
	// Party is the person id of whose clock it is; empty when it is the whole case's.
	Party string
	Timer deadline.Timer
	// Consequence is the key of what happened when it passed, which is not what the
	// rule says when that had no meaning any more; empty before.
	Consequence string
	// Letters is how many letters about its consequence have been sent.
	Letters   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64

	kind string
}

// Change is one thing that changed a clock after it began.
type Change struct {
	At    time.Time
	Event string
	State deadline.State
	Falls clock.Date
}

// eventFired stands in a clock's history when its consequence happened.
const eventFired = "fired"

// Window says which deadlines a list shows, by when they run out.
type Window string

// The windows, in the order of the page.
const (
	Passed   Window = "passed"    // oversittet, og saken er ikke ferdig
	ThisWeek Window = "this_week" // i dag og de neste seks dagene
	NextWeek Window = "next_week"
	Later    Window = "later"
	Standing Window = "standing" // frister som står stille
)

// Windows returns all of them, in order.
func Windows() []Window { return []Window{Passed, ThisWeek, NextWeek, Later, Standing} }

// Valid reports whether the window is known.
func (w Window) Valid() bool { return slices.Contains(Windows(), w) }

const week = 7

// windowOf tells in which window a clock stands on a day; empty when it is over.
func windowOf(t deadline.Timer, today clock.Date) Window {
	switch left := today.DaysUntil(t.Falls()); {
	case !t.EndedOn.IsZero():
		return ""
	case t.State == deadline.Stopped:
		return Standing
	case t.State == deadline.PassedBy, left < 0:
		return Passed
	case left < week:
		return ThisWeek
	case left < 2*week:
		return NextWeek
	default:
		return Later
	}
}

// heard is the name by which the rules know what happened to a case; empty when
// no rule listens to it. That a letter is made is nothing to them: what counts is
// when it was sent, which Notified tells.
func heard(h cases.Happening) string {
	return map[cases.Happening]string{
		cases.HappenedAsked: deadline.Asked, cases.HappenedAnswered: deadline.Answered, cases.HappenedDecided: deadline.Decided,
		cases.HappenedResponded: deadline.Responded, cases.HappenedWithdrawn: deadline.Withdrawn,
		cases.HappenedReopened: deadline.Reopened,
	}[h]
}
