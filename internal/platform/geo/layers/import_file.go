package layers

import (
	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Mapping makes of one feature of a file what goes into layers: none, one or more.
type Mapping func(exchange.Feature) []Incoming

// file is a file of features as a source.
type file struct {
	exchange.Reader

	mapping Mapping
	waiting []Incoming
}

// FromFile gives the features of a file. A nil mapping takes each as it is, for the
// first layer of the import.
func FromFile(r exchange.Reader, mapping Mapping) Source {
	if mapping == nil {
		mapping = plain
	}
	return &file{Reader: r, mapping: mapping}
}

// Next implements Source.
func (f *file) Next() (Incoming, error) {
	for len(f.waiting) == 0 {
		next, err := f.Reader.Next()
		if err != nil {
			return Incoming{}, err
		}
		f.waiting = f.mapping(next)
	}
	in := f.waiting[0]
	f.waiting = f.waiting[1:]
	return in, nil
}

func plain(f exchange.Feature) []Incoming {
	return []Incoming{{Line: f.Line, EPSG: f.CRS, Feature: Feature{
		ID: f.ID, Type: f.Type, Geometry: f.Geometry, Properties: f.Properties, From: f.ValidFrom, To: f.ValidTo,
	}}}
}
