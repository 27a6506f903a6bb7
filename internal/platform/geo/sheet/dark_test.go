package sheet

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the files anew that are made from this package")

// The pages' style sheet holds what this package makes.
func TestCSS_isTheOneOfThePages(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "..", "..", "frontend", "src", "css", "sheet.css")
	want := "/* Made by go test ./internal/platform/geo/sheet -run CSS -update: the colours of\n   drawn maps in the dark scheme. */\n" + CSS()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the styles of maps have changed: run this test with -update")
	}
}

// rules reads a style sheet back: class → property → value.
func rules(t *testing.T, css string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for line := range strings.Lines(css) {
		selectors, rest, ok := strings.Cut(strings.TrimSpace(line), "{")
		if !ok || !strings.HasPrefix(selectors, ".drawn-") || strings.Contains(rest, ";") {
			continue
		}
		property, value, _ := strings.Cut(strings.TrimSuffix(rest, "}"), ":")
		for class := range strings.SplitSeq(selectors, ",") {
			if out[class] == nil {
				out[class] = map[string]string{}
			}
			if was, twice := out[class][property]; twice {
				t.Errorf("%s has two values of %s: %s and %s", class, property, was, value)
			}
			out[class][property] = value
		}
	}
	return out
}

func TestCSS_speaksOfEveryClassThatAPictureMayHave(t *testing.T) {
	t.Parallel()
	css := CSS()
	got := rules(t, css)
	for _, s := range Styles() {
		if s.Fill != "" && got[".drawn-"+s.Name]["fill"] != string(s.Fill.NightArea()) {
			t.Errorf("%s has no fill in the dark scheme", s.Name)
		}
		if s.Stroke != "" && got[".drawn-"+s.Name+"--line"]["stroke"] != string(s.Stroke.Night()) {
			t.Errorf("%s has no line in the dark scheme", s.Name)
		}
		if s.Label.Size > 0 && got[".drawn-"+s.Name+"--label"]["fill"] != string(s.Label.Color.Night()) {
			t.Errorf("%s has no letters in the dark scheme", s.Name)
		}
	}
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet fetches something")
	}
	if len(css) > 16_000 {
		t.Errorf("the style sheet has %d bytes", len(css))
	}
}

func TestStyles_areSoundAndHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	all := Styles()
	if len(all) < 80 {
		t.Errorf("only %d styles", len(all))
	}
	if !slices.IsSortedFunc(all, func(a, b Style) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("styles are not sorted")
	}
	for i, s := range all {
		if !s.sound() || s.Name == "" || i > 0 && all[i-1].Name == s.Name {
			t.Errorf("style %+v", s)
		}
	}
}

// Letters on paper in the two schemes: WCAG 2.2, 1.4.3 asks for 4.5:1 against
// what lies behind, and letters have a rim in the colour of the paper.
func TestStyles_lettersCanBeRead(t *testing.T) {
	t.Parallel()
	for _, s := range Styles() {
		if s.Label.Size == 0 {
			continue
		}
		for _, pair := range [][2]Color{{s.Label.Color, behind(s)}, {s.Label.Color.Night(), behindAtNight(s)}} {
			if r := contrast(pair[0], pair[1]); r < 4.5 {
				t.Errorf("%s: letters %s on %s have a contrast of %.1f", s.Name, pair[0], pair[1], r)
			}
		}
	}
}

func behind(s Style) Color {
	if s.Label.Halo != "" {
		return s.Label.Halo
	}
	return s.Fill
}

func behindAtNight(s Style) Color {
	if s.Label.Halo != "" {
		return s.Label.Halo.Night()
	}
	return s.Fill.NightArea()
}

func contrast(a, b Color) float64 {
	light := func(c Color) float64 {
		v := c.rgb()
		return 0.2126*linear(v[0]) + 0.7152*linear(v[1]) + 0.0722*linear(v[2]) + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}

func TestNight_turnsLightAndDarkAround(t *testing.T) {
	t.Parallel()
	hex := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	for _, c := range []Color{"#000000", "#ffffff", "#ffff99", "#c4121b", "#0b5ed7", "#808080"} {
		night, area := c.Night(), c.NightArea()
		if !hex.MatchString(string(night)) || !hex.MatchString(string(area)) {
			t.Errorf("%s becomes %s and %s", c, night, area)
		}
		before, _, _ := oklab(c.rgb())
		after, _, _ := oklab(night.rgb())
		if want := 0.2 + (1-before)*0.78; math.Abs(after-want) > 0.03 {
			t.Errorf("%s: lightness %.2f becomes %.2f, want %.2f", c, before, after, want)
		}
	}
	if Color("").Night() != "" || Color("red").Night() != "red" {
		t.Error("what is no colour became one")
	}
}

func TestOklab_comesBack(t *testing.T) {
	t.Parallel()
	for _, c := range []Color{"#000000", "#ffffff", "#123456", "#fedcba", "#00ff00"} {
		if got := fromOklab(oklab(c.rgb())); got != c {
			t.Errorf("%s came back as %s", c, got)
		}
	}
}
