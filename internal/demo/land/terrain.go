package land

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// The sheet of paper is sheetWide by sheetHigh metres, before it is bent.
const (
	pitch     = 320.0 // side of a square of the net
	cols      = 22
	rows      = 18
	sheetWide = cols * pitch
	sheetHigh = rows * pitch
)

// wave is one bend of the sheet.
type wave struct{ size, ku, kv, phase float64 }

// bump is a hill, an islet, or a hollow when its height is negative.
type bump struct{ u, v, ru, rv, height float64 }

// terrain is the shape of the ground: how high it is over a place on the sheet,
// and where that place comes to lie when the sheet is bent.
type terrain struct {
	origin     orb.Point
	seed       uint64
	bendX      []wave
	bendY      []wave
	bow        float64 // metres that the sides are lifted
	fjord      bool
	bumps      []bump
	meanderTop float64
}

func newTerrain(town Town, rng *rand.Rand) *terrain {
	t := &terrain{
		origin: orb.Point{town.East, town.North}, seed: rng.Uint64(), fjord: town.Fjord,
		bow: 220 + 100*rng.Float64(), meanderTop: 380 + 120*rng.Float64(),
	}
	t.bendX, t.bendY = waves(rng), waves(rng)
	if t.fjord {
		t.bow = 60
		return t
	}
	t.bumps = append(t.bumps,
		bump{3330, 700, 430, 560, -62}, // the harbour
		bump{1500, 1500, 300, 500, -34}, bump{5300, 1400, 380, 420, -34},
		bump{2500, 3600, 900, 600, 26}, bump{4600, 3300, 700, 800, 22})
	t.islets(rng)
	return t
}

// waves of the sheet: long ones for the lie of the land, short ones so that no
// street is quite straight. Their slopes add up to less than one, so that the
// sheet never folds.
func waves(rng *rand.Rand) []wave {
	var list []wave
	for _, w := range []struct{ size, long float64 }{{105, 2700}, {50, 1450}, {17, 640}, {4, 330}} {
		angle := rng.Float64() * 2 * math.Pi
		k := 2 * math.Pi / w.long
		list = append(list, wave{w.size, k * math.Cos(angle), k * math.Sin(angle), rng.Float64() * 2 * math.Pi})
	}
	return list
}

// islets strews small islands round the main one.
func (t *terrain) islets(rng *rand.Rand) {
	for range 46 {
		angle := rng.Float64() * 2 * math.Pi
		far := 1.04 + 0.38*rng.Float64()
		r := 50 + 150*rng.Float64()
		t.bumps = append(t.bumps, bump{
			3500 + 2750*far*math.Cos(angle), 2950 + 2050*far*math.Sin(angle), r * (0.8 + rng.Float64()), r, 34 + 26*rng.Float64(),
		})
	}
}

// height over the sea, roughly in metres.
func (t *terrain) height(u, v float64) float64 {
	rough := 13*t.noise(u/1150, v/1150, 1) + 11*t.noise(u/430, v/430, 2) + 7*t.noise(u/165, v/165, 3)
	if t.fjord {
		return t.valley(u, v) + rough
	}
	x, y := (u-3500)/2750, (v-2950)/2050
	h := 46*(1-x*x-y*y) + rough
	if h > 20 {
		h = 20 + 1.6*(h-20)
	}
	for _, b := range t.bumps {
		if x, y := (u-b.u)/b.ru, (v-b.v)/b.rv; x*x+y*y < 9 {
			h += b.height * math.Exp(-x*x-y*y)
		}
	}
	edge := min(u, v, sheetWide-u, sheetHigh-v)
	return h - 90*max(0, 1-edge/330)
}

// valley is a fjord from the west that narrows and becomes a valley.
func (t *terrain) valley(u, v float64) float64 {
	half := 150 - 0.45*(u-5000)
	if u < 5000 {
		half = 150 + 640*math.Sqrt(1-u/5000)
	}
	off := math.Abs(v-t.midfjord(u)) - half
	if off < 0 {
		return max(off*0.09, -60)
	}
	return off*0.035 + max(0, off-620)*0.16
}

// midfjord is the middle of the fjord, from the south edge of the sheet.
func (t *terrain) midfjord(u float64) float64 {
	return 2700 + t.meanderTop*math.Sin(u/1150+0.4)
}

// noise between -1 and 1, smooth, the same everywhere.
func (t *terrain) noise(x, y float64, layer uint64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	sx, sy := x-fx, y-fy
	sx, sy = sx*sx*(3-2*sx), sy*sy*(3-2*sy)
	i, j := int64(fx), int64(fy)
	a, b := t.hash(i, j, layer), t.hash(i+1, j, layer)
	c, d := t.hash(i, j+1, layer), t.hash(i+1, j+1, layer)
	low, top := a+(b-a)*sx, c+(d-c)*sx
	return low + (top-low)*sy
}

// hash is a number between -1 and 1 for a corner of the noise (SplitMix64).
func (t *terrain) hash(i, j int64, layer uint64) float64 {
	x := t.seed + layer*0x9e3779b97f4a7c15 + uint64(i)*0xbf58476d1ce4e5b9 + uint64(j)*0x94d049bb133111eb
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11)/(1<<52) - 1
}

// shift is how far a place moves when the sheet is bent.
func (t *terrain) shift(u, v float64) (dx, dy float64) {
	for _, w := range t.bendX {
		dx += w.size * math.Sin(w.ku*u+w.kv*v+w.phase)
	}
	for _, w := range t.bendY {
		dy += w.size * math.Sin(w.ku*u+w.kv*v+w.phase)
	}
	x := (u - sheetWide/2) / (sheetWide / 2)
	return dx, dy + t.bow*x*x
}

// place is where a spot of the sheet lies in the world.
func (t *terrain) place(u, v float64) orb.Point {
	dx, dy := t.shift(u, v)
	return orb.Point{t.origin[0] + u + dx, t.origin[1] + v + dy}
}

// sheet is the spot of the sheet that lies at a place of the world.
func (t *terrain) sheet(p orb.Point) (u, v float64) {
	x, y := p[0]-t.origin[0], p[1]-t.origin[1]
	u, v = x, y
	for range 14 {
		dx, dy := t.shift(u, v)
		u, v = x-dx, y-dy
	}
	return u, v
}
