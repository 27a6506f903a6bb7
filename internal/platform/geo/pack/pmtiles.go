package pack

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/paulmach/orb"
)

const (
	pmMagic      = "PMTiles"
	pmHeader     = 127
	mostLeaf     = 32 << 20 // bytes of a directory or the metadata, unpacked
	mostLeaves   = 64       // directories in memory
	deepestLeaf  = 4        // directories below each other
	packedNot    = 1
	packedGzip   = 2
	latest       = 3
	degreesScale = 1e7
)

// PMTiles is an open PMTiles file.
type PMTiles struct {
	source   io.ReaderAt
	size     int64
	file     *os.File
	header   pmHead
	metadata Metadata
	root     []entry

	mu     sync.Mutex
	leaves map[uint64][]entry
	order  []uint64
}

// section is a part of the file.
type section struct{ offset, length uint64 }

type pmHead struct {
	root, metadata, leaves, tiles section
	inner, packed, kind           byte
}

// NewPMTiles reads a file of size bytes, through anything that can read at a place.
func NewPMTiles(source io.ReaderAt, size int64) (*PMTiles, error) {
	p := &PMTiles{source: source, size: size, leaves: map[uint64][]entry{}}
	raw, err := p.bytes(section{0, pmHeader}, pmHeader)
	if err != nil {
		return nil, err
	}
	if string(raw[:7]) != pmMagic || raw[7] != latest {
		return nil, wrong("not_pack")
	}
	if err := p.head(raw); err != nil {
		return nil, err
	}
	if p.root, err = p.directory(p.header.root); err != nil {
		return nil, err
	}
	return p, p.describe()
}

// head reads the header (PMTiles 3, section 3).
func (p *PMTiles) head(raw []byte) error {
	at := func(i int) section {
		return section{binary.LittleEndian.Uint64(raw[i:]), binary.LittleEndian.Uint64(raw[i+8:])}
	}
	p.header = pmHead{root: at(8), metadata: at(24), leaves: at(40), tiles: at(56), inner: raw[97], packed: raw[98], kind: raw[99]}
	degrees := func(i int) float64 { return float64(int32(binary.LittleEndian.Uint32(raw[i:]))) / degreesScale }
	p.metadata = Metadata{
		MinZoom: int(raw[100]), MaxZoom: int(raw[101]),
		Bounds: orb.Bound{Min: orb.Point{degrees(102), degrees(106)}, Max: orb.Point{degrees(110), degrees(114)}},
		Gzip:   p.header.packed == packedGzip,
	}
	formats := map[byte]string{1: "pbf", 2: "png", 3: "jpg", 4: "webp", 5: "avif"}
	p.metadata.Format = formats[p.header.kind]
	switch {
	case p.header.inner != packedNot && p.header.inner != packedGzip, p.header.packed > packedGzip:
		return wrong("pack_packed") // Brotli and Zstandard
	case p.metadata.Format == "", p.metadata.MaxZoom > mostZoom, p.metadata.MinZoom > p.metadata.MaxZoom:
		return wrong("pack_broken")
	}
	return nil
}

func (p *PMTiles) describe() error {
	if p.header.metadata.length == 0 {
		return nil
	}
	text, err := p.unpacked(p.header.metadata)
	if err != nil {
		return err
	}
	var told struct{ Name, Description, Attribution, Version string }
	if err := json.Unmarshal(text, &told); err != nil {
		return wrong("pack_broken")
	}
	m := &p.metadata
	m.Name, m.Description, m.Attribution, m.Version = told.Name, told.Description, told.Attribution, told.Version
	m.Layers = parseLayers(text)
	return nil
}

// bytes reads a part of the file.
func (p *PMTiles) bytes(s section, limit uint64) ([]byte, error) {
	if s.length > limit || s.offset > uint64(p.size) || s.length > uint64(p.size)-s.offset {
		return nil, wrong("pack_broken")
	}
	b := make([]byte, s.length)
	if n, err := p.source.ReadAt(b, int64(s.offset)); n < len(b) {
		return nil, fmt.Errorf("pack: read: %w", err)
	}
	return b, nil
}

func (p *PMTiles) unpacked(s section) ([]byte, error) {
	b, err := p.bytes(s, mostLeaf)
	if err != nil || p.header.inner == packedNot {
		return b, err
	}
	return gunzip(b, mostLeaf)
}

func (p *PMTiles) directory(s section) ([]entry, error) {
	b, err := p.unpacked(s)
	if err != nil {
		return nil, err
	}
	return parseDirectory(b)
}

