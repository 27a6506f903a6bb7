package deadlines

import (
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/store"
)

// Correct tells the clocks of a case that what met them happened at another time than they
// were told. They stand as if they had been told so the first time: one that turns out to
// have been in time has not run out, and of one that was late everything follows that
// follows then. The caller has asked access to the case.
func (s *Service) Correct(ctx context.Context, tx *store.Tx, c cases.Case, event string, at time.Time) error {
	list, err := s.ofCase(ctx, tx, c.ID, true)
	if err != nil {
		return err
	}
	late := false
	for i := range list {
		t := &list[i].Timer
		if t.EndedOn.IsZero() || t.State == deadline.Cancelled || !slices.Contains(t.Rule.Meets, event) {
			continue
		}
		late = reopen(t, at) || late
		if !t.Owes(at) {
			t.Happened(event, at)
		}
		if err := s.told(ctx, tx, &list[i], event); err != nil {
			return err
		}
	}
	if !late {
		return nil
	}
	return s.Hear(ctx, tx, c, Act{Event: event, At: at}) // what is owed happens first
}

// reopen lets a clock that was met be told anew when it was, and reports whether its limit
// is first seen to have run out by that.
func reopen(t *deadline.Timer, at time.Time) (late bool) {
	t.EndedOn = clock.Date{}
	switch inTime := !clock.DateIn(at).After(t.Falls()); {
	case len(t.Stops()) > 0:
		t.State = deadline.Stopped // time stood when it was met
	case inTime:
		t.State = deadline.Running
	case t.Fired > 0:
		t.State = deadline.PassedBy // what follows has followed
	case t.State == deadline.Met:
		t.State, late = deadline.Running, true
	}
	return late
}
