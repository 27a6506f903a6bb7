package sheet

import "strconv"

// Color is a colour of sRGB as #rrggbb; "" is none.
type Color string

// Style is how something is drawn. Lengths are millimetres on paper; on a
// screen a millimetre is 3.8 pixels. Styles can be compared.
type Style struct {
	// Name is the style's class in pictures, as drawn-NAME: a–z, 0–9 and hyphens.
	// Two styles of one name must be the same. Without a name the style has the
	// same colours in the dark scheme as in the light one.
	Name string
	// Fill is the colour of areas.
	Fill Color
	// Hatch is drawn over the fill of areas.
	Hatch Hatch
	// Stroke is the colour of lines and outlines, Width their width.
	Stroke Color
	Width  float64
	// Dash is the lengths of stroke and gap in turn; the first 0 ends them.
	Dash [6]float64
	// Casing is the colour of a line drawn below that is CasingWidth wider on
	// each side: the kerb of a road.
	Casing      Color
	CasingWidth float64
	// Ground is the width of a line in metres of ground, for roads; Width is then
	// the least width on the map.
	Ground float64
	// Arrows puts heads at both ends of lines.
	Arrows bool
	// Mark is drawn at points.
	Mark Mark
	// Until is the smallest scale at which it is drawn, as 1:Until; 0 is any.
	Until int
	// Label is the lettering of labels.
	Label Lettering
}

// Hatch is parallel lines over an area.
type Hatch struct {
	Color Color
	// Angle is in degrees against the clock from east.
	Angle float64
	// Gap is between the middles of two lines, Width the width of a line.
	Gap, Width float64
	// Cross draws a second set of lines at a right angle to the first.
	Cross bool
}

// Mark is the symbol of a point.
type Mark struct {
	Shape MarkShape
	Size  float64
	// Fill is the colour inside, Stroke that of the rim, 0.2 mm wide.
	Fill, Stroke Color
}

// MarkShape is what a symbol looks like.
type MarkShape string

// The symbols. NoMark draws nothing.
const (
	NoMark   MarkShape = ""
	Dot      MarkShape = "dot"
	Square   MarkShape = "square"
	Triangle MarkShape = "triangle"
	Diamond  MarkShape = "diamond"
	Plus     MarkShape = "plus" // two lines, in the colour of Stroke
)

// Lettering is how labels are written. Without a size they are not.
type Lettering struct {
	// Size is the height of the letters' body.
	Size         float64
	Color        Color
	Halo         Color // around the letters
	Bold, Italic bool
	// Along writes along a line; otherwise labels are level.
	Along bool
	// Fit leaves out the label of an area that is narrower than it.
	Fit bool
	// Always writes the label also over another.
	Always bool
	// Until is the smallest scale at which it is written, as 1:Until; 0 is any.
	Until int
}

// dashes are the lengths of stroke and gap.
func (s Style) dashes() []float64 {
	for i, d := range s.Dash {
		if d == 0 {
			return s.Dash[:i]
		}
	}
	return s.Dash[:]
}

// isZero tells whether nothing would be drawn.
func (s Style) isZero() bool { return s == Style{} }

// sound tells whether the style can be drawn, and is safe to write into a
// picture.
func (s Style) sound() bool {
	for _, c := range []Color{s.Fill, s.Stroke, s.Casing, s.Hatch.Color, s.Mark.Fill, s.Mark.Stroke, s.Label.Color, s.Label.Halo} {
		if !c.sound() {
			return false
		}
	}
	for _, v := range append([]float64{s.Width, s.CasingWidth, s.Mark.Size, s.Label.Size, s.Hatch.Gap, s.Hatch.Width, s.Ground}, s.Dash[:]...) {
		if !(v >= 0 && v <= 100) { // not NaN either
			return false
		}
	}
	if !(s.Hatch.Angle >= -360 && s.Hatch.Angle <= 360) {
		return false
	}
	return soundName(s.Name) && s.Mark.Shape.known()
}

func (m MarkShape) known() bool {
	switch m {
	case NoMark, Dot, Square, Triangle, Diamond, Plus:
		return true
	}
	return false
}

func soundName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return len(name) <= 40
}

func (c Color) sound() bool {
	if c == "" {
		return true
	}
	if len(c) != 7 || c[0] != '#' {
		return false
	}
	_, err := strconv.ParseUint(string(c[1:]), 16, 32)
	return err == nil
}

// rgb is the colour's parts; a sound colour is asked for.
func (c Color) rgb() [3]uint8 {
	if len(c) != 7 {
		return [3]uint8{}
	}
	v, err := strconv.ParseUint(string(c[1:]), 16, 32)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(v >> 16), uint8(v >> 8 & 0xff), uint8(v & 0xff)}
}
