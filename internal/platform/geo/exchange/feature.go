package exchange

import (
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Feature is one thing on the map (kartobjekt).
type Feature struct {
	// ID is how the file names the feature: gml:id, the serial number or
	// LOKALID of SOSI, the id of GeoJSON, the primary key of a GeoPackage.
	ID string
	// Type is the kind of feature: RpOmråde, EiendomsGrense, a table's name.
	Type string
	// Geometry is nil for a feature without place, such as the plan itself.
	Geometry orb.Geometry
	// CRS is the EPSG number of the coordinates.
	CRS int
	// Properties hold string, float64, int64, bool and time.Time. A property
	// inside another has both names with a dot between.
	Properties map[string]any
	// ValidFrom and ValidTo are zero when the file does not say.
	ValidFrom, ValidTo time.Time
	// Line is where the feature begins, from 1; in a GeoPackage it is the row.
	Line int
}

// Info is what a file says of itself.
type Info struct {
	// Format is one of the names of package formats.
	Format string
	// CRS is the EPSG number of the file, 0 until it is known.
	CRS int
	// Charset is how the bytes were read, where that is a question (SOSI).
	Charset string
	// Count is how many features there are, -1 when only reading tells.
	Count int
}

// Reader gives the features of a file, one after the other.
type Reader interface {
	// Next returns io.EOF after the last feature. Any other error ends the
	// reading. Features that are wrong do not come out; see Report.
	Next() (Feature, error)
	// Info tells about the file; it may know more after the first Next.
	Info() Info
	// Report tells what has been found wrong so far.
	Report() *Report
	// Progress is how far the reading is: bytes, or rows of a table.
	Progress() (done, total int64)
	// Close frees what the reader holds.
	Close() error
}

// Writer takes features and writes a file of them.
type Writer interface {
	// Write adds a feature. All must be of the CRS that the writer was made with.
	Write(Feature) error
	// Close ends the file. A file that is not closed is not whole.
	Close() error
}

// beginnings and ends are what products call the time from and to which a
// feature is valid, in small letters and without the path to it.
var (
	beginnings = map[string]bool{"gyldigfra": true, "validfrom": true, "valid_from": true, "gyldig_fra": true, "ikrafttredelsesdato": true, "ikraft": true}
	ends       = map[string]bool{"gyldigtil": true, "validto": true, "valid_to": true, "gyldig_til": true}
)

// FillValidity reads the time of validity out of the properties, which keep it.
func (f *Feature) FillValidity() {
	for name, value := range f.Properties {
		if len(name) < 6 {
			continue
		}
		last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
		switch {
		case beginnings[last]:
			f.ValidFrom = moment(value)
		case ends[last]:
			f.ValidTo = moment(value)
		}
	}
}

// moments are the ways that files write a time, the strictest first.
var moments = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02", "20060102150405", "20060102"}

// moment reads a time; the zero time when it is none. Without a zone it is Norwegian:
// what products give is a date, from which something goes in Norway, and midnight in
// Greenwich is an hour or two into it.
func moment(value any) time.Time {
	switch v := value.(type) {
	case time.Time:
		return v
	case string:
		for _, layout := range moments {
			if t, err := time.ParseInLocation(layout, strings.TrimSpace(v), clock.Oslo()); err == nil {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}
