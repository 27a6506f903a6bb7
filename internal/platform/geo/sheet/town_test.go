package sheet

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// town is the demonstration's town, drawn once.
var town = sync.OnceValues(func() (*land.Land, error) {
	t, err := land.TownOf("torgoy")
	if err != nil {
		return nil, err
	}
	return land.Draw(t, land.Seed, nil)
})

func home(tb testing.TB) crs.System {
	tb.Helper()
	s, ok := crs.ByCode(crs.UTM32)
	if !ok {
		tb.Fatal("no UTM zone 32")
	}
	return s
}

func words(tb testing.TB, lang i18n.Lang) *i18n.Localizer {
	tb.Helper()
	bundle := i18n.New()
	if err := bundle.Load("geo_sheet", Messages()); err != nil {
		tb.Fatal(err)
	}
	return bundle.For(lang)
}

// townLayers are the layers of the town in drawing order, styled and labelled.
func townLayers(tb testing.TB, names ...string) []Layer {
	tb.Helper()
	l, err := town()
	if err != nil {
		tb.Fatal(err)
	}
	label := map[string]string{
		"properties": "number", "roads": "name", "plan_zones": "field", "plan_cautions": "code", "sites": "name", "addresses": "number", "islands": "name", "hazards": "code",
		"streams": "name", "bus_stops": "name",
	}
	byName := map[string]*Layer{}
	for f := range l.Features() {
		if !slices.Contains(names, f.Layer) || !f.To.IsZero() || f.Properties["master"] == true {
			continue
		}
		out := byName[f.Layer]
		if out == nil {
			out = &Layer{Name: f.Layer, Title: f.Layer, Style: Standard(f.Layer, nil), Attribution: "Torgøy kommune", Licence: "NLOD 2.0", LicenceURL: "https://data.norge.no/nlod/no/2.0"}
			byName[f.Layer] = out
		}
		st := Standard(f.Layer, f.Properties)
		text, _ := f.Properties[label[f.Layer]].(string)
		what, _ := f.Properties["purpose_nb"].(string)
		out.Features = append(out.Features, Drawn{Geometry: f.Geometry, Style: &st, Label: text, Means: what})
	}
	var all []Layer
	for _, n := range names {
		if byName[n] == nil {
			tb.Fatalf("the town has no layer %s", n)
		}
		all = append(all, *byName[n])
	}
	return all
}

// plot is a home in the town: its ground and its building.
func plotOf(tb testing.TB) (ground, house orb.Polygon) {
	tb.Helper()
	l, err := town()
	if err != nil {
		tb.Fatal(err)
	}
	for _, b := range l.Buildings {
		p := l.Properties[b.Property]
		if p.Use == land.Home && p.Area > 700 && p.Area < 1000 && b.Area > 90 && b.Distance > 5 {
			return p.Ground, b.Ground
		}
	}
	tb.Fatal("no such home")
	return nil, nil
}

// situation is a situation plan: a new garage on a plot in the town.
func situation(tb testing.TB) (Map, Block) {
	tb.Helper()
	ground, house := plotOf(tb)
	m := Map{System: home(tb), Box: ground.Bound(), Scale: 500}
	m.Layers = townLayers(tb, "sea", "land", "plan_zones", "plan_cautions", "properties", "roads", "pipes", "manholes", "buildings", "addresses")
	own := OwnGround()
	at := house.Bound()
	garage := orb.Bound{Min: orb.Point{at.Min[0], at.Max[1] + 3}, Max: orb.Point{at.Min[0] + 7, at.Max[1] + 9}}.ToPolygon()
	m.Layers = append(m.Layers,
		Layer{Name: "own", Features: []Drawn{{Geometry: ground, Style: &own}}, Legend: []Entry{{own, "Eiendommen søknaden gjelder"}}},
		Layer{Name: "proposed", Style: Proposed(), Features: []Drawn{{Geometry: garage, Label: "Garasje"}}, Legend: []Entry{{Proposed(), "Tiltaket det er søkt om"}}},
	)
	if line, ok := Shortest(garage, shape.Outline(ground)); ok {
		m.Layers = append(m.Layers, Layer{
			Name: "distance", Style: DimensionLine(), Legend: []Entry{{DimensionLine(), "Avstand til grensen"}},
			Features: []Drawn{Dimension(line[0], line[1], Metres(words(tb, i18n.NB), shape.Length(line)))},
		})
	}
	for i := range m.Layers {
		switch l := &m.Layers[i]; l.Name {
		case "properties":
			l.Title, l.Attribution, l.Licence, l.LicenceURL = "Eiendomsgrenser", "Kartverket", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
			l.Legend = []Entry{{Boundary(), "Eiendomsgrense"}}
		case "buildings":
			l.Title, l.Legend = "Bygninger", []Entry{{Standard("buildings", nil), "Bygning"}}
		case "pipes":
			l.Title, l.Legend = "Ledninger", []Entry{{pipe("water"), "Vannledning"}, {pipe("sewer"), "Avløpsledning"}}
		}
	}
	return m, Block{
		Paper: A4, Words: words(tb, i18n.NB), Title: "Situasjonskart", Subtitle: "Kaiveien 31, gnr. 1 bnr. 4",
		Facts:        []Fact{{"Eiendom", "1/4"}, {"Saksnummer", "2026/1234"}, {"Nærmeste avstand til grensen", "4,2 m"}},
		Municipality: "Torgøy kommune", MadeBy: "Kari Nordmann",
		Notes: []string{"Grensene på kartet kan være unøyaktige. Kartet er ikke bevis for hvor grensen går.", "Ledninger er tegnet omtrentlig. Be om påvisning før du graver."},
		Alt:   "Kart over eiendommen 1/4 med den nye garasjen øst for huset, 4,2 meter fra grensen.", Subject: "Vedlegg til søknad om byggetillatelse",
		Created: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
}

// TestLook writes sheets and pictures for the eye when TORG_SHEET_LOOK names a
// folder.
func TestLook(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("TORG_SHEET_LOOK")
	if folder == "" {
		t.Skip("TORG_SHEET_LOOK names no folder")
	}
	m, b := situation(t)
	for _, p := range Papers() {
		b.Paper = p
		for _, scale := range []int{500, 2000, 10000} {
			m.Scale = scale
			data, err := m.PDF(b)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(folder, string(p)+"-"+grouped(float64(scale)))
			if err := os.WriteFile(strings.ReplaceAll(name, "\u00a0", "")+".pdf", data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	ground := m.Box
	for name, metres := range map[string]float64{"near": 15, "far": 600} {
		m.Box = Around(ground, metres)
		data, err := m.SVG(Picture{Width: 720, Height: 480, Title: "Kart", About: "Om kartet"})
		if err != nil {
			t.Fatal(err)
		}
		page := `<!doctype html><meta charset="utf-8"><style>` + CSS() + `</style><body>` + string(data)
		if err := os.WriteFile(filepath.Join(folder, name+".html"), []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", name, len(data))
	}
}
