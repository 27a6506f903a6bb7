package maps

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/clock"
)

// area is how a sign for an area is filled and edged.
func (s Sign) area(scheme Scheme) templ.Attributes {
	attrs := templ.Attributes{"fill": "none"}
	if s.Rule.Fill != (Tone{}) {
		attrs["fill"] = s.Rule.Fill.In(scheme)
		attrs["fill-opacity"] = strconv.FormatFloat(max(s.Cover, 0.3), 'f', 2, 64)
	}
	if s.Rule.Stroke != (Tone{}) {
		for name, value := range s.line(scheme) {
			attrs[name] = value
		}
	}
	return attrs
}

// line is how a sign for a line is drawn.
func (s Sign) line(scheme Scheme) templ.Attributes {
	width := min(max(s.Rule.Width, 1), 3)
	attrs := templ.Attributes{"stroke": s.Rule.Stroke.In(scheme), "stroke-width": strconv.FormatFloat(width, 'f', 1, 64)}
	if len(s.Rule.Dash) > 0 {
		parts := make([]string, len(s.Rule.Dash))
		for i, d := range s.Rule.Dash {
			parts[i] = strconv.FormatFloat(d*width, 'f', 1, 64)
		}
		attrs["stroke-dasharray"] = strings.Join(parts, " ")
	}
	return attrs
}

// strokes are the lines of a picture on a button, on a grid of 24 by 24.
func strokes(name string) []string {
	switch name {
	case "search":
		return []string{"M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13z", "M15.500 15.500L20.500 20.500"}
	case "plus":
		return []string{"M12 5v14", "M5 12h14"}
	case "minus":
		return []string{"M5 12h14"}
	case "locate":
		return []string{"M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10z", "M12 2.500v4", "M12 17.500v4", "M2.500 12h4", "M17.500 12h4"}
	case "whole":
		return []string{"M4 9V4h5", "M15 4h5v5", "M20 15v5h-5", "M9 20H4v-5"}
	case "layers":
		return []string{"M12 3.500l8.500 4.750L12 13 3.500 8.250z", "M3.500 12.250L12 17l8.500-4.750", "M3.500 16.250L12 21l8.500-4.750"}
	case "share":
		return []string{"M12 15V3.500", "M8 7.500l4-4 4 4", "M7 11H5v9.500h14V11h-2"}
	case "print":
		return []string{"M7 8.500v-5h10v5", "M7 17H4V8.500h16V17h-3", "M7 14h10v6.500H7z"}
	case "help":
		return []string{"M9 9a3 3 0 1 1 4.200 2.750c-.8.400-1.200 1-1.200 1.750v.750", "M12 17.500v.400", "M12 21.500a9.500 9.500 0 1 0 0-19 9.500 9.500 0 0 0 0 19z"}
	case "cross":
		return []string{"M6 6l12 12", "M18 6L6 18"}
	case "grow":
		return []string{"M6 14.500l6-6 6 6"}
	default:
		return arrow(name)
	}
}

func arrow(name string) []string {
	switch name {
	case "up":
		return []string{"M12 19V5", "M6 11l6-6 6 6"}
	case "down":
		return []string{"M12 5v14", "M6 13l6 6 6-6"}
	case "left":
		return []string{"M19 12H5", "M11 6l-6 6 6 6"}
	case "right":
		return []string{"M5 12h14", "M13 6l6 6-6 6"}
	default:
		return nil
	}
}

// dateText is a day as a field for dates has it.
func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// around is the list of public cases near the place.
func (a Answer) around() string {
	if a.Found {
		return "/around?q=" + a.Property.Ref.String()
	}
	return "/around?e=" + decimals(a.At[0], 1) + "&n=" + decimals(a.At[1], 1) + "&r=" + strconv.Itoa(nearbyMetres)
}
