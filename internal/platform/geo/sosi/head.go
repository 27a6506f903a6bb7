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
	own     bool   // written by this package
	shift   string // what makes units of a number: "e-2"; empty when they are no power of ten
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
		case "PRODUKTSPEK":
			h.product(unquote(i.value))
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
	h.shift = shiftOf(h.unit)
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

// product knows our own files, and the one system that KOORDSYS has no number for.
func (h *head) product(text string) {
	name, system := split(text)
	h.own = name == Namespace
	if h.own && system == "EPSG:"+strconv.Itoa(wgs84) {
		h.crs = wgs84
	}
}

func unit(value string) (float64, *exchange.Problem) {
	text, _ := split(value)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 1e-18 && v <= 1e6) {
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

// place turns the numbers of a file into coordinates.
func (h head) place(north, east string) (orb.Point, *exchange.Problem) {
	y, wrong := h.coordinate(north)
	if wrong != nil {
		return orb.Point{}, wrong
	}
	x, wrong := h.coordinate(east)
	return orb.Point{h.origin[0] + x, h.origin[1] + y}, wrong
}

// exact is the largest number up to which all whole numbers are what they say.
const exact = 1 << 53

// coordinate reads a number of units. A unit of 0.01 is divided by 100, since the
// product with 0.01 would be off in the last digit; of a number that has more digits
// than can be kept, the point is moved before it is read.
func (h head) coordinate(text string) (float64, *exchange.Problem) {
	v, wrong := number(text)
	if wrong != nil || h.shift == "" {
		return v * h.unit, wrong
	}
	if whole := math.Round(1 / h.unit); !strings.Contains(text, ".") && math.Abs(v) < exact && whole < exact {
		return v / whole, nil
	}
	if strings.ContainsAny(text, "eE") {
		return v * h.unit, nil
	}
	return number(text + h.shift)
}

// shiftOf is the exponent of a unit that is a tenth, a hundredth and so on.
func shiftOf(unit float64) string {
	for n := range 19 {
		if shift := "e-" + strconv.Itoa(n); unit == parsed("1"+shift) {
			return shift
		}
	}
	return ""
}

func parsed(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64)
	return v
}

// number reads a decimal number and nothing else that Go takes for one.
func number(text string) (float64, *exchange.Problem) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(text, "xXpP_") {
		return 0, exchange.Wrong("number_bad", "value", short(text))
	}
	return v, nil
}

// floats reads decimal numbers.
func floats(text string) ([]float64, *exchange.Problem) {
	var numbers []float64
	for field := range strings.FieldsSeq(text) {
		v, wrong := number(field)
		if wrong != nil {
			return nil, wrong
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
