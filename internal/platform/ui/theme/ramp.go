package theme

// Scheme is a colour scheme.
type Scheme string

// The colour schemes.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Token is one of the sixteen colours of a ramp, named as in
// --ds-color-accent-<token>.
type Token string

// The tokens.
const (
	BackgroundDefault   Token = "background-default"
	BackgroundTinted    Token = "background-tinted"
	SurfaceDefault      Token = "surface-default"
	SurfaceTinted       Token = "surface-tinted"
	SurfaceHover        Token = "surface-hover"
	SurfaceActive       Token = "surface-active"
	BorderSubtle        Token = "border-subtle"
	BorderDefault       Token = "border-default"
	BorderStrong        Token = "border-strong"
	TextSubtle          Token = "text-subtle"
	TextDefault         Token = "text-default"
	BaseDefault         Token = "base-default"
	BaseHover           Token = "base-hover"
	BaseActive          Token = "base-active"
	BaseContrastSubtle  Token = "base-contrast-subtle"
	BaseContrastDefault Token = "base-contrast-default"
)

// Tokens returns the names in Designsystemet's order.
func Tokens() []Token {
	return []Token{
		BackgroundDefault, BackgroundTinted, SurfaceDefault, SurfaceTinted, SurfaceHover, SurfaceActive,
		BorderSubtle, BorderDefault, BorderStrong, TextSubtle, TextDefault,
		BaseDefault, BaseHover, BaseActive, BaseContrastSubtle, BaseContrastDefault,
	}
}

// luminances are Designsystemet's, for light and dark.
func luminances() map[Token][2]float64 {
	return map[Token][2]float64{
		BackgroundDefault: {1, .009},
		BackgroundTinted:  {.9, .014},
		SurfaceDefault:    {1, .021},
		SurfaceTinted:     {.81, .027},
		SurfaceHover:      {.7, .036},
		SurfaceActive:     {.59, .056},
		BorderSubtle:      {.5, .08},
		BorderDefault:     {.19, .22},
		BorderStrong:      {.11, .39},
		TextSubtle:        {.11, .39},
		TextDefault:       {.0245, .84},
	}
}

// Scale is a ramp: a colour for each token.
type Scale map[Token]Color

// Ramp returns the scale that Designsystemet's tool makes of a colour.
func Ramp(color Color, scheme Scheme) Scale {
	from, column := color, 0
	if scheme == Dark {
		from, column = color.muted(0.7), 1
	}
	scale := Scale{}
	for token, lum := range luminances() {
		scale[token] = from.withLuminance(lum[column])
	}
	base, lightness := color, color.lightness()
	if scheme == Dark {
		lightness = darkLightness(lightness)
		base = color.withLuminance(luminanceOf(lightness))
	}
	scale.setBase(color, base, lightness, stepOf(lightness))
	return scale
}

// darkLightness mirrors the lightness; very dark colours become light enough
// to be seen.
func darkLightness(lightness float64) float64 {
	if lightness <= 30 {
		return 70
	}
	return 100 - lightness
}

// stepOf is how much darker hover gets: negative, lighter, for dark colours and
// for those in the middle.
func stepOf(lightness float64) float64 {
	if lightness <= 30 || lightness >= 49 && lightness <= 65 {
		return -8
	}
	return 8
}

// setBase sets the solid colours: hover and active lie one and two steps from
// the base.
func (s Scale) setBase(hue, base Color, lightness, step float64) {
	s[BaseDefault] = base
	s[BaseHover] = hue.withLuminance(luminanceOf(lightness - step))
	s[BaseActive] = hue.withLuminance(luminanceOf(lightness - 2*step))
	s[BaseContrastDefault] = onColor(base)
	s[BaseContrastSubtle] = onColorSubtle(base)
}

// onColor is white or black, whichever stands out more.
func onColor(base Color) Color {
	if Contrast(base, white()) >= Contrast(base, black()) {
		return white()
	}
	return black()
}

func onColorSubtle(base Color) Color {
	lightness := base.lightness()
	distance := 50.0
	if lightness <= 40 || lightness >= 60 {
		distance = 60
	}
	if onColor(base) == white() {
		return base.withLuminance(luminanceOf(lightness + distance))
	}
	return base.withLuminance(luminanceOf(lightness - distance))
}
