package pdf

import "math"

// readable darkens a colour until its contrast to white reaches 4.5:1
// (WCAG 2.2, 1.4.3).
func readable(c [3]uint8) rgb {
	for contrastToWhite(c) < 4.5 {
		for i := range c {
			c[i] = uint8(float64(c[i]) * 0.97)
		}
	}
	return c
}

// contrastToWhite is the contrast ratio of WCAG 2.2.
func contrastToWhite(c [3]uint8) float64 {
	weights := [3]float64{0.2126, 0.7152, 0.0722}
	light := 0.0
	for i, v := range c {
		light += weights[i] * srgbCurve(float64(v)/255)
	}
	return 1.05 / (light + 0.05)
}

// tint mixes a colour with white; part is how much of it remains.
func tint(c rgb, part float64) rgb {
	for i, v := range c {
		c[i] = uint8(math.Round(255 - (255-float64(v))*part))
	}
	return c
}
