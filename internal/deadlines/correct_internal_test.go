package deadlines

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// What is set right is as if it had been told so the first time: time that stood does not
// run out, and a limit that ran out, and was followed by what follows, is not met again.
func TestReopen_isAsIfToldSoTheFirstTime(t *testing.T) {
	t.Parallel()
	begun := clock.NewDate(2026, 11, 2)
	met := func(change func(*deadline.Timer)) deadline.Timer {
		r := rule(t, "building.conference")
		timer := deadline.Timer{Rule: r, State: deadline.Met, Started: begun, Due: r.Length.From(begun), EndedOn: begun.AddDays(3)}
		change(&timer)
		return timer
	}
	last := met(func(*deadline.Timer) {}).Falls()
	for name, test := range map[string]struct {
		timer deadline.Timer
		at    clock.Date
		want  deadline.State
		late  bool
	}{
		"still in time":            {met(func(*deadline.Timer) {}), last, deadline.Running, false},
		"late after all":           {met(func(*deadline.Timer) {}), last.AddDays(1), deadline.Running, true},
		"late, and was told so":    {met(func(t *deadline.Timer) { t.Fired = 1 }), last.AddDays(1), deadline.PassedBy, false},
		"in time, though it fired": {met(func(t *deadline.Timer) { t.Fired, t.State = 1, deadline.PassedBy }), last, deadline.Running, false},
		"late as before":           {met(func(t *deadline.Timer) { t.Fired, t.State = 1, deadline.PassedBy }), last.AddDays(4), deadline.PassedBy, false},
		"met while time stood": {
			met(func(t *deadline.Timer) { t.StoppedBy, t.StoppedOn = deadline.Asked, begun.AddDays(1) }),
			last.AddDays(6), deadline.Stopped, false,
		},
	} {
		late := reopen(&test.timer, test.at.Start().Add(12*time.Hour))
		if late != test.late || test.timer.State != test.want || !test.timer.EndedOn.IsZero() {
			t.Errorf("%s: %s, late %t", name, test.timer.State, late)
		}
	}
}
