package shape

import (
	"math"
	"math/big"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

// byFractions decides with numbers that are never rounded.
func byFractions(a, b, c orb.Point) int {
	r := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
	sub := func(x, y float64) *big.Rat { return new(big.Rat).Sub(r(x), r(y)) }
	left := new(big.Rat).Mul(sub(a[0], c[0]), sub(b[1], c[1]))
	right := new(big.Rat).Mul(sub(a[1], c[1]), sub(b[0], c[0]))
	return left.Cmp(right)
}

// Points on and a hair beside lines, in the large coordinates of Norwegian maps,
// where plain reckoning fails.
func TestOrient_isExact(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(40)
	plainWrong, onLine := 0, 0
	for range 5_000 {
		base := orb.Point{500_000 * rnd.Float64(), 6_500_000 + 1000*rnd.Float64()}
		d := orb.Point{rnd.NormFloat64(), rnd.NormFloat64()}
		along := func(s float64) orb.Point { return orb.Point{base[0] + s*d[0], base[1] + s*d[1]} }
		a, b, c := along(0), along(float64(rnd.IntN(9))), along(rnd.Float64()*5)
		if rnd.IntN(3) == 0 { // multiples of a quarter lie on the line exactly
			a, b, c = orb.Point{6_500_000, 1}, orb.Point{6_500_001.5, 2.25}, orb.Point{6_500_000 + 3*float64(rnd.IntN(5)), 1 + 2.5*float64(rnd.IntN(5))}
		}
		if rnd.IntN(3) == 0 { // steps of the last digit beside a line (Kettner and others, 2008)
			a, b = orb.Point{12, 12}, orb.Point{24, 24}
			c = orb.Point{0.5 + float64(rnd.IntN(256))*0x1p-53, 0.5 + float64(rnd.IntN(256))*0x1p-53}
		}
		want := byFractions(a, b, c)
		if got := orient(a, b, c); got != want {
			t.Fatalf("%v %v %v: %d, want %d", a, b, c, got, want)
		}
		if orient(b, a, c) != -want || orient(b, c, a) != want {
			t.Fatalf("%v %v %v: depends on the order", a, b, c)
		}
		plain := (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
		if sign(plain) != want {
			plainWrong++
		}
		if want == 0 {
			onLine++
		}
	}
	if plainWrong < 50 || onLine < 50 {
		t.Errorf("plain reckoning erred %d times, %d lay on the line: too easy a test", plainWrong, onLine)
	}
}

func TestMeet_tellsHow(t *testing.T) {
	t.Parallel()
	p := func(x, y float64) orb.Point { return orb.Point{x, y} }
	tests := []struct {
		name       string
		a, b, c, d orb.Point
		want       contact
		at         orb.Point
	}{
		{"cross", p(0, 0), p(4, 4), p(0, 4), p(4, 0), cross, p(2, 2)},
		{"end on middle", p(0, 0), p(4, 0), p(2, 0), p(2, 3), touch, p(2, 0)},
		{"middle on end", p(2, 0), p(2, 3), p(0, 0), p(4, 0), touch, p(2, 0)},
		{"end on end", p(0, 0), p(1, 1), p(1, 1), p(2, 0), touch, p(1, 1)},
		{"end on end in line", p(0, 0), p(1, 1), p(1, 1), p(2, 2), touch, p(1, 1)},
		{"along", p(0, 0), p(3, 3), p(1, 1), p(9, 9), overlap, p(3, 3)},
		{"the same", p(0, 0), p(3, 3), p(3, 3), p(0, 0), overlap, p(0, 0)},
		{"in line, apart", p(0, 0), p(1, 1), p(2, 2), p(3, 3), apart, p(0, 0)},
		{"side by side", p(0, 0), p(4, 0), p(0, 1), p(4, 1), apart, p(0, 0)},
		{"boxes meet only", p(0, 0), p(4, 4), p(3, 0), p(4, 3), apart, p(0, 0)},
		{"a point on it", p(0, 0), p(4, 4), p(1, 1), p(1, 1), touch, p(1, 1)},
		{"two points", p(1, 1), p(1, 1), p(1, 1), p(1, 1), touch, p(1, 1)},
		{"a point beside", p(0, 0), p(4, 4), p(1, 1.5), p(1, 1.5), apart, p(0, 0)},
	}
	for _, tt := range tests {
		how, at := meet(tt.a, tt.b, tt.c, tt.d)
		if how != tt.want || how != apart && at != tt.at {
			t.Errorf("%s: %d at %v, want %d at %v", tt.name, how, at, tt.want, tt.at)
		}
		if back, _ := meet(tt.d, tt.c, tt.b, tt.a); back != how {
			t.Errorf("%s: %d the other way round", tt.name, back)
		}
	}
}

func TestTree_findsWhatAPlainLookFinds(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(41)
	for _, n := range []int{0, 1, 7, 8, 9, 64, 65, 1000} {
		edges := make([]edge, n)
		for i := range edges {
			a := orb.Point{100 * rnd.Float64(), 100 * rnd.Float64()}
			edges[i] = edge{a: a, b: orb.Point{a[0] + rnd.NormFloat64(), a[1] + rnd.NormFloat64()}}
		}
		tr := newTree(edges)
		for range 50 {
			p := orb.Point{100 * rnd.Float64(), 100 * rnd.Float64()}
			box := p.Bound().Pad(5 * rnd.Float64())
			found := map[int]bool{}
			tr.search(box, func(i int) bool { found[i] = true; return true })
			best := math.Inf(1)
			for i, e := range edges {
				if found[i] != e.box().Intersects(box) {
					t.Fatalf("%d edges: edge %d found is %t", n, i, found[i])
				}
				best = math.Min(best, segmentDistance(edge{a: p, b: p}, e))
			}
			if got := tr.nearest(edge{a: p, b: p}, math.Inf(1)); got != best {
				t.Fatalf("%d edges: nearest %v, want %v", n, got, best)
			}
		}
	}
}
