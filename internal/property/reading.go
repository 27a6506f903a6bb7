package property

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// The layers that are read, as every import names them.
const (
	layerProperties = "properties"
	layerSections   = "sections"
	layerBuildings  = "buildings"
	layerAddresses  = "addresses"
	layerPlans      = "plans"
	layerZones      = "plan_zones"
	layerCautions   = SourcePlan
	layerHazards    = SourceHazard
	layerPipes      = "pipes"
	layerSites      = "sites"
	layerIslands    = "islands"
	layerBoundary   = "municipality"
	layerSea        = "sea"
)

// reader reads layers within one transaction and notes those that are missing.
type reader struct {
	s       *Service
	tx      *store.Tx
	home    crs.System
	nynorsk bool
	today   clock.Date
	missing []string
	more    []string // layers of which there is more than was read
}

func (s *Service) reader(ctx context.Context, tx *store.Tx) *reader {
	return &reader{
		s: s, tx: tx, home: s.Layers.Home(ctx), nynorsk: i18n.LangOf(ctx) == i18n.NN, today: clock.DateIn(tx.Now.Time),
	}
}

// has reports whether the municipality has a layer, and notes it when not.
func (r *reader) has(ctx context.Context, layer string) (bool, error) {
	if slices.Contains(r.missing, layer) {
		return false, nil
	}
	has, err := r.s.Layers.Has(ctx, r.tx, layer)
	if err == nil && !has {
		r.missing = append(r.missing, layer)
	}
	return has, err
}

// near returns what lies within so many metres of a shape; nothing of a layer that
// the municipality does not have, or keeps from who asks, which is noted.
func (r *reader) near(ctx context.Context, layer string, g orb.Geometry, metres float64) ([]layers.Feature, error) {
	if has, err := r.has(ctx, layer); err != nil || !has {
		return nil, err
	}
	list, more, err := r.s.Layers.NearestIn(ctx, r.tx, layer, g, metres, r.home)
	if hidden(err) {
		r.missing = append(r.missing, layer)
		return nil, nil
	}
	if more {
		r.more = append(r.more, layer)
	}
	return slices.DeleteFunc(list, func(f layers.Feature) bool { return proposed(f) || status(f).Ended() }), err
}

// status is how far the plan that something is of has come. A map that was brought in
// before repealed plans were ended there still has them.
func status(f layers.Feature) layers.PlanStatus { return layers.PlanStatus(f.Text("status")) }

// proposed reports whether something is of a plan that is proposed and not decided:
// it binds nobody yet (plan- og bygningsloven § 12-4).
func proposed(f layers.Feature) bool { return f.Flag("proposal") }

// hidden reports whether an error says that a layer is not for who asks.
func hidden(err error) bool {
	e := errs.Of(err)
	return e != nil && slices.Contains([]errs.Kind{errs.KindNotFound, errs.KindForbidden, errs.KindLogin}, e.Kind)
}

// asTorg is a context that reads what is kept from the public, for an answer in
// which it is not shown.
func asTorg(ctx context.Context) context.Context { return identity.AsSystem(ctx, Name) }

func (r *reader) property(f layers.Feature) Property {
	return Property{
		ID: f.ID, Ref: refFrom(f), Name: f.Text("name"), Use: f.Text("use"), Address: f.Text("address"), Area: f.Number("area"), Ground: f.Area(),
		Since: day(f.From),
	}
}

func refFrom(f layers.Feature) Ref {
	return Ref{int(f.Number("gnr")), int(f.Number("bnr")), int(f.Number("fnr")), int(f.Number("snr"))}
}

// day is the Norwegian day of an instant, zero for none.
func day(at time.Time) clock.Date {
	if at.IsZero() {
		return clock.Date{}
	}
	return clock.DateIn(at)
}

