package pack

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	_ "github.com/torg-no/torg/internal/platform/store" // brings the driver
)

func keyOf(err error) string {
	if e := errs.Of(err); e != nil {
		return strings.TrimPrefix(e.Key, "geo_file.")
	}
	return fmt.Sprint(err)
}

func TestOpen_readsTheBaseMapOfNorway(t *testing.T) {
	t.Parallel()
	p, err := Open(t.Context(), geotest.Data(t, "kart/n1000.mbtiles"))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	m := p.Metadata()
	if m.Name != "n1000" || m.Format != "pbf" || !m.Gzip || m.MinZoom != 0 || m.MaxZoom != 9 || len(m.Layers) != 9 || m.Layers[1].Fields["høyde"] != "Number" {
		t.Errorf("%+v", m)
	}
	if want := (orb.Bound{Min: orb.Point{4.0875242, 57.7590053}, Max: orb.Point{31.7615926, 71.3848788}}); m.Bounds != want {
		t.Errorf("%v", m.Bounds)
	}
	tile, err := p.Tile(t.Context(), 5, 16, 9) // Oslo
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.UnmarshalGzipped(tile)
	if err != nil || len(layers) < 3 {
		t.Errorf("%d layers, %v", len(layers), err)
	}
	n := 0
	err = p.Each(t.Context(), func(z, x, y int, tile []byte) error {
		n++
		got, err := p.Tile(t.Context(), z, x, y)
		if err != nil || !bytes.Equal(got, tile) {
			return fmt.Errorf("%d/%d/%d: %w", z, x, y, err)
		}
		return nil
	})
	if err != nil || n != 803 {
		t.Errorf("%d tiles, %v", n, err)
	}
	for _, at := range [][3]int{{5, 0, 0}, {5, 99, 0}, {-1, 0, 0}, {40, 0, 0}, {5, -1, 3}} {
		if _, err := p.Tile(t.Context(), at[0], at[1], at[2]); !errors.Is(err, ErrNoTile) {
			t.Errorf("%v: %v", at, err)
		}
	}
}

