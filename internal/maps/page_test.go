package maps

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/property"
)

func words(t *testing.T, lang i18n.Lang) *i18n.Localizer {
	t.Helper()
	bundle := i18n.New()
	if err := bundle.Load(Name, Messages()); err != nil {
		t.Fatal(err)
	}
	return bundle.For(lang)
}

func TestRows_standTopmostFirstWithTheirTerms(t *testing.T) {
	t.Parallel()
	list := []layers.Layer{
		{Name: "sea", Kind: layers.Features},
		{Name: "roads", Kind: layers.Features, Attribution: "Statens vegvesen", Licence: "NLOD", LicenceURL: "https://example.no", Generation: 1, UpdatedAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)},
		{Name: "play_grounds", Kind: layers.Features, Geometry: "point"},
	}
	got := rows(words(t, i18n.NB), list, View{Off: []string{"sea"}}, "#005276", nil)
	var names []string
	for _, r := range got {
		names = append(names, r.Name)
	}
	if want := []string{"play_grounds", "roads", "sea", casesName}; !cmp.Equal(names, want) {
		t.Fatalf("rows %v", names)
	}
	if r := got[1]; r.Attribution != "Statens vegvesen" || r.Updated == "" || len(r.Signs) != 3 || r.Signs[0].Text != "Hovedveg" {
		t.Errorf("roads %+v", r)
	}
	if got[0].Title != "play grounds" || got[0].Shown || got[2].Shown || !got[1].Shown {
		t.Errorf("what is shown: %+v", got)
	}
	outside := rows(words(t, i18n.EN), nil, View{On: []string{backgroundName}}, "", &Background{Attribution: "© Kartverket"})
	if last := outside[len(outside)-1]; last.Name != backgroundName || !last.Shown || last.Attribution != "© Kartverket" {
		t.Errorf("outside map %+v", last)
	}
}

func TestSigns_haveWordsInAllLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Offered() {
		in := words(t, lang)
		for _, name := range layers.StandardNames() {
			for _, s := range signs(in, "laget", lookOf(name, "", accent(""))) {
				if s.Text == "" || strings.Contains(s.Text, "maps.legend") {
					t.Errorf("%s: a sign of %s has the text %q", lang, name, s.Text)
				}
			}
		}
		for _, text := range texts() {
			if said := in.T("maps.script." + text); said == "" || strings.Contains(said, "maps.script") {
				t.Errorf("%s: nothing is said for %s", lang, text)
			}
		}
	}
}

func TestChosen_tellsWhatDiffers(t *testing.T) {
	t.Parallel()
	list := []layers.Layer{{Name: "roads", Kind: layers.Features}, {Name: "plans", Kind: layers.Features}, {Name: "n1000", Kind: layers.Tiles}}
	on, off := chosen(list, []string{"plans", "n1000", casesName, "unknown"})
	if !cmp.Equal(on, []string{"plans"}) || !cmp.Equal(off, []string{"roads"}) {
		t.Errorf("on %v, off %v", on, off)
	}
	if _, off := chosen(list, nil); !slices.Contains(off, casesName) {
		t.Errorf("off %v", off)
	}
}

func TestRule_isTheFirstThatFits(t *testing.T) {
	t.Parallel()
	zones, buildings := lookOf("plan_zones", "", Tone{}), lookOf("buildings", "", Tone{})
	for purpose, want := range map[string]string{"1111": "purpose_home", "1162": "purpose_service", "2011": "purpose_road", "5100": "purpose_nature", "9": "purpose_other", "": "purpose_other"} {
		if got := zones.rule(layers.Feature{Properties: map[string]any{"purpose": purpose}}).Key; got != want {
			t.Errorf("purpose %q is drawn as %s", purpose, got)
		}
	}
	if got := buildings.rule(layers.Feature{Properties: map[string]any{"type": int64(613)}}).Key; got != "building_public" {
		t.Errorf("a school is drawn as %s", got)
	}
}

func TestInside_liesInTheArea(t *testing.T) {
	t.Parallel()
	hook := orb.Polygon{{{0, 0}, {100, 0}, {100, 10}, {10, 10}, {10, 90}, {100, 90}, {100, 100}, {0, 100}, {0, 0}}}
	ringed := orb.Polygon{{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}, {{20, 20}, {20, 80}, {80, 80}, {80, 20}, {20, 20}}}
	small := orb.Polygon{{{200, 200}, {201, 200}, {201, 201}, {200, 201}, {200, 200}}}
	for name, ground := range map[string]orb.MultiPolygon{"hook": {hook}, "with a hole": {ringed}, "two pieces": {small, hook}} {
		if p := inside(ground); !shape.Prepare(ground).Intersects(shape.Prepare(p)) {
			t.Errorf("%s: %v does not lie in it", name, p)
		}
	}
}