func building(f layers.Feature) Building {
	return Building{
		ID: f.ID, Number: int64(f.Number("number")), Type: int(f.Number("type")), Name: f.Text("name"), Ground: f.Area(), Area: f.Number("area"),
		Cornice: f.Number("cornice"), Ridge: f.Number("ridge"), Floors: int(f.Number("floors")), Year: int(f.Number("year")),
	}
}

func address(f layers.Feature) Address {
	at, _ := f.Geometry.(orb.Point)
	return Address{ID: f.ID, Text: f.Text("address"), Code: f.Text("code"), Place: f.Text("place"), At: at}
}

// local is a text in the reader's language form.
func (r *reader) local(f layers.Feature, name string) string {
	nb, nn := f.Text(name+"_nb"), f.Text(name+"_nn")
	if r.nynorsk {
		return cmp.Or(nn, nb)
	}
	return cmp.Or(nb, nn)
}

func (r *reader) zone(f layers.Feature) Zone {
	unknown := func(name string) bool {
		_, told := f.Properties[name]
		return !told
	}
	return Zone{
		Unknown: Numbers{BYA: unknown("bya"), Cornice: unknown("cornice"), Ridge: unknown("ridge"), Line: unknown("line")}, Unsure: status(f).Unsure(),
		ID: f.ID, Plan: f.Text("plan"), Field: f.Text("field"), Purpose: f.Text("purpose"), PurposeText: r.local(f, "purpose"), Text: r.local(f, "text"),
		BYA: f.Number("bya"), Cornice: f.Number("cornice"), Ridge: f.Number("ridge"), Line: f.Number("line"), Master: f.Flag("master"), Ground: f.Area(),
	}
}

func (r *reader) caution(f layers.Feature, source string) Caution {
	return Caution{
		ID: f.ID, Plan: f.Text("plan"), Code: f.Text("code"), Kind: f.Text("kind"), Text: r.local(f, "text"), Ground: f.Area(), Source: source,
		Master: f.Flag("master"),
	}
}

func plan(f layers.Feature) Plan {
	return Plan{
		ID: f.ID, Number: f.Text("plan"), Name: f.Text("name"), Master: f.Flag("master"), Proposal: proposed(f), Unsure: status(f).Unsure(), Repealed: status(f).Ended(), From: day(f.From), To: day(f.To),
		Before: f.Text("before"), After: f.Text("after"), Ground: f.Area(),
	}
}

func site(f layers.Feature) Site {
	at, _ := f.Geometry.(orb.Point)
	return Site{ID: f.ID, Name: f.Text("name"), Kind: f.Text("kind"), Address: f.Text("address"), At: at}
}

// propertyByID reads a property as it is seen now.
func (r *reader) propertyByID(ctx context.Context, id string) (Property, error) {
	f, err := r.s.Layers.FeatureIn(ctx, r.tx, layerProperties, id, r.home)
	if err != nil {
		return Property{}, err
	}
	return r.property(f), nil
}

// plansByNumber reads plans by their numbers, those that are gone too; unknown
// numbers are left out. Zoning plans come first, the newest first.
func (r *reader) plansByNumber(ctx context.Context, numbers []string) ([]Plan, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	names, err := r.s.gazetteer(ctx, r)
	if err != nil {
		return nil, err
	}
	var list []Plan
	for _, number := range numbers {
		id, known := names.plans[number]
		if !known {
			continue
		}
		f, err := r.s.Layers.FeatureIn(ctx, r.tx, layerPlans, id, r.home)
		if hidden(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, plan(f))
	}
	sortPlans(list)
	return list, nil
}

// sortPlans puts zoning plans before the master plan and the newest first.
func sortPlans(list []Plan) {
	slices.SortFunc(list, func(a, b Plan) int {
		switch {
		case a.Master != b.Master && b.Master:
			return -1
		case a.Master != b.Master:
			return 1
		}
		return cmp.Or(cmp.Compare(b.From.String(), a.From.String()), cmp.Compare(a.Number, b.Number))
	})
}

// unknown is the error for a number that no property has.
func unknown(what Ref) error { return errs.NotFound("property.unknown", "number", what.String()) }
