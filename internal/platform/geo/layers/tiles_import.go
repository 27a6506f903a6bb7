package layers

import (
	"context"
	"errors"
	"html"
	"regexp"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	tilepack "github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// TilesImport is a file of ready-made tiles that is to become a layer, or to take the
// place of the one that is there.
type TilesImport struct {
	// Target is the layer. Its levels and extent are those of the file, its tags become
	// the names of the layers within the tiles.
	Target Target
	Pack   tilepack.Pack
	// File names the source in the history, Digest is of its content: a file that is
	// there already changes nothing.
	File, Digest string
	DryRun       bool
	// Progress is told now and then how many tiles are written.
	Progress func(Progress)
}

const (
	// tilesWritten is how many tiles a transaction writes, and tileBytes how much.
	tilesWritten = 500
	tileBytes    = 4 << 20
	// largestTile is what one tile may take.
	largestTile = 8 << 20
)

// readyTile is a tile as it stands in a file.
type readyTile struct {
	id   tile.ID
	body []byte
}

// ImportTiles brings in ready-made tiles: vector tiles, or pictures (PNG, JPEG, WebP).
// What they are is looked for in their bytes, not asked of the file. As with features, they are seen when
// all are there, and those of before are then deleted.
func (s *Service) ImportTiles(ctx context.Context, o TilesImport) (LayerResult, error) {
	if !ValidName(o.Target.Layer.Name) {
		return LayerResult{}, errs.Invalid("layers.import.bad_name", "layer", o.Target.Layer.Name)
	}
	if err := s.may(ctx, PermWrite, o.Target.Layer); err != nil {
		return LayerResult{}, err
	}
	in := newIntake(o.Target, 0)
	r := &run{s: s, o: Import{File: o.File, Digest: o.Digest, DryRun: o.DryRun}, holder: ids.New(), intakes: []*intake{in}}
	if !o.DryRun {
		if err := r.hold(ctx); err != nil {
			return LayerResult{}, err
		}
	}
	out, err := r.tiles(ctx, in, o)
	if err == nil || o.DryRun || errors.Is(err, errLost) {
		return out, err
	}
	return out, errors.Join(err, r.giveUpTiles(ctx, in))
}

// giveUpTiles takes back what was written, or leaves it to the next import.
func (r *run) giveUpTiles(ctx context.Context, in *intake) error {
	if ctx.Err() == nil && r.dropTiles(ctx, in, ` > $3`) == nil {
		return r.s.db.Write(ctx, r.release)
	}
	return r.s.db.Write(context.WithoutCancel(ctx), r.expire)
}

// tiles does the work.
func (r *run) tiles(ctx context.Context, in *intake, o TilesImport) (LayerResult, error) {
	digest, err := r.lookTiles(ctx, in)
	if err != nil {
		return LayerResult{}, err
	}
	out := LayerResult{Layer: in.layer, Before: in.layer.Generation, Made: !in.found}
	if in.found && digest == o.Digest && o.Digest != "" {
		out.Kept = in.layer.Count
		return out, r.endTiles(ctx)
	}
	if !o.DryRun {
		if err := r.dropTiles(ctx, in, ` <> $3`); err != nil {
			return out, err
		}
	}
	n, picture, err := r.writeTiles(ctx, in, o)
	if err != nil {
		return out, err
	}
	out.Layer = tilesLayer(in, o, n, picture)
	out.Added, out.Removed = n, in.layer.Count
	if o.DryRun {
		return out, nil
	}
	in.added, in.removed = n, in.layer.Count
	err = r.s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return r.showTiles(ctx, tx, in, out.Layer) })
	if err != nil {
		return out, err
	}
	if !in.found || !waited(ctx, 2*fresh) {
		return out, r.s.db.Write(context.WithoutCancel(ctx), r.release)
	}
	// Nobody sees those of before any more. What is left of them is deleted next time.
	if err := r.dropTiles(ctx, in, ` <= $3`); err != nil {
		return out, err
	}
	return out, r.endTiles(ctx)
}

