package gpkg

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// appendBlob writes a GeoPackage geometry with its envelope, little-endian.
func appendBlob(b []byte, g orb.Geometry, srs int) []byte {
	b = append(b, 'G', 'P', 0, 0x03) // version 1, little-endian, envelope of x and y
	b = binary.LittleEndian.AppendUint32(b, uint32(srs))
	bound := g.Bound()
	for _, v := range []float64{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return shape.AppendWKB(b, g)
}
