package app

import (
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// wireBuilding lets applications for building permits begin on the map and be held
// against it as they come in.
func (a *App) wireBuilding(kinds *cases.Kinds) (err error) {
	a.Building, err = building.NewService(building.Deps{
		DB: a.DB, Forms: a.Forms, Cases: a.Cases, Applications: a.Applications, Properties: a.Property, Layers: a.Layers, Blobs: a.Blobs,
		Clocks: clockwork{a.Deadlines},
	})
	if err != nil {
		return err
	}
	kinds.Accompany(a.Building.Companion())
	a.Conference = conference.NewService(conference.Deps{DB: a.DB, Forms: a.Forms, Cases: a.Cases, Clocks: conferenceClock{a.Deadlines}})
	kinds.Accompany(a.Conference.Companion())
	return nil
}

// conferenceClock is the statutory clock of a preliminary conference.
type conferenceClock struct{ *deadlines.Service }

// Held tells it when the conference was held.
func (w conferenceClock) Held(ctx context.Context, tx *store.Tx, c cases.Case, at time.Time) error {
	return w.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Held, At: at})
}

// HeldAgain tells it that it was held at another time.
func (w conferenceClock) HeldAgain(ctx context.Context, tx *store.Tx, c cases.Case, at time.Time) error {
	return w.Correct(ctx, tx, c, deadline.Held, at)
}

// Last is the day by which it must be held; zero when no clock waits for it.
func (w conferenceClock) Last(ctx context.Context, tx *store.Tx, caseID string) (clock.Date, error) {
	list, err := w.ForCase(ctx, tx, caseID)
	for _, d := range list {
		if slices.Contains(conference.Rules(), d.Timer.Rule.Key) && d.Timer.EndedOn.IsZero() {
			return d.Timer.Falls(), err
		}
	}
	return clock.Date{}, err
}

// conferenceClocks is the time that a preliminary conference must be held in
// (byggesaksforskriften § 7-1).
func conferenceClocks(_ cases.Case, _ identity.Person, answers map[string]any) []deadline.Start {
	return []deadline.Start{{Rule: conference.Rule(answers)}}
}
