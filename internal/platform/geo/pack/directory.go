package pack

import (
	"encoding/binary"
	"sort"
)

// entry is a line of a PMTiles directory: tiles with one content, or a directory
// further down when run is 0.
type entry struct {
	id     uint64
	offset uint64
	length uint32
	run    uint32
}

// mostEntries bounds a directory.
const mostEntries = 1 << 20

// parseDirectory reads a directory (PMTiles 3, section 4.2): four columns of
// varints.
func parseDirectory(data []byte) ([]entry, error) {
	next := func() (uint64, bool) {
		v, n := binary.Uvarint(data)
		if n <= 0 {
			return 0, false
		}
		data = data[n:]
		return v, true
	}
	count, ok := next()
	if !ok || count == 0 || count > mostEntries || count > uint64(len(data)) {
		return nil, wrong("pack_broken")
	}
	entries := make([]entry, count)
	id := uint64(0)
	columns := []func(i int, v uint64) bool{
		func(i int, v uint64) bool {
			id += v
			entries[i].id = id
			return v < 1<<62 && id < 1<<62 && (i == 0 || v > 0)
		},
		func(i int, v uint64) bool { entries[i].run = uint32(v); return v < 1<<32 },
		func(i int, v uint64) bool { entries[i].length = uint32(v); return v > 0 && v < 1<<31 },
		func(i int, v uint64) bool {
			if v == 0 && i > 0 {
				entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
				return true
			}
			entries[i].offset = v - 1
			return v > 0 && v < 1<<62
		},
	}
	for _, set := range columns {
		for i := range entries {
			v, ok := next()
			if !ok || !set(i, v) {
				return nil, wrong("pack_broken")
			}
		}
	}
	return entries, nil
}

// find finds the entry of a tile.
func find(entries []entry, id uint64) (entry, bool) {
	n := sort.Search(len(entries), func(i int) bool { return entries[i].id > id })
	if n == 0 {
		return entry{}, false
	}
	e := entries[n-1]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}

// firstID is the number of the first tile of a level.
func firstID(z int) uint64 { return (uint64(1)<<(2*z) - 1) / 3 }

// tileID is the place of a tile on the Hilbert curves of all levels.
func tileID(z, x, y int) uint64 {
	id := firstID(z)
	for s := 1 << z >> 1; s > 0; s >>= 1 {
		rx, ry := 0, 0
		if x&s > 0 {
			rx = 1
		}
		if y&s > 0 {
			ry = 1
		}
		id += uint64(s) * uint64(s) * uint64(3*rx^ry)
		x, y = rotate(s, x&(s-1), y&(s-1), rx, ry)
	}
	return id
}

// tileOf is the tile at a place on the curves.
func tileOf(id uint64) (z, x, y int, ok bool) {
	for ; z <= mostZoom; z++ {
		tiles := uint64(1) << (2 * z)
		if id < tiles {
			break
		}
		id -= tiles
	}
	if z > mostZoom {
		return 0, 0, 0, false
	}
	for s := 1; s < 1<<z; s <<= 1 {
		rx := int(id>>1) & 1
		ry := int(id^uint64(rx)) & 1
		x, y = rotate(s, x, y, rx, ry)
		x, y = x+s*rx, y+s*ry
		id >>= 2
	}
	return z, x, y, true
}

func rotate(s, x, y, rx, ry int) (rotatedX, rotatedY int) {
	if ry == 1 {
		return x, y
	}
	if rx == 1 {
		x, y = s-1-x, s-1-y
	}
	return y, x
}
