package theme_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// randomColors returns the same colours every time, with the corners of the
// space among them.
func randomColors(n int) []string {
	colors := []string{"#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff", "#808080", "#ffd700"}
	source := rand.New(rand.NewPCG(1814, 517))
	for len(colors) < n {
		colors = append(colors, fmt.Sprintf("#%06x", source.IntN(1<<24)))
	}
	return colors
}

func schemes() []theme.Scheme { return []theme.Scheme{theme.Light, theme.Dark} }

// TestRamp_agreesWithDesignsystemet compares with the npm tool. A part may
// differ by one: the tool goes by way of XYZ, with other rounding.
func TestRamp_agreesWithDesignsystemet(t *testing.T) {
	t.Parallel()
	colors := append(randomColors(200), "#0062ba", "#1e2b3c", "#0d7a5f", "#c01b1b")
	for color, want := range npmRamps(t, colors) {
		for _, scheme := range schemes() {
			got := theme.Ramp(parse(t, color), scheme)
			for _, token := range theme.Tokens() {
				hex := want[scheme][token]
				if !near(got[token], parse(t, hex)) {
					t.Errorf("%s %s %s = %s, want %s", color, scheme, token, got[token].Hex(), hex)
				}
			}
		}
	}
}

func near(a, b theme.Color) bool {
	return math.Abs(math.Round(a.R)-b.R) <= 1 && math.Abs(math.Round(a.G)-b.G) <= 1 && math.Abs(math.Round(a.B)-b.B) <= 1
}

type ramps map[string]map[theme.Scheme]map[theme.Token]string

func npmRamps(t *testing.T, colors []string) ramps {
	t.Helper()
	frontend, err := filepath.Abs("../../../../frontend")
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(frontend, "node_modules", "@digdir", "designsystemet"))
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the comparison needs node and frontend/node_modules (npm ci): %v", err)
		}
		t.Skipf("node or frontend/node_modules is missing: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), node, append([]string{filepath.Join(frontend, "ramp.mjs")}, colors...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run ramp.mjs: %v", err)
	}
	var got ramps
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestRamp_givesKnownTokens keeps a part of the comparison where there is no npm.
func TestRamp_givesKnownTokens(t *testing.T) {
	t.Parallel()
	light := theme.Ramp(parse(t, "#0062ba"), theme.Light)
	dark := theme.Ramp(parse(t, "#0062ba"), theme.Dark)
	for _, tc := range []struct {
		scale theme.Scale
		token theme.Token
		want  string
	}{
		{light, theme.BackgroundTinted, "#eef4fa"},
		{light, theme.SurfaceTinted, "#ddeaf6"},
		{light, theme.BorderDefault, "#2a7cc5"},
		{light, theme.TextDefault, "#002c54"},
		{light, theme.BaseDefault, "#0062ba"},
		{light, theme.BaseHover, "#004f96"},
		{light, theme.BaseContrastSubtle, "#dbe9f5"},
		{dark, theme.BackgroundDefault, "#0c1927"},
		{dark, theme.TextSubtle, "#8eaacb"},
		{dark, theme.BaseDefault, "#4c91cf"},
		{dark, theme.BaseContrastDefault, "#000000"},
	} {
		if got := tc.scale[tc.token].Hex(); got != tc.want {
			t.Errorf("%s = %s, want %s", tc.token, got, tc.want)
		}
	}
}

func TestFloored_keepsTheFloorsForAnyColor(t *testing.T) {
	t.Parallel()
	type pair struct {
		text, on theme.Token
		floor    float64
	}
	pairs := []pair{
		{theme.BaseContrastDefault, theme.BaseDefault, 4.5},
		{theme.BaseContrastDefault, theme.BaseHover, 4.5},
		{theme.BaseContrastDefault, theme.BaseActive, 4.5},
		{theme.TextDefault, theme.SurfaceActive, 4.5},
		{theme.TextDefault, theme.BackgroundDefault, 7},
		{theme.TextSubtle, theme.BackgroundDefault, 4.5},
		{theme.TextSubtle, theme.BackgroundTinted, 4.5},
		{theme.TextSubtle, theme.SurfaceTinted, 4.5},
		{theme.TextSubtle, theme.SurfaceHover, 4.5},
		{theme.BorderDefault, theme.BackgroundDefault, 3},
		{theme.BorderDefault, theme.SurfaceTinted, 3},
		{theme.BaseDefault, theme.BackgroundDefault, 3},
	}
	for _, color := range randomColors(200) {
		for _, scheme := range schemes() {
			scale := theme.Floored(parse(t, color), scheme)
			for _, p := range pairs {
				if got := theme.Contrast(scale[p.text], scale[p.on]); got < p.floor {
					t.Errorf("%s %s: %s on %s is %.2f, want %.1f", color, scheme, p.text, p.on, got, p.floor)
				}
			}
		}
	}
}

func TestFloored_leavesGoodColorsAlone(t *testing.T) {
	t.Parallel()
	for _, color := range []string{"#0062ba", "#0d7a5f", "#7a1f3d", "#1e2b3c"} {
		for _, scheme := range schemes() {
			ramp, floored := theme.Ramp(parse(t, color), scheme), theme.Floored(parse(t, color), scheme)
			for _, token := range theme.Tokens() {
				if ramp[token] != floored[token] {
					t.Errorf("%s %s %s: %s became %s", color, scheme, token, ramp[token].Hex(), floored[token].Hex())
				}
			}
		}
	}
}

func TestFloored_movesOnlySolidColors(t *testing.T) {
	t.Parallel()
	yellow := parse(t, "#ffd700")
	ramp, floored := theme.Ramp(yellow, theme.Light), theme.Floored(yellow, theme.Light)
	if ramp[theme.BaseDefault] == floored[theme.BaseDefault] {
		t.Error("a yellow button on white was left as it was")
	}
	for _, token := range theme.Tokens()[:11] {
		if ramp[token] != floored[token] {
			t.Errorf("%s moved", token)
		}
	}
}
