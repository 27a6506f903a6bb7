package formats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/geojson"
	"github.com/torg-no/torg/internal/platform/geo/gml"
	"github.com/torg-no/torg/internal/platform/geo/gpkg"
	"github.com/torg-no/torg/internal/platform/geo/sosi"
)

// Format is a format of files.
type Format string

// The formats.
const (
	GeoJSON    Format = "geojson"
	GML        Format = "gml"
	SOSI       Format = "sosi"
	GeoPackage Format = "gpkg"
	MBTiles    Format = "mbtiles" // tiles: see package pack
	PMTiles    Format = "pmtiles" // tiles: see package pack
)

// Writable lists the formats that Create can write.
func Writable() []Format { return []Format{GeoJSON, GML, SOSI, GeoPackage} }

// Tiles reports whether a format holds tiles, not features.
func (f Format) Tiles() bool { return f == MBTiles || f == PMTiles }

// Detect tells the format by the first bytes of a file, and whether it is one that
// is known. SQLite files are GeoPackages unless they hold tiles.
func Detect(first []byte) (Format, bool) {
	text := bytes.TrimLeft(bytes.TrimPrefix(first, []byte("\xEF\xBB\xBF")), " \t\r\n\x1e")
	switch {
	case bytes.HasPrefix(first, []byte("SQLite format 3\x00")):
		return GeoPackage, true
	case bytes.HasPrefix(first, []byte("PMTiles")):
		return PMTiles, true
	case bytes.HasPrefix(text, []byte("{")):
		return GeoJSON, true
	case bytes.HasPrefix(text, []byte("<")):
		return GML, true
	case bytes.HasPrefix(text, []byte(".HODE")), bytes.HasPrefix(text, []byte("!")):
		return SOSI, true
	default:
		return "", false
	}
}

// DetectFile tells the format of a file.
func DetectFile(path string) (Format, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", fmt.Errorf("formats: open: %w", err)
	}
	defer file.Close()
	first := make([]byte, 512)
	n, err := io.ReadFull(file, first)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("formats: read: %w", err)
	}
	format, ok := Detect(first[:n])
	if !ok {
		return "", exchange.Wrong("format_unknown").Fatal()
	}
	if format == GeoPackage && n > 72 && holdsTiles(first[68:72], path) {
		return MBTiles, nil
	}
	return format, nil
}

// holdsTiles tells MBTiles by the application's mark in SQLite's head (byte 68),
// and by the name when there is no mark, as most have none.
func holdsTiles(mark []byte, path string) bool {
	if string(mark) == "MPBX" {
		return true
	}
	return !bytes.HasPrefix(mark, []byte("GP")) && strings.EqualFold(filepath.Ext(path), ".mbtiles")
}

// Open opens a file of features. Its own temporary files lie below temp ("" takes
// the system's folder). A file of tiles is refused here: package pack opens it.
func Open(ctx context.Context, path, temp string, options exchange.Options) (exchange.Reader, error) {
	format, err := DetectFile(path)
	if err != nil {
		return nil, err
	}
	switch format {
	case GeoPackage:
		return gpkg.Open(ctx, path, temp, options)
	case MBTiles, PMTiles:
		return nil, exchange.Wrong("tiles_here").Fatal()
	default: // text
	}
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("formats: open: %w", err)
	}
	reader, err := text(ctx, format, file, options)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &closing{Reader: reader, file: file}, nil
}

// text opens a file that is text. The reading stops when ctx does.
func text(ctx context.Context, format Format, file *os.File, options exchange.Options) (exchange.Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("formats: open: %w", err)
	}
	source := &stopping{ctx: ctx, file: file}
	switch format {
	case GML:
		return gml.NewReader(source, info.Size(), options)
	case SOSI:
		return sosi.NewReader(source, info.Size(), options)
	default:
		return geojson.NewReader(source, info.Size(), options), nil
	}
}

// stopping is a file that cannot be read any more when its context has ended.
type stopping struct {
	ctx  context.Context //nolint:containedctx // io.Reader has none
	file *os.File
}

func (s *stopping) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.file.Read(b)
}

func (s *stopping) ReadAt(b []byte, at int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.file.ReadAt(b, at)
}

// closing closes the file with its reader.
type closing struct {
	exchange.Reader
	file *os.File
}

func (c *closing) Close() error { return errors.Join(c.Reader.Close(), c.file.Close()) }

// Create makes a file, which must not be there, and returns what writes to it. The
// time is that of the export.
func Create(ctx context.Context, path string, format Format, crs int, now time.Time) (exchange.Writer, error) {
	if !slices.Contains(Writable(), format) {
		return nil, exchange.Wrong("format_unwritable", "format", string(format)).Fatal()
	}
	if format == GeoPackage {
		return gpkg.NewWriter(ctx, path, crs, now)
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("formats: create: %w", err)
	}
	w, err := textWriter(file, format, crs)
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return &ending{w, file}, nil
}

// textWriter writes a format that is text.
func textWriter(file *os.File, format Format, crs int) (exchange.Writer, error) {
	switch format {
	case GML:
		return gml.NewWriter(file, crs), nil
	case SOSI:
		return sosi.NewWriter(file, filepath.Dir(file.Name()), crs)
	default:
		return geojson.NewWriter(file, crs), nil
	}
}

// ending closes the file with its writer.
type ending struct {
	exchange.Writer
	file *os.File
}

func (e *ending) Close() error { return errors.Join(e.Writer.Close(), e.file.Close()) }
