package crs

import (
	"math"
	"strconv"
	"strings"
)

// Reference is a reference system as a file names it, whether or not it is one of
// this package's.
type Reference struct {
	// EPSG is the number of the plane system: for one with heights
	// (ETRS89 / UTM 32 + NN2000) that of its plane part.
	EPSG int
	// NorthFirst tells that the first coordinate points north.
	NorthFirst bool
	// Dimension is 3 when the system has heights, else 2.
	Dimension int
}

// ReadReference reads a reference system in the spellings of GML, GeoJSON and
// GeoPackage: EPSG:25832, urn:ogc:def:crs:EPSG::25832, http addresses of OGC, a
// bare number. The urn and the http address of OGC have the axes in the order of
// the register, the old spellings have x first (OGC 07-092r3, GML 3.1.1 practice).
func ReadReference(name string) (Reference, bool) {
	name = strings.TrimSpace(name)
	if len(name) > 400 {
		return Reference{}, false
	}
	upper := strings.ToUpper(name)
	if strings.HasSuffix(upper, "CRS84") {
		return Reference{EPSG: WGS84, Dimension: 2}, true
	}
	if part, compound := planePart(name); compound {
		system, ok := ReadReference(part)
		system.Dimension = 3
		return system, ok
	}
	digits := strings.TrimRight(name, "/")
	at := strings.LastIndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	number, err := strconv.Atoi(digits[at+1:])
	if err != nil || number <= 0 || number > math.MaxInt32 || at >= 0 && (!strings.Contains(upper, "EPSG") || !strings.ContainsRune(":/#", rune(digits[at]))) {
		return Reference{}, false
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

// utm31 is EUREF89 UTM zone 31; those of the zones up to 36 follow.
const utm31 = 25831

// fromRegister knows the numbers of the EPSG register that mean a plane system
// under another number: with heights, as Kartverket delivers FKB and plan data, or
// with the north axis first.
func fromRegister(number int, official bool) Reference {
	switch {
	case number >= 5971 && number <= 5976: // UTM 31–36 + NN2000
		return Reference{EPSG: number - 5971 + utm31, Dimension: 3}
	case number >= 6171 && number <= 6176: // UTM 31–36 + NN54
		return Reference{EPSG: number - 6171 + utm31, Dimension: 3}
	case number >= 3043 && number <= 3048: // UTM 31–36, north first
		return Reference{EPSG: number - 3043 + utm31, NorthFirst: official, Dimension: 2}
	case number == 4937, number == 5942: // ETRS89 with heights
		return Reference{EPSG: ETRS89, NorthFirst: official, Dimension: 3}
	case number == 4979: // WGS 84 with heights
		return Reference{EPSG: WGS84, NorthFirst: official, Dimension: 3}
	default:
		degrees := number >= 4000 && number < 5000
		return Reference{EPSG: number, NorthFirst: official && degrees, Dimension: 2}
	}
}
