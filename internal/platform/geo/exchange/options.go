package exchange

import "slices"

// Options say how a file is read. The zero value is right for most.
type Options struct {
	// CRS is the EPSG number to take when the file does not say; 0 refuses.
	CRS int
	// Accepts tells which reference systems can be used; nil takes those that
	// Norwegian maps are published in and that can be projected here.
	Accepts func(epsg int) bool
	// Layer picks a table of a GeoPackage; empty takes the only one.
	Layer string
	// Limits bound what a file may cost.
	Limits Limits
}

// Limits bound what a file may cost. A zero takes the value of DefaultLimits.
type Limits struct {
	// Feature is the most bytes of one feature.
	Feature int
	// Vertices is the most points of one feature.
	Vertices int
	// Depth is the deepest nesting of brackets, elements or references.
	Depth int
	// Properties is the most properties of one feature.
	Properties int
	// Index is the most names that the index of a file holds.
	Index int
}

// DefaultLimits hold the outline of Norway at full detail, and no bomb. A full index
// takes some 400 MB: that of a file of a gigabyte with a name in every line.
func DefaultLimits() Limits {
	return Limits{Feature: 64 << 20, Vertices: 2_000_000, Depth: 64, Properties: 2_000, Index: 8_000_000}
}

// WithDefaults fills what is not set.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ have, otherwise *int }{
		{&l.Feature, &d.Feature},
		{&l.Vertices, &d.Vertices},
		{&l.Depth, &d.Depth},
		{&l.Properties, &d.Properties},
		{&l.Index, &d.Index},
	} {
		if *f.have <= 0 {
			*f.have = *f.otherwise
		}
	}
	return l
}

// usual are WGS 84, ETRS89 and its UTM zones of Norway.
var usual = []int{4326, 4258, 25832, 25833, 25835}

// Takes reports whether a reference system can be used.
func (o Options) Takes(epsg int) bool {
	if o.Accepts != nil {
		return o.Accepts(epsg)
	}
	return slices.Contains(usual, epsg)
}

// Geographic reports whether coordinates of a system are degrees.
func Geographic(epsg int) bool {
	return epsg >= 4000 && epsg < 5000
}
