package layers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// lookTiles reads the layer as it is, and the digest of the file that it came from.
func (r *run) lookTiles(ctx context.Context, in *intake) (digest string, err error) {
	err = r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := in.look(ctx, tx); err != nil || !in.found {
			return err
		}
		if in.layer.Kind != Tiles {
			return errs.Invalid("layers.import.other_kind", "layer", in.layer.Name)
		}
		digest, err = store.One(ctx, tx, store.Value[string], `select source_digest from geo_generations
			where tenant_id = $1 and layer = $2 and generation = $3`, tx.Tenant, in.layer.Name, in.layer.Generation)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("layers: look at tiles: %w", err)
	}
	return digest, nil
}

// insertTiles writes tiles of the generation that is being made.
func insertTiles(ctx context.Context, tx *store.Tx, in *intake, tiles []readyTile) error {
	for len(tiles) > 0 {
		some := tiles[:min(rowsSQLite, len(tiles))]
		tiles = tiles[len(some):]
		args := append(make([]any, 0, 3+4*len(some)), tx.Tenant, in.layer.Name, in.layer.Generation+1)
		var b strings.Builder
		b.WriteString(`insert into geo_tiles (tenant_id, layer, generation, z, x, y, data) values `)
		for i, t := range some {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("($1,$2,$3")
			for range 4 {
				b.WriteString(",$")
				b.WriteString(strconv.Itoa(len(args) + 1))
				args = append(args, nil)
			}
			b.WriteByte(')')
			copy(args[len(args)-4:], []any{int64(t.id.Z), int64(t.id.X), int64(t.id.Y), t.body})
		}
		if err := tx.Queue(ctx, b.String(), args...); err != nil {
			return fmt.Errorf("layers: insert tiles of %s: %w", in.layer.Name, err)
		}
	}
	return nil
}

// showTiles makes the new generation the one that is seen.
func (r *run) showTiles(ctx context.Context, tx *store.Tx, in *intake, l Layer) error {
	if err := r.fence(ctx, tx, in); err != nil {
		return err
	}
	if err := saveLayer(ctx, tx, l, 0); err != nil {
		return err
	}
	if err := r.remember(ctx, tx, in, l); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.s.Moved(tx.Tenant) })
	return r.s.tell(ctx, tx, Change{Layer: l.Name, From: in.layer.Generation, To: l.Generation})
}

// dropTiles deletes the tiles of generations before or after the one that was seen,
// level by level and some columns at a time.
func (r *run) dropTiles(ctx context.Context, in *intake, which string) error {
	for {
		var left int64
		err := r.step(ctx, in, func(ctx context.Context, tx *store.Tx) (err error) {
			left, err = tx.Exec(ctx, `delete from geo_tiles where tenant_id = $1 and layer = $2 and generation`+which+` and (generation, z, x, y) in
				(select generation, z, x, y from geo_tiles where tenant_id = $1 and layer = $2 and generation`+which+` order by generation, z, x, y limit $4)`,
				tx.Tenant, in.target.Layer.Name, in.layer.Generation, tilesWritten)
			return err
		})
		if err != nil || left == 0 {
			return err
		}
	}
}
