package ogc

import (
	"context"
	"embed"
	"io/fs"
	"sync"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

//go:embed messages/*.toml
var messages embed.FS

// Name is the module's name, and its messages' prefix.
const Name = "geo"

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Source is where the layers are; layers.Service is one. Each call asks access.
type Source interface {
	Layers(ctx context.Context) ([]layers.Layer, error)
	Layer(ctx context.Context, name string) (layers.Layer, error)
	Recent(ctx context.Context, name string) (layers.Layer, error)
	Find(ctx context.Context, q layers.Query) (layers.Page, error)
	Tile(ctx context.Context, names []string, id tile.ID) (layers.Tile, error)
}

// Deps are what the service needs.
type Deps struct {
	Layers Source
	Clock  clock.Clock
	// CacheBytes is for answers that are kept, of all municipalities together; 32 MB
	// when 0.
	CacheBytes int64
}

// Service answers for the layers of all municipalities.
type Service struct {
	layers Source
	clock  clock.Clock
	kept   *layers.Cache
	bodies sync.Pool // of *[]byte, to write answers in
	zip    sync.Pool // of *gzip.Writer
}

// New returns the service.
func New(d Deps) *Service {
	if d.CacheBytes == 0 {
		d.CacheBytes = 32 << 20
	}
	return &Service{layers: d.Layers, clock: d.Clock, kept: layers.NewCache(d.CacheBytes)}
}