func TestPage_carriesTheViewAlong(t *testing.T) {
	t.Parallel()
	v := View{Middle: orb.Point{6.3, 57.6}, Zoom: 15, Placed: true, At: orb.Point{1, 2}, Asked: true, On: []string{"plans"}}
	p := page{View: v, Words: words(t, i18n.NB)}
	if got := p.hidden("e", "n"); !cmp.Equal(got, [][2]string{{"c", "57.6,6.3"}, {"z", "15"}, {"on", "plans"}}) {
		t.Errorf("fields %v", got)
	}
	if got := p.hit(property.Hit{At: orb.Point{10.04, 20}}); got != "/map?e=10&n=20&on=plans" {
		t.Errorf("a hit leads to %s", got)
	}
	ways := p.ways()
	if len(ways) != 6 || !strings.Contains(ways[0].Href, "z=16") || !strings.Contains(ways[1].Href, "z=14") {
		t.Errorf("ways %v", ways)
	}
	q := url.Values{"view": {v.Query()}, "z": {"3"}}
	if got := printedView(q); !cmp.Equal(got, v) {
		t.Errorf("printed %+v", got)
	}
	if got := printedView(url.Values{"c": {"57,6"}}); !got.Placed {
		t.Errorf("printed from the address itself: %+v", got)
	}
}

func TestCredits_nameEachOnce(t *testing.T) {
	t.Parallel()
	p := page{Rows: []Row{{Shown: true, Attribution: "Kommunen"}, {Shown: true, Attribution: "Kommunen"}, {Attribution: "Andre"}, {Shown: true}}}
	if got := p.credits(); got != "Kommunen" {
		t.Errorf("credits %q", got)
	}
}

func TestPictureOf_takesOurSizesOnly(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]string{{"720", "480"}, {"288", "340"}} {
		if p := pictureOf(size[0], size[1]); p.Width == 0 {
			t.Errorf("%v is none of ours", size)
		}
	}
	for _, size := range [][2]string{{"720", "340"}, {"", ""}, {"1e3", "480"}, {"99999", "99999"}} {
		if p := pictureOf(size[0], size[1]); p.Width != 0 {
			t.Errorf("%v was taken", size)
		}
	}
}

func TestZoomOf_followsTheScale(t *testing.T) {
	t.Parallel()
	if d := zoomOf(1000, 58) - zoomOf(2000, 58); math.Abs(d-1) > 1e-9 {
		t.Errorf("twice the scale is %v levels", d)
	}
	if z := zoomOf(5000, 58); z < 15 || z > 17.5 {
		t.Errorf("1:5000 is level %.2f", z)
	}
}

func TestThrough_letsTheGroundCome(t *testing.T) {
	t.Parallel()
	if got := through(Tone{Light: "#000000"}, 1); got != "#000000" {
		t.Errorf("covered, %s", got)
	}
	if got := through(Tone{Light: "#000000"}, 0); got != ground().Light {
		t.Errorf("uncovered, %s", got)
	}
	if got := through(Tone{}, 1); got != "" {
		t.Errorf("nothing is drawn as %q", got)
	}
}

func TestOutline_isInDegrees(t *testing.T) {
	t.Parallel()
	home, _ := crs.ByCode(crs.UTM32)
	square := orb.MultiPolygon{{{{500_000, 6_400_000}, {500_010, 6_400_000}, {500_010, 6_400_010}, {500_000, 6_400_010}, {500_000, 6_400_000}}}}
	got, err := outline(square, home)
	if err != nil || !strings.HasPrefix(got, `{"type":"MultiPolygon","coordinates":[[[[9,57.7`) {
		t.Errorf("%s, %v", got, err)
	}
	if square[0][0][0] != (orb.Point{500_000, 6_400_000}) {
		t.Error("the property was changed")
	}
	if got, err := outline(nil, home); got != "" || err != nil {
		t.Errorf("nothing became %q, %v", got, err)
	}
}

func TestStrokes_areThereForEveryButton(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"search", "plus", "minus", "locate", "whole", "layers", "share", "print", "help", "cross", "grow", "up", "down", "left", "right"} {
		if len(strokes(name)) == 0 {
			t.Errorf("the picture %s is empty", name)
		}
	}
}
