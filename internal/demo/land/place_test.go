package land

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
)

// checkBuildings holds every building against the property it stands on.
func checkBuildings(t *testing.T, l *Land) {
	t.Helper()
	lawfully, main := 0, 0
	for i, b := range l.Buildings {
		p := l.Properties[b.Property]
		r := b.Ground[0]
		if area(r) <= 0 || r[0] != r[len(r)-1] || math.Abs(area(r)-b.Area) > 1e-6 {
			t.Errorf("%s has a footprint of %v", b.ID, r)
		}
		far := math.Inf(1)
		for _, ring := range p.Ground {
			far = min(far, clearance(r, ring))
		}
		for _, c := range r {
			if !contains(p.Ground, c) {
				t.Fatalf("%s stands outside of %s", b.ID, p.ID)
			}
		}
		if far < 0.9 || math.Abs(far-b.Distance) > 0.011 {
			t.Errorf("%s stands %.2f m from the boundary and says %.2f", b.ID, far, b.Distance)
		}
		if b.Type != typeGarage && b.Type != typeBoathouse {
			main++
			if b.Distance >= lawful {
				lawfully++
			}
		}
		for k := i + 1; k < len(l.Buildings) && l.Buildings[k].Property == b.Property; k++ {
			if clearance(r, l.Buildings[k].Ground[0]) < 1.9 {
				t.Errorf("%s and %s stand in each other", b.ID, l.Buildings[k].ID)
			}
		}
	}
	if share := float64(lawfully) / float64(main); share < 0.8 || share > 0.99 {
		t.Errorf("%.1f %% of the buildings keep 4 m to the boundary", 100*share)
	}
}

func TestBuildings_standOnTheirProperty(t *testing.T) {
	t.Parallel()
	each(t, checkBuildings)
}

func TestBuildings_areWrittenDown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		seen := map[int]bool{}
		for _, b := range l.Buildings {
			if seen[b.Number] || len(strconv.Itoa(b.Number)) != 9 {
				t.Errorf("building number %d is taken or not of nine digits", b.Number)
			}
			seen[b.Number] = true
			if b.Year < 1850 || b.Year > 2026 || b.Ridge < b.Cornice || b.Cornice < 2 || b.Ridge > 30 || b.Floors < 1 {
				t.Errorf("%s: %+v", b.ID, b)
			}
		}
		homes, housed := 0, map[int]bool{}
		for _, b := range l.Buildings {
			housed[b.Property] = true
		}
		empty := 0
		for i, p := range l.Properties {
			if p.Use == Home {
				homes++
				if !housed[i] {
					empty++
				}
			}
		}
		if empty*8 > homes {
			t.Errorf("%d of %d homes have no house", empty, homes)
		}
	})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		seen := map[string]bool{}
		for i, a := range l.Addresses {
			p, road := l.Properties[a.Property], l.Roads[a.Road]
			if key := a.String() + a.Code; seen[key] {
				t.Errorf("%s is there twice", key)
			} else {
				seen[key] = true
			}
			if p.Address != i || !contains(p.Ground, a.At) || road.Name != a.Street {
				t.Errorf("%s does not lie on its property %s", a, p.ID)
			}
			far, _, side := toLine(a.At, road.Line)
			if far > road.Width/2+45 {
				t.Errorf("%s lies %.0f m from its street", a, far)
			}
			if odd := a.Number%2 == 1; odd != (side > 0) && p.Unit < 0 {
				t.Errorf("%s lies on the wrong side of its street", a)
			}
			if at := slices.IndexFunc(l.Town.Places, func(p Place) bool { return p.Code == a.Code && p.Name == a.Village }); at < 0 || a.Number < 1 {
				t.Errorf("%s has the postal code %s %s", a, a.Code, a.Village)
			}
		}
	})
}

// Most addresses lie right by the street; only odd plots have theirs farther in.
func TestAddresses_lieByTheStreet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		by := 0
		for _, a := range l.Addresses {
			if far, _, _ := toLine(a.At, l.Roads[a.Road].Line); far < l.Roads[a.Road].Width/2+6 {
				by++
			}
		}
		if by*100 < len(l.Addresses)*98 {
			t.Errorf("only %d of %d addresses lie by their street", by, len(l.Addresses))
		}
	})
}

func TestRoads_haveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		seen := map[string]bool{}
		for _, r := range l.Roads {
			if r.Name == "" || seen[r.Name] {
				t.Errorf("the name %q is taken", r.Name)
			}
			seen[r.Name] = true
			if r.Width < 5 || r.Class.rank() < 0 || length(r.Line) < 40 {
				t.Errorf("%+v", r)
			}
		}
		for _, p := range l.Town.Places {
			for _, s := range p.Streets {
				if !seen[s] {
					t.Errorf("%s has no %s", p.Name, s)
				}
			}
		}
	})
}

// checkUnits holds what everybody knows against the town's data: name, address,
// and room enough.
func checkUnits(t *testing.T, l *Land) {
	t.Helper()
	for k, u := range l.Town.Units {
		at := slices.IndexFunc(l.Properties, func(p Property) bool { return p.Unit == k })
		if at < 0 {
			t.Errorf("%s has no ground", u.Name)
			continue
		}
		p := l.Properties[at]
		if built := slices.ContainsFunc(l.Buildings, func(b Building) bool { return b.Property == at && b.Name == u.Name }); !built && u.Kind != Pitch && u.Kind != Quay {
			t.Errorf("%s has no building", u.Name)
		}
		if p.Name != u.Name || p.Use != u.Kind || p.Area < 0.3*u.Area {
			t.Errorf("%s: %s, %s of %.0f m²", u.Name, p.Name, p.Use, p.Area)
		}
		if want := u.Street + " " + strconv.Itoa(u.Number); u.Street != "" && (p.Address < 0 || l.Addresses[p.Address].String() != want) {
			t.Errorf("%s has the address %q, want %q", u.Name, l.addressOf(p.Address), want)
		}
	}
	for _, s := range l.Sites {
		if !contains(l.Properties[s.Property].Ground, s.At) {
			t.Errorf("%s does not lie on its ground", s.Name)
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	each(t, checkUnits)
}

func TestPipes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		holes := map[orb.Point]bool{}
		for _, m := range l.Manholes {
			holes[m.At] = true
		}
		private := 0
		for _, p := range l.Pipes {
			if !holes[p.Line[0]] || !holes[p.Line[len(p.Line)-1]] {
				t.Errorf("%s does not go from manhole to manhole", p.ID)
			}
			if p.Diameter < 100 || p.Material == "" || p.Year < 1940 || length(p.Line) > 130 {
				t.Errorf("%+v", p)
			}
			if p.Road < 0 {
				private++
			}
		}
		if private == 0 {
			t.Error("no pipe crosses private ground")
		}
	})
}

func TestBusLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		names := map[string]bool{}
		for _, s := range l.BusStops {
			if names[s.Name] || s.Name == "" {
				t.Errorf("two stops are called %q", s.Name)
			}
			names[s.Name] = true
		}
		for _, b := range l.BusLines {
			if len(b.Stops) < 2 {
				t.Errorf("%s stops %d times", b.Name, len(b.Stops))
			}
			for _, s := range b.Stops {
				if far, _, _ := toLine(l.BusStops[s].Geometry.(orb.Point), b.Line); far > 95 {
					t.Errorf("%s stops %.0f m from its way", b.Name, far)
				}
			}
		}
	})
}
