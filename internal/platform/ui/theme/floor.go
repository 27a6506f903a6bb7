package theme

// The floors of WCAG 2.2: text on its background (1.4.3) and controls on the
// page (1.4.11).
const (
	textFloor    = 4.5
	controlFloor = 3.0
)

// Floored returns Ramp with the solid colours moved as little as is needed so
// that they stand out from the page and text stands out on them in every state.
// A colour that needs nothing comes back as Ramp made it.
func Floored(color Color, scheme Scheme) Scale {
	scale := Ramp(color, scheme)
	if Contrast(scale[BaseDefault], scale[BackgroundDefault]) < controlFloor {
		scale.standOut(color, scheme)
	}
	if !scale.readable() {
		scale.awayFromText(color)
	}
	return scale
}

// standOut gives the base the least luminance difference that the floor allows,
// a little more for rounding.
func (s Scale) standOut(color Color, scheme Scheme) {
	page := s[BackgroundDefault].Luminance()
	target := (page+0.05)/(controlFloor*1.02) - 0.05
	if scheme == Dark {
		target = (page+0.05)*controlFloor*1.02 - 0.05
	}
	base := color.withLuminance(target)
	lightness := base.lightness()
	s.setBase(color, base, lightness, stepOf(lightness))
}

func (s Scale) readable() bool {
	text := s[BaseContrastDefault]
	return Contrast(s[BaseHover], text) >= textFloor && Contrast(s[BaseActive], text) >= textFloor
}

// awayFromText turns hover and active around: darker under white text, lighter
// under black.
func (s Scale) awayFromText(color Color) {
	base := s[BaseDefault]
	step := 8.0
	if s[BaseContrastDefault] == black() {
		step = -8
	}
	s.setBase(color, base, base.lightness(), step)
}
