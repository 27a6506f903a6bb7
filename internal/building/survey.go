package building

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// plot is what is known of the property that is built on.
type plot struct {
	property   property.Property
	facts      property.Facts
	neighbours []check.Neighbour // those that adjoin, roads too
	sides      []site.Side
	more       []string // layers of which more lies on the property than was read
}

// asTorg is a context that reads layers kept from the public, for an answer in which it
// does not show where a pipe lies.
func asTorg(ctx context.Context) context.Context { return identity.AsSystem(ctx, Name) }

// plotOf reads what is known of a property.
func (s *Service) plotOf(ctx context.Context, tx *store.Tx, ref property.Ref) (p plot, err error) {
	if p.property, err = s.Properties.ByRef(ctx, tx, ref); err != nil {
		return p, err
	}
	if p.facts, err = s.Properties.FactsOf(ctx, tx, p.property); err != nil {
		return p, err
	}
	p.more = p.facts.More
	if p.neighbours, err = s.adjoining(ctx, tx, p.property); err != nil {
		return p, err
	}
	var behind []site.Ground
	for _, n := range p.neighbours {
		behind = append(behind, site.Ground{Name: n.Label(), Area: n.Ground})
	}
	p.sides = site.Sides(p.property.Ground, behind)
	return p, nil
}

// gap is how far apart the boundaries of neighbours may be drawn, in metres.
const gap = 0.5

// adjoining are the properties beside one, those of roads too: towards a road the
// plan's building line goes. Leased ground within the property is none of them. Where there
// are more than are read, the error is errs.Conflict: a distance to a boundary whose owner
// is not among them would be told as one to nobody's.
func (s *Service) adjoining(ctx context.Context, tx *store.Tx, p property.Property) ([]check.Neighbour, error) {
	found, more, err := s.near(ctx, tx, "properties", p.Ground, gap)
	if more {
		return nil, errs.Conflict("building.site.too_many_around", "number", p.Ref.String())
	}
	var list []check.Neighbour
	for _, f := range found {
		if ground := f.Area(); f.ID != p.ID && len(ground) > 0 && shape.Overlap(ground, p.Ground) < 1 {
			list = append(list, check.Neighbour{Ref: f.Text("number"), Address: cmp.Or(f.Text("address"), f.Text("name")), Use: f.Text("use"), Ground: ground})
		}
	}
	return list, err
}

// input brings together what the works are held against.
func (s *Service) input(ctx context.Context, tx *store.Tx, p plot, w check.Works) (check.Input, error) {
	in := check.Input{Ref: p.property.Ref.String(), Use: p.property.Use, Ground: p.property.Ground, Works: w, Sea: math.Inf(1), Neighbours: p.neighbours}
	under, err := s.Properties.FactsUnder(ctx, tx, w.Footprint)
	if err != nil {
		return in, err
	}
	in.Missing = append(slices.Clone(p.facts.Missing), under.Missing...)
	in.More = slices.DeleteFunc(slices.Concat(p.more, under.More), func(layer string) bool { return layer == check.LayerPipes }) // the nearest come first
	for _, z := range merged(p.facts.Zones, under.Zones) {
		in.Zones = append(in.Zones, p.zone(z))
	}
	for _, c := range under.Cautions {
		in.Cautions = append(in.Cautions, p.caution(c))
	}
	for _, pipe := range under.Pipes {
		in.Pipes = append(in.Pipes, check.Pipe{Kind: pipe.Kind, Line: pipe.Line})
	}
	if in.Lines, err = s.lines(ctx, tx, w.Footprint); err != nil {
		return in, err
	}
	if err = s.buildings(ctx, tx, p, &in); err != nil {
		return in, err
	}
	return in, s.sea(ctx, tx, &in)
}

// buildingLine is the code of a building line (byggegrense) among the lines of plans, and
// aroundLines how far from the works one is looked for, in metres.
const (
	buildingLine = "1211"
	aroundLines  = 30
)

// lines are the building lines near the works that plans in force draw.
func (s *Service) lines(ctx context.Context, tx *store.Tx, footprint orb.MultiPolygon) ([]check.PlanLine, error) {
	near, _, err := s.near(ctx, tx, layers.PlanLines, footprint, aroundLines) // the nearest come first
	var list []check.PlanLine
	for _, f := range near {
		if f.Text("code") != buildingLine || f.Flag("proposal") || layers.PlanStatus(f.Text("status")).Ended() {
			continue
		}
		switch g := f.Geometry.(type) {
		case orb.LineString:
			list = append(list, check.PlanLine{Plan: f.Text("plan"), Line: orb.MultiLineString{g}})
		case orb.MultiLineString:
			list = append(list, check.PlanLine{Plan: f.Text("plan"), Line: g})
		}
	}
	return list, err
}

// merged are the zones of the property, and those under a building that reaches
// beyond it.
func merged(zones, more []property.Zone) []property.Zone {
	all := slices.Clone(zones)
	for _, z := range more {
		if !slices.ContainsFunc(all, func(o property.Zone) bool { return o.ID == z.ID }) {
			all = append(all, z)
		}
	}
	return all
}

