package property

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// leastShare is how many square metres two areas must share before one is said to
// lie in the other: boundaries of plans are drawn on older maps than those of
// properties, and a sliver along a boundary is no zone of the property. leastPart is
// for zones that are small themselves, such as a sight triangle.
const (
	leastShare = 1.0
	leastPart  = 0.05
)

// shares reports whether two areas have more than a sliver in common.
func shares(a, b orb.MultiPolygon) bool {
	common := shape.Overlap(a, b)
	return common >= leastShare || common > 0 && common >= leastPart*shape.Area(b)
}

// zonesIn are the zones that go in an area: those of zoning plans, and those of the
// master plan where no zoning plan lies (plan- og bygningsloven §§ 11-6 and 12-4).
// The largest comes first within each.
func (r *reader) zonesIn(ctx context.Context, area orb.MultiPolygon) ([]Zone, error) {
	found, err := r.near(ctx, layerZones, area, 0)
	if err != nil {
		return nil, err
	}
	var zoning, master []Zone
	for _, f := range found {
		z := r.zone(f)
		switch {
		case !shares(area, z.Ground):
		case z.Master:
			master = append(master, z)
		default:
			zoning = append(zoning, z)
		}
	}
	var grounds []orb.MultiPolygon
	for _, z := range zoning {
		if !z.Unsure { // nobody knows that it goes before the master plan
			grounds = append(grounds, z.Ground)
		}
	}
	regulated := shape.Covered(area, grounds...)
	for _, z := range master {
		left := shape.Covered(area, append(slices.Clone(grounds), z.Ground)...) - regulated
		if left >= leastShare || left > 0 && left >= leastPart*shape.Area(area) {
			zoning = append(zoning, z)
		}
	}
	sortZones(zoning, area)
	return zoning, nil
}

// sortZones puts zones of zoning plans first and then those that cover most.
func sortZones(list []Zone, area orb.MultiPolygon) {
	covers := make(map[string]float64, len(list))
	for _, z := range list {
		covers[z.ID] = shape.Overlap(area, z.Ground)
	}
	slices.SortStableFunc(list, func(a, b Zone) int {
		switch {
		case a.Master != b.Master && b.Master:
			return -1
		case a.Master != b.Master:
			return 1
		}
		return cmp.Or(cmp.Compare(covers[b.ID], covers[a.ID]), cmp.Compare(a.ID, b.ID))
	})
}

// cautionsIn are the consideration zones and the dangers in an area. Those of the
// master plan go where a zoning plan lies too. A danger of the map of hazards is left
// out where plans tell of the same: when it reaches further in the area than their
// zones, it is told beside them, and what both cover counts once.
func (r *reader) cautionsIn(ctx context.Context, area orb.Geometry) ([]Caution, error) {
	var list []Caution
	for _, layer := range []string{layerCautions, layerHazards} {
		found, err := r.near(ctx, layer, area, 0)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			c := r.caution(f, layer)
			if polygons, is := area.(orb.MultiPolygon); is && !shares(polygons, c.Ground) {
				continue
			}
			if layer != layerHazards || !told(area, c, list) {
				list = append(list, c)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Caution) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), -cmp.Compare(a.Source, b.Source), cmp.Compare(a.Plan, b.Plan)) // plans before hazards
	})
	return list, nil
}

// told reports whether zones of plans with the same code cover all of a danger that lies
// in an area, but for a sliver.
func told(area orb.Geometry, danger Caution, list []Caution) bool {
	var grounds []orb.MultiPolygon
	for _, c := range list {
		if c.Code == danger.Code && c.Source != danger.Source {
			grounds = append(grounds, c.Ground)
		}
	}
	polygons, is := area.(orb.MultiPolygon)
	if !is || len(grounds) == 0 {
		return len(grounds) > 0 // they all hold the point
	}
	left := shape.Covered(polygons, append(slices.Clone(grounds), danger.Ground)...) - shape.Covered(polygons, grounds...)
	return left < leastShare && left < leastPart*shape.Area(polygons)
}

