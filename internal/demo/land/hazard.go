package land

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// Hazard is an area of flood or landslide.
type Hazard struct {
	ID     string
	Rule   Rule
	Ground orb.Polygon
}

// rule is the rule for a kind of hazard.
func (d *drawing) rule(kind string) Rule {
	at := slices.IndexFunc(d.rules.Hazards, func(r Rule) bool { return r.Kind == kind })
	if at < 0 {
		return Rule{Kind: kind}
	}
	return d.rules.Hazards[at]
}

// threat is a spot on the sheet and how bad it is.
type threat struct {
	at    orb.Point
	worth float64
}

// threats finds where it is low by the sea and where it is steep, near people.
func (d *drawing) threats() {
	var low, steep []threat
	for u := 2 * pitch; u < sheetWide-2*pitch; u += 64 {
		for v := 2 * pitch; v < sheetHigh-2*pitch; v += 64 {
			near := d.net.squares[int(u/pitch)][int(v/pitch)].kind.built()
			h := d.terrain.height(u, v)
			if near && h > 0.5 && h < 4 {
				low = append(low, threat{orb.Point{u, v}, h})
			}
			if h > 8 && (near || d.besideBuilt(u, v)) {
				slope := math.Hypot(d.terrain.height(u+40, v)-h, d.terrain.height(u, v+40)-h)
				steep = append(steep, threat{orb.Point{u, v}, -slope})
			}
		}
	}
	d.mark(low, "flood", 3, 130)
	d.mark(steep, "landslide", 3, 170)
}

func (d *drawing) besideBuilt(u, v float64) bool {
	i, j := int(u/pitch), int(v/pitch)
	for _, step := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
		if d.net.kindAt(i+step[0], j+step[1]).built() {
			return true
		}
	}
	return false
}

// mark makes the worst few threats into hazards, well apart.
func (d *drawing) mark(list []threat, kind string, count int, radius float64) {
	slices.SortStableFunc(list, func(a, b threat) int { return cmp.Compare(a.worth, b.worth) })
	var marked []orb.Point
	for _, t := range list {
		if len(marked) == count {
			return
		}
		if slices.ContainsFunc(marked, func(p orb.Point) bool { return gap(p, t.at) < 5*radius }) {
			continue
		}
		marked = append(marked, t.at)
		for _, ground := range overlap(d.land.Dry, orb.Polygon{d.blob(t.at, radius)}) {
			d.land.Hazards = append(d.land.Hazards, Hazard{
				ID: d.id("fare", len(d.land.Hazards)+1), Rule: d.rule(kind), Ground: ground,
			})
		}
	}
}

// blob is a rounded patch round a spot on the sheet.
func (d *drawing) blob(at orb.Point, radius float64) orb.Ring {
	const corners = 36
	phase := d.rng.Float64() * 2 * math.Pi
	ring := make(orb.Ring, 0, corners+1)
	for k := range corners {
		angle := 2 * math.Pi * float64(k) / corners
		r := radius * (1 + 0.22*math.Sin(2*angle+phase) + 0.1*math.Sin(5*angle+2*phase))
		ring = append(ring, round(d.terrain.place(at[0]+1.25*r*math.Cos(angle), at[1]+r*math.Sin(angle))))
	}
	return append(ring, ring[0])
}

// overlap is what two areas have in common: a net of both outlines, and of its
// faces those that lie in both.
func overlap(a orb.MultiPolygon, b orb.Polygon) orb.MultiPolygon {
	m := newMesh(coarse)
	for _, p := range append(slices.Clone(a), b) {
		for _, r := range p {
			m.line(0, r...)
		}
	}
	m.node()
	net := m.close()
	group := make([]int32, len(net.faces))
	for i, f := range net.faces {
		group[i] = nowhere
		if f.area > 1 && contains(b, f.inner) && slices.ContainsFunc(a, func(p orb.Polygon) bool { return contains(p, f.inner) }) {
			group[i] = 0
		}
	}
	return net.dissolve(group)[0]
}

// caution adds the parts of a consideration zone to a plan.
func (d *drawing) caution(plan int, rule Rule, grounds orb.MultiPolygon) {
	for _, ground := range grounds {
		d.land.Cautions = append(d.land.Cautions, Caution{
			ID: d.land.Plans[plan].ID + "-" + rule.Code + "-" + strconv.Itoa(len(d.land.Cautions)+1), Plan: plan, Rule: rule, Ground: ground,
		})
	}
}

// cautions are the consideration zones of a zoning plan: hazards, old houses,
// and free sight where streets meet.
func (d *drawing) cautions(plan int) {
	ground := d.land.Plans[plan].Ground
	box := ground.Bound()
	for _, h := range d.land.Hazards {
		if box.Intersects(h.Ground.Bound()) {
			d.caution(plan, h.Rule, overlap(ground, h.Ground))
		}
	}
	count := 0
	for _, s := range d.streets.list {
		if s.class != Residential || count == 3 || !within(ground[0][0], s.line[0]) {
			continue
		}
		count++
		d.caution(plan, d.rule("sight"), overlap(ground, orb.Polygon{sight(s.line)}))
	}
	if old := d.oldQuarter(plan); len(old) > 0 {
		d.caution(plan, d.rule("heritage"), old)
	}
}

// sight is the triangle in which nothing may stand where a street begins.
func sight(line orb.LineString) orb.Ring {
	at, along := walk(line, 0)
	tip := round(orb.Point{at[0] + 16*along[0], at[1] + 16*along[1]})
	left := round(orb.Point{at[0] - 34*along[1], at[1] + 34*along[0]})
	right := round(orb.Point{at[0] + 34*along[1], at[1] - 34*along[0]})
	return orb.Ring{tip, left, right, tip}
}

// oldQuarter is the ground of the oldest houses of a plan, when they stand in
// the centre.
func (d *drawing) oldQuarter(plan int) orb.MultiPolygon {
	group := make([]int32, len(d.planar.faces))
	found := false
	box := d.land.Plans[plan].Ground.Bound()
	old := map[int]bool{}
	for _, b := range d.land.Buildings {
		old[b.Property] = old[b.Property] || b.Year < 1905
	}
	for i, f := range d.planar.faces {
		group[i] = nowhere
		if k := d.plots[i]; k != nowhere && d.land.Properties[k].built == centre && old[int(k)] && box.Contains(f.inner) &&
			contains(d.land.Plans[plan].Ground[0], f.inner) && d.land.Properties[k].Use == Shops {
			group[i], found = 0, true
		}
	}
	if !found {
		return nil
	}
	return d.planar.dissolve(group)[0]
}
