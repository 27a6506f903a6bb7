package theme

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Color is an sRGB colour, each part from 0 to 255, not rounded.
type Color struct{ R, G, B float64 }

// Parse reads "#rrggbb".
func Parse(s string) (Color, error) {
	hex, ok := strings.CutPrefix(s, "#")
	if !ok || len(hex) != 6 {
		return Color{}, fmt.Errorf("theme: %q is not a colour written #rrggbb", s)
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return Color{}, fmt.Errorf("theme: %q is not a colour written #rrggbb", s)
	}
	return Color{R: float64(n >> 16 & 0xff), G: float64(n >> 8 & 0xff), B: float64(n & 0xff)}, nil
}

// Hex returns "#rrggbb" in small letters.
func (c Color) Hex() string {
	r := c.rounded()
	return fmt.Sprintf("#%02x%02x%02x", int(r.R), int(r.G), int(r.B))
}

func (c Color) rounded() Color { return Color{roundByte(c.R), roundByte(c.G), roundByte(c.B)} }

// roundByte rounds halves up, as JavaScript does, to agree with the npm tool.
func roundByte(v float64) float64 { return math.Floor(min(max(v, 0), 255) + 0.5) }

// Luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func (c Color) Luminance() float64 {
	return 0.2126*wcagLinear(c.R) + 0.7152*wcagLinear(c.G) + 0.0722*wcagLinear(c.B)
}

// wcagLinear uses the threshold WCAG prints (0.03928).
func wcagLinear(v float64) float64 {
	v /= 255
	if v <= 0.03928 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// Contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func Contrast(a, b Color) float64 {
	la, lb := a.Luminance(), b.Luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func white() Color { return Color{255, 255, 255} }
func black() Color { return Color{} }

func mix(a, b Color, t float64) Color {
	return Color{a.R + t*(b.R-a.R), a.G + t*(b.G-a.G), a.B + t*(b.B-a.B)}
}

// withLuminance mixes the colour with black or white until it has the
// luminance.
func (c Color) withLuminance(target float64) Color {
	switch {
	case target <= 0:
		return black()
	case target >= 1:
		return white()
	}
	low, high := c, white()
	if c.Luminance() > target {
		low, high = black(), c
	}
	mid := mix(low, high, 0.5)
	for range 20 {
		at := mid.Luminance()
		if math.Abs(target-at) < 1e-7 {
			break
		}
		if at > target {
			high = mid
		} else {
			low = mid
		}
		mid = mix(low, high, 0.5)
	}
	return mid.rounded()
}

// lightness is CIE L* of the colour, 0 to 100, which HSLuv calls lightness.
func (c Color) lightness() float64 {
	y := 0.21263900587151*srgbLinear(c.R) + 0.71516867876775*srgbLinear(c.G) + 0.07219231536073*srgbLinear(c.B)
	if y <= epsilon {
		return y * kappa
	}
	return 116*math.Cbrt(y) - 16
}

// The constants of CIE L*.
const (
	kappa   = 903.2962962
	epsilon = 0.0088564516
)

// luminanceOf returns the luminance of the grey with the lightness. The grey is
// rounded to whole parts first, as the npm tool does.
func luminanceOf(lightness float64) float64 {
	lightness = min(max(lightness, 0), 100)
	y := lightness / kappa
	if lightness > 8 {
		y = cube((lightness + 16) / 116)
	}
	grey := roundByte(srgbCompanded(y))
	return Color{grey, grey, grey}.Luminance()
}

func srgbLinear(v float64) float64 {
	v /= 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func srgbCompanded(linear float64) float64 {
	if linear <= 0.0031308 {
		return 255 * 12.92 * linear
	}
	return 255 * (1.055*math.Pow(linear, 1/2.4) - 0.055)
}

// muted returns the colour with a part of its chroma in OKLCH. Scaling a and b
// of OKLab scales the chroma and keeps hue and lightness.
func (c Color) muted(part float64) Color {
	r, g, b := srgbLinear(c.R), srgbLinear(c.G), srgbLinear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	light := 0.2104542553*l + 0.7936177850*m - 0.0040720468*s
	a2 := part * (1.9779984951*l - 2.4285922050*m + 0.4505937099*s)
	b2 := part * (0.0259040371*l + 0.7827717662*m - 0.8086757660*s)
	return fromOKLab(light, a2, b2).rounded()
}

func fromOKLab(light, a, b float64) Color {
	l := cube(light + 0.3963377774*a + 0.2158037573*b)
	m := cube(light - 0.1055613458*a - 0.0638541728*b)
	s := cube(light - 0.0894841775*a - 1.2914855480*b)
	return Color{
		R: srgbCompanded(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		G: srgbCompanded(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		B: srgbCompanded(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
}

func cube(v float64) float64 { return v * v * v }
