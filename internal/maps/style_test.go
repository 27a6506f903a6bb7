package maps

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// standardLayers are the layers that Torg knows, somewhere in the North Sea.
func standardLayers() []layers.Layer {
	geometry := map[string]string{"roads": "line", "islands": "point", "pipes": "line", "addresses": "point", "sites": "point"}
	var list []layers.Layer
	for _, name := range layers.StandardNames() {
		list = append(list, layers.Layer{
			Name: name, Kind: layers.Features, Public: true, EPSG: crs.UTM32, Geometry: geometry[name], MinZoom: 8, MaxZoom: 18, Count: 1,
			Extent: orb.Bound{Min: orb.Point{340_000, 6_394_000}, Max: orb.Point{347_000, 6_400_000}},
		})
	}
	return list
}

func composed(t *testing.T, r Request) Style {
	t.Helper()
	if r.Layers == nil {
		r.Layers = standardLayers()
	}
	if r.Color == "" {
		r.Color = "#005276"
	}
	return Compose(r)
}

func (s Style) layer(t *testing.T, id string) Paint {
	t.Helper()
	i := slices.IndexFunc(s.Layers, func(p Paint) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("the style has no layer %s", id)
	}
	return s.Layers[i]
}

// index is where a layer is drawn, the lowest first.
func (s Style) index(id string) int {
	return slices.IndexFunc(s.Layers, func(p Paint) bool { return p.ID == id })
}

func TestCompose_everyLayerHasItsSource(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Light, Dark} {
		s := composed(t, Request{Scheme: scheme, Background: &Background{Tiles: "https://example.no/{z}/{y}/{x}", MaxZoom: 18}})
		seen := map[string]bool{}
		for _, l := range s.Layers {
			if seen[l.ID] {
				t.Errorf("%s: two layers are called %s", scheme, l.ID)
			}
			seen[l.ID] = true
			source, known := s.Sources[l.Source]
			switch {
			case l.Type == "background":
			case !known:
				t.Errorf("%s: %s draws from %q, which there is not", scheme, l.ID, l.Source)
			case (source.Type == "vector") != (l.SourceLayer != ""):
				t.Errorf("%s: %s draws %q from a source of kind %s", scheme, l.ID, l.SourceLayer, source.Type)
			}
		}
	}
}

func TestCompose_asksOurOwnHostOnly(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(composed(t, Request{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, outside := range []string{"://", "glyphs", "sprite"} {
		if strings.Contains(string(text), outside) {
			t.Errorf("the style has %q", outside)
		}
	}
}

func TestCompose_whatIsOnComesInOneTile(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{})
	on := s.Sources[sourceOn]
	if len(on.Tiles) != 1 || !strings.HasPrefix(on.Tiles[0], "/geo/tiles/") || !strings.HasSuffix(on.Tiles[0], "/{z}/{x}/{y}.mvt") {
		t.Fatalf("tiles %v", on.Tiles)
	}
	names := strings.Split(strings.Split(on.Tiles[0], "/")[3], ",")
	for _, want := range []string{"sea", "land", "roads", "buildings", "properties", "addresses"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not in the common tile", want)
		}
	}
	for _, hidden := range []string{"plans", "plan_zones", "pipes", "hazards"} {
		if slices.Contains(names, hidden) || len(s.Sources["layer-"+hidden].Tiles) != 1 {
			t.Errorf("%s is fetched before anybody has asked for it", hidden)
		}
		for _, l := range s.Layers {
			if l.Metadata[metaLayer] == hidden && l.Layout["visibility"] != "none" {
				t.Errorf("%s is drawn at first", l.ID)
			}
		}
	}
	if on.MaxZoom != deepest || on.MinZoom != 8 {
		t.Errorf("levels %d to %d", on.MinZoom, on.MaxZoom)
	}
	if b := on.Bounds; b[0] < 6 || b[2] > 7 || b[1] < 57.6 || b[3] > 57.8 {
		t.Errorf("bounds %v", b)
	}
}

// What is written lies over all ground, and the property that was asked about too.
func TestCompose_writesOnTop(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{})
	lastGround, firstName := 0, len(s.Layers)
	for i, l := range s.Layers {
		own := l.Source == sourceOn || strings.HasPrefix(l.Source, "layer-")
		switch {
		case own && l.Type == "symbol":
			firstName = min(firstName, i)
		case own:
			lastGround = max(lastGround, i)
		}
	}
	if firstName < lastGround {
		t.Errorf("%s is written under %s", s.Layers[firstName].ID, s.Layers[lastGround].ID)
	}
	if s.Layers[len(s.Layers)-1].Source != casesName {
		t.Error("the public cases are not on top")
	}
}

