package land

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// BusLine is a bus line with its stops in order.
type BusLine struct {
	ID, Name string
	Line     orb.LineString
	Stops    []int // indexes in Land.BusStops
}

// Site is where something everybody knows lies.
type Site struct {
	ID, Name string
	Kind     Use
	Property int
	Address  int
	At       orb.Point
	Area     orb.Polygon // of a pitch
}

// Trail is a path in the hills, or a stream.
type Trail struct {
	ID, Name string
	Line     orb.LineString
}

// equip adds what lies in, on and beside the ground.
func (d *drawing) equip() {
	d.pipes()
	d.buses()
	d.sites()
	d.piers()
	d.trails()
}

// buses run along the main road, and round the streets of the first village.
func (d *drawing) buses() {
	var round []int
	for i, r := range d.land.Roads {
		if r.Class == Main && len(d.land.BusLines) == 0 {
			d.busLine(r.Line)
		}
		if r.Place == 0 && (r.Class == Collector || r.Class == Centre) && length(r.Line) > 600 {
			round = append(round, i)
		}
	}
	best := -1
	for _, i := range round {
		if best < 0 || length(d.land.Roads[i].Line) > length(d.land.Roads[best].Line) {
			best = i
		}
	}
	if best >= 0 && len(d.land.BusLines) > 0 {
		d.busLine(d.land.Roads[best].Line)
	}
}

func (d *drawing) busLine(line orb.LineString) {
	n := len(d.land.BusLines)
	if n >= len(d.town.Lines) {
		return
	}
	bus := BusLine{ID: d.id("rute", n+1), Name: d.town.Lines[n], Line: line}
	long := length(line)
	count := max(2, int(long/420))
	for k := range count + 1 {
		at, _ := walk(line, long*(0.01+0.98*float64(k)/float64(count)))
		if stop, ok := d.stop(at); ok {
			bus.Stops = append(bus.Stops, stop)
		}
	}
	d.land.BusLines = append(d.land.BusLines, bus)
}

// stop is a stop named after the nearest street that no stop is named after yet.
func (d *drawing) stop(at orb.Point) (int, bool) {
	used := map[string]bool{}
	for i, s := range d.land.BusStops {
		used[s.Name] = true
		if p, ok := s.Geometry.(orb.Point); ok && gap(p, at) < 90 {
			return i, true
		}
	}
	name, least := "", math.Inf(1)
	for _, r := range d.land.Roads {
		if r.Class == Main || used[r.Name] {
			continue
		}
		if far, _, _ := toLine(at, r.Line); far < least {
			name, least = r.Name, far
		}
	}
	if name == "" {
		return 0, false
	}
	d.land.BusStops = append(d.land.BusStops, Named{d.id("stopp", len(d.land.BusStops)+1), name, round(at)})
	return len(d.land.BusStops) - 1, true
}

// sites are the units where they came to lie: at their building, or in the
// middle of their ground.
func (d *drawing) sites() {
	house := map[int]orb.Point{}
	for _, b := range d.land.Buildings {
		if _, ok := house[b.Property]; !ok {
			house[b.Property] = middle(b.Ground)
		}
	}
	for k, u := range d.town.Units {
		for i, p := range d.land.Properties {
			if p.Unit != k {
				continue
			}
			at, ok := house[i]
			if !ok {
				at = middle(p.Ground)
			}
			s := Site{ID: d.id("sted", k+1), Name: u.Name, Kind: u.Kind, Property: i, Address: p.Address, At: round(at)}
			if u.Kind == Pitch {
				s.Area = d.pitch(&d.land.Properties[i])
			}
			d.land.Sites = append(d.land.Sites, s)
			break
		}
	}
}

// pitch is the largest football pitch of the usual shape that fits on a
// property, or nil.
func (d *drawing) pitch(p *Property) orb.Polygon {
	c := middle(p.Ground)
	for size := 1.0; size > 0.4; size -= 0.06 {
		for turn := 0.0; turn < math.Pi; turn += math.Pi / 18 {
			along := orb.Point{math.Cos(turn), math.Sin(turn)}
			f := front{at: c, along: along, into: orb.Point{-along[1], along[0]}}
			ring := footprint(f, sketch{wide: 100, deep: 64}, size, -32*size, 0)
			if d.freePitch(p, ring) {
				return orb.Polygon{ring}
			}
		}
	}
	return nil
}

func (d *drawing) freePitch(p *Property, ring orb.Ring) bool {
	for _, c := range ring {
		if !contains(p.Ground, c) {
			return false
		}
	}
	for _, r := range p.Ground {
		if clearance(ring, r) < 0.5 {
			return false
		}
	}
	for _, b := range d.land.Buildings {
		if d.land.Properties[b.Property].ID == p.ID && (within(ring, b.Ground[0][0]) || clearance(ring, b.Ground[0]) < 1) {
			return false
		}
	}
	return true
}

// piers stand out into the sea from the quay and from some boathouses.
func (d *drawing) piers() {
	var built []orb.Point
	quays := 0
	for i, s := range d.planar.mesh.segs {
		h := int32(2 * i)
		if s.flags != coast || d.planar.faces[d.planar.left(h)].wet {
			continue
		}
		k := int(d.plots[d.planar.left(h)])
		p := d.land.Properties[k]
		quay := p.Use == Quay
		if !quay && (p.Use != Shore || k%3 != 0 || !p.built.built()) {
			continue
		}
		a, b := d.planar.start(h), d.planar.end(h)
		at := blend(a, b, 0.5)
		if gap(a, b) < 4 || quay && quays == 5 || slices.ContainsFunc(built, func(p orb.Point) bool { return gap(p, at) < 46 }) {
			continue
		}
		if d.pier(at, unit(a, b), quay) {
			built = append(built, at)
			if quay {
				quays++
			}
		}
	}
}

