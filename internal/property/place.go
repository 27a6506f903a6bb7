package property

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// Place is what is at a point.
type Place struct {
	At orb.Point // in metres of the home system
	// Outside says that the point is not in the municipality; nothing else is told then.
	Outside  bool
	Property *Property
	Address  *Distant // the nearest
	Zones    []Zone
	Cautions []Caution
	Plans    []Plan
	Near     []Distant // the nearest kindergarten and school
	Missing  []string
}

// Distant is something with a name and how far away it is, as the crow flies.
type Distant struct {
	Kind   string // address, kindergarten, school
	Name   string
	Path   string
	Metres float64
	At     orb.Point
}

// addressMetres is how far away an address is still told of.
const addressMetres = 2000

// PlaceAt tells what is at a point of the home system.
func (s *Service) PlaceAt(ctx context.Context, tx *store.Tx, at orb.Point) (p Place, err error) {
	r := s.reader(ctx, tx)
	p.At = at
	for _, step := range []func(context.Context, *Place) error{r.within, r.placeProperty, r.placeRules, r.around} {
		if err := step(ctx, &p); err != nil || p.Outside {
			p.Missing = r.missing
			return p, err
		}
	}
	p.Missing = r.missing
	return p, nil
}

// within asks whether the point is in the municipality, where its boundary is in the
// map.
func (r *reader) within(ctx context.Context, p *Place) error {
	has, err := r.s.Layers.Has(ctx, r.tx, layerBoundary)
	if err != nil || !has {
		return err
	}
	found, err := r.near(ctx, layerBoundary, p.At, 0)
	p.Outside = len(found) == 0
	return err
}

func (r *reader) placeProperty(ctx context.Context, p *Place) error {
	found, ok, err := r.propertyAt(ctx, p.At)
	if ok {
		p.Property = &found
	}
	return err
}

func (r *reader) placeRules(ctx context.Context, p *Place) (err error) {
	if p.Zones, err = r.zonesAt(ctx, p.At); err != nil {
		return err
	}
	if p.Cautions, err = r.cautionsIn(ctx, p.At); err != nil {
		return err
	}
	p.Plans, err = r.plansOf(ctx, p.At, p.Zones, p.Cautions)
	return err
}

// around finds the nearest address, kindergarten and school.
func (r *reader) around(ctx context.Context, p *Place) error {
	for _, metres := range []float64{60, 300, addressMetres} {
		found, err := r.near(ctx, layerAddresses, p.At, metres)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			a := address(found[0])
			p.Address = &Distant{Kind: "address", Name: a.String(), At: a.At, Metres: shape.Distance(p.At, a.At)}
			break
		}
	}
	if has, err := r.has(ctx, layerSites); err != nil || !has {
		return err
	}
	g, err := r.s.gazetteer(ctx, r)
	if err != nil {
		return err
	}
	for _, kind := range []string{"kindergarten", "school"} {
		if d, found := nearestSite(g.sites, kind, p.At); found {
			p.Near = append(p.Near, d)
		}
	}
	return nil
}

func nearestSite(sites []Site, kind string, at orb.Point) (Distant, bool) {
	best := Distant{Metres: math.Inf(1)}
	for _, s := range sites {
		if d := shape.Distance(at, s.At); s.Kind == kind && d < best.Metres {
			best = Distant{Kind: kind, Name: s.Name, Path: PlacePath(s.At), Metres: d, At: s.At}
		}
	}
	return best, !math.IsInf(best.Metres, 1)
}

// Says tells what goes at the point, in whole sentences.
func (p Place) Says(words *i18n.Localizer) []Line {
	t := teller{words: words, plans: p.Plans, missing: p.Missing}
	t.plan(p.Zones, p.Plans)
	for _, z := range p.Zones {
		t.many = len(p.Zones) > 1
		t.zone(z, nil)
	}
	t.boundary(p.Zones)
	t.cautions(p.Cautions, nil)
	return t.lines
}

// missingOf is what is said to be missing, each once and in order.
func missingOf(list []string) []string {
	list = append([]string{}, list...)
	slices.SortFunc(list, cmp.Compare[string])
	return slices.Compact(list)
}