func TestCompose_laysGroundUnderRoadsAndHouses(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{})
	at := func(id string) int { return slices.IndexFunc(s.Layers, func(p Paint) bool { return p.ID == id }) }
	order := []string{"sea", "land", "properties", "plan_zones", "roads-edge", "roads", "properties-edge", "buildings", "plans", "roads-name", "chosen"}
	for i := 1; i < len(order); i++ {
		if a, b := at(order[i-1]), at(order[i]); a < 0 || b < 0 || a > b {
			t.Errorf("%s (%d) does not lie under %s (%d)", order[i-1], a, order[i], b)
		}
	}
}

func TestStacked_putsOthersLayersOverTheGround(t *testing.T) {
	t.Parallel()
	list := []layers.Layer{{Name: "playgrounds"}, {Name: "sites"}, {Name: "roads"}, {Name: "n1000", Kind: layers.Tiles}, {Name: "sea"}}
	var names []string
	for _, l := range stacked(list) {
		names = append(names, l.Name)
	}
	if got := strings.Join(names, " "); got != "n1000 sea roads playgrounds sites" {
		t.Errorf("drawn in the order %s", got)
	}
}

func TestCompose_makesRoomForAnotherDay(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{})
	for _, name := range timed() {
		if s.Sources[sourcePast+name].Type != "geojson" {
			t.Errorf("no source for %s of another day", name)
		}
	}
	if p := s.layer(t, "past-plan_zones"); p.SourceLayer != "" || p.Layout["visibility"] == "none" || p.Metadata != nil {
		t.Errorf("plans of another day: %+v", p)
	}
}

func TestCompose_standsInTheSeaOnlyWithLand(t *testing.T) {
	t.Parallel()
	if c := composed(t, Request{}).layer(t, "ground").Paint["background-color"]; c != sea().Light {
		t.Errorf("with land, %v is under it", c)
	}
	only := slices.DeleteFunc(standardLayers(), func(l layers.Layer) bool { return l.Name == "land" })
	if c := composed(t, Request{Layers: only}).layer(t, "ground").Paint["background-color"]; c != ground().Light {
		t.Errorf("without land, %v is under the rest", c)
	}
}

func TestCompose_drawsPicturesOnTheGround(t *testing.T) {
	t.Parallel()
	for kind, ending := range map[string]string{"png": ".png", "jpeg": ".jpg", "webp": ".webp"} {
		photo := layers.Layer{Name: "photo", Kind: layers.Tiles, Geometry: kind, MinZoom: 3, MaxZoom: 17, Attribution: "© <Kartverket>"}
		s := composed(t, Request{Layers: append(standardLayers(), photo)})
		got := s.Sources["ready-photo"]
		at := s.index("ready-photo")
		if p := s.Layers[at]; p.Type != "raster" || p.Metadata[metaLayer] != "photo" || p.Paint != nil {
			t.Errorf("it is drawn as %+v", p)
		}
		for _, below := range []string{"ground", "land", "properties"} {
			if s.index(below) > at {
				t.Errorf("%s covers it", below)
			}
		}
		for _, above := range []string{"roads", "buildings", "properties-edge"} {
			if s.index(above) < at {
				t.Errorf("it covers %s", above)
			}
		}
		if got.Type != "raster" || got.TileSize != 256 || got.MinZoom != 3 || got.MaxZoom != 17 || got.Tiles[0] != "/geo/tiles/photo/{z}/{x}/{y}"+ending || got.Attribution != "© &lt;Kartverket&gt;" {
			t.Errorf("source %+v", got)
		}
		dark := composed(t, Request{Layers: []layers.Layer{photo}, Scheme: Dark})
		if p := dark.layer(t, "ready-photo"); p.Paint["raster-brightness-max"] != 0.7 {
			t.Errorf("by night %+v", p)
		}
	}
}

func TestCompose_drawsReadyTilesLowest(t *testing.T) {
	t.Parallel()
	list := append([]layers.Layer{{Name: "n1000", Kind: layers.Tiles, MinZoom: 0, MaxZoom: 9}}, standardLayers()...)
	s := composed(t, Request{Layers: list})
	if s.Layers[1].Source != "ready-n1000" || s.Sources["ready-n1000"].MaxZoom != 9 {
		t.Errorf("second layer %+v", s.Layers[1])
	}
	if p := s.layer(t, "ready-n1000-StedsnavnTekst"); p.Type != "symbol" {
		t.Errorf("names %+v", p)
	}
	if strings.Contains(s.Sources[sourceOn].Tiles[0], "n1000") {
		t.Error("ready-made tiles are asked for together with layers")
	}
}

