package sosi

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// SOSI knows no shape of several parts but SVERM. One is written as an element for each
// part, one after the other; the first tells what they make together:
//
//	..TORGDEL 1 3 MultiPolygon:3
//	..TORGDEL 1 2 Collection(Point,MultiLineString:1)

var errEmpty = errors.New("sosi: the geometry is empty or of a kind that the format has no place for")

// flatten gives the elements of a shape, and what they make when they are not the
// shape itself.
func flatten(g orb.Geometry) (leaves []orb.Geometry, made string, err error) {
	if g == nil {
		return []orb.Geometry{nil}, "", nil
	}
	made, leaves, ok := shapeOf(g, nil)
	switch {
	case !ok:
		return nil, "", errEmpty
	case len(leaves) == 1 && leafNames[made]:
		return leaves, "", nil
	default:
		return leaves, made, nil
	}
}

// leafNames are the shapes that are one element.
var leafNames = map[string]bool{"Point": true, "MultiPoint": true, "LineString": true, "Polygon": true}

// shapeOf names a shape and adds its elements.
func shapeOf(g orb.Geometry, leaves []orb.Geometry) (name string, all []orb.Geometry, ok bool) {
	switch g := g.(type) {
	case orb.Point:
		return "Point", append(leaves, g), true
	case orb.MultiPoint:
		return "MultiPoint", append(leaves, g), len(g) > 0
	case orb.LineString:
		return "LineString", append(leaves, g), len(g) > 1
	case orb.Polygon:
		return "Polygon", append(leaves, g), len(g) > 0 && !slices.ContainsFunc(g, func(r orb.Ring) bool { return len(r) < 4 })
	case orb.MultiLineString:
		return severalOf("MultiLineString", g, leaves)
	case orb.MultiPolygon:
		return severalOf("MultiPolygon", g, leaves)
	case orb.Collection:
		names := make([]string, len(g))
		for i, part := range g {
			if names[i], leaves, ok = shapeOf(part, leaves); !ok {
				return "", leaves, false
			}
		}
		return "Collection(" + strings.Join(names, ",") + ")", leaves, len(g) > 0
	default:
		return "", leaves, false
	}
}

func severalOf[G orb.Geometry](name string, parts []G, leaves []orb.Geometry) (string, []orb.Geometry, bool) {
	for _, part := range parts {
		var ok bool
		if _, leaves, ok = shapeOf(part, leaves); !ok {
			return "", leaves, false
		}
	}
	return name + ":" + strconv.Itoa(len(parts)), leaves, len(parts) > 0
}

// collecting is a feature whose elements are read one after the other.
type collecting struct {
	feature exchange.Feature
	made    string
	leaves  []orb.Geometry
	total   int
	points  int // that may still be read
}

// partOf reads TORGDEL.
func partOf(items []item) (number, total int, made string) {
	for _, i := range items {
		if i.level == 2 && i.name == partName {
			words := strings.Fields(strings.ReplaceAll(i.value, "\n", ""))
			if len(words) < 2 {
				return 0, 0, ""
			}
			number, _ = strconv.Atoi(words[0])
			total, _ = strconv.Atoi(words[1])
			return number, total, strings.Join(words[2:], "")
		}
	}
	return 0, 0, ""
}

// assemble makes a shape of its elements, or nil when they do not fit.
func assemble(made string, leaves []orb.Geometry, deepest int) orb.Geometry {
	a := assembler{text: made, leaves: leaves, left: deepest}
	g := a.shape()
	if a.failed || a.text != "" || len(a.leaves) > 0 {
		return nil
	}
	return g
}

// assembler reads the name of a shape and takes elements for it.
type assembler struct {
	text   string
	leaves []orb.Geometry
	left   int // of collections in collections
	failed bool
}

func (a *assembler) shape() orb.Geometry {
	end := strings.IndexAny(a.text, ":(),")
	if end < 0 {
		end = len(a.text)
	}
	name := a.text[:end]
	a.text = a.text[end:]
	switch name {
	case "MultiLineString":
		return takeAll[orb.MultiLineString](a)
	case "MultiPolygon":
		return takeAll[orb.MultiPolygon](a)
	case "Collection":
		return a.collection()
	case "Point", "MultiPoint", "LineString", "Polygon":
		if len(a.leaves) > 0 && a.leaves[0].GeoJSONType() == name {
			g := a.leaves[0]
			a.leaves = a.leaves[1:]
			return g
		}
	}
	a.failed = true
	return nil
}

// takeAll takes as many elements as the number after the colon.
func takeAll[M ~[]G, G orb.Geometry](a *assembler) M {
	rest, colon := strings.CutPrefix(a.text, ":")
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(rest[:end])
	if !colon || err != nil || n < 1 || n > len(a.leaves) {
		a.failed = true
		return nil
	}
	all := make(M, 0, n)
	for _, leaf := range a.leaves[:n] {
		one, is := leaf.(G)
		if !is {
			a.failed = true
			return nil
		}
		all = append(all, one)
	}
	a.text, a.leaves = rest[end:], a.leaves[n:]
	return all
}

func (a *assembler) collection() orb.Geometry {
	rest, open := strings.CutPrefix(a.text, "(")
	if a.left--; !open || a.left < 0 {
		a.failed = true
		return nil
	}
	a.text = rest
	var all orb.Collection
	for !a.failed {
		all = append(all, a.shape())
		if rest, more := strings.CutPrefix(a.text, ","); more {
			a.text = rest
			continue
		}
		rest, closed := strings.CutPrefix(a.text, ")")
		if !closed {
			break
		}
		a.text = rest
		a.left++
		return all
	}
	a.failed = true
	return nil
}