// waited waits until all servers have heard of a new generation; false when there is
// no time for it.
func waited(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// endTiles gives the layer back.
func (r *run) endTiles(ctx context.Context) error {
	if r.o.DryRun {
		return nil
	}
	return r.s.db.Write(ctx, r.release)
}

// tilesLayer is the layer as the file makes it.
func tilesLayer(in *intake, o TilesImport, n int64, picture string) Layer {
	l, meta := in.layer, o.Pack.Metadata()
	if in.found && o.Target.Change {
		l = in.described()
	}
	l.Kind, l.EPSG, l.Geometry, l.Generation, l.Count = Tiles, crs.WGS84, picture, l.Generation+1, n
	l.MinZoom, l.MaxZoom, l.Tags, l.Fields = meta.MinZoom, meta.MaxZoom, nil, nil
	for _, within := range meta.Layers {
		if picture == "" {
			l.Tags = append(l.Tags, within.ID)
		}
	}
	if l.Extent = meta.Bounds; l.Extent == (orb.Bound{}) {
		l.Extent = crs.Norway()
	}
	if l.Attribution == "" {
		l.Attribution = plainText(meta.Attribution)
	}
	return l
}

// plainText takes the marks of HTML out of what a file says of whose data it is: maps on
// the web write links there.
func plainText(text string) string {
	return strings.TrimSpace(html.UnescapeString(markup.ReplaceAllLiteralString(text, "")))
}

var markup = regexp.MustCompile(`<[^<>]*>`)

// writeTiles writes the tiles of a file in small transactions. It tells how many there
// are, and what pictures the first of them is.
func (r *run) writeTiles(ctx context.Context, in *intake, o TilesImport) (n int64, picture string, err error) {
	var waiting []readyTile
	bytes := 0
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if o.DryRun {
			waiting, bytes = nil, 0
		}
		if len(waiting) == 0 {
			return nil
		}
		if err := r.step(ctx, in, func(ctx context.Context, tx *store.Tx) error { return insertTiles(ctx, tx, in, waiting) }); err != nil {
			return err
		}
		waiting, bytes = nil, 0
		if o.Progress != nil {
			o.Progress(Progress{Features: n})
		}
		return nil
	}
	var first *string
	err = o.Pack.Each(ctx, func(z, x, y int, body []byte) error {
		t, found, err := take(z, x, y, body, first)
		if err != nil {
			return err
		}
		if first == nil {
			first, picture = &picture, found
		}
		n++
		waiting = append(waiting, t)
		if bytes += len(t.body); len(waiting) < tilesWritten && bytes < tileBytes {
			return nil
		}
		return flush()
	})
	if err != nil {
		return n, picture, err
	}
	if n == 0 {
		return 0, "", errs.Invalid("layers.import.empty")
	}
	return n, picture, flush()
}

// take makes a tile of what a file has at a place, when it is one.
func take(z, x, y int, body []byte, kind *string) (readyTile, string, error) {
	id := tile.ID{Z: uint8(z), X: uint32(x), Y: uint32(y)}
	if z < 0 || z > tile.MaxZoom || x < 0 || y < 0 || !id.Valid() || len(body) > largestTile {
		return readyTile{}, "", errs.Invalid("layers.import.bad_tile", "z", z, "x", x, "y", y)
	}
	body, found, err := inspect(body, kind)
	switch {
	case errors.Is(err, errTileLarge):
		return readyTile{}, "", errs.Invalid("layers.import.tile_large", "z", z, "x", x, "y", y, "limit", largestPicture>>20, "pixels", mostPixels)
	case err != nil:
		return readyTile{}, "", errs.Invalid("layers.import.tile_kind", "z", z, "x", x, "y", y)
	}
	return readyTile{id, append([]byte(nil), body...)}, found, nil
}
