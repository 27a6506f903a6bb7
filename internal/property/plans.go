package property

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxZones is how many zones of a plan are told of.
const maxZones = 2000

// PlanFacts is a plan with what it says.
type PlanFacts struct {
	Plan     Plan
	InForce  bool
	Zones    []Zone
	Cautions []Caution
	// History is the plans before and after it in the same place, with itself, the
	// newest first.
	History []Plan
	// Versions is how the plan's own record in the map has been, the newest first.
	Versions []Version
	Missing  []string
}

// Version is the plan's record in the map as it was for a while.
type Version struct {
	Plan
	From, To time.Time // when the map showed it, To zero while it does
}

// PlanOf returns a plan by its number with its provisions and history; errs.NotFound
// when there is none.
func (s *Service) PlanOf(ctx context.Context, tx *store.Tx, number string) (f PlanFacts, err error) {
	r := s.reader(ctx, tx)
	list, err := r.plansByNumber(ctx, []string{number})
	if err != nil {
		return f, err
	}
	if len(list) == 0 {
		return f, errs.NotFound("property.unknown_plan", "number", number)
	}
	f.Plan = list[0]
	f.InForce = f.Plan.InForce(r.today)
	if err := r.planZones(ctx, &f); err != nil {
		return f, err
	}
	if err := r.planHistory(ctx, &f); err != nil {
		return f, err
	}
	f.Missing = r.missing
	return f, nil
}

// planZones reads the zones and cautions of a plan, as they were on its last day when
// it goes no more.
func (r *reader) planZones(ctx context.Context, f *PlanFacts) error {
	zones, err := r.ofPlan(ctx, layerZones, f)
	if err != nil {
		return err
	}
	for _, z := range zones {
		f.Zones = append(f.Zones, r.zone(z))
	}
	slices.SortStableFunc(f.Zones, func(a, b Zone) int {
		return cmp.Or(cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(len(a.Field), len(b.Field)), cmp.Compare(a.Field, b.Field))
	})
	cautions, err := r.ofPlan(ctx, layerCautions, f)
	if err != nil {
		return err
	}
	for _, c := range cautions {
		f.Cautions = append(f.Cautions, r.caution(c, layerCautions))
	}
	slices.SortStableFunc(f.Cautions, func(a, b Caution) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
	return nil
}

// ofPlan reads the features of a layer that belong to a plan.
func (r *reader) ofPlan(ctx context.Context, layer string, f *PlanFacts) ([]layers.Feature, error) {
	if has, err := r.has(ctx, layer); err != nil || !has {
		return nil, err
	}
	where, err := cql2.Parse("plan = "+quoted(f.Plan.Number), cql2.Options{})
	if err != nil {
		return nil, fmt.Errorf("property: plan: %w", err)
	}
	box := f.Plan.Ground.Bound().Pad(1)
	q := layers.Query{Layer: layer, System: r.home, Box: &box, Where: where, Limit: maxZones}
	if !f.InForce && !f.Plan.Proposal && !f.Plan.Unsure && !(f.Plan.Repealed && f.Plan.To.IsZero()) {
		q.Timed = true
		q.From, q.To = whenItWent(f.Plan, r.today)
	}
	page, err := r.s.Layers.FindIn(ctx, r.tx, q)
	if hidden(err) {
		r.missing = append(r.missing, layer)
		return nil, nil
	}
	return newest(page.Features), err
}

// newest keeps the last version of each feature: one that was corrected afterwards was
// valid at the same time in both.
func newest(list []layers.Feature) []layers.Feature {
	last := map[string]int64{}
	for _, f := range list {
		last[f.ID] = max(last[f.ID], f.Row)
	}
	return slices.DeleteFunc(list, func(f layers.Feature) bool { return f.Row != last[f.ID] })
}

// whenItWent is a time in which a plan that is not in force was, or will be: the whole
// of its first day, since maps that were brought in before have it begin at midnight in
// Greenwich, or its last minute.
func whenItWent(p Plan, today clock.Date) (from, to time.Time) {
	if p.From.After(today) || p.To.IsZero() {
		return p.From.Start().Add(time.Minute), p.From.End().Add(-time.Minute)
	}
	last := p.To.Start().Add(-time.Minute)
	return last, last
}

// quoted writes a text as CQL2 does.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// planHistory follows a plan to those it replaced and that replaced it.
func (r *reader) planHistory(ctx context.Context, f *PlanFacts) error {
	chain, seen := []Plan{f.Plan}, map[string]bool{f.Plan.Number: true}
	for _, next := range []func(Plan) string{func(p Plan) string { return p.Before }, func(p Plan) string { return p.After }} {
		for at := next(f.Plan); at != "" && !seen[at]; {
			seen[at] = true
			found, err := r.plansByNumber(ctx, []string{at})
			if err != nil {
				return err
			}
			if len(found) == 0 {
				chain = append(chain, Plan{Number: at}) // named, but not in the map
				break
			}
			chain = append(chain, found[0])
			at = next(found[0])
		}
	}
	slices.SortStableFunc(chain, func(a, b Plan) int { return cmp.Compare(b.From.String(), a.From.String()) })
	f.History = chain
	versions, err := r.s.Layers.History(ctx, r.tx, layerPlans, f.Plan.ID, r.home)
	if err != nil {
		return fmt.Errorf("property: versions of a plan: %w", err)
	}
	for _, v := range versions {
		f.Versions = append(f.Versions, Version{Plan: plan(v), From: v.From, To: v.To})
	}
	return nil
}

// PurposeArea is how much of a plan is for a purpose.
type PurposeArea struct {
	Zone   Zone // one that has it
	Zones  int
	Square float64 // square metres
}

// Areas sums the zones of a plan by their purpose, the largest first.
func (f PlanFacts) Areas() []PurposeArea {
	var list []PurposeArea
	for _, z := range f.Zones {
		k := slices.IndexFunc(list, func(a PurposeArea) bool { return a.Zone.Purpose == z.Purpose })
		if k < 0 {
			list = append(list, PurposeArea{Zone: z})
			k = len(list) - 1
		}
		list[k].Zones++
		list[k].Square += shape.Area(z.Ground)
	}
	slices.SortStableFunc(list, func(a, b PurposeArea) int { return cmp.Compare(b.Square, a.Square) })
	return list
}

// Box is the box around the plan.
func (f PlanFacts) Box() orb.Bound { return f.Plan.Ground.Bound() }
