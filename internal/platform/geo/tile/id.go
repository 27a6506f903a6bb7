package tile

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// MaxZoom is the deepest level: a tile is then some two metres wide.
const MaxZoom = 24

// ErrNoTile says that numbers name no tile.
var ErrNoTile = errors.New("no such tile")

// worldHalf is half the width of the web map's square, in its metres.
const worldHalf = math.Pi * 6378137

// ID names a tile: level z has 2^z by 2^z tiles, counted from the northwest
// (OGC 17-083r4, tile matrix set WebMercatorQuad).
type ID struct {
	Z    uint8
	X, Y uint32
}

// String writes z/x/y.
func (id ID) String() string { return fmt.Sprintf("%d/%d/%d", id.Z, id.X, id.Y) }

// Parse reads the three numbers of a tile's address. They are decimal, without
// signs or leading zeros, so that each tile has one address.
func Parse(z, x, y string) (ID, error) {
	var n [3]uint64
	for i, text := range [3]string{z, x, y} {
		v, err := strconv.ParseUint(text, 10, 32)
		if err != nil || strconv.FormatUint(v, 10) != text {
			return ID{}, ErrNoTile
		}
		n[i] = v
	}
	if n[0] > MaxZoom || n[1] >= 1<<n[0] || n[2] >= 1<<n[0] {
		return ID{}, ErrNoTile
	}
	return ID{uint8(n[0]), uint32(n[1]), uint32(n[2])}, nil
}

// Valid tells whether there is such a tile.
func (id ID) Valid() bool { return id.Z <= MaxZoom && id.X>>id.Z == 0 && id.Y>>id.Z == 0 }

// Width is the side of the tile in the web map's metres.
func (id ID) Width() float64 { return 2 * worldHalf / float64(uint32(1)<<id.Z) }

// Mercator is the tile's square in EPSG:3857.
func (id ID) Mercator() orb.Bound {
	w := id.Width()
	west, north := -worldHalf+float64(id.X)*w, worldHalf-float64(id.Y)*w
	return orb.Bound{Min: orb.Point{west, north - w}, Max: orb.Point{west + w, north}}
}

// Degrees is the tile's box in longitude and latitude.
func (id ID) Degrees() orb.Bound {
	web, _ := crs.ByCode(crs.WebMercator)
	f := crs.Between(web, crs.CRS84())
	b := id.Mercator()
	return orb.Bound{Min: f(b.Min), Max: f(b.Max)}
}

// At is the tile of a level that a place in degrees lies in. Places beyond the
// edge of the map are put on it.
func At(p orb.Point, z uint8) ID {
	web, _ := crs.ByCode(crs.WebMercator)
	m := crs.Between(crs.CRS84(), web)(p)
	n := float64(uint32(1) << z)
	index := func(v float64) uint32 {
		v = math.Floor(v / (2 * worldHalf) * n)
		if !(v > 0) {
			return 0
		}
		return uint32(min(v, n-1))
	}
	return ID{z, index(m[0] + worldHalf), index(worldHalf - m[1])}
}

// Cover lists the tiles of a level that a box in degrees meets, row by row, or
// false when they are more than limit.
func Cover(b orb.Bound, z uint8, limit int) ([]ID, bool) {
	first, last := At(orb.Point{b.Min[0], b.Max[1]}, z), At(orb.Point{b.Max[0], b.Min[1]}, z)
	if last.X < first.X || last.Y < first.Y {
		return nil, true
	}
	if n := uint64(last.X-first.X+1) * uint64(last.Y-first.Y+1); n > uint64(max(0, limit)) {
		return nil, false
	}
	var ids []ID
	for y := first.Y; y <= last.Y; y++ {
		for x := first.X; x <= last.X; x++ {
			ids = append(ids, ID{z, x, y})
		}
	}
	return ids, true
}
