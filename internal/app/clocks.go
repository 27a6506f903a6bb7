package app

import (
	"context"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// wireDeadlines lets the statutory clocks follow every case, by the rules that
// each kind names.
func (a *App) wireDeadlines(kinds *cases.Kinds) error {
	set, err := deadline.Shipped()
	if err != nil {
		return err
	}
	rules := deadlines.NewRules(set)
	rules.Register(kindergarten.Name, kindergartenClocks)
	rules.Register(building.Name, buildingClocks)
	rules.Register(conference.Name, conferenceClocks)
	rules.Forecast(func(ctx context.Context, tx *store.Tx, c cases.Case) (clock.Date, bool, error) {
		return a.Forecast.Expected(ctx, tx, c)
	})
	a.Deadlines, err = deadlines.NewService(deadlines.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Roles: a.Roles, Identity: a.Identity, Cases: a.Cases, Forms: a.Forms, Blobs: a.Blobs,
		Notify: a.Notify, Bundle: a.Bundle, SiteURL: a.SiteURL,
	}, rules)
	if err != nil {
		return err
	}
	kinds.Accompany(a.Deadlines.Companion())
	a.Deadlines.Jobs(a.Registry)
	return nil
}

// BeginDeadlines begins the clocks of open cases that have none, in the
// municipality of a name or, without one, in all, and tells what it did in each.
func (a *App) BeginDeadlines(ctx context.Context, name string, tell func(slug string, b deadlines.Begun)) error {
	list := a.Directory.All()
	if name != "" {
		t, ok := a.Directory.BySlugOrNumber(name)
		if !ok {
			return errs.NotFound("app.tenant.unknown", "name", name)
		}
		list = []tenant.Tenant{t}
	}
	for _, t := range list {
		ctx, err := a.asOperator(ctx, t.ID)
		if err != nil {
			return err
		}
		begun, err := a.Deadlines.BeginMissing(ctx)
		tell(t.Slug, begun)
		if err != nil {
			return err
		}
	}
	return nil
}

// kindergartenClocks is the child's right to a place in the admission that the
// family applied for (barnehageloven § 16). A wish whose day has passed sets no
// clock: nobody can give a place in the past.
func kindergartenClocks(c cases.Case, child identity.Person, answers map[string]any) []deadline.Start {
	text, _ := answers["start_date"].(string)
	wished, err := clock.ParseDate(text)
	received := clock.DateIn(c.ReceivedAt)
	if err != nil || wished.IsZero() {
		wished = received
	}
	year := kindergarten.AdmissionYear(wished)
	if right := kindergarten.RightTo(child.BirthDate, year); !right.Has || right.By.Before(received) {
		return nil
	}
	return []deadline.Start{{Rule: "kindergarten.place", About: deadline.About{Born: child.BirthDate, Year: year}}}
}

// clockwork are the statutory clocks as a service knows them that lets its staff stop
// them.
type clockwork struct{ *deadlines.Service }

// Timers returns the clocks of a case.
func (w clockwork) Timers(ctx context.Context, tx *store.Tx, caseID string) ([]deadline.Timer, error) {
	list, err := w.ForCase(ctx, tx, caseID)
	timers := make([]deadline.Timer, len(list))
	for i, d := range list {
		timers[i] = d.Timer
	}
	return timers, err
}

// remarked lets the ordinary limit take the place of the three weeks when a neighbour's
// remarks come by her deadline after the application did: they are for applications
// without remarks (plan- og bygningsloven § 21-7 second paragraph). The twelve weeks
// count from the same day, since it is the same complete application.
func (a *App) remarked(ctx context.Context, tx *store.Tx, c cases.Case) error {
	_, err := a.Deadlines.Replace(ctx, tx, c, "building.simple", "building.ordinary", deadlines.Remarked)
	return err
}

// buildingClocks is the time that a building application must be decided in
// (plan- og bygningsloven § 21-7): three weeks when nothing stands against it,
// otherwise twelve. The form takes no application that lacks something it must
// have, so the clock runs from the day it came; what is asked for later stops it.
func buildingClocks(_ cases.Case, _ identity.Person, answers map[string]any) []deadline.Start {
	rule := "building.ordinary"
	switch {
	case building.Simple(answers):
		rule = "building.simple"
	case answers["dispensation"] == "yes":
		rule = "building.dispensation"
	}
	return []deadline.Start{{Rule: rule}}
}
