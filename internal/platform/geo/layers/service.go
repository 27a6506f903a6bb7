package layers

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// SettingSystem names the tenant's setting that holds the EPSG number of its own
// metre system.
const SettingSystem = "geo.system"

// Options bound what the service takes of memory.
type Options struct {
	// IndexBytes is for the indexes of all municipalities together; 160 MB when 0.
	IndexBytes int64
	// TileBytes is for tiles that were made; 32 MB when 0.
	TileBytes int64
	// Idle is how long an index that nobody asks for is kept; 10 minutes when 0.
	Idle time.Duration
	// Resized, when set, is told of what the indexes take now, each time that changes.
	Resized func(bytes int64)
}

// Service reads and keeps map layers.
type Service struct {
	db        *store.DB
	access    *access.Access
	options   Options
	index     *index.Cache[index.Place]
	made      *Cache
	followers []Follower
	zips      sync.Pool // of *gzip.Writer

	mu        sync.Mutex
	catalogue map[string]catalogue
	large     map[index.Key]int64 // layers too large for an index, by generation
}

// catalogue is a municipality's layers as they were read a moment ago.
type catalogue struct {
	layers []Layer
	read   time.Time
}

// fresh is how long a catalogue is taken for true where an import that another
// process has just finished may show a moment later.
const fresh = time.Second

// NewService returns the service.
func NewService(db *store.DB, a *access.Access, o Options) *Service {
	if o.IndexBytes == 0 {
		o.IndexBytes = 160 << 20
	}
	if o.TileBytes == 0 {
		o.TileBytes = 32 << 20
	}
	if o.Idle == 0 {
		o.Idle = 10 * time.Minute
	}
	return &Service{
		db: db, access: a, options: o, catalogue: map[string]catalogue{}, large: map[index.Key]int64{}, made: NewCache(o.TileBytes),
		index: index.New[index.Place](db.Clock(), index.Options{MaxBytes: o.IndexBytes, Idle: o.Idle, Resized: o.Resized}),
	}
}

// Home is the municipality's own metre system: its setting, and else UTM zone 33,
// in which national data covers the whole country.
func (s *Service) Home(ctx context.Context) crs.System {
	code, err := strconv.Atoi(tenant.From(ctx).Settings[SettingSystem])
	if home, known := crs.ByCode(code); err == nil && known && !home.Degrees {
		return home
	}
	home, _ := crs.ByCode(crs.UTM33)
	return home
}

// Layers returns the layers that the actor may see, those at the bottom of the map
// first.
func (s *Service) Layers(ctx context.Context) (list []Layer, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.LayersIn(ctx, tx)
		return err
	})
	return list, err
}

// LayersIn is Layers in a transaction.
func (s *Service) LayersIn(ctx context.Context, tx *store.Tx) ([]Layer, error) {
	all, err := allLayers(ctx, tx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(l Layer) bool { return s.may(ctx, PermRead, l) != nil }), nil
}

// Layer returns a layer that the actor may see.
func (s *Service) Layer(ctx context.Context, name string) (l Layer, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err = s.layerIn(ctx, tx, name)
		return err
	})
	return l, err
}

// Recent is a layer that the actor may see, as it was at most a second ago, for finding
// out what is asked of it without a look in the store: what is then found, is found in
// the layer as it is.
func (s *Service) Recent(ctx context.Context, name string) (Layer, error) {
	all, err := s.recent(ctx)
	if err != nil {
		return Layer{}, err
	}
	i := slices.IndexFunc(all, func(l Layer) bool { return l.Name == name })
	if i < 0 { // it may have been made just now
		return s.Layer(ctx, name)
	}
	return all[i], s.may(ctx, PermRead, all[i])
}

// layerIn is a layer that the actor may see.
func (s *Service) layerIn(ctx context.Context, tx *store.Tx, name string) (Layer, error) {
	l, found, err := layerByName(ctx, tx, name)
	if err != nil {
		return l, err
	}
	if !found {
		return l, errs.NotFound("layers.unknown", "layer", name)
	}
	return l, s.may(ctx, PermRead, l)
}

// Has reports whether the municipality has brought in a layer, whoever may see it:
// what is not there cannot be told of.
func (s *Service) Has(ctx context.Context, tx *store.Tx, name string) (bool, error) {
	l, found, err := layerByName(ctx, tx, name)
	return found && l.Generation > 0, err
}

// recent is the layers of a municipality, read at most a second ago: for what is
// asked thousands of times a second.
func (s *Service) recent(ctx context.Context) ([]Layer, error) {
	id, now := store.TenantOf(ctx), s.db.Clock().Now()
	s.mu.Lock()
	c, known := s.catalogue[id]
	s.mu.Unlock()
	if age := now.Sub(c.read); known && age >= 0 && age < fresh {
		return c.layers, nil
	}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		c.layers, err = allLayers(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.read = now
	s.mu.Lock()
	s.catalogue[id] = c
	s.mu.Unlock()
	return c.layers, nil
}

// Moved forgets what is known of a municipality's layers, after an import.
func (s *Service) Moved(tenantID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.catalogue, tenantID)
}

// Sweep gives back the memory of indexes that nobody has asked for lately.
func (s *Service) Sweep() { s.index.Sweep() }

// Stats tells what the indexes take.
func (s *Service) Stats() index.Stats { return s.index.Stats() }
