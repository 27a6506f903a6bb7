package theme_test

import (
	"math"
	"testing"

	"github.com/torg-no/torg/internal/platform/ui/theme"
)

func TestParse_readsHexOnly(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want string
	}{
		{"#0062BA", "#0062ba"},
		{"#ffffff", "#ffffff"},
		{"0062BA", ""},
		{"#fff", ""},
		{"#12345g", ""},
		{"#-12345", ""},
		{"red", ""},
		{"", ""},
	} {
		c, err := theme.Parse(tc.text)
		if (err != nil) != (tc.want == "") {
			t.Errorf("Parse(%q): %v", tc.text, err)
		}
		if err == nil && c.Hex() != tc.want {
			t.Errorf("Parse(%q) = %s, want %s", tc.text, c.Hex(), tc.want)
		}
	}
}

func TestContrast_agreesWithWCAG(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21},
		{"#ffffff", "#ffffff", 1},
		{"#777777", "#ffffff", 4.48},
		{"#767676", "#ffffff", 4.54},
	} {
		got := theme.Contrast(parse(t, tc.a), parse(t, tc.b))
		if math.Abs(got-tc.want) > 0.01 {
			t.Errorf("Contrast(%s, %s) = %.3f, want %.2f", tc.a, tc.b, got, tc.want)
		}
	}
}

func parse(t *testing.T, s string) theme.Color {
	t.Helper()
	c, err := theme.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