// mbtiles makes a file by statements.
func mbtiles(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.mbtiles")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

const (
	metadataTable = "CREATE TABLE metadata (name TEXT, value TEXT)"
	tilesTable    = "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
)

func TestOpenMBTiles_findsWhatIsNotTold(t *testing.T) {
	t.Parallel()
	path := mbtiles(t, metadataTable, tilesTable, `INSERT INTO metadata VALUES ('bounds', 'rubbish'), ('json', '{'), (NULL, NULL)`, `INSERT INTO tiles VALUES (1, 0, 1, x'89504E470D0A1A0A00'), (2, 0, 0, x'89504E470D0A1A0A01')`)
	p, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if diff := cmp.Diff(Metadata{Format: "png", MinZoom: 1, MaxZoom: 2}, p.Metadata()); diff != "" {
		t.Error(diff)
	}
	if tile, err := p.Tile(t.Context(), 1, 0, 0); err != nil || len(tile) != 9 { // the northern one
		t.Errorf("%v %v", tile, err)
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("this is no map at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ path, key string }{
		"text":              {text, "sqlite_bad"},
		"nothing":           {empty, "not_pack"},
		"another database":  {mbtiles(t, "CREATE TABLE x (y)"), "not_pack"},
		"no table of tiles": {mbtiles(t, metadataTable), "not_pack"},
		"no tiles":          {mbtiles(t, metadataTable, tilesTable), "pack_broken"},
		"a zoom of 99":      {mbtiles(t, metadataTable, tilesTable, "INSERT INTO tiles VALUES (99, 0, 0, x'00')"), "pack_broken"},
	}
	for name, test := range tests {
		if _, err := Open(t.Context(), test.path); keyOf(err) != test.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestOpenMBTiles_refusesTilesOffTheMap(t *testing.T) {
	t.Parallel()
	p, err := Open(t.Context(), mbtiles(t, metadataTable, tilesTable, "INSERT INTO tiles VALUES (1, 7, 0, x'00')"))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Each(t.Context(), func(int, int, int, []byte) error { return nil }); keyOf(err) != "pack_broken" {
		t.Errorf("%v", err)
	}
}

func TestTileID_isThatOfTheSpecification(t *testing.T) {
	t.Parallel()
	for want, at := range map[uint64][3]int{0: {0, 0, 0}, 1: {1, 0, 0}, 2: {1, 0, 1}, 3: {1, 1, 1}, 4: {1, 1, 0}, 5: {2, 0, 0}, 19078479: {12, 3423, 1763}} {
		if got := tileID(at[0], at[1], at[2]); got != want {
			t.Errorf("%v: %d, want %d", at, got, want)
		}
	}
	for id := range uint64(20_000) {
		z, x, y, ok := tileOf(id)
		if !ok || !inside(z, x, y) || tileID(z, x, y) != id {
			t.Fatalf("%d is %d/%d/%d, which is %d", id, z, x, y, tileID(z, x, y))
		}
	}
	if _, _, _, ok := tileOf(1 << 60); ok {
		t.Error("a tile below the deepest level")
	}
}

// pm builds a PMTiles file of the tiles 0–8, in leaves of three; the tiles 6–8
// are one.
func pm(tb testing.TB, packed bool, change func(header []byte)) []byte {
	tb.Helper()
	squeeze := func(b []byte) []byte {
		if !packed {
			return b
		}
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write(b); err != nil {
			tb.Fatal(err)
		}
		if err := w.Close(); err != nil {
			tb.Fatal(err)
		}
		return out.Bytes()
	}
	tiles := []byte("t0t1t2t3t4t5t6")
	leaf := func(first uint64, runs ...uint32) []byte {
		var entries []entry
		for i, run := range runs {
			id := first + uint64(i)
			entries = append(entries, entry{id: id, offset: 2 * id, length: 2, run: run})
		}
		return squeeze(directoryOf(entries))
	}
	one, two, three := leaf(0, 1, 1, 1), leaf(3, 1, 1, 1), leaf(6, 3)
	leaves := append(append(append([]byte{}, one...), two...), three...)
	root := squeeze(directoryOf([]entry{
		{0, 0, uint32(len(one)), 0}, {3, uint64(len(one)), uint32(len(two)), 0}, {6, uint64(len(one) + len(two)), uint32(len(three)), 0},
	}))
	meta := squeeze([]byte(`{"name":"Prøve","attribution":"© Kartverket","vector_layers":[{"id":"vei","fields":{"navn":"String"}}]}`))
	header := make([]byte, pmHeader)
	copy(header, "PMTiles\x03")
	at := uint64(pmHeader)
	for i, part := range [][]byte{root, meta, leaves, tiles} {
		binary.LittleEndian.PutUint64(header[8+16*i:], at)
		binary.LittleEndian.PutUint64(header[16+16*i:], uint64(len(part)))
		at += uint64(len(part))
	}
	header[97], header[98], header[99] = packedNot, packedNot, 1
	if packed {
		header[97] = packedGzip
	}
	header[100], header[101] = 0, 2
	for i, degrees := range []int32{4_0000000, 57_0000000, 32_0000000, 72_0000000} {
		binary.LittleEndian.PutUint32(header[102+4*i:], uint32(degrees))
	}
	if change != nil {
		change(header)
	}
	return bytes.Join([][]byte{header, root, meta, leaves, tiles}, nil)
}

// directoryOf writes a directory as the specification has it.
func directoryOf(entries []entry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = binary.AppendUvarint(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return b
}

func TestPMTiles_readsTilesThroughLeaves(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		data := pm(t, packed, nil)
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		want := Metadata{
			Name: "Prøve", Attribution: "© Kartverket", Format: "pbf", MaxZoom: 2,
			Bounds: orb.Bound{Min: orb.Point{4, 57}, Max: orb.Point{32, 72}}, Layers: []Layer{{ID: "vei", Fields: map[string]string{"navn": "String"}}},
		}
		if diff := cmp.Diff(want, p.Metadata()); diff != "" {
			t.Error(diff)
		}
		var together sync.WaitGroup
		for id := range uint64(21) {
			together.Go(func() {
				z, x, y, _ := tileOf(id)
				tile, err := p.Tile(t.Context(), z, x, y)
				if want := fmt.Sprintf("t%d", min(id, 6)); id < 9 && (err != nil || string(tile) != want) || id >= 9 && !errors.Is(err, ErrNoTile) {
					t.Errorf("tile %d: %q %v", id, tile, err)
				}
			})
		}
		together.Wait()
		n := 0
		if err := p.Each(t.Context(), func(_, _, _ int, tile []byte) error { n += len(tile); return nil }); err != nil || n != 18 {
			t.Errorf("%d %v", n, err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPMTiles_refuses(t *testing.T) {
	t.Parallel()
	put := func(at int, v uint64) func([]byte) {
		return func(h []byte) { binary.LittleEndian.PutUint64(h[at:], v) }
	}
	tests := map[string]struct {
		change func([]byte)
		key    string
	}{
		"version 2":            {func(h []byte) { h[7] = 2 }, "not_pack"},
		"Brotli":               {func(h []byte) { h[97] = 3 }, "pack_packed"},
		"tiles in Zstandard":   {func(h []byte) { h[98] = 4 }, "pack_packed"},
		"tiles of no kind":     {func(h []byte) { h[99] = 0 }, "pack_broken"},
		"a zoom of 99":         {func(h []byte) { h[101] = 99 }, "pack_broken"},
		"zooms turned":         {func(h []byte) { h[100] = 3 }, "pack_broken"},
		"a root off the file":  {put(8, 1<<40), "pack_broken"},
		"a root without end":   {put(16, 1<<62), "pack_broken"},
		"an empty root":        {put(16, 0), "pack_broken"},
		"metadata at the root": {put(24, pmHeader), "pack_broken"},
		"not gzip":             {func(h []byte) { h[97] = packedGzip }, "pack_broken"},
	}
	for name, test := range tests {
		data := pm(t, false, test.change)
		if _, err := NewPMTiles(bytes.NewReader(data), int64(len(data))); keyOf(err) != test.key {
			t.Errorf("%s: %v, want %s", name, err, test.key)
		}
	}
	if _, err := NewPMTiles(strings.NewReader("PMTiles\x03"), 8); keyOf(err) != "pack_broken" {
		t.Errorf("cut off: %v", err)
	}
}

func TestPMTiles_refusesLeavesInACircle(t *testing.T) {
	t.Parallel()
	// The leaves section is the root itself, whose entries are leaves.
	data := pm(t, false, nil)
	copy(data[40:56], data[8:24])
	root := directoryOf([]entry{{0, 0, 5, 0}})
	copy(data[pmHeader:], root)
	binary.LittleEndian.PutUint64(data[16:], uint64(len(root)))
	binary.LittleEndian.PutUint64(data[48:], uint64(len(root)))
	p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Tile(t.Context(), 0, 0, 0); keyOf(err) != "pack_broken" {
		t.Errorf("%v", err)
	}
	if err := p.Each(t.Context(), func(int, int, int, []byte) error { return nil }); keyOf(err) != "pack_broken" {
		t.Errorf("%v", err)
	}
}

func TestEach_stops(t *testing.T) {
	t.Parallel()
	data := pm(t, true, nil)
	p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	if err := p.Each(t.Context(), func(int, int, int, []byte) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Each(ctx, func(int, int, int, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// rooted is a file whose root directory is these entries, which point into tiles.
func rooted(tb testing.TB, deepest byte, entries ...entry) []byte {
	tb.Helper()
	root, tiles := directoryOf(entries), []byte("t0t1t2t3t4t5t6")
	header := make([]byte, pmHeader)
	copy(header, "PMTiles\x03")
	binary.LittleEndian.PutUint64(header[8:], pmHeader)
	binary.LittleEndian.PutUint64(header[16:], uint64(len(root)))
	// The directories below are the root itself.
	copy(header[40:56], header[8:24])
	binary.LittleEndian.PutUint64(header[56:], uint64(pmHeader+len(root)))
	binary.LittleEndian.PutUint64(header[64:], uint64(len(tiles)))
	header[97], header[98], header[99], header[101] = packedNot, packedNot, 1, deepest
	return bytes.Join([][]byte{header, root, tiles}, nil)
}

// A run is a number in the file, and says nothing of how large the file is.
func TestEach_isBoundedHoweverLongTheRuns(t *testing.T) {
	t.Parallel()
	last := firstID(13) - 1
	tests := map[string]struct {
		deepest byte
		entries []entry
		key     string
		visited int
	}{
		"to the last":                {1, []entry{{0, 0, 2, 5}}, "", 5},
		"past the deepest level":     {1, []entry{{0, 0, 2, 6}}, "pack_broken", 0},
		"below the deepest level":    {1, []entry{{0, 0, 2, 1}, {5, 2, 2, 1}}, "pack_broken", 1},
		"four billion":               {26, []entry{{0, 0, 2, 1<<32 - 1}}, "pack_many", 0},
		"four billion at the end":    {26, []entry{{0, 0, 2, 3}, {3, 2, 2, 1<<32 - 1}}, "pack_many", 3},
		"many runs that overlap":     {26, []entry{{0, 0, 2, 9}, {1, 2, 2, 9}}, "pack_broken", 9},
		"many runs after each other": {26, []entry{{0, 0, 2, 4}, {4, 2, 2, mostTiles - 3}}, "pack_many", 4},
		"as many as a level has":     {12, []entry{{last - 1, 0, 2, 2}}, "", 2},
	}
	for name, test := range tests {
		data := rooted(t, test.deepest, test.entries...)
		p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n := 0
		err = p.Each(t.Context(), func(int, int, int, []byte) error { n++; return nil })
		if (err != nil || test.key != "") && keyOf(err) != test.key || n != test.visited {
			t.Errorf("%s: %d tiles, %v; want %d, %q", name, n, err, test.visited, test.key)
		}
	}
}

func TestEach_boundsWhatTheSameTileFills(t *testing.T) {
	t.Parallel()
	data := rooted(t, 12, entry{0, 0, 1 << 30, 5})
	p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	p.header.tiles.length = 1 << 40
	if err := p.Each(t.Context(), func(int, int, int, []byte) error { return nil }); keyOf(err) != "pack_broken" {
		t.Errorf("four times a gigabyte may be, and is not there: %v", err)
	}
	p.root[0].run = 6
	if err := p.Each(t.Context(), func(int, int, int, []byte) error { return nil }); keyOf(err) != "pack_many" {
		t.Errorf("%v", err)
	}
}

func TestEach_stopsInTheMiddleOfARun(t *testing.T) {
	t.Parallel()
	data := rooted(t, 12, entry{0, 0, 2, 1_000_000})
	p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err = p.Each(ctx, func(int, int, int, []byte) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 10 {
		t.Errorf("%d tiles, %v", n, err)
	}
}

func FuzzPMTiles(f *testing.F) {
	f.Add(pm(f, false, nil))
	f.Add(pm(f, true, nil))
	f.Add(rooted(f, 26, entry{0, 0, 2, 1<<32 - 1}))
	f.Add(rooted(f, 26, entry{0, 0, 2, 9}, entry{1, 2, 2, 9}))
	f.Add(rooted(f, 2, entry{0, 0, 2, 1}, entry{1, 0, 20, 0}, entry{5, 0, 20, 0}))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := NewPMTiles(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for id := range uint64(30) {
			z, x, y, _ := tileOf(id)
			if tile, err := p.Tile(t.Context(), z, x, y); err == nil && len(tile) > len(data) {
				t.Fatalf("%d bytes of a file of %d", len(tile), len(data))
			}
		}
		n, last := 0, uint64(0)
		enough := errors.New("enough")
		_ = p.Each(t.Context(), func(z, x, y int, _ []byte) error {
			if n++; n > 1000 {
				return enough
			}
			if !inside(z, x, y) || z < p.Metadata().MinZoom || z > p.Metadata().MaxZoom {
				t.Fatalf("%d/%d/%d", z, x, y)
			}
			if id := tileID(z, x, y); n > 1 && id <= last {
				t.Fatalf("%d comes after %d", id, last)
			} else {
				last = id
			}
			return nil
		})
	})
}

func FuzzDirectory(f *testing.F) {
	f.Add(directoryOf([]entry{{0, 0, 5, 1}, {4, 5, 7, 2}, {9, 40, 3, 0}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseDirectory(data)
		if err != nil {
			return
		}
		again, err := parseDirectory(directoryOf(entries))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(entries, again, cmp.AllowUnexported(entry{})); diff != "" {
			t.Fatal(diff)
		}
	})
}
