package property_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

func at(x, y float64) orb.Point { return orb.Point{corner[0] + x, corner[1] + y} }

// street is an address of a sketch, on the first plot.
func street(text, number, place string) layers.Incoming {
	return feature("addresses", "a-"+text, at(float64(len(text)), 5), map[string]any{
		"address": text, "street": strings.TrimRight(text, "0123456789ABC "), "number": number, "code": "4610", "place": place, "property": "p1",
	})
}

func names(w *world) []layers.Incoming {
	named := plot(34, "home", box(100, 0, 20, 20))
	named.Feature.Properties["name"] = "Solbakken"
	return []layers.Incoming{
		plot(1, "home", box(0, 0, 20, 20)), plot(3, "home", box(30, 0, 20, 20)), named, plot(340, "home", box(130, 0, 20, 20)),
		street("Kaiveien 3", "3", "TORGØY"), street("Kaiveien 3A", "3A", "TORGØY"), street("Kaiveien 31", "31", "TORGØY"), street("Kaiveien 31B", "31B", "TORGØY"),
		street("Kaiveien 9", "9", "TORGØY"), street("Åsgata 1", "1", "ØYA"), street("Ørneveien 2", "2", "ØYA"), street("Nedre Storgata 5", "5", "TORGØY"),
		street("Storgata 5", "5", "TORGØY"), street("Æresvegen 7", "7", "TORGØY"), street("Bjørkelia 4", "4", "BJØRKELIA"),
		feature("sites", "s1", at(5, 5), map[string]any{"name": "Torgøy barneskole", "kind": "school", "address": "Skolegata 1"}),
		feature("islands", "i1", at(500, 500), map[string]any{"name": "Lyngholmen"}),
		feature("plans", "pl1", box(0, 0, 60, 60), map[string]any{"plan": "1997003", "name": "Kaia med omkringliggende område", "master": false}),
	}
}

func labels(w *world, text string) []string {
	w.t.Helper()
	var list []string
	for _, h := range w.search(text, 10) {
		list = append(list, h.Label)
	}
	return list
}

func TestSearch_findsWhatPeopleMean(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(names(w)...)
		for text, want := range map[string][]string{
			"Kaiveien 31":      {"Kaiveien 31", "Kaiveien 31B"},
			"kaiveien 3":       {"Kaiveien 3", "Kaiveien 3A", "Kaiveien 31", "Kaiveien 31B"},
			"kaivegen 31b":     {"Kaiveien 31B"},
			"Kaivn. 9":         {"Kaiveien 9"},
			"kaiv 9":           {"Kaiveien 9"},
			"kaiveie 9":        {"Kaiveien 9"},
			"asgata":           {"Åsgata 1"},
			"åsgt 1":           {"Åsgata 1"},
			"aasgata 1":        {"Åsgata 1"},
			"orneveien":        {"Ørneveien 2"},
			"aeresveien 7":     {"Æresvegen 7"},
			"Ærestegen 7":      nil,
			"storgata 5":       {"Storgata 5", "Nedre Storgata 5"},
			"Storgata 5 torg":  {"Storgata 5", "Nedre Storgata 5"},
			"storgata 6":       nil,
			"Stogata 5":        {"Storgata 5", "Nedre Storgata 5"},
			"Sotrgata 5":       {"Storgata 5", "Nedre Storgata 5"},
			"bjørkelia":        {"Bjørkelia 4"},
			"bjorklia 4":       {"Bjørkelia 4"},
			"lyngholmen":       {"Lyngholmen"},
			"barneskole":       {"Torgøy barneskole"},
			"solbakk":          {"1/34 Solbakken"},
			"1997003":          {"Kaia med omkringliggende område"},
			"kaia omkring":     {"Kaia med omkringliggende område"},
			"1/3":              {"1/3", "1/34 Solbakken", "1/340"},
			"gnr 1 bnr 34":     {"1/34 Solbakken", "1/340"},
			"9901-1/340":       {"1/340"},
			"4204-1/340":       nil,
			"1/9":              nil,
			"øya":              nil, // where something lies is not what it is called
			"finnes ikke":      nil,
			"":                 nil,
			"   ":              nil,
			"%_'\"--\x00 \xff": nil,
		} {
			got := labels(w, text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q finds %v, want %v", text, got, want)
			}
		}
	})
}

func TestSearch_tellsWhereEachHitLeads(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(names(w)...)
		for text, want := range map[string][4]string{
			"kaiveien 9": {"address", "4610 TORGØY", "/property/1-1", "1/1"},
			"solbakken":  {"property", "", "/property/1-34", "1/34"},
			"1997003":    {"plan", "1997003", "/plan/1997003", ""},
			"lyngholmen": {"place", "", "/place?e=343500.0&n=6396500.0", ""},
			"barneskole": {"place", "Skolegata 1", "/place?e=343005.0&n=6396005.0", ""},
		} {
			hits := w.search(text, 1)
			if len(hits) != 1 {
				t.Errorf("%q finds %d", text, len(hits))
				continue
			}
			h, ref := hits[0], ""
			if !h.Ref.IsZero() {
				ref = h.Ref.String()
			}
			if diff := cmp.Diff(want, [4]string{h.Kind, h.Note, h.Path, ref}); diff != "" {
				t.Errorf("%q: %s", text, diff)
			}
		}
	})
}

