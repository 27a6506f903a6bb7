package pack

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// ErrNoTile says that a pack has no such tile; the map is empty there.
var ErrNoTile = errors.New("pack: no such tile")

// mostTile bounds a tile; one of 500 kB is already slow.
const mostTile = 16 << 20

// mostZoom is the deepest level of zoom: a tile of a centimetre.
const mostZoom = 26

// Pack is a file of tiles. It may be used by many at once.
type Pack interface {
	// Metadata tells what the pack holds.
	Metadata() Metadata
	// Tile returns a tile as it is stored; see Metadata.Gzip. It is ErrNoTile
	// when there is none.
	Tile(ctx context.Context, z, x, y int) ([]byte, error)
	// Each gives every tile, in the order of the file, until visit fails. Tiles
	// that are stored once for many places are given for each place.
	Each(ctx context.Context, visit func(z, x, y int, tile []byte) error) error
	// Close frees the file.
	Close() error
}

// Metadata is what a pack tells of itself.
type Metadata struct {
	Name, Description, Attribution, Version string
	// Format is pbf for vector tiles, or png, jpg, webp, avif.
	Format string
	// Gzip tells that tiles are compressed, as vector tiles are.
	Gzip             bool
	MinZoom, MaxZoom int
	// Bounds is the area in degrees, zero when it is not told.
	Bounds orb.Bound
	// Layers are those of vector tiles.
	Layers []Layer
}

// Layer is a layer of vector tiles as TileJSON 3 tells it.
type Layer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// Open opens an MBTiles or PMTiles file, whichever it is.
func Open(ctx context.Context, path string) (Pack, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("pack: open: %w", err)
	}
	first := make([]byte, 7)
	if _, err := io.ReadFull(file, first); err != nil {
		return nil, errors.Join(wrong("not_pack"), file.Close())
	}
	if string(first) != pmMagic {
		if err := file.Close(); err != nil {
			return nil, fmt.Errorf("pack: close: %w", err)
		}
		return OpenMBTiles(ctx, path)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pack: open: %w", err), file.Close())
	}
	p, err := NewPMTiles(file, info.Size())
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	p.file = file
	return p, nil
}

func wrong(key string) error { return exchange.Wrong(key).Fatal() }

// inside reports whether a tile can exist.
func inside(z, x, y int) bool {
	return z >= 0 && z <= mostZoom && x >= 0 && y >= 0 && x < 1<<z && y < 1<<z
}

// gunzip unpacks at most limit bytes.
func gunzip(data []byte, limit int64) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, wrong("pack_broken")
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil || int64(len(out)) > limit {
		return nil, wrong("pack_broken")
	}
	return out, nil
}

// isGzip looks at the first bytes.
func isGzip(data []byte) bool { return len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b }

// parseBounds reads west, south, east, north with commas between.
func parseBounds(text string) orb.Bound {
	var v [4]float64
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return orb.Bound{}
	}
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(math.Abs(n) <= 180) {
			return orb.Bound{}
		}
		v[i] = n
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}
}

// parseLayers reads vector_layers; what cannot be read is none.
func parseLayers(text []byte) []Layer {
	var extra struct {
		Layers []struct {
			Layer
			Fields map[string]any `json:"fields"`
		} `json:"vector_layers"`
	}
	if json.Unmarshal(text, &extra) != nil {
		return nil
	}
	var layers []Layer
	for _, l := range extra.Layers {
		l.Layer.Fields = map[string]string{}
		for name, kind := range l.Fields {
			l.Layer.Fields[name] = fmt.Sprint(kind)
		}
		layers = append(layers, l.Layer)
	}
	return layers
}
