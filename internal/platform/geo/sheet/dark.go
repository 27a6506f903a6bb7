package sheet

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Night is the colour of a line or a text as it looks in the dark scheme: light
// becomes dark and dark light, and the hue stays. It is reckoned in Oklab
// (B. Ottosson, A perceptual color space for image processing, 2020), where
// equal steps look equal.
func (c Color) Night() Color { return c.turned(0.2, 0.78, 0.85) }

// NightArea is the colour of an area in the dark scheme, darker and less loud
// than that of a line.
func (c Color) NightArea() Color { return c.turned(0.25, 0.5, 0.75) }

func (c Color) turned(darkest, lift, chroma float64) Color {
	if !c.sound() || c == "" {
		return c
	}
	l, a, b := oklab(c.rgb())
	return fromOklab(darkest+(1-l)*lift, a*chroma, b*chroma)
}

func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func gamma(x float64) uint8 {
	x = min(1, max(0, x))
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(math.Round(x * 255))
}

func oklab(c [3]uint8) (light, a, b float64) {
	red, green, blue := linear(c[0]), linear(c[1]), linear(c[2])
	l := math.Cbrt(0.4122214708*red + 0.5363325363*green + 0.0514459929*blue)
	m := math.Cbrt(0.2119034982*red + 0.6806995451*green + 0.1073969566*blue)
	s := math.Cbrt(0.0883024619*red + 0.2817188376*green + 0.6299787005*blue)
	return 0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s
}

func fromOklab(light, a, b float64) Color {
	cube := func(x float64) float64 { return x * x * x }
	l := cube(light + 0.3963377774*a + 0.2158037573*b)
	m := cube(light - 0.1055613458*a - 0.0638541728*b)
	s := cube(light - 0.0894841775*a - 1.2914855480*b)
	return Color(fmt.Sprintf("#%02x%02x%02x",
		gamma(4.0767416621*l-3.3077115913*m+0.2309699292*s),
		gamma(-1.2684380046*l+2.6097574011*m-0.3413193965*s),
		gamma(-0.0041960863*l-0.7034186147*m+1.7076147010*s)))
}

// Styles lists the standard styles, each once, by name.
func Styles() []Style {
	all := []Style{
		Boundary(), OwnGround(), building(), Proposed(), Removed(), DimensionLine(), BuildingLine(), PlanEdge(), Pin(),
		road("", 0), Purpose(""), Caution(""), pipe(""), manhole(""), Standard("", nil),
	}
	for _, st := range plainLayers() {
		all = append(all, st)
	}
	for _, class := range []string{"main", "centre", "collector", "residential", "lane"} {
		all = append(all, road(class, 0))
	}
	for _, kind := range []string{"water", "sewer"} {
		all = append(all, pipe(kind), manhole(kind))
	}
	for _, p := range purposes() {
		all = append(all, Purpose(strings.Fields(p.codes)[0]))
	}
	for code := range stripes() {
		all = append(all, Purpose(code))
	}
	for _, code := range []string{"H210", "H320", "H530", "H730", "H910"} {
		all = append(all, Caution(code))
	}
	slices.SortFunc(all, func(a, b Style) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b Style) bool { return a.Name == b.Name })
}

// CSS is the style sheet that gives the standard styles their colours in the
// dark scheme. In the light one the picture's own attributes go.
func CSS() string {
	c := &styleSheet{classes: map[string][]string{}}
	c.add("fill", paper.NightArea(), "paper", "panel")
	c.add("fill", Color(ink).Night(), "ink")
	c.add("stroke", Color(ink).Night(), "ink--line")
	for _, s := range Styles() {
		c.style(s)
	}
	var b strings.Builder
	b.WriteString(".drawn-map{max-width:100%;height:auto;display:block}\n@media screen and (prefers-color-scheme:dark){\n")
	for _, declaration := range c.order {
		b.WriteString(strings.Join(c.classes[declaration], ",") + "{" + declaration + "}\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// styleSheet collects which classes have a declaration in common.
type styleSheet struct {
	order   []string
	classes map[string][]string
}

func (c *styleSheet) add(property string, value Color, classes ...string) {
	if value == "" {
		return
	}
	declaration := property + ":" + string(value)
	if c.classes[declaration] == nil {
		c.order = append(c.order, declaration)
	}
	for _, class := range classes {
		c.classes[declaration] = append(c.classes[declaration], ".drawn-"+class)
	}
}

// style adds the classes that class and path write for a style.
func (c *styleSheet) style(s Style) {
	if s.Fill != "" {
		c.add("fill", s.Fill.NightArea(), s.Name)
		c.add("stroke", s.Stroke.Night(), s.Name)
	}
	c.add("stroke", s.Stroke.Night(), s.Name+"--line")
	c.add("stroke", s.Casing.Night(), s.Name+"--casing")
	c.add("stroke", s.Hatch.Color.Night(), s.Name+"--hatch")
	c.add("fill", s.Mark.Fill.Night(), s.Name+"--mark")
	c.add("stroke", s.Mark.Stroke.Night(), s.Name+"--mark")
	if s.Arrows {
		c.add("fill", s.Stroke.Night(), s.Name+"--head")
	}
	if s.Label.Size > 0 {
		c.add("fill", s.Label.Color.Night(), s.Name+"--label")
		c.add("stroke", s.Label.Halo.Night(), s.Name+"--label")
	}
}
