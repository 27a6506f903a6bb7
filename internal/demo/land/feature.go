package land

import (
	"iter"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// The layers of Features.
const (
	LayerBoundary     = "municipality"
	LayerLand         = "land"
	LayerSea          = "sea"
	LayerIslands      = "islands"
	LayerStreams      = "streams"
	LayerRoads        = "roads"
	LayerTrails       = "trails"
	LayerProperties   = "properties"
	LayerSections     = "sections"
	LayerBuildings    = "buildings"
	LayerAddresses    = "addresses"
	LayerPlans        = "plans"
	LayerZones        = "plan_zones"
	LayerCautions     = "plan_cautions"
	LayerHazards      = "hazards"
	LayerPipes        = "pipes"
	LayerManholes     = "manholes"
	LayerBusLines     = "bus_lines"
	LayerBusStops     = "bus_stops"
	LayerSites        = "sites"
	LayerSportPitches = "pitches"
	LayerPiers        = "piers"
)

// Feature is one thing on the map. Its geometry is in metres of EPSG:25832, and
// its properties are texts, numbers and booleans only.
type Feature struct {
	Layer      string
	ID         string
	Geometry   orb.Geometry
	Properties map[string]any
	From, To   clock.Date // the zero Date: always, or still
}

// Layers are the names of all layers, those at the bottom of the map first.
func Layers() []string {
	return []string{
		LayerBoundary, LayerSea, LayerLand, LayerIslands, LayerPlans, LayerZones, LayerCautions, LayerHazards, LayerProperties, LayerSections,
		LayerStreams, LayerTrails, LayerRoads, LayerSportPitches, LayerPiers, LayerBuildings, LayerPipes, LayerManholes, LayerBusLines, LayerBusStops, LayerAddresses, LayerSites,
	}
}

// Features gives everything of the land as features, layer by layer. Owners are
// not among their properties: who owns what is not on the map.
func (l *Land) Features() iter.Seq[Feature] {
	return func(yield func(Feature) bool) {
		for _, layer := range []iter.Seq[Feature]{
			l.grounds, l.roads, l.properties, l.buildings, l.addresses, l.plans, l.network, l.services,
		} {
			for f := range layer {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// maybe is how a layer hands its features on until nobody wants more.
type maybe struct {
	yield func(Feature) bool
	done  bool
}

func (m *maybe) give(layer, id string, g orb.Geometry, properties map[string]any) {
	m.giveDated(layer, id, g, properties, clock.Date{}, clock.Date{})
}

func (m *maybe) giveDated(layer, id string, g orb.Geometry, properties map[string]any, from, to clock.Date) {
	if !m.done {
		m.done = !m.yield(Feature{layer, id, g, properties, from, to})
	}
}

func (m *maybe) named(layer string, list []Named) {
	for _, n := range list {
		m.give(layer, n.ID, n.Geometry, map[string]any{"name": n.Name})
	}
}

func (m *maybe) lines(layer string, list []Trail) {
	for _, t := range list {
		m.give(layer, t.ID, t.Line, map[string]any{"name": t.Name})
	}
}

func (m *maybe) pieces(layer, id string, list []orb.Polygon) {
	for i, p := range list {
		m.give(layer, count(id, i), p, map[string]any{"area": areaOf(p)})
	}
}

func (l *Land) grounds(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	no := l.Town.Number
	m.give(LayerBoundary, no, l.Boundary, map[string]any{"number": no, "name": l.Town.Name})
	m.pieces(LayerSea, no+"-sjo", l.Sea)
	m.pieces(LayerLand, no+"-land", l.Dry)
	m.named(LayerIslands, l.Islands)
	m.lines(LayerStreams, l.Streams)
	m.lines(LayerTrails, l.Trails)
	m.named(LayerPiers, l.Piers)
	for _, h := range l.Hazards {
		m.give(LayerHazards, h.ID, h.Ground, map[string]any{"kind": h.Rule.Kind, "code": h.Rule.Code})
	}
}

func (l *Land) roads(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, r := range l.Roads {
		m.give(LayerRoads, r.ID, r.Line, map[string]any{"name": r.Name, "class": string(r.Class), "width": r.Width})
	}
}

func (l *Land) properties(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, p := range l.Properties {
		m.giveDated(LayerProperties, p.ID, p.Ground, map[string]any{
			"number": p.Number(), "gnr": p.Gnr, "bnr": p.Bnr, "fnr": p.Fnr, "use": string(p.Use), "name": p.Name, "area": p.Area,
			"address": l.addressOf(p.Address),
		}, p.Since, clock.Date{})
	}
	for _, s := range l.Sections {
		p := l.Properties[s.Property]
		m.giveDated(LayerSections, s.ID, s.At, map[string]any{
			"number": designation(p.Gnr, p.Bnr, p.Fnr, s.Snr), "gnr": p.Gnr, "bnr": p.Bnr, "fnr": p.Fnr, "snr": s.Snr, "property": p.ID,
			"address": l.addressOf(p.Address),
		}, s.Since, clock.Date{})
	}
}

func (l *Land) addressOf(k int) string {
	if k < 0 {
		return ""
	}
	return l.Addresses[k].String()
}

func (l *Land) buildings(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, b := range l.Buildings {
		m.giveDated(LayerBuildings, b.ID, b.Ground, map[string]any{
			"number": b.Number, "type": b.Type, "name": b.Name, "area": b.Area, "floors": b.Floors, "cornice": b.Cornice, "ridge": b.Ridge,
			"year": b.Year, "property": l.Properties[b.Property].ID,
		}, clock.NewDate(b.Year, 1, 1), clock.Date{})
	}
}

func (l *Land) addresses(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, a := range l.Addresses {
		m.give(LayerAddresses, a.ID, a.At, map[string]any{
			"address": a.String(), "street": a.Street, "number": numbered(a), "code": a.Code, "place": a.Village, "property": l.Properties[a.Property].ID,
		})
	}
}

func (l *Land) plans(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, p := range l.Plans {
		m.giveDated(LayerPlans, p.ID, p.Ground, map[string]any{
			"plan": p.PlanID, "name": p.Name, "master": p.Master, "before": l.planOf(p.Before), "after": l.planOf(p.After),
		}, p.From, p.To)
	}
	for _, z := range l.Zones {
		p, rule := l.Plans[z.Plan], l.Provisions[z.Provision]
		m.giveDated(LayerZones, z.ID, z.Ground, map[string]any{
			"plan": p.PlanID, "master": p.Master, "field": z.Field, "purpose": z.Purpose.Code, "purpose_nb": z.Purpose.NB, "purpose_nn": z.Purpose.NN,
			"provision": z.Provision, "bya": rule.BYA, "cornice": rule.Cornice, "ridge": rule.Ridge, "line": rule.Line, "text_nb": rule.NB, "text_nn": rule.NN,
			"area": z.Area,
		}, p.From, p.To)
	}
	for _, c := range l.Cautions {
		p := l.Plans[c.Plan]
		m.giveDated(LayerCautions, c.ID, c.Ground, map[string]any{
			"plan": p.PlanID, "master": p.Master, "code": c.Rule.Code, "kind": c.Rule.Kind, "text_nb": c.Rule.NB, "text_nn": c.Rule.NN,
		}, p.From, p.To)
	}
}

func (l *Land) planOf(k int) string {
	if k < 0 {
		return ""
	}
	return l.Plans[k].PlanID
}

func (l *Land) network(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, p := range l.Pipes {
		m.giveDated(LayerPipes, p.ID, p.Line, map[string]any{
			"kind": p.Kind, "material": p.Material, "diameter": p.Diameter, "year": p.Year,
		}, clock.NewDate(p.Year, 1, 1), clock.Date{})
	}
	for _, h := range l.Manholes {
		m.giveDated(LayerManholes, h.ID, h.At, map[string]any{"kind": h.Kind, "year": h.Year}, clock.NewDate(h.Year, 1, 1), clock.Date{})
	}
}

func (l *Land) services(yield func(Feature) bool) {
	m := &maybe{yield: yield}
	for _, b := range l.BusLines {
		m.give(LayerBusLines, b.ID, b.Line, map[string]any{"name": b.Name, "stops": len(b.Stops)})
	}
	m.named(LayerBusStops, l.BusStops)
	for _, s := range l.Sites {
		m.give(LayerSites, s.ID, s.At, map[string]any{
			"name": s.Name, "kind": string(s.Kind), "property": l.Properties[s.Property].ID, "address": l.addressOf(s.Address),
		})
		if s.Area != nil {
			m.give(LayerSportPitches, s.ID+"-bane", s.Area, map[string]any{"name": s.Name})
		}
	}
}
