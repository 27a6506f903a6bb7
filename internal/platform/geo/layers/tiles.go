package layers

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// Tile is a vector tile, or a picture of a base map: see Picture.
type Tile struct {
	// Body is the tile, a vector tile packed by gzip; nil when nothing lies there.
	Body []byte
	// ETag names the content, with quotes as HTTP writes it.
	ETag string
	// Public says that everybody may see all layers in it.
	Public bool
	// Layers are those in it, as they were when it was made.
	Layers []Layer
}

// maxTogether is how many layers one tile may hold.
const maxTogether = 40

// Tile makes a tile of one or more layers, or finds it where it was made before.
// Layers that hold ready-made tiles stand alone.
func (s *Service) Tile(ctx context.Context, names []string, id tile.ID) (Tile, error) {
	if !id.Valid() || len(names) == 0 || len(names) > maxTogether {
		return Tile{}, errs.NotFound("layers.no_tile")
	}
	asked, err := s.asked(ctx, names)
	if err != nil {
		return Tile{}, err
	}
	t := Tile{Layers: asked, Public: !slices.ContainsFunc(asked, func(l Layer) bool { return !l.Public })}
	day := clock.DateIn(s.db.Clock().Now()) // what is valid changes with the days
	name := tileName(store.TenantOf(ctx)+" "+day.String(), asked, id)
	var found bool
	if t.Body, t.ETag, found = s.made.Get(name); found {
		return t, nil
	}
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t.Body, err = s.makeTile(ctx, tx, asked, id)
		return err
	}); err != nil {
		return Tile{}, err
	}
	sum := sha256.Sum256(t.Body)
	t.ETag = `"` + hex.EncodeToString(sum[:12]) + `"`
	s.made.Put(name, t.Body, t.ETag)
	return t, nil
}

// asked are the layers of the names, which the actor must be allowed to see.
func (s *Service) asked(ctx context.Context, names []string) ([]Layer, error) {
	all, err := s.recent(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Layer, 0, len(names))
	for _, name := range names {
		i := slices.IndexFunc(all, func(l Layer) bool { return l.Name == name })
		if i < 0 {
			return nil, errs.NotFound("layers.unknown", "layer", name)
		}
		if err := s.may(ctx, PermRead, all[i]); err != nil {
			return nil, err
		}
		if all[i].Kind == Tiles && len(names) > 1 {
			return nil, errs.Invalid("layers.tiles_alone", "layer", name)
		}
		list = append(list, all[i])
	}
	return list, nil
}

// tileName names a tile in the cache: it changes when a layer moves on.
func tileName(whose string, list []Layer, id tile.ID) string {
	var b strings.Builder
	b.WriteString(whose)
	for _, l := range list {
		b.WriteByte('|')
		b.WriteString(l.Name)
		b.WriteByte('@')
		b.WriteString(strconv.FormatInt(l.Generation, 10))
		for _, t := range l.Tags {
			b.WriteByte(',')
			b.WriteString(t)
		}
	}
	b.WriteByte('|')
	b.WriteString(id.String())
	return b.String()
}

func (s *Service) makeTile(ctx context.Context, tx *store.Tx, list []Layer, id tile.ID) ([]byte, error) {
	if list[0].Kind == Tiles {
		return ready(ctx, tx, list[0], id)
	}
	var parts []byte
	for _, l := range list {
		if int(id.Z) < l.MinZoom || int(id.Z) > l.MaxZoom || !l.HasExtent() {
			continue
		}
		k, err := s.lookupIn(ctx, tx, l, false)
		if err != nil {
			return nil, err
		}
		parts = append(parts, k.draw(id)...)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return s.pack(parts)
}

// draw makes the part of a tile that shows the layer. Tiles are made of messages of
// protocol buffers, of which two after each other are both together.
func (k lookup) draw(id tile.ID) []byte {
	b := tile.New(id, k.layer.System(), tile.Options{Simplify: 1})
	into := b.Layer(k.layer.Name)
	var tags []tile.Tag
	var scratch room
	k.each(b.Source(), func(_ orb.Bound, i item) bool {
		if k.now(i) {
			u := i.open(k.scale, &scratch)
			g := u.shape()
			tags = u.tags(k.layer.Tags, tags[:0])
			into.Add(uint64(i.row), g, tags...) // #nosec G115 -- rows count from 1
		}
		return true
	})
	return b.Bytes()
}

// pack packs a tile with a writer that is used again: each takes a megabyte.
func (s *Service) pack(body []byte) ([]byte, error) {
	w, _ := s.zips.Get().(*gzip.Writer)
	if w == nil {
		w, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a good one
	}
	packed, err := zipWith(w, body)
	if err == nil {
		s.zips.Put(w)
	}
	return packed, err
}

// zip packs a tile: map programs ask for it packed.
func zip(body []byte) ([]byte, error) {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("layers: pack tile: %w", err)
	}
	return zipWith(w, body)
}

func zipWith(w *gzip.Writer, body []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(body)/2 + 64)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("layers: pack tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("layers: pack tile: %w", err)
	}
	return b.Bytes(), nil
}

// ready reads a ready-made tile.
func ready(ctx context.Context, tx *store.Tx, l Layer, id tile.ID) ([]byte, error) {
	body, err := store.One(ctx, tx, store.Value[[]byte], `select data from geo_tiles
		where tenant_id = $1 and layer = $2 and generation = $3 and z = $4 and x = $5 and y = $6`,
		tx.Tenant, l.Name, l.Generation, int64(id.Z), int64(id.X), int64(id.Y))
	if errors.Is(err, store.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("layers: tile %s of %s: %w", id, l.Name, err)
	}
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) && pictureOf(body) == "" {
		return zip(body)
	}
	return body, nil
}
