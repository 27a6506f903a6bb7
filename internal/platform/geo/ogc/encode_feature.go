package ogc

import (
	"slices"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// Names under which a feature's time stands among its properties, as filters have it.
const (
	fieldFrom = "valid_from"
	fieldTo   = "valid_to"
)

// feature writes one feature, its closing bracket left out.
func (e *encoder) feature(f layers.Feature) {
	e.b = append(e.b, `{"type":"Feature","id":`...)
	e.b = appendText(e.b, f.ID)
	e.b = append(e.b, `,"geometry":`...)
	if f.Geometry == nil {
		e.b = append(e.b, "null"...)
	} else {
		e.geometry(f.Geometry)
	}
	e.b = append(e.b, `,"properties":`...)
	e.properties(f)
}

// properties writes the feature's own, which the store keeps as JSON, and its time.
func (e *encoder) properties(f layers.Feature) {
	own := f.JSON
	if len(own) < 2 {
		own = "{}"
	}
	e.b = append(e.b, own[:len(own)-1]...)
	e.instant(fieldFrom, f.From)
	e.instant(fieldTo, f.To)
	e.b = append(e.b, '}')
}

func (e *encoder) instant(name string, at time.Time) {
	if at.IsZero() || slices.Contains(e.taken, name) {
		return
	}
	if e.b[len(e.b)-1] != '{' {
		e.b = append(e.b, ',')
	}
	e.b = append(e.b, '"')
	e.b = append(e.b, name...)
	e.b = append(e.b, `":"`...)
	e.b = at.UTC().AppendFormat(e.b, time.RFC3339Nano)
	e.b = append(e.b, '"')
}

// begins writes the head of a collection of features (OGC 17-069r4, 7.15.8).
func (e *encoder) begins(at time.Time) {
	e.b = append(e.b, `{"type":"FeatureCollection","timeStamp":"`...)
	e.b = at.UTC().AppendFormat(e.b, "2006-01-02T15:04:05Z")
	e.b = append(e.b, `","features":[`...)
}

// member writes a feature of the collection.
func (e *encoder) member(f layers.Feature) {
	if e.members > 0 {
		e.b = append(e.b, ',')
	}
	e.members++
	e.b = append(e.b, '\n')
	e.feature(f)
	e.b = append(e.b, '}')
}

// ends writes what is known when all features have been. matched below 0 is left out:
// nobody has counted them.
func (e *encoder) ends(matched int64, links []Link) {
	e.b = append(e.b, "\n]"...)
	if matched >= 0 {
		e.b = append(e.b, `,"numberMatched":`...)
		e.b = strconv.AppendInt(e.b, matched, 10)
	}
	e.b = append(e.b, `,"numberReturned":`...)
	e.b = strconv.AppendInt(e.b, int64(e.members), 10)
	e.links(links)
	e.b = append(e.b, "}\n"...)
}

// item writes a feature as a document of its own.
func (e *encoder) item(f layers.Feature, links []Link) {
	e.feature(f)
	e.links(links)
	e.b = append(e.b, "}\n"...)
}

func (e *encoder) links(links []Link) {
	e.b = append(e.b, `,"links":[`...)
	for i, l := range links {
		e.comma(i)
		e.b = append(e.b, `{"href":`...)
		e.b = appendText(e.b, l.Href)
		e.b = append(e.b, `,"rel":`...)
		e.b = appendText(e.b, l.Rel)
		e.b = append(e.b, `,"type":`...)
		e.b = appendText(e.b, l.Type)
		e.b = append(e.b, '}')
	}
	e.b = append(e.b, ']')
}
