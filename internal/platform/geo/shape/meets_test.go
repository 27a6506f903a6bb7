package shape_test

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func TestMeets_seesWhatLiesInABox(t *testing.T) {
	t.Parallel()
	ring := parse(t, "POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,10 90,90 90,90 10,10 10))")
	line := parse(t, "LINESTRING(0 0,50 0,50 50)")
	for _, test := range []struct {
		what string
		g    orb.Geometry
		box  orb.Bound
		want bool
	}{
		{"across the boundary", ring, square(-5, 50, 10).Bound(), true},
		{"within the area", ring, square(4, 50, 2).Bound(), true},
		{"in the hole", ring, square(40, 40, 5).Bound(), false},
		{"outside", ring, square(120, 40, 5).Bound(), false},
		{"around it all", ring, square(-10, -10, 200).Bound(), true},
		{"on a line", line, square(20, -1, 2).Bound(), true},
		{"in the bend of a line", line, square(20, 20, 5).Bound(), false},
		{"at a point", orb.Point{3, 3}, square(2, 2, 2).Bound(), true},
		{"beside a point", orb.Point{5, 3}, square(2, 2, 2).Bound(), false},
		{"nothing", orb.MultiPolygon{}, square(2, 2, 2).Bound(), false},
	} {
		if got := shape.Prepare(test.g).Meets(test.box); got != test.want {
			t.Errorf("%s: %t", test.what, got)
		}
	}
}

// What shares a point with a box is never said to be elsewhere.
func TestMeets_losesNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	met, missed := 0, 0
	for range 300 {
		star := orb.Ring{}
		for range 12 {
			star = append(star, orb.Point{r.Float64() * 100, r.Float64() * 100})
		}
		g := shape.Prepare(orb.LineString(star))
		for range 50 {
			box := square(r.Float64()*130-20, r.Float64()*130-20, r.Float64()*10)
			switch meets := g.Meets(box.Bound()); {
			case g.Intersects(shape.Prepare(box)) && !meets:
				t.Fatalf("%v does not meet %v", star, box)
			case meets:
				met++
			default:
				missed++
			}
		}
	}
	if met == 0 || missed == 0 {
		t.Errorf("%d met, %d missed", met, missed)
	}
}
