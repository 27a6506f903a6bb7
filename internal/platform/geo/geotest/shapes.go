package geotest

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/paulmach/orb"
)

// Municipality is one of the 357, with its boundary in degrees.
type Municipality struct {
	Number, Name string
	Shape        orb.MultiPolygon
}

// Municipalities reads the boundaries of kommuner-m.geojson.
func Municipalities(tb testing.TB) []Municipality {
	tb.Helper()
	raw, err := os.ReadFile(Data(tb, "kommuner/kommuner-m.geojson"))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Features []struct {
			Properties struct{ ID, Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		tb.Fatal(err)
	}
	var all []Municipality
	for _, f := range file.Features {
		m := Municipality{Number: f.Properties.ID, Name: f.Properties.Name}
		if f.Geometry.Type == "Polygon" {
			m.Shape = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &m.Shape[0])
		} else {
			err = json.Unmarshal(f.Geometry.Coordinates, &m.Shape)
		}
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, m)
	}
	if len(all) != 357 {
		tb.Fatalf("%d municipalities, want 357", len(all))
	}
	return all
}

// Star is a valid polygon: a ring around a middle, its points at random distances,
// with a star-shaped hole when there is room for one and holes is set.
func Star(rnd *rand.Rand, middle orb.Point, radius float64, corners int, holes bool) orb.Polygon {
	ring := make(orb.Ring, 0, corners+1)
	least := radius
	for i := range corners {
		r := radius * (0.4 + 0.6*rnd.Float64())
		least = math.Min(least, r)
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		ring = append(ring, orb.Point{middle[0] + r*cos, middle[1] + r*sin})
	}
	polygon := orb.Polygon{append(ring, ring[0])}
	if holes && corners >= 6 {
		inner := Star(rnd, middle, least*0.5, corners, false)[0]
		inner.Reverse()
		polygon = append(polygon, inner)
	}
	return polygon
}

// Blocks is a polygon made of whole numbers only, so that two of them often share
// edges and corners exactly: a skyline over a floor, now and then with a hole.
func Blocks(rnd *rand.Rand, size int) orb.Polygon {
	left, floor := float64(rnd.IntN(size)), float64(rnd.IntN(size))
	var ring orb.Ring
	ring = append(ring, orb.Point{left, floor})
	x, columns := left, 1+rnd.IntN(4)
	top := make([]float64, columns)
	for i := range columns {
		top[i] = floor + float64(1+rnd.IntN(size))
		wide := float64(1 + rnd.IntN(3))
		if rnd.IntN(3) == 0 { // a slope
			ring = append(ring, orb.Point{x, top[i]}, orb.Point{x + wide, top[i] + float64(rnd.IntN(2))})
		} else {
			ring = append(ring, orb.Point{x, top[i]}, orb.Point{x + wide, top[i]})
		}
		x += wide
	}
	ring = append(ring, orb.Point{x, floor}, ring[0])
	ring = dedupe(ring)
	ring.Reverse()
	polygon := orb.Polygon{ring}
	if columns == 1 && top[0]-floor >= 3 && x-left >= 3 {
		polygon = append(polygon, orb.Ring{{left + 1, floor + 1}, {left + 1, floor + 2}, {left + 2, floor + 2}, {left + 2, floor + 1}, {left + 1, floor + 1}})
	}
	return polygon
}

func dedupe(r orb.Ring) orb.Ring {
	out := r[:1]
	for _, p := range r[1:] {
		if p != out[len(out)-1] {
			out = append(out, p)
		}
	}
	return out
}

// Sliver is a long triangle, a millionth as wide as it is long.
func Sliver(rnd *rand.Rand, size float64) orb.Polygon {
	a := orb.Point{rnd.Float64() * size, rnd.Float64() * size}
	b := orb.Point{rnd.Float64() * size, rnd.Float64() * size}
	c := orb.Point{(a[0]+b[0])/2 - (b[1]-a[1])*1e-6, (a[1]+b[1])/2 + (b[0]-a[0])*1e-6}
	return orb.Polygon{{a, b, c, a}}
}

// Rand is a source of random numbers that gives the same ones each time.
func Rand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1814)) }