func TestCompose_outsideMapIsOffUntilAskedFor(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{Background: &Background{Tiles: "https://example.no/{z}/{y}/{x}", MaxZoom: 18, Attribution: "© Kartverket"}})
	if p := s.layer(t, backgroundName); p.Layout["visibility"] != "none" || s.Sources[backgroundName].Attribution != "© Kartverket" {
		t.Errorf("outside map %+v", p)
	}
	if at := s.index(backgroundName); at < s.index("land") || at < s.index("properties") || at > s.index("buildings") {
		t.Errorf("the outside map is number %d of what is drawn", at)
	}
}

func TestCompose_hiddenLayersOfOthersAreNotThere(t *testing.T) {
	t.Parallel()
	open := slices.DeleteFunc(standardLayers(), func(l layers.Layer) bool { return l.Name == "pipes" || l.Name == "manholes" })
	text, err := json.Marshal(composed(t, Request{Layers: open}))
	if err != nil || strings.Contains(string(text), "pipes") {
		t.Errorf("the style tells of pipes, %v", err)
	}
}

func TestLookOf_drawsWhatNobodyHasHeardOf(t *testing.T) {
	t.Parallel()
	for geometry, shape := range map[string]Shape{"point": Point, "line": Line, "polygon": Area, "": Area} {
		look := lookOf("playgrounds", geometry, Tone{})
		if look.Shape != shape || look.Group != groupOther || len(look.Rules) != 1 || look.On {
			t.Errorf("%q is drawn as %+v", geometry, look)
		}
	}
	if lookOf("abc", "line", Tone{}).Rules[0].Stroke == lookOf("abd", "line", Tone{}).Rules[0].Stroke {
		t.Error("two unknown layers have one colour")
	}
}

func TestLookOf_knowsAllStandardLayers(t *testing.T) {
	t.Parallel()
	for _, name := range layers.StandardNames() {
		if name == "municipalities" {
			continue // of the whole country; nobody brings it in for one municipality
		}
		if look := lookOf(name, "", Tone{}); look.Group == groupOther {
			t.Errorf("%s is drawn as something unheard of", name)
		}
	}
}

func colors() map[string]Tone {
	return map[string]Tone{
		"ground": ground(), "wood": wood(), "field": field(), "park": park(), "beach": beach(), "town": town(), "works": works(), "service": service(),
		"street": street(), "house": house(),
	}
}

// Letters can be read on every ground (WCAG 2.2, 1.4.3), and what is written on water
// on water.
func TestPalette_lettersCanBeRead(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Light, Dark} {
		for name, under := range colors() {
			for label, over := range map[string]Tone{"ink": ink(), "quiet": quiet()} {
				if c := contrast(t, over.In(scheme), under.In(scheme)); c < 4.5 {
					t.Errorf("%s: %s on %s has contrast %.2f", scheme, label, name, c)
				}
			}
		}
		if c := contrast(t, waterInk().In(scheme), sea().In(scheme)); c < 4.5 {
			t.Errorf("%s: names of water have contrast %.2f", scheme, c)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	ca, err := theme.Parse(a)
	if err != nil {
		t.Fatal(err)
	}
	cb, err := theme.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return theme.Contrast(ca, cb)
}

func TestAccent_canBeSeenWhateverTheMunicipalityChose(t *testing.T) {
	t.Parallel()
	for _, color := range []string{"#005276", "#ffffff", "#000000", "#ffee00", "#c81922", "not a colour", ""} {
		own := accent(color)
		for _, scheme := range []Scheme{Light, Dark} {
			if c := contrast(t, own.In(scheme), ground().In(scheme)); c < 4.5 {
				t.Errorf("%q: %s on %s has contrast %.2f", color, own.In(scheme), scheme, c)
			}
		}
	}
	if own := accent("#005276"); own.Light != "#005276" {
		t.Errorf("a colour that is dark enough became %s", own.Light)
	}
}

func TestPalette_isWrittenAsColours(t *testing.T) {
	t.Parallel()
	hex := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	for _, table := range []map[string]Look{grounds(accent("")), estates(accent("")), plans(), networks()} {
		for name, look := range table {
			for _, r := range look.Rules {
				for _, tone := range []Tone{r.Fill, r.Stroke, r.Hatch} {
					if tone != (Tone{}) && (!hex.MatchString(tone.Light) || !hex.MatchString(tone.Dark)) {
						t.Errorf("%s has the colour %+v", name, tone)
					}
				}
			}
			if last := look.Rules[len(look.Rules)-1]; look.By != "" && len(last.Values) > 0 {
				t.Errorf("%s leaves features without a rule", name)
			}
		}
	}
}

func TestSchemeOf_isLightByDefault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Scheme{"dark": Dark, "light": Light, "": Light, "sepia": Light} {
		if got := SchemeOf(text); got != want {
			t.Errorf("%q is %s", text, got)
		}
	}
}
