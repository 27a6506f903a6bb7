package gml

import (
	"encoding/xml"
	"errors"
	"hash/maphash"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// index knows where in the file each gml:id stands. It keeps a hash of the name:
// a large file has millions of them.
type index struct {
	seed   maphash.Seed
	places map[uint64]place
	limit  int
}

// place is where an element begins.
type place struct {
	offset   int64
	line     int32
	geometry bool // it is a geometry
}

func (x *index) key(id string) uint64 { return maphash.String(x.seed, id) }

func (x *index) find(id string) (place, bool) {
	p, ok := x.places[x.key(id)]
	return p, ok
}

// survey is what the first reading of a file finds.
type survey struct {
	index
	system   exchange.System // of the envelope of the collection
	first    exchange.System // the first that is named anywhere and can be used
	takes    func(epsg int) bool
	features int
	types    map[string]bool     // of the features, in small letters
	targets  map[uint64]struct{} // of the references, while reading
	excerpt  bool                // no reference leads anywhere
	begun    bool                // the outermost element has come
}

// mostTypes bounds the kinds of feature that are remembered.
const mostTypes = 10_000

// look reads the file once from end to end: a file that is broken is refused
// before the first feature is given out.
func look(r io.Reader, limits exchange.Limits, takes func(epsg int) bool, report *exchange.Report) (*survey, error) {
	s := &survey{index: index{seed: maphash.MakeSeed(), places: map[uint64]place{}, limit: limits.Index}, types: map[string]bool{}, targets: map[uint64]struct{}{}, takes: takes}
	t := newTokens(r, limits)
	var path []string
	for {
		offset := t.decoder.InputOffset()
		token, err := t.next()
		if errors.Is(err, io.EOF) && s.begun {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, t.fatal(exchange.Wrong("truncated"))
		}
		if err != nil {
			return nil, err
		}
		t.meter.mark()
		switch token := token.(type) {
		case xml.StartElement:
			s.begun = true
			path = append(path, token.Name.Local)
			if err := s.element(t, token, path, offset, report); err != nil {
				return nil, err
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
	s.excerpt = true
	for key := range s.targets {
		if _, found := s.places[key]; found {
			s.excerpt = false
			break
		}
	}
	s.targets = nil
	return s, nil
}

func (s *survey) element(t *tokens, e xml.StartElement, path []string, offset int64, report *exchange.Report) error {
	if len(path) == 1 && !strings.HasSuffix(e.Name.Local, "FeatureCollection") {
		return t.fatal(exchange.Wrong("not_gml", "element", short(e.Name.Local)))
	}
	if len(path) == 3 && isMember(path[1]) {
		s.features++
		if len(s.types) < mostTypes {
			s.types[strings.ToLower(e.Name.Local)] = true
		}
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Local == "id" && strings.HasPrefix(a.Name.Space, "http://www.opengis.net/gml"):
			if err := s.add(t, a.Value, place{offset, int32(t.line()), isGeometry(e.Name.Local)}, report); err != nil {
				return err
			}
		case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
			if len(s.targets) < s.limit {
				s.targets[s.key(a.Value[1:])] = struct{}{}
			}
		case a.Name.Local == "srsName":
			s.name(a.Value, len(path) == 3 && path[1] == "boundedBy")
		}
	}
	return nil
}

// name notes a reference system. That of the envelope holds for all geometries
// without one.
func (s *survey) name(text string, envelope bool) {
	if !envelope && s.first.EPSG != 0 {
		return
	}
	system, _ := exchange.ParseSystem(text)
	if envelope {
		s.system = system
	}
	if s.first.EPSG == 0 && s.takes(system.EPSG) {
		s.first = system
	}
}

func (s *survey) add(t *tokens, id string, at place, report *exchange.Report) error {
	key := s.key(id)
	if first, twice := s.places[key]; twice {
		report.Add(exchange.Problem{Line: int(at.line), Where: short(id), Key: "geo_file.id_twice", Args: []any{"first", int(first.line)}})
		return nil
	}
	if len(s.places) >= s.limit {
		return t.fatal(exchange.Wrong("index_full", "limit", s.limit))
	}
	s.places[key] = at
	return nil
}

// isMember reports whether an element of the collection holds features.
func isMember(name string) bool {
	return name == "featureMember" || name == "member" || name == "featureMembers"
}

// short keeps a message short.
func short(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}