func TestSearch_keepsToItsLimits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(names(w)...)
		for _, limit := range []int{-1, 0, 1, 2, 1000} {
			if got := w.search("kaiveien", limit); len(got) != min(max(limit, 1), 5) {
				t.Errorf("%d wanted, %d found", limit, len(got))
			}
		}
		for _, text := range []string{strings.Repeat("kai ", 10_000), strings.Repeat("æ", 100_000), strings.Repeat("1/", 5_000)} {
			w.search(text, 10) // it is cut, and comes back
		}
		if got := w.search("1/3", 2); len(got) != 2 {
			t.Errorf("numbers are not limited: %d", len(got))
		}
	})
}

// TestSearch_followsTheMap imports again: what is new is found, what is gone is not.
func TestSearch_followsTheMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(names(w)...)
		if got := labels(w, "ørneveien"); len(got) != 1 {
			t.Fatalf("before: %v", got)
		}
		later := slices.DeleteFunc(names(w), func(f layers.Incoming) bool { return f.Feature.ID == "a-Ørneveien 2" })
		w.sketch(append(later, street("Nyveien 8", "8", "TORGØY"))...)
		if got := labels(w, "ørneveien"); got != nil {
			t.Errorf("what is gone is found: %v", got)
		}
		if got := labels(w, "nyveien"); len(got) != 1 {
			t.Errorf("what is new is not: %v", got)
		}
		w.Sweep()
		if got := labels(w, "nyveien"); len(got) != 1 {
			t.Errorf("after sweeping: %v", got)
		}
	})
}

// TestSearch_findsEveryAddressOfTheTown types each address as it stands on a letter.
func TestSearch_findsEveryAddressOfTheTown(t *testing.T) {
	t.Parallel()
	charted(t, func(t *testing.T, w *world) {
		w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
			for i, a := range w.land.Addresses {
				if i%50 != 0 {
					continue
				}
				hits, err := w.Search(ctx, tx, a.String()+", "+a.Code+" "+a.Village, 5)
				if err != nil {
					return err
				}
				if len(hits) == 0 || hits[0].Label != a.String() || shape.Distance(hits[0].At, a.At) > 0.01 || hits[0].Ref != refOf(w.land.Properties[a.Property]) {
					t.Errorf("%s finds %+v", a, hits)
				}
			}
			for _, p := range homes(w.land, 20) {
				if hits, err := w.Search(ctx, tx, p.Number(), 1); err != nil || len(hits) != 1 || hits[0].Ref != refOf(p) {
					t.Errorf("%s finds %+v, %v", p.Number(), hits, err)
				}
			}
			return nil
		})
		if len(w.land.Sites) == 0 || len(labels(w, w.land.Sites[0].Name)) == 0 {
			t.Error("a site is not found by its name")
		}
	})
}

// TestSearch_tellsNothingOfLayersThatAreNotPublic keeps properties from the public.
func TestSearch_tellsNothingOfLayersThatAreNotPublic(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		l, _ := layers.Standard(w.words, land.LayerProperties)
		l.Public, l.EPSG = false, 25832
		once := true
		w.put([]layers.Target{{Layer: l}}, func() (layers.Incoming, bool) {
			more := once
			once = false
			return plot(1, "home", box(0, 0, 20, 20)), more
		})
		if got := labels(w, "1/1"); got != nil {
			t.Errorf("%v", got)
		}
	})
}

// TestSearch_inAMunicipalityTooLargeForTheMemory still finds properties by their number,
// and plans and places by name.
func TestSearch_inAMunicipalityTooLargeForTheMemory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(names(w)...)
		small := w.Deps
		small.NamesBytes = 4096
		w.Service = property.NewService(small)
		for text, want := range map[string][]string{
			"1/34": {"1/34 Solbakken"}, "1/35": nil, "9901-1/3": {"1/3"}, "4204-1/3": nil, "lyngholmen": {"Lyngholmen"}, "kaia omkring": {"Kaia med omkringliggende område"}, "kaiveien": nil,
		} {
			if diff := cmp.Diff(want, labels(w, text)); diff != "" {
				t.Errorf("%q: %s", text, diff)
			}
		}
		if p := w.property(property.Ref{Gnr: 1, Bnr: 340, Snr: 2}); p.ID != "p340" {
			t.Errorf("%+v", p)
		}
	})
}
