package land

import (
	"math/rand/v2"
	"strconv"

	"github.com/paulmach/orb"
)

// drawing is a land while it is being drawn.
type drawing struct {
	town       Town
	rng        *rand.Rand
	rules      rules
	terrain    *terrain
	shore      *shore
	net        *net
	streets    *streets
	bands      *bands
	planar     *planar
	ground     *ground
	plots      []int32 // property of each face, or nowhere
	land       *Land
	brookBoxes []orb.Bound // round each stream
	planNames  []string    // streets that a plan is named after
}

func (d *drawing) read() error {
	d.land = &Land{Town: d.town}
	return read("rules.toml", &d.rules)
}

// relief makes the terrain, its coast, and the net of streets and plots.
func (d *drawing) relief() {
	d.terrain = newTerrain(d.town, d.rng)
	d.shore = newShore(d.terrain)
	d.net = newNet(d.town, d.shore, d.rng)
	d.streets = newStreets(d.net, d.town)
	for i, s := range d.streets.list {
		d.land.Roads = append(d.land.Roads, Road{
			ID: d.id("veg", i+1), Name: s.name, Class: s.class, Width: s.class.width(), Place: s.place, Line: s.line,
		})
	}
}

// plane throws everything into one net and reads land, sea and plots from it.
func (d *drawing) plane() {
	m := newMesh(fine)
	m.line(boundary, d.terrain.bent(d.shore.outline())...)
	for _, ring := range d.shore.rings {
		if area(ring) > 0 {
			m.line(coast, d.terrain.bent(append(ring, ring[0]))...)
		}
	}
	d.net.draw(m)
	d.bands = d.streets.draw(m)
	m.node()
	d.planar = m.close()
	d.waters()
	d.ground = newGround(d)
	d.ground.settle()
}

// waters are the dry land and the sea, and the boundary round both.
func (d *drawing) waters() {
	const all, dry, wet = 0, 1, 2
	whole, parts := make([]int32, len(d.planar.faces)), make([]int32, len(d.planar.faces))
	for i, f := range d.planar.faces {
		switch {
		case f.out:
			whole[i], parts[i] = nowhere, nowhere
		case f.wet:
			parts[i] = wet
		default:
			parts[i] = dry
		}
	}
	if outline := d.planar.dissolve(whole)[all]; len(outline) > 0 {
		d.land.Boundary = outline[0][:1]
	}
	d.land.Frame = d.land.Boundary.Bound()
	both := d.planar.dissolve(parts)
	d.land.Dry, d.land.Sea = both[dry], both[wet]
	d.islands()
}

// islands are named from the largest but the first, which is the mainland.
func (d *drawing) islands() {
	order := bySize(d.land.Dry)
	for i, k := range order {
		if i == 0 || i > len(d.town.Islands) {
			continue
		}
		d.land.Islands = append(d.land.Islands, Named{d.id("oy", i), d.town.Islands[i-1], round(inside(d.land.Dry[k][0]))})
	}
}

func (d *drawing) id(layer string, n int) string {
	return d.town.Number + "-" + layer + "-" + strconv.Itoa(n)
}

// between is a number from low to high, both included.
func (d *drawing) between(low, high int) int { return low + d.rng.IntN(high-low+1) }

// one is true once in n times.
func (d *drawing) one(n int) bool { return d.rng.IntN(n) == 0 }

// heightAt is the height over the sea at a place of the world.
func (d *drawing) heightAt(p orb.Point) float64 {
	u, v := d.terrain.sheet(p)
	return d.terrain.height(u, v)
}
