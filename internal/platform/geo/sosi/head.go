package sosi

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// head is what HODE tells of the coordinates.
type head struct {
	charset string
	crs     int
	origin  orb.Point
	unit    float64
	area    orb.Bound // OMRÅDE, zero when it is not told
	version string
}

// coordinateSystems are the codes of KOORDSYS and what EPSG calls them.
var coordinateSystems = map[int]int{
	1: 27391, 2: 27392, 3: 27393, 4: 27394, 5: 27395, 6: 27396, 7: 27397, 8: 27398, // NGO1948, axes I to VIII
	9:  4273,                                                         // NGO1948, degrees
	21: 25831, 22: 25832, 23: 25833, 24: 25834, 25: 25835, 26: 25836, // EUREF89, UTM
	31: 23031, 32: 23032, 33: 23033, 34: 23034, 35: 23035, 36: 23036, // ED50, UTM
	50: 4230, 72: 4322, 84: 4258, 87: 4231, // degrees: ED50, WGS 72, EUREF89, ED87
}

// readHead reads the first element of the file.
func readHead(items []item, options exchange.Options) (head, *exchange.Problem) {
	h := head{crs: options.CRS}
	var corner [2]orb.Point
	corners := 0
	for _, i := range items {
		var wrong *exchange.Problem
		switch strings.ToUpper(i.name) {
		case "TEGNSETT":
			h.charset = i.value
		case "SOSI-VERSJON":
			h.version = i.value
		case "KOORDSYS":
			wrong = h.system(i.value)
		case "ENHET":
			h.unit, wrong = unit(i.value)
		case "ORIGO-NØ":
			h.origin, wrong = pair(i.value)
		case "MIN-NØ", "MAX-NØ":
			if p, bad := pair(i.value); bad == nil {
				corner[corners%2] = p
				corners++
			}
		}
		if wrong != nil {
			wrong.Line = i.line
			return h, wrong
		}
	}
	switch {
	case h.crs == 0:
		return h, exchange.Wrong("crs_missing")
	case !options.Takes(h.crs):
		return h, exchange.Wrong("crs_unsupported", "crs", h.crs)
	case h.unit == 0:
		return h, exchange.Wrong("unit_bad", "unit", "")
	}
	if corners == 2 {
		h.area = orb.MultiPoint(corner[:]).Bound()
	}
	return h, nil
}

func (h *head) system(value string) *exchange.Problem {
	code, _ := split(value)
	number, err := strconv.Atoi(code)
	epsg, known := coordinateSystems[number]
	if err != nil || !known {
		return exchange.Wrong("koordsys_unknown", "code", short(code))
	}
	h.crs = epsg
	return nil
}

func unit(value string) (float64, *exchange.Problem) {
	text, _ := split(value)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 1e-12 && v <= 1e6) {
		return 0, exchange.Wrong("unit_bad", "unit", short(text))
	}
	return v, nil
}

// pair reads north and east, and gives x and y.
func pair(value string) (orb.Point, *exchange.Problem) {
	v, wrong := floats(value)
	if wrong != nil {
		return orb.Point{}, wrong
	}
	if len(v) < 2 {
		return orb.Point{}, exchange.Wrong("coordinates_odd", "count", len(v), "dimension", 2)
	}
	return orb.Point{v[1], v[0]}, nil
}

// place turns the numbers of a file into coordinates. A unit of 0.01 is divided
// by 100: the product with 0.01 would be off in the last digit.
func (h head) place(north, east float64) orb.Point {
	return orb.Point{h.origin[0] + h.scale(east), h.origin[1] + h.scale(north)}
}

func (h head) scale(v float64) float64 {
	if whole := math.Round(1 / h.unit); whole >= 1 && math.Abs(whole*h.unit-1) < 1e-12 {
		return v / whole
	}
	return v * h.unit
}

// floats reads decimal numbers and nothing else that Go takes for one.
func floats(text string) ([]float64, *exchange.Problem) {
	var numbers []float64
	for field := range strings.FieldsSeq(text) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(field, "xXpP_") {
			return nil, exchange.Wrong("number_bad", "value", short(field))
		}
		numbers = append(numbers, v)
	}
	return numbers, nil
}

// short keeps a message short.
func short(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}