// leaf reads a directory below the root, or remembers it.
func (p *PMTiles) leaf(e entry) ([]entry, error) {
	p.mu.Lock()
	entries := p.leaves[e.offset]
	p.mu.Unlock()
	if entries != nil {
		return entries, nil
	}
	s, err := part(p.header.leaves, e)
	if err != nil {
		return nil, err
	}
	if entries, err = p.directory(s); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, there := p.leaves[e.offset]; there {
		return entries, nil
	}
	if len(p.order) >= mostLeaves {
		delete(p.leaves, p.order[0])
		p.order = p.order[1:]
	}
	p.leaves[e.offset] = entries
	p.order = append(p.order, e.offset)
	return entries, nil
}

// part is where an entry's bytes lie in a section.
func part(s section, e entry) (section, error) {
	if e.offset > s.length || uint64(e.length) > s.length-e.offset || s.offset > 1<<62 {
		return section{}, wrong("pack_broken")
	}
	return section{s.offset + e.offset, uint64(e.length)}, nil
}

// Metadata implements Pack.
func (p *PMTiles) Metadata() Metadata { return p.metadata }

// Close implements Pack.
func (p *PMTiles) Close() error {
	if p.file == nil {
		return nil
	}
	return p.file.Close()
}

// Tile implements Pack.
func (p *PMTiles) Tile(_ context.Context, z, x, y int) ([]byte, error) {
	if !inside(z, x, y) {
		return nil, ErrNoTile
	}
	id := tileID(z, x, y)
	entries := p.root
	for range deepestLeaf {
		e, ok := find(entries, id)
		if !ok {
			return nil, ErrNoTile
		}
		if e.run > 0 {
			return p.content(e)
		}
		var err error
		if entries, err = p.leaf(e); err != nil {
			return nil, err
		}
	}
	return nil, wrong("pack_broken")
}

func (p *PMTiles) content(e entry) ([]byte, error) {
	s, err := part(p.header.tiles, e)
	if err != nil {
		return nil, err
	}
	return p.bytes(s, mostTile)
}

// Each implements Pack.
func (p *PMTiles) Each(ctx context.Context, visit func(z, x, y int, tile []byte) error) error {
	w := walk{PMTiles: p, first: firstID(p.metadata.MinZoom), end: firstID(p.metadata.MaxZoom + 1), visit: visit}
	return w.entries(ctx, p.root, deepestLeaf)
}

// What a file may write by pointing at the same tile many times.
const (
	// mostTiles is how many tiles all entries together may speak of: the whole country to
	// level 15 and a county to level 18 are some five million.
	mostTiles = 16_000_000
	// mostSame bounds the bytes of tiles that are stored once for many places, such as the
	// sea, which are a few hundred bytes each.
	mostSame = 4 << 30
)

// walk goes through a file from its first tile to its last. The tiles stand in the order
// of their numbers (PMTiles 3, section 4), so that no directory can be gone through twice.
type walk struct {
	*PMTiles

	first, end uint64 // the numbers of the levels that the file says it has
	next       uint64 // the lowest number that may come now
	tiles      uint64
	same       uint64 // bytes of tiles given again
	visit      func(z, x, y int, tile []byte) error
}

func (w *walk) entries(ctx context.Context, entries []entry, deeper int) error {
	if deeper == 0 {
		return wrong("pack_broken")
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.id < w.next {
			return wrong("pack_broken")
		}
		var err error
		if e.run > 0 {
			err = w.run(ctx, e)
		} else {
			err = w.below(ctx, e, deeper-1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// below goes through a directory below another.
func (w *walk) below(ctx context.Context, e entry, deeper int) error {
	entries, err := w.leaf(e)
	if err != nil {
		return err
	}
	w.next = e.id
	return w.entries(ctx, entries, deeper)
}

// run gives a tile for each of the places that it is stored for.
func (w *walk) run(ctx context.Context, e entry) error {
	run := uint64(e.run)
	if e.id < w.first || e.id >= w.end || run > w.end-e.id {
		return wrong("pack_broken")
	}
	w.next, w.tiles, w.same = e.id+run, w.tiles+run, w.same+(run-1)*uint64(e.length)
	if w.tiles > mostTiles || w.same > mostSame {
		return wrong("pack_many")
	}
	tile, err := w.content(e)
	if err != nil {
		return err
	}
	for n := range run {
		if err := ctx.Err(); err != nil {
			return err
		}
		z, x, y, ok := tileOf(e.id + n)
		if !ok {
			return wrong("pack_broken")
		}
		if err := w.visit(z, x, y, tile); err != nil {
			return err
		}
	}
	return nil
}
