package maps

import (
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// Scheme is light or dark, as the reader's device is set.
type Scheme string

// The schemes.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// SchemeOf reads a scheme; anything but "dark" is light.
func SchemeOf(s string) Scheme {
	if s == string(Dark) {
		return Dark
	}
	return Light
}

// Tone is a colour in both schemes, "#rrggbb". The zero Tone draws nothing.
type Tone struct{ Light, Dark string }

// In is the colour of a scheme.
func (t Tone) In(s Scheme) string {
	if s == Dark {
		return t.Dark
	}
	return t.Light
}

// The ground and what stands on it. The colours are muted, so that what somebody has
// asked for stands out: contrast of text on each of them is at least 4.5 to 1.
func sea() Tone      { return Tone{"#c9dfe8", "#14242e"} }
func ground() Tone   { return Tone{"#f2f0e8", "#1f2421"} }
func wood() Tone     { return Tone{"#dde7d3", "#222c24"} }
func field() Tone    { return Tone{"#efecd2", "#2b2c22"} }
func park() Tone     { return Tone{"#d2e4c4", "#26352a"} }
func beach() Tone    { return Tone{"#ece5cf", "#2d2c25"} }
func town() Tone     { return Tone{"#f0e3dd", "#2d2827"} }
func works() Tone    { return Tone{"#e5e2e9", "#27272d"} }
func service() Tone  { return Tone{"#f3e6cf", "#2f2b22"} }
func street() Tone   { return Tone{"#ffffff", "#454b48"} }
func edge() Tone     { return Tone{"#cbc6b8", "#121614"} }
func highway() Tone  { return Tone{"#f7dc9c", "#6b5a34"} }
func highEdge() Tone { return Tone{"#d0a64f", "#191712"} }
func house() Tone    { return Tone{"#ddd3c6", "#3a3f3c"} }
func wall() Tone     { return Tone{"#b3a593", "#565d59"} }
func parcel() Tone   { return Tone{"#b07f62", "#7d6655"} }
func brook() Tone    { return Tone{"#8fb9cc", "#2f5366"} }
func path() Tone     { return Tone{"#8a7f55", "#8d8560"} }
func border() Tone   { return Tone{"#7b6a8f", "#9c8cb0"} }

// Lettering and the light rim around it.
func ink() Tone      { return Tone{"#2b2f2c", "#e7ebe8"} }
func quiet() Tone    { return Tone{"#565c57", "#b4bcb6"} }
func waterInk() Tone { return Tone{"#2a5f78", "#8fc0d6"} }
func rim() Tone      { return Tone{"#fbfaf6", "#151a17"} }

// What can be laid over the ground.
func danger() Tone    { return Tone{"#b3261e", "#ff8a80"} }
func caution() Tone   { return Tone{"#a35200", "#ffb74d"} }
func waterMain() Tone { return Tone{"#0b67b2", "#64b5f6"} }
func sewer() Tone     { return Tone{"#8a4b08", "#d8a15f"} }
func bus() Tone       { return Tone{"#7b2d8e", "#ce93d8"} }
func planEdge() Tone  { return Tone{"#1d1d1d", "#f2f2f2"} }

// accent is the municipality's own colour, lighter at night until it can be told
// from the ground.
func accent(color string) Tone {
	c, err := theme.Parse(color)
	if err != nil {
		c = theme.Color{R: 0x1e, G: 0x5a, B: 0x8c}
	}
	return Tone{Light: readable(c, ground().Light, 0), Dark: readable(c, ground().Dark, 255)}
}

// readable mixes a colour with black or white until its contrast to the ground is
// that of graphical objects, with room to spare (WCAG 2.2, 1.4.11).
func readable(c theme.Color, on string, toward float64) string {
	under, err := theme.Parse(on)
	if err != nil {
		return c.Hex()
	}
	for part := 0.0; part <= 1; part += 0.05 {
		mixed := blend(c, theme.Color{R: toward, G: toward, B: toward}, part)
		if theme.Contrast(mixed, under) >= 4.5 {
			return mixed.Hex()
		}
	}
	return theme.Color{R: toward, G: toward, B: toward}.Hex()
}

func parse(hex string) (theme.Color, error) { return theme.Parse(hex) }

func blend(a, b theme.Color, part float64) theme.Color {
	return theme.Color{R: a.R + part*(b.R-a.R), G: a.G + part*(b.G-a.G), B: a.B + part*(b.B-a.B)}
}
