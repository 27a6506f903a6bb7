package sheet

import (
	"math"
	"testing"

	"github.com/torg-no/torg/internal/demo/land"
)

// Every layer of the town has a look of its own, and so has every feature.
func TestStandard_knowsTheLayersOfTheMap(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, s := range Styles() {
		known[s.Name] = true
	}
	for _, name := range land.Layers() {
		if st := Standard(name, nil); st.Name == "other" || st.isZero() {
			t.Errorf("layer %s is drawn as %s", name, st.Name)
		}
	}
	l, err := town()
	if err != nil {
		t.Fatal(err)
	}
	for f := range l.Features() {
		if st := Standard(f.Layer, f.Properties); st.Name == "other" || st.Name == "plan-unknown" || st.Name == "road" || st.Name == "pipe" || !st.sound() || !known[st.Name] {
			t.Fatalf("%s of %s with %v is drawn as %s", f.ID, f.Layer, f.Properties, st.Name)
		}
	}
	if st := Standard("unheard_of", map[string]any{"width": "wide"}); st.Name != "other" {
		t.Errorf("a layer that nobody knows is drawn as %s", st.Name)
	}
}

func TestPurpose_hasTheColoursOfTheNationalRules(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Color{
		"1110": "#ffff33", "1111": "#ffff99", "1112": "#ffff33", "1120": "#ffcc66", "1130": "#cc9900", "1150": "#ccccff", "1160": "#ff9999", "1161": "#ff9999",
		"1167": "#cc6600", "1300": "#9966ff", "1310": "#cc99ff", "1340": "#cc66ff", "1400": "#99cc00", "1500": "#ff9933", "1610": "#66cc99",
		"2010": "#cccccc", "2011": "#cccccc", "2012": "#ffcccc", "2018": "#999999", "2019": "#999966", "2040": "#99cccc", "2080": "#b9b9b9", "2110": "#ffcc99",
		"3001": "#99ff99", "3040": "#99ff99", "4001": "#cccc99", "5100": "#ccff99", "5130": "#99ff66", "5300": "#00cc66", "6001": "#ccffff", "6230": "#33ccff",
		"1": "#ffcc00", "1999": "#ffcc00", "": "#ffffff", "9": "#ffffff", "x": "#ffffff",
	} {
		if got := Purpose(code).Fill; got != want {
			t.Errorf("%q is %s, want %s", code, got, want)
		}
	}
}

func TestPurpose_combinedOnesAreStriped(t *testing.T) {
	t.Parallel()
	st := Purpose("1801")
	if st.Fill != Purpose("1110").Fill || st.Hatch.Color != Purpose("1150").Fill || st.Name != "plan-housing-shops" {
		t.Errorf("housing and shops are %+v", st)
	}
	if Purpose("1110").Hatch.Color != "" {
		t.Error("a single purpose is striped")
	}
}

func TestCaution_looksLikeItsGroup(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"H320": "caution-danger", "310": "caution-danger", "h370": "caution-danger", "H220": "caution-noise", "H560": "caution-consideration",
		"H730": "caution-restricted", "H910": "caution-plan", "H140": "caution", "": "caution", "H": "caution",
	} {
		st := Caution(code)
		if st.Name != want || st.Hatch.Color == "" || st.Fill != "" {
			t.Errorf("%q is drawn as %s, want %s", code, st.Name, want)
		}
	}
	if !Caution("H730").Hatch.Cross {
		t.Error("restricted land has no net")
	}
}

func TestRoad_isAsBroadAsItsGround(t *testing.T) {
	t.Parallel()
	st := Standard("roads", map[string]any{"class": "main", "width": 12.0})
	v := paperView(t) // 1:1000
	if got := (run{style: st}).width(v); math.Abs(got-12) > 1e-9 {
		t.Errorf("12 m at 1:1000 are %g mm", got)
	}
	st.Ground = 0.1
	if got := (run{style: st}).width(v); got != st.Width {
		t.Errorf("a narrow road is %g mm", got)
	}
	for _, width := range []any{int64(6), 6, 6.0} {
		if got := Standard("roads", map[string]any{"class": "lane", "width": width}).Ground; got != 6 {
			t.Errorf("%T is %g m wide", width, got)
		}
	}
	for _, width := range []any{math.NaN(), math.Inf(1), -4.0, nil} {
		if st := Standard("roads", map[string]any{"class": "lane", "width": width}); !st.sound() {
			t.Errorf("a road of width %v is not sound", width)
		}
	}
	if st := Standard("roads", map[string]any{"class": `x"/>`}); st.Name != "road" || !st.sound() {
		t.Errorf("a road of a strange class is %+v", st)
	}
}

func TestStyle_soundnessOfNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"": true, "plan-1110": true, "Plan": false, "a b": false, "å": false, `"`: false, "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde": false} {
		if got := (Style{Name: name}).sound(); got != ok {
			t.Errorf("%q: %v", name, got)
		}
	}
	for c, ok := range map[Color]bool{"": true, "#a0B1c2": true, "#fff": false, "fffffff": false, "#12345g": false, "#+12345": false} {
		if got := c.sound(); got != ok {
			t.Errorf("%q: %v", c, got)
		}
	}
}