// zonesAt are the zones that go at a point.
func (r *reader) zonesAt(ctx context.Context, p orb.Point) ([]Zone, error) {
	found, err := r.near(ctx, layerZones, p, 0)
	if err != nil {
		return nil, err
	}
	var list []Zone
	for _, f := range found {
		list = append(list, r.zone(f))
	}
	if slices.ContainsFunc(list, func(z Zone) bool { return !z.Master && !z.Unsure }) {
		list = slices.DeleteFunc(list, func(z Zone) bool { return z.Master })
	}
	slices.SortStableFunc(list, func(a, b Zone) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// plansOf are the plans of zones and cautions, and those that lie in an area without
// having zones of their own in the map.
func (r *reader) plansOf(ctx context.Context, area orb.Geometry, zones []Zone, cautions []Caution) ([]Plan, error) {
	found, err := r.near(ctx, layerPlans, area, 0)
	if err != nil {
		return nil, err
	}
	polygons, _ := area.(orb.MultiPolygon)
	return plansAmong(found, polygons, zones, cautions), nil
}

func plansAmong(found []layers.Feature, area orb.MultiPolygon, zones []Zone, cautions []Caution) []Plan {
	named := map[string]bool{}
	for _, z := range zones {
		named[z.Plan] = true
	}
	for _, c := range cautions {
		named[c.Plan] = true
	}
	var list []Plan
	for _, f := range found {
		p := plan(f)
		if named[p.Number] || area == nil || shares(area, p.Ground) {
			list = append(list, p)
		}
	}
	sortPlans(list)
	return list
}

// Utilisation is how much of a plot buildings cover and may cover (%-BYA, TEK17
// § 5-2), in one zone. The plot is the part of the property that lies in the zone
// (TEK17 § 5-8), all in square metres.
type Utilisation struct {
	Zone    Zone
	Plot    float64
	Built   float64
	Allowed float64 // 0 when the plan does not regulate it
}

// Percent is how much of the plot is built on.
func (u Utilisation) Percent() float64 {
	if u.Plot <= 0 {
		return 0
	}
	return 100 * u.Built / u.Plot
}

// Left is how much more may be built on; negative when it is more than allowed.
func (u Utilisation) Left() float64 { return u.Allowed - u.Built }

// UtilisationOf reckons how much of a property's plot in a zone is built on. Only
// footprints of buildings count here: parking, terraces and roofs over open ground
// may count too (TEK17 § 5-2), which no map knows.
func UtilisationOf(ground orb.MultiPolygon, z Zone, buildings []Building) Utilisation {
	u := Utilisation{Zone: z, Plot: shape.Overlap(ground, z.Ground), Built: builtOn(ground, z.Ground, buildings)}
	u.Allowed = z.BYA / 100 * u.Plot
	return u
}

// builtOn is how many square metres of a property's part of a zone buildings cover.
// What three areas share follows from what pairs of them share and what two of them
// cover of the third together.
func builtOn(ground, zone orb.MultiPolygon, buildings []Building) float64 {
	if len(buildings) == 0 {
		return 0
	}
	grounds := make([]orb.MultiPolygon, 0, len(buildings)+1)
	for _, b := range buildings {
		grounds = append(grounds, b.Ground)
	}
	built := shape.Covered(ground, grounds...)
	return max(0, built+shape.Overlap(ground, zone)-shape.Covered(ground, append(grounds, zone)...))
}

// BuiltUp is how much of a property its buildings cover, in square metres.
func BuiltUp(ground orb.MultiPolygon, buildings []Building) float64 {
	grounds := make([]orb.MultiPolygon, len(buildings))
	for i, b := range buildings {
		grounds[i] = b.Ground
	}
	return shape.Covered(ground, grounds...)
}
