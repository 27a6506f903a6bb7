package pack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/platform/geo/sqlitefile"
)

// MBTiles is an open MBTiles file.
type MBTiles struct {
	file     *sqlitefile.File
	metadata Metadata
}

// OpenMBTiles opens an MBTiles file where it lies; nobody may write to it.
func OpenMBTiles(ctx context.Context, path string) (*MBTiles, error) {
	file, err := sqlitefile.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	p := &MBTiles{file: file}
	if err := p.read(ctx); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return p, nil
}

// read reads the table of metadata (MBTiles 1.3, "Metadata").
func (p *MBTiles) read(ctx context.Context) error {
	rows, err := p.file.QueryContext(ctx, "SELECT name, value FROM metadata WHERE octet_length(value) <= 4194304 ORDER BY name LIMIT 1000")
	if err != nil {
		return errors.Join(wrong("not_pack"), err)
	}
	defer rows.Close()
	told := map[string]string{}
	for rows.Next() {
		var name, value sql.NullString
		if err := rows.Scan(&name, &value); err != nil {
			return sqlitefile.Broken(err)
		}
		told[name.String] = value.String
	}
	if err := rows.Err(); err != nil {
		return sqlitefile.Broken(err)
	}
	p.metadata = Metadata{
		Name: told["name"], Description: told["description"], Attribution: told["attribution"], Version: told["version"],
		Format: told["format"], Bounds: parseBounds(told["bounds"]), Layers: parseLayers([]byte(told["json"])),
	}
	return p.measure(ctx, told)
}

// measure finds what the file does not tell, from its tiles.
func (p *MBTiles) measure(ctx context.Context, told map[string]string) error {
	var low, high sql.NullInt64
	if err := p.file.QueryRowContext(ctx, "SELECT min(zoom_level), max(zoom_level) FROM tiles").Scan(&low, &high); err != nil {
		return errors.Join(wrong("not_pack"), err)
	}
	if !low.Valid || low.Int64 < 0 || high.Int64 > mostZoom {
		return wrong("pack_broken")
	}
	p.metadata.MinZoom, p.metadata.MaxZoom = zoom(told["minzoom"], low.Int64), zoom(told["maxzoom"], high.Int64)
	var first []byte
	if err := p.file.QueryRowContext(ctx, "SELECT tile_data FROM tiles WHERE octet_length(tile_data) <= $1 LIMIT 1", mostTile).Scan(&first); err != nil {
		return sqlitefile.Broken(err)
	}
	p.metadata.Gzip = isGzip(first)
	if p.metadata.Format == "" {
		p.metadata.Format = sniff(first)
	}
	return nil
}

func zoom(text string, otherwise int64) int {
	if v, err := strconv.Atoi(text); err == nil && v >= 0 && v <= mostZoom {
		return v
	}
	return int(otherwise)
}

// sniff tells the format of a tile by its first bytes.
func sniff(tile []byte) string {
	switch {
	case len(tile) > 8 && string(tile[1:4]) == "PNG":
		return "png"
	case len(tile) > 3 && tile[0] == 0xFF && tile[1] == 0xD8:
		return "jpg"
	case len(tile) > 12 && string(tile[8:12]) == "WEBP":
		return "webp"
	default:
		return "pbf"
	}
}

// Metadata implements Pack.
func (p *MBTiles) Metadata() Metadata { return p.metadata }

// Close implements Pack.
func (p *MBTiles) Close() error { return p.file.Close() }

// Tile implements Pack. MBTiles counts rows from the south.
func (p *MBTiles) Tile(ctx context.Context, z, x, y int) ([]byte, error) {
	if !inside(z, x, y) {
		return nil, ErrNoTile
	}
	var tile []byte
	err := p.file.QueryRowContext(ctx, "SELECT tile_data FROM tiles WHERE zoom_level = $1 AND tile_column = $2 AND tile_row = $3 AND octet_length(tile_data) <= $4 LIMIT 1",
		z, x, 1<<z-1-y, mostTile).Scan(&tile)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, ErrNoTile
	case err != nil:
		return nil, fmt.Errorf("pack: read a tile: %w", err)
	}
	return tile, nil
}

// Each implements Pack.
func (p *MBTiles) Each(ctx context.Context, visit func(z, x, y int, tile []byte) error) error {
	rows, err := p.file.QueryContext(ctx, "SELECT zoom_level, tile_column, tile_row, iif(octet_length(tile_data) <= $1, tile_data, NULL) FROM tiles ORDER BY zoom_level, tile_column, tile_row", mostTile)
	if err != nil {
		return sqlitefile.Broken(err)
	}
	defer rows.Close()
	for rows.Next() {
		var z, x, y int
		var tile []byte
		if err := rows.Scan(&z, &x, &y, &tile); err != nil {
			return sqlitefile.Broken(err)
		}
		if z < 0 || z > mostZoom || tile == nil {
			return wrong("pack_broken")
		}
		if y = 1<<z - 1 - y; !inside(z, x, y) {
			return wrong("pack_broken")
		}
		if err := visit(z, x, y, tile); err != nil {
			return err
		}
	}
	return rows.Err()
}
