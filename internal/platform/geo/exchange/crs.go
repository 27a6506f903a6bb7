package exchange

import (
	"math"
	"strconv"
	"strings"
)

// System is a reference system as a file names it.
type System struct {
	// EPSG is the number of the plane system: for one with heights
	// (ETRS89 / UTM 32 + NN2000) that of its plane part.
	EPSG int
	// NorthFirst tells that the first coordinate points north.
	NorthFirst bool
	// Dimension is 3 when the system has heights, else 2.
	Dimension int
}

// ParseSystem reads a reference system in the spellings of GML, GeoJSON and
// GeoPackage: EPSG:25832, urn:ogc:def:crs:EPSG::25832, http addresses of OGC, a
// bare number. The urn and the http address of OGC have the axes in the order of
// the register, the old spellings have x first (OGC 07-092r3, GML 3.1.1 practice).
func ParseSystem(name string) (System, bool) {
	name = strings.TrimSpace(name)
	if len(name) > 400 {
		return System{}, false
	}
	upper := strings.ToUpper(name)
	if strings.HasSuffix(upper, "CRS84") {
		return System{EPSG: 4326, Dimension: 2}, true
	}
	if part, compound := planePart(name); compound {
		system, ok := ParseSystem(part)
		system.Dimension = 3
		return system, ok
	}
	digits := strings.TrimRight(name, "/")
	at := strings.LastIndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	number, err := strconv.Atoi(digits[at+1:])
	if err != nil || number <= 0 || number > math.MaxInt32 || at >= 0 && (!strings.Contains(upper, "EPSG") || !strings.ContainsRune(":/#", rune(digits[at]))) {
		return System{}, false
	}
	official := strings.HasPrefix(upper, "URN:") || strings.Contains(upper, "/DEF/CRS/")
	return fromRegister(number, official), true
}

// planePart takes the first system out of a compound one.
func planePart(name string) (string, bool) {
	if _, rest, ok := strings.Cut(name, "crs-compound?1="); ok {
		first, _, _ := strings.Cut(rest, "&")
		return first, true
	}
	if rest, ok := strings.CutPrefix(name, "urn:ogc:def:crs,"); ok {
		first, _, _ := strings.Cut(rest, ",")
		return "urn:ogc:def:" + first, true
	}
	return "", false
}

// fromRegister knows the numbers of the EPSG register that mean a plane system
// under another number: with heights, or with the north axis first.
func fromRegister(number int, official bool) System {
	switch {
	case number >= 5971 && number <= 5976: // UTM 31–36 + NN2000
		return System{EPSG: number - 5971 + 25831, Dimension: 3}
	case number >= 6171 && number <= 6176: // UTM 31–36 + NN54
		return System{EPSG: number - 6171 + 25831, Dimension: 3}
	case number >= 3043 && number <= 3048: // UTM 31–36, north first
		return System{EPSG: number - 3043 + 25831, NorthFirst: official, Dimension: 2}
	case number == 4937, number == 5942: // ETRS89 with heights
		return System{EPSG: 4258, NorthFirst: official, Dimension: 3}
	case number == 4979: // WGS 84 with heights
		return System{EPSG: 4326, NorthFirst: official, Dimension: 3}
	default:
		return System{EPSG: number, NorthFirst: official && Geographic(number), Dimension: 2}
	}
}

// URN is the name of a reference system for files.
func URN(epsg int) string { return "urn:ogc:def:crs:EPSG::" + strconv.Itoa(epsg) }