// pier builds one pier, when there is water all the way.
func (d *drawing) pier(at, along orb.Point, quay bool) bool {
	out := orb.Point{along[1], -along[0]}
	wide, long := 2.2, 14.0
	if quay {
		wide, long = 7, 38
	}
	tip := orb.Point{at[0] + (long+10)*out[0], at[1] + (long+10)*out[1]}
	if d.heightAt(tip) > -0.5 || d.heightAt(blend(at, tip, 0.5)) > -0.2 {
		return false
	}
	f := front{at: at, along: orb.Point{-along[0], -along[1]}, into: out}
	ring := footprint(f, sketch{wide: wide, deep: long + 3}, 1, -3, 0)
	d.land.Piers = append(d.land.Piers, Named{d.id("brygge", len(d.land.Piers)+1), "", orb.Polygon{ring}})
	return true
}

// trails wind from the villages up into the hills.
func (d *drawing) trails() {
	for k, name := range d.town.Trails {
		for range 12 {
			if line := d.wander(d.town.Places[k%len(d.town.Places)]); length(line) > 900 {
				d.land.Trails = append(d.land.Trails, Trail{d.id("sti", k+1), name, line})
				break
			}
		}
	}
}

// wander is a walk on dry land away from a village.
func (d *drawing) wander(p Place) orb.LineString {
	angle := d.rng.Float64() * 2 * math.Pi
	at := orb.Point{p.U + 900*math.Cos(angle), p.V + 900*math.Sin(angle)}
	line := []orb.Point{}
	for range 26 {
		if !d.shore.dry(at[0], at[1], 3) {
			break
		}
		if i, j := int(at[0]/pitch), int(at[1]/pitch); !d.net.squares[i][j].kind.built() {
			line = append(line, at)
		}
		angle += 1.1 * (d.rng.Float64() - 0.5)
		at = orb.Point{at[0] + 80*math.Cos(angle), at[1] + 80*math.Sin(angle)}
	}
	return rounded(d.terrain.bent(soften(soften(line))))
}

// brooks run downhill to the sea, outside the villages.
func (d *drawing) brooks() {
	for n := 0; n < 120 && len(d.land.Streams) < 7; n++ {
		at := orb.Point{pitch + d.rng.Float64()*(sheetWide-2*pitch), pitch + d.rng.Float64()*(sheetHigh-2*pitch)}
		line, ok := d.downhill(at)
		if ok && length(line) > 350 && d.alone(line) {
			name := strings.TrimSuffix(d.town.Farms[(n*7)%len(d.town.Farms)], "a") + "bekken"
			d.land.Streams = append(d.land.Streams, Trail{d.id("bekk", len(d.land.Streams)+1), strings.ReplaceAll(name, " ", ""), rounded(d.terrain.bent(soften(line)))})
		}
	}
	for _, s := range d.land.Streams {
		d.brookBoxes = append(d.brookBoxes, s.Line.Bound().Pad(20))
	}
}

// downhill follows the slope from a spot to the sea.
func (d *drawing) downhill(at orb.Point) ([]orb.Point, bool) {
	var line []orb.Point
	for range 130 {
		h := d.terrain.height(at[0], at[1])
		line = append(line, at)
		if h < -0.5 {
			return line, true
		}
		if at[0] < pitch || at[1] < pitch || at[0] > sheetWide-pitch || at[1] > sheetHigh-pitch ||
			d.net.squares[int(at[0]/pitch)][int(at[1]/pitch)].kind.built() {
			return nil, false
		}
		const probe = 30.0
		du := d.terrain.height(at[0]+probe, at[1]) - d.terrain.height(at[0]-probe, at[1])
		dv := d.terrain.height(at[0], at[1]+probe) - d.terrain.height(at[0], at[1]-probe)
		steep := math.Hypot(du, dv)
		if steep < 0.02 {
			return nil, false
		}
		at = orb.Point{at[0] - 26*du/steep, at[1] - 26*dv/steep}
	}
	return nil, false
}

// alone reports whether no other stream is near.
func (d *drawing) alone(line []orb.Point) bool {
	for _, s := range d.land.Streams {
		for _, p := range line {
			if far, _, _ := toLine(d.terrain.place(p[0], p[1]), s.Line); far < 200 {
				return false
			}
		}
	}
	return true
}

// inBrook reports whether a building would stand in a stream.
func (d *drawing) inBrook(ring orb.Ring) bool {
	box := ring.Bound()
	for i, s := range d.land.Streams {
		if !d.brookBoxes[i].Intersects(box) {
			continue
		}
		for _, c := range ring {
			if far, _, _ := toLine(c, s.Line); far < 8 {
				return true
			}
		}
	}
	return false
}

// street and number of an address, for a feature.
func numbered(a Address) string { return strconv.Itoa(a.Number) + a.Letter }

// count is an identifier in a row of such.
func count(id string, n int) string { return id + "-" + strconv.Itoa(n+1) }
