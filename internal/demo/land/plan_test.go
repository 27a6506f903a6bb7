package land

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// Zones divide their plan: the same area, and every side shared with another
// zone of the plan or part of its outline.
func TestZones_dividePlans(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		for k, plan := range l.Plans {
			var grounds []orb.Polygon
			var sum, whole float64
			for _, z := range l.Zones {
				if z.Plan == k {
					grounds = append(grounds, z.Ground)
					sum += z.Area
				}
			}
			for _, p := range plan.Ground {
				whole += areaOf(p)
			}
			if math.Abs(sum-whole) > 1 || whole < 1000 {
				t.Errorf("%s: zones of %.1f m² in a plan of %.1f m²", plan.ID, sum, whole)
			}
			inner, outer := edges(t, grounds), edges(t, plan.Ground)
			for e := range inner {
				_, shared := inner[edge{e[1], e[0]}]
				if _, outline := outer[e]; shared == outline {
					t.Fatalf("%s: side %v: shared %t, outline %t", plan.ID, e, shared, outline)
				}
			}
		}
	})
}

func TestZones_sayWhatIsAllowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		purposes := map[string]bool{}
		for _, z := range l.Zones {
			p, ok := l.Provisions[z.Provision]
			if !ok || p.Purpose != z.Purpose.Code || p.Text(false) == "" || p.Text(true) == "" {
				t.Errorf("%s: provision %q does not fit purpose %s", z.ID, z.Provision, z.Purpose.Code)
			}
			if z.Purpose.NB == "" || z.Purpose.NN == "" || z.Purpose.Letters == "" {
				t.Errorf("%s: purpose %+v is not told in both forms", z.ID, z.Purpose)
			}
			if p.BYA < 0 || p.BYA > 100 || p.Ridge != 0 && p.Ridge < p.Cornice {
				t.Errorf("provision %s: %+v", p.Key, p)
			}
			purposes[z.Purpose.Code] = true
		}
		for _, code := range []string{"1001", "1110", "1111", "1113", "1130", "1161", "1162", "1163", "1164", "1340", "1589", "2011", "2041", "3040", "5100", "6001"} {
			if !purposes[code] {
				t.Errorf("no zone has the purpose %s", code)
			}
		}
	})
}

func TestPlans_haveAHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		replaced, masters := 0, 0
		seen := map[string]bool{}
		for k, p := range l.Plans {
			if seen[p.PlanID] || seen[p.Name] {
				t.Errorf("%s %s is there twice", p.PlanID, p.Name)
			}
			seen[p.PlanID], seen[p.Name] = true, true
			if p.Master {
				masters++
			}
			if p.From.IsZero() || !p.To.IsZero() && !p.From.Before(p.To) {
				t.Errorf("%s is in force from %s to %s", p.ID, p.From, p.To)
			}
			if (p.After >= 0) == p.To.IsZero() {
				t.Errorf("%s ends %q and is replaced by %d", p.ID, p.To, p.After)
			}
			if p.After < 0 {
				continue
			}
			replaced++
			next := l.Plans[p.After]
			if next.Before != k || next.From != p.To || !next.To.IsZero() || !slices.EqualFunc(next.Ground, p.Ground, orb.Polygon.Equal) {
				t.Errorf("%s is not what replaced %s", next.ID, p.ID)
			}
		}
		if replaced == 0 || masters != 1 {
			t.Errorf("%d plans were replaced, %d master plans", replaced, masters)
		}
	})
}

// On one day no ground has two zoning plans.
func TestPlans_doNotOverlap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		var grounds []orb.Polygon
		for _, p := range l.Plans {
			if !p.Master && p.To.IsZero() {
				grounds = append(grounds, p.Ground...)
			}
		}
		edges(t, grounds) // fails when two go along the same side in the same direction
	})
}

func TestCautions_lieInTheirPlan(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		codes := map[string]bool{}
		for _, c := range l.Cautions {
			codes[c.Rule.Code] = true
			if c.Rule.NB == "" || c.Rule.NN == "" || areaOf(c.Ground) < 1 {
				t.Errorf("%s: %+v of %.1f m²", c.ID, c.Rule, areaOf(c.Ground))
			}
			at := inside(c.Ground[0])
			if !slices.ContainsFunc(l.Plans[c.Plan].Ground, func(p orb.Polygon) bool { return contains(p, at) }) && contains(c.Ground, at) {
				t.Errorf("%s lies outside its plan", c.ID)
			}
		}
		for _, code := range []string{"H140", "H310", "H320", "H570"} {
			if !codes[code] {
				t.Errorf("there is no consideration zone %s", code)
			}
		}
	})
}

func TestRules_areWhole(t *testing.T) {
	t.Parallel()
	var r rules
	if err := read("rules.toml", &r); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, p := range r.Provisions {
		if keys[p.Key] || p.Key != p.Purpose+"-"+p.Variant || p.NB == "" || p.NN == "" {
			t.Errorf("provision %+v", p)
		}
		keys[p.Key] = true
	}
	for _, uses := range []map[Use]string{r.Uses, r.Former} {
		for use, code := range uses {
			if !slices.ContainsFunc(r.Purposes, func(p Purpose) bool { return p.Code == code }) {
				t.Errorf("the use %s has the purpose %s that is not told", use, code)
			}
		}
	}
	if len(r.Uses) != len(r.Former) {
		t.Errorf("%d uses now, %d before", len(r.Uses), len(r.Former))
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	square := func(x, y, side float64) orb.Polygon {
		return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
	}
	for _, tt := range []struct {
		a, b orb.Polygon
		want float64
	}{
		{square(0, 0, 10), square(5, 5, 10), 25},
		{square(0, 0, 10), square(2, 2, 3), 9},
		{square(2, 2, 3), square(0, 0, 10), 9},
		{square(0, 0, 10), square(20, 20, 5), 0},
		{square(0, 0, 10), square(0, 0, 10), 100},
		{square(0, 0, 10), square(10, 0, 10), 0},
	} {
		got := 0.0
		for _, p := range overlap(orb.MultiPolygon{tt.a}, tt.b) {
			got += areaOf(p)
		}
		if math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%v and %v have %.2f in common, want %.2f", tt.a[0].Bound(), tt.b[0].Bound(), got, tt.want)
		}
	}
}
