package exchange

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// scribble is a ring of a few corners on a coarse grid: most cross, touch or run upon
// themselves.
func scribble(rnd *rand.Rand, size int) orb.Ring {
	n := 3 + rnd.IntN(5)
	r := make(orb.Ring, 0, n+1)
	for range n {
		r = append(r, orb.Point{float64(rnd.IntN(size)), float64(rnd.IntN(size))})
	}
	return append(r, r[0])
}

// TestTidy_agreesWithCheck holds the judge of files against that of shapes. What the
// strict one of shapes takes, files may have; what files may have beside are outlines
// that touch themselves or stand still, as those of plans do.
func TestTidy_agreesWithCheck(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(19)
	taken, both := 0, 0
	for range 60_000 {
		polygon := orb.Polygon{scribble(rnd, 7)}
		if rnd.IntN(2) == 0 {
			polygon = append(polygon, scribble(rnd, 7))
		}
		text := wkt.MarshalString(polygon)
		problem := shape.Check(polygon)
		wrong, _ := Tidy(polygon, Rules{Crossings: true})
		switch {
		case problem == nil && wrong != nil:
			t.Fatalf("%s: a file may not have it (%s), and nothing is wrong with it", text, wrong.Key)
		case problem == nil:
			both++
		case wrong == nil:
			taken++
			if r := problem.Reason; r != shape.SelfCrossing && r != shape.Split && r != shape.SharedEdge && r != shape.TooFewPoints && r != shape.Flat {
				t.Fatalf("%s: %s, and a file may have it", text, r)
			}
		}
	}
	if both < 1_000 || taken == 0 {
		t.Errorf("%d are good to both, %d to files only: the shapes do not try much", both, taken)
	}
}
