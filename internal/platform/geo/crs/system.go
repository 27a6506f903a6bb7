package crs

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// The codes of the systems in EPSG's register.
const (
	ETRS89      = 4258  // EUREF89 in degrees
	WGS84       = 4326  // WGS 84 in degrees
	WebMercator = 3857  // metres on the square of web maps
	UTM32       = 25832 // EUREF89 UTM zone 32: southern Norway
	UTM33       = 25833 // EUREF89 UTM zone 33: northern Norway, and all of it on one sheet
	UTM35       = 25835 // EUREF89 UTM zone 35: Finnmark
)

// ErrUnknown says that a reference names no system of this package.
var ErrUnknown = errors.New("unknown coordinate reference system")

// System is one coordinate reference system. The zero value is none.
type System struct {
	// Code is the number in EPSG's register; CRS84 has WGS84's.
	Code int
	// Name is the official name, in English as in the register.
	Name string
	// NorthFirst tells that the system's own order of axes is latitude before
	// longitude. Points inside the program are never in that order.
	NorthFirst bool
	// Degrees tells that coordinates are degrees, not metres.
	Degrees bool
	// Area is the area of use by EPSG's register, in degrees.
	Area orb.Bound

	uri  string
	kind kind
	zone int
}

type kind uint8

const (
	none kind = iota
	degrees
	transverse
	web
)

const (
	epsgURI = "http://www.opengis.net/def/crs/EPSG/0/"
	ogcURI  = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
)

// All lists the systems, CRS84 first as OGC API – Features requires of the list
// of a collection.
func All() []System {
	world := box(-180, -90, 180, 90)
	etrs89 := box(-16.1, 32.88, 40.18, 84.73)
	return []System{
		CRS84(),
		{Code: WGS84, Name: "WGS 84", NorthFirst: true, Degrees: true, Area: world, uri: epsgURI + "4326", kind: degrees},
		{Code: ETRS89, Name: "ETRS89", NorthFirst: true, Degrees: true, Area: etrs89, uri: epsgURI + "4258", kind: degrees},
		utm(UTM32, 32, box(6, 38.76, 12, 84.33)),
		utm(UTM33, 33, box(12, 46.4, 18, 84.42)),
		utm(UTM35, 35, box(24, 59.64, 30, 84.17)),
		{Code: WebMercator, Name: "WGS 84 / Pseudo-Mercator", Area: box(-180, -85.06, 180, 85.06), uri: epsgURI + "3857", kind: web},
	}
}

// CRS84 is WGS 84 with longitude first: the system of GeoJSON (RFC 7946 § 4) and
// the default of OGC API.
func CRS84() System {
	return System{Code: WGS84, Name: "WGS 84 (CRS84)", Degrees: true, Area: box(-180, -90, 180, 90), uri: ogcURI, kind: degrees}
}

func utm(code, zone int, area orb.Bound) System {
	return System{
		Code: code, Name: "ETRS89 / UTM zone " + strconv.Itoa(zone) + "N",
		Area: area, uri: epsgURI + strconv.Itoa(code), kind: transverse, zone: zone,
	}
}

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

// ByCode finds a system by its number in EPSG's register.
func ByCode(code int) (System, bool) {
	for _, s := range All()[1:] {
		if s.Code == code {
			return s, true
		}
	}
	return System{}, false
}

// IsZero tells whether it is no system at all.
func (s System) IsZero() bool { return s.kind == none }

// URI is the address that names the system in OGC's services.
func (s System) URI() string { return s.uri }

// String is the short name: EPSG:25832, OGC:CRS84.
func (s System) String() string {
	switch {
	case s.IsZero():
		return "none"
	case s.uri == ogcURI:
		return "OGC:CRS84"
	default:
		return "EPSG:" + strconv.Itoa(s.Code)
	}
}

// Own gives a point's coordinates in the system's own order of axes, as files
// and services write them.
func (s System) Own(p orb.Point) (first, second float64) {
	if s.NorthFirst {
		return p[1], p[0]
	}
	return p[0], p[1]
}

// Point makes a point of coordinates in the system's own order of axes.
func (s System) Point(first, second float64) orb.Point {
	if s.NorthFirst {
		return orb.Point{second, first}
	}
	return orb.Point{first, second}
}

// Parse reads a reference to a system as it stands in requests and files:
// EPSG:25832, urn:ogc:def:crs:EPSG::25832 (a version between the colons is
// allowed), http://www.opengis.net/def/crs/EPSG/0/25832, and CRS84 in the same
// three ways. It is strict where ReadReference is not: a question that is misspelt is
// answered with an error. Anything else is ErrUnknown.
func Parse(ref string) (System, error) {
	parts := refParts(strings.TrimSpace(ref))
	if len(parts) < 2 || len(ref) > 200 {
		return System{}, ErrUnknown
	}
	authority, code := strings.ToUpper(parts[0]), parts[len(parts)-1]
	if authority == "OGC" && strings.EqualFold(code, "CRS84") {
		return CRS84(), nil
	}
	named, ok := ReadReference(ref)
	s, known := ByCode(named.EPSG)
	if authority != "EPSG" || !ok || !known || named.NorthFirst && !s.NorthFirst || strings.Trim(code, "0123456789") != "" {
		return System{}, ErrUnknown
	}
	return s, nil
}

// refParts splits a reference into authority, version (perhaps) and code.
func refParts(ref string) []string {
	for _, prefix := range []string{"http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/"} {
		if rest, ok := cutFold(ref, prefix); ok {
			return exactly(strings.Split(rest, "/"), 3)
		}
	}
	if rest, ok := cutFold(ref, "http://www.opengis.net/gml/srs/epsg.xml#"); ok { // GML 2
		return []string{"EPSG", rest}
	}
	for _, prefix := range []string{"urn:ogc:def:crs:", "urn:x-ogc:def:crs:"} {
		if rest, ok := cutFold(ref, prefix); ok {
			return exactly(strings.Split(rest, ":"), 3)
		}
	}
	return exactly(strings.Split(ref, ":"), 2)
}

func exactly(parts []string, n int) []string {
	if len(parts) != n || slices.Contains([]string{parts[0], parts[n-1]}, "") {
		return nil
	}
	return parts
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}