func (p plot) zone(z property.Zone) check.Zone {
	plan, _ := p.facts.Plan(z.Plan)
	return check.Zone{
		Plan: z.Plan, PlanName: plan.Name, Field: z.Field, Purpose: z.Purpose, PurposeText: z.PurposeText, BYA: z.BYA, Cornice: z.Cornice, Ridge: z.Ridge,
		Line: z.Line, Unknown: check.Numbers(z.Unknown), Unsure: z.Unsure, Master: z.Master, Ground: z.Ground,
	}
}

func (p plot) caution(c property.Caution) check.Caution {
	plan, _ := p.facts.Plan(c.Plan)
	return check.Caution{Plan: c.Plan, PlanName: plan.Name, Code: c.Code, Kind: c.Kind, Text: c.Text, Layer: c.Source, Ground: c.Ground}
}

// lookAround is how far from the works buildings are looked for: farther than fire
// asks about, so that the nearest can be named.
const lookAround = 50

// buildings are those of the property, and others near the works.
func (s *Service) buildings(ctx context.Context, tx *store.Tx, p plot, in *check.Input) error {
	own := map[string]bool{}
	for _, b := range p.facts.Buildings {
		own[b.ID] = true
		in.Buildings = append(in.Buildings, check.Building{Number: b.Number, Own: true, Ground: b.Ground})
	}
	near, more, err := s.near(ctx, tx, check.LayerBuildings, in.Works.Footprint, lookAround)
	for _, f := range near {
		if !own[f.ID] {
			in.Buildings = append(in.Buildings, check.Building{Number: int64(f.Number("number")), Ground: f.Area()})
		}
	}
	if more {
		in.More = append(in.More, check.LayerBuildings)
	}
	return err
}

// sea measures the way to the sea.
func (s *Service) sea(ctx context.Context, tx *store.Tx, in *check.Input) error {
	has, err := s.Layers.Has(ctx, tx, check.LayerSea)
	if err != nil {
		return fmt.Errorf("building: the layer of the sea: %w", err)
	}
	if !has {
		in.Missing = append(in.Missing, check.LayerSea)
		return nil
	}
	near, _, err := s.near(ctx, tx, check.LayerSea, in.Works.Footprint, s.law.Shore.Metres)
	if len(near) > 0 {
		in.Sea = round2(shape.Distance(near[0].Geometry, in.Works.Footprint))
	}
	return err
}

// near reads what a layer has near a shape, the nearest first, and whether there may be more;
// nothing when there is no such layer.
func (s *Service) near(ctx context.Context, tx *store.Tx, layer string, g orb.Geometry, metres float64) (list []layers.Feature, more bool, err error) {
	list, more, err = s.Layers.NearestIn(asTorg(ctx), tx, layer, g, metres, s.Layers.Home(ctx))
	if errs.Is(err, errs.KindNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("building: read %s: %w", layer, err)
	}
	return list, more, nil
}

// suggested is a request with a place for the works, when there is one. It heeds no pipes:
// where they lie could be read off the places that it keeps away from.
func (s *Service) suggested(ctx context.Context, tx *store.Tx, p plot, r Request) (Request, bool, error) {
	w := site.Wish{
		Ground: p.property.Ground, Boundary: max(s.law.Boundary.Metres, r.Cornice*s.law.Boundary.ShareOfHeight), Apart: s.law.Fire.SmallMetres,
		AttachOwn: slices.Contains([]check.Kind{check.Extension, check.Upper, check.Terrace}, r.Kind),
	}
	for _, b := range p.facts.Buildings {
		w.Own = append(w.Own, b.Ground)
	}
	for _, n := range p.neighbours {
		if n.Use == check.UseRoad {
			w.Roads = append(w.Roads, n.Ground)
		}
	}
	for _, z := range p.facts.Zones {
		w.Road = max(w.Road, z.Line)
	}
	others, _, err := s.near(ctx, tx, check.LayerBuildings, p.property.Ground, lookAround)
	for _, f := range others {
		if !slices.ContainsFunc(p.facts.Buildings, func(b property.Building) bool { return b.ID == f.ID }) {
			w.Others = append(w.Others, f.Area())
		}
	}
	if err != nil {
		return r, false, err
	}
	rectangle, ok := site.Suggest(w, r.Width, r.Length)
	if !ok {
		return r, false, nil
	}
	r.SideA, r.SideB = "", ""
	r = r.at(rectangle, p.sides)
	if r.SideA == "" || r.Mode == modeCorners {
		r.Mode = modePoint
	}
	return r, true, nil
}

// generations are the versions of the layers that the answers rest on.
func (s *Service) generations(ctx context.Context, tx *store.Tx) (map[string]int64, error) {
	all, err := s.Layers.LayersIn(asTorg(ctx), tx)
	if err != nil {
		return nil, fmt.Errorf("building: layers: %w", err)
	}
	used := []string{
		"properties", "addresses", "plans", check.LayerBuildings, check.LayerZones, check.LayerCautions, check.LayerHazards, check.LayerPipes, check.LayerSea, layers.PlanLines,
	}
	generations := map[string]int64{}
	for _, l := range all {
		if slices.Contains(used, l.Name) {
			generations[l.Name] = l.Generation
		}
	}
	return generations, nil
}
