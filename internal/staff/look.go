package staff

import (
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// Look is what a colour becomes on the pages.
type Look struct {
	Color    string // "#rrggbb"
	Swatches []Swatch
	Contrast float64 // of the chosen colour against white
	Adjusted bool    // buttons get another shade, so that they can be read
}

// Swatch is one of the shades that the pages are drawn with.
type Swatch struct {
	Key        string // of its text
	Color, Ink string // "#rrggbb", of the surface and of a text on it
	Contrast   float64
}

// newLook works out the shades (WCAG 2.2, 1.4.3 and 1.4.11, which forskrift om
// universell utforming av IKT § 4 makes law).
func newLook(color string) (Look, error) {
	color = strings.ToLower(strings.TrimSpace(color))
	c, err := theme.Parse(color)
	if err != nil {
		return Look{}, errs.InvalidFields(errs.Field{Name: "color", Key: "tenant.bad_color", Args: []any{"color", color}})
	}
	scale := theme.Floored(c, theme.Light)
	look := Look{Color: color, Contrast: theme.Contrast(c, theme.Color{R: 255, G: 255, B: 255})}
	for _, s := range []struct {
		key          string
		surface, ink theme.Token
	}{
		{"button", theme.BaseDefault, theme.BaseContrastDefault},
		{"card", theme.SurfaceTinted, theme.TextDefault},
		{"link", theme.BackgroundDefault, theme.TextSubtle},
		{"line", theme.BackgroundDefault, theme.BorderDefault},
	} {
		look.Swatches = append(look.Swatches, Swatch{
			Key: s.key, Color: scale[s.surface].Hex(), Ink: scale[s.ink].Hex(), Contrast: theme.Contrast(scale[s.surface], scale[s.ink]),
		})
	}
	look.Adjusted = look.Swatches[0].Color != color
	return look, nil
}
