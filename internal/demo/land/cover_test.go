package land

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// edge is one direction of a side of a ring.
type edge [2]orb.Point

// edges of polygons, each in the direction of its ring.
func edges(t *testing.T, polygons []orb.Polygon) map[edge]int {
	t.Helper()
	all := map[edge]int{}
	for i, p := range polygons {
		for k, r := range p {
			if len(r) < 4 || r[0] != r[len(r)-1] {
				t.Fatalf("polygon %d, ring %d is not closed", i, k)
			}
			if (area(r) > 0) != (k == 0) {
				t.Fatalf("polygon %d, ring %d goes the wrong way", i, k)
			}
			for n := 1; n < len(r); n++ {
				e := edge{r[n-1], r[n]}
				if other, ok := all[e]; ok {
					t.Fatalf("polygons %d and %d have the side %v in the same direction: they overlap", other, i, e)
				}
				all[e] = i
			}
		}
	}
	return all
}

// checkCover holds the properties against the dry land: every side is shared
// with exactly one neighbour, corner by corner, or is the outline of the land,
// and the areas add up.
func checkCover(t *testing.T, l *Land) {
	t.Helper()
	var grounds []orb.Polygon
	var sum, whole float64
	for _, p := range l.Properties {
		grounds = append(grounds, p.Ground)
		sum += areaOf(p.Ground)
		if math.Abs(areaOf(p.Ground)-p.Area) > 1e-6 {
			t.Errorf("%s: area %v is written as %v", p.ID, areaOf(p.Ground), p.Area)
		}
	}
	for _, p := range l.Dry {
		whole += areaOf(p)
	}
	if math.Abs(sum-whole) > 1 {
		t.Errorf("properties are %.2f m² together, the land is %.2f m²", sum, whole)
	}
	inner, outer := edges(t, grounds), edges(t, l.Dry)
	for e, i := range inner {
		_, shared := inner[edge{e[1], e[0]}]
		_, outline := outer[e]
		if shared == outline {
			t.Fatalf("%s: side %v: shared %t, outline of the land %t", l.Properties[i].ID, e, shared, outline)
		}
	}
	for e := range outer {
		if _, ok := inner[e]; !ok {
			t.Fatalf("the outline of the land has the side %v that no property has", e)
		}
	}
}

func TestProperties_coverTheLand(t *testing.T) {
	t.Parallel()
	each(t, checkCover)
}

// Rings do not touch or cross themselves: every corner comes once.
func TestProperties_areSimple(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		for _, p := range l.Properties {
			for _, r := range p.Ground {
				if len(r) > 400 {
					continue // a road: its pieces are looked at as neighbours
				}
				checkSimple(t, p.ID, r)
			}
		}
		for _, z := range l.Zones {
			if len(z.Ground[0]) < 400 {
				checkSimple(t, z.ID, z.Ground[0])
			}
		}
	})
}

func checkSimple(t *testing.T, id string, r orb.Ring) {
	t.Helper()
	seen := map[orb.Point]bool{}
	for i := 1; i < len(r); i++ {
		if seen[r[i]] {
			t.Errorf("%s touches itself in %v", id, r[i])
			return
		}
		seen[r[i]] = true
		for j := i + 2; j < len(r); j++ {
			if i == 1 && j == len(r)-1 {
				continue
			}
			if _, ok := crossing(r[i-1], r[i], r[j-1], r[j]); ok {
				t.Errorf("%s crosses itself near %v", id, r[i])
				return
			}
		}
	}
}

func TestLand_seaAndLandFillTheBoundary(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		var dry, wet float64
		for _, p := range l.Dry {
			dry += areaOf(p)
		}
		for _, p := range l.Sea {
			wet += areaOf(p)
		}
		if whole := areaOf(l.Boundary); math.Abs(whole-dry-wet) > 1 {
			t.Errorf("land %.1f and sea %.1f m² do not make the %.1f m² of the municipality", dry, wet, whole)
		}
		if share := dry / (dry + wet); share < 0.3 || share > 0.95 {
			t.Errorf("%.0f %% of the municipality is land", 100*share)
		}
	})
}

func TestProperties_haveNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		seen, leases := map[string]bool{}, 0
		for _, p := range l.Properties {
			if p.Gnr < 1 || p.Bnr < 1 || seen[p.Number()] {
				t.Errorf("%s: number %s is wrong or taken", p.ID, p.Number())
			}
			seen[p.Number()] = true
			if p.Fnr > 0 {
				leases++
			}
			if p.Since.IsZero() || p.Since.Year > 2020 {
				t.Errorf("%s exists since %s", p.ID, p.Since)
			}
		}
		for _, s := range l.Sections {
			p := l.Properties[s.Property]
			number := designation(p.Gnr, p.Bnr, p.Fnr, s.Snr)
			if seen[number] || s.Snr < 1 || p.Use != Flats || !contains(p.Ground, s.At) {
				t.Errorf("section %s is wrong or taken", number)
			}
			seen[number] = true
		}
		if leases == 0 {
			t.Error("no ground is rented: nobody sees what an fnr looks like")
		}
	})
}

func TestDesignation(t *testing.T) {
	t.Parallel()
	for want, n := range map[string][4]int{"4/12": {4, 12, 0, 0}, "4/12/3": {4, 12, 3, 0}, "4/12/0/7": {4, 12, 0, 7}} {
		if got := designation(n[0], n[1], n[2], n[3]); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		people, companies, two := 0, 0, 0
		count := func(id string, owners []Owner) {
			if len(owners) < 1 || len(owners) > 2 {
				t.Errorf("%s has %d owners", id, len(owners))
				return
			}
			for _, o := range owners {
				if (o.Resident < 0) != (o.Company != "") || o.Resident >= 410 || o.Resident >= 0 && o.Resident < 10 {
					t.Errorf("%s is owned by %+v", id, o)
				}
			}
			switch {
			case len(owners) == 2:
				two++
			case owners[0].Resident < 0:
				companies++
			default:
				people++
			}
		}
		divided := map[int]bool{}
		for _, s := range l.Sections {
			divided[s.Property] = true
			count(s.ID, s.Owners)
		}
		for i, p := range l.Properties {
			if divided[i] {
				if len(p.Owners) > 0 {
					t.Errorf("%s is owned beside its sections", p.ID)
				}
				continue
			}
			count(p.ID, p.Owners)
			if p.Use == Street && p.Owners[0].Company != l.Town.Name+" kommune" {
				t.Errorf("the road %s is owned by %+v", p.ID, p.Owners)
			}
		}
		if people < 500 || companies < 200 || two < 300 {
			t.Errorf("%d single owners, %d companies, %d couples", people, companies, two)
		}
	})
}

func TestShared_withoutResidents(t *testing.T) {
	t.Parallel()
	if got := Shared(Town{Name: "X", Companies: []string{"Y AS"}}, nil)(Home, 0); got != nil {
		t.Errorf("a home without residents is owned by %+v", got)
	}
}
