package around

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// planLayers are the layers of the map in which plans stand.
func planLayers() []string { return []string{"plans", "plan_zones", "plan_cautions"} }

// plansArgs asks to tell of what an import of plans has changed.
type plansArgs struct {
	Change layers.Change `json:"change"`
}

// Kind implements jobs.Args.
func (plansArgs) Kind() string { return "around.plans" }

// layerMoved hears of an import. The first of a layer is no news to anybody: it is how
// the plans that have been there all along come onto the map.
func (s *Service) layerMoved(ctx context.Context, tx *store.Tx, c layers.Change) error {
	if c.From == 0 || !slices.Contains(planLayers(), c.Layer) {
		return nil
	}
	return jobs.Enqueue(ctx, tx, plansArgs{Change: c})
}

// What became of a plan (plan- og bygningsloven chapter 12).
const (
	planProposed = "proposed" // a proposal is on the map for the first time
	planAdopted  = "adopted"  // what was a proposal is a plan now
	planNew      = "new"      // a plan is on the map for the first time
	planChanged  = "changed"  // its area, its provisions or its dates are others
	planGone     = "gone"     // it goes no more
)

// planChange is what an import did to one plan.
type planChange struct {
	number, name string
	said         []string // what became of each of its features: see together
	ground       orb.MultiPolygon
}

// maxPlanNews bounds how many plans one import tells of: more than that is not news of
// plans but of the map.
const maxPlanNews = 500

// planNews writes an event for each plan that an import has touched. The layers of a
// plan come one after the other, often within the hour: what they say of one plan on
// one day is told as one, see [Service.notePlan].
func (s *Service) planNews(ctx context.Context, c layers.Change, at time.Time) error {
	var changes []planChange
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		changes, err = s.planChanges(ctx, tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if len(changes) > maxPlanNews {
		return s.manyPlans(ctx, changes, clock.DateIn(at).String())
	}
	day := clock.DateIn(at).String()
	for some := range slices.Chunk(changes, roundSize) {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range some {
				if err := s.notePlan(ctx, tx, p, day); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// planChanges gathers the features that an import has changed by their plan, in order
// of the plans' numbers.
func (s *Service) planChanges(ctx context.Context, tx *store.Tx, c layers.Change) ([]planChange, error) {
	byNumber := map[string]*planChange{}
	err := s.Layers.ChangesIn(ctx, tx, c, degrees(), func(before, after *layers.Feature) error {
		p := changeOf(c.Layer, before, after)
		if p.number == "" || len(p.ground) == 0 {
			return nil
		}
		had := byNumber[p.number]
		if had == nil {
			byNumber[p.number] = &p
			return nil
		}
		had.add(p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]planChange, 0, len(byNumber))
	for _, p := range byNumber {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b planChange) int { return strings.Compare(a.number, b.number) })
	return list, nil
}

// changeOf reads what happened to one feature. A zone that is new or gone is a change
// of its plan; only the plan's own feature tells that the plan is.
func changeOf(layer string, before, after *layers.Feature) planChange {
	stands := cmp.Or(after, before)
	if stands == nil {
		return planChange{}
	}
	p := planChange{number: stands.Text("plan"), name: clean(stands.Text("name")), said: []string{planChanged}}
	if layer == "plans" {
		p.said[0] = whatOf(before, after)
	}
	for _, f := range []*layers.Feature{before, after} {
		if f != nil {
			p.ground = append(p.ground, f.Area()...)
		}
	}
	return p
}

// whatOf reads what became of a plan from its own feature, before and after.
func whatOf(before, after *layers.Feature) string {
	switch {
	case after == nil, before != nil && before.To.IsZero() && !after.To.IsZero():
		return planGone
	case before == nil && after.Flag("proposal"):
		return planProposed
	case before == nil:
		return planNew
	case before.Flag("proposal") && !after.Flag("proposal"):
		return planAdopted
	}
	return planChanged
}

// add joins what happened to another feature of the plan.
func (p *planChange) add(o planChange) {
	if p.name == "" {
		p.name = o.name
	}
	p.said = append(p.said, o.said...)
	p.ground = append(p.ground, o.ground...)
}

// together is what became of a plan of which several things are told: that of the plan
// itself goes before that of its zones, and a version that goes no more beside one that
// is new is a plan that is changed.
func together(all ...string) string {
	is := func(what string) bool { return slices.Contains(all, what) }
	switch {
	case is(planAdopted):
		return planAdopted
	case is(planNew) && is(planGone):
		return planChanged
	case is(planNew):
		return planNew
	case is(planProposed):
		return planProposed
	case is(planGone):
		return planGone
	}
	return planChanged
}

// clean makes a name of a file fit for a line of a message.
func clean(text string) string {
	words := strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	runes := []rune(words)
	return string(runes[:min(len(runes), maxPlanName)])
}

const maxPlanName = 120
