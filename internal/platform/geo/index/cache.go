package index

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Key names a layer of a municipality.
type Key struct{ Tenant, Layer string }

// Load puts all items of a layer into a builder.
type Load[T any] func(ctx context.Context, b *Builder[T]) error

// Options bound what a cache takes.
type Options struct {
	// MaxBytes is how much memory all layers together may take.
	MaxBytes int64
	// Idle is how long a layer that nobody asks for is kept.
	Idle time.Duration
	// Resized, when set, is told of what all layers together take, each time that
	// changes; it must be quick.
	Resized func(bytes int64)
}

// Cache holds the layers that are in use.
type Cache[T any] struct {
	clock   clock.Clock
	options Options

	mu     sync.Mutex
	slots  map[Key]*slot[T]
	bytes  int64
	swept  time.Time
	builds int64
	told   int64 // what was told last
}

// slot is the place of a layer: one that is there, one that is being built, or
// both.
type slot[T any] struct {
	layer    *Layer[T]
	used     time.Time
	building chan struct{} // closed when done; nil when nobody builds
}

// New makes an empty cache.
func New[T any](c clock.Clock, o Options) *Cache[T] {
	return &Cache[T]{clock: c, options: o, slots: map[Key]*slot[T]{}}
}

// Get gives the index of a layer as of a generation or later. When there is
// none, load builds it; others who ask meanwhile wait for the same. When load
// fails, only who called it is told, and the next one tries again.
func (c *Cache[T]) Get(ctx context.Context, key Key, generation int64, load Load[T]) (*Layer[T], error) {
	for {
		layer, building, mine := c.look(key, generation)
		switch {
		case layer != nil:
			return layer, nil
		case mine:
			return c.build(ctx, key, generation, building, load)
		}
		select {
		case <-building:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the index of %s: %w", key.Layer, ctx.Err())
		}
	}
}

// look finds the layer, or whom to wait for, or makes it the caller's to build.
func (c *Cache[T]) look(key Key, generation int64) (layer *Layer[T], building chan struct{}, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if now.Sub(c.swept) >= c.options.Idle/4 {
		c.sweep(now)
	}
	s := c.slots[key]
	if s == nil {
		s = &slot[T]{}
		c.slots[key] = s
	}
	s.used = now
	if s.layer != nil && s.layer.generation >= generation {
		return s.layer, nil, false
	}
	if s.building != nil {
		return nil, s.building, false
	}
	s.building = make(chan struct{})
	return nil, s.building, true
}

func (c *Cache[T]) build(ctx context.Context, key Key, generation int64, building chan struct{}, load Load[T]) (*Layer[T], error) {
	b := newBuilder[T](generation, c.options.MaxBytes)
	var layer *Layer[T]
	defer func() { // also when load panics: nobody may wait for ever
		defer c.tell()
		c.mu.Lock()
		defer c.mu.Unlock()
		close(building)
		s := c.slots[key]
		if s == nil || s.building != building {
			return // dropped meanwhile
		}
		s.building = nil
		if layer != nil {
			c.place(key, s, layer)
		} else if s.layer == nil {
			delete(c.slots, key)
		}
	}()
	if err := load(ctx, b); err != nil {
		return nil, fmt.Errorf("build the index of %s: %w", key.Layer, err)
	}
	layer = b.pack()
	return layer, nil
}

// place puts a layer in, and makes room for it by dropping those that were used
// longest ago.
func (c *Cache[T]) place(key Key, s *slot[T], layer *Layer[T]) {
	if s.layer != nil {
		c.bytes -= s.layer.bytes
	}
	s.layer, s.used = layer, c.clock.Now()
	c.bytes += layer.bytes
	c.builds++
	for c.bytes > c.options.MaxBytes {
		var oldest Key
		var found *slot[T]
		for other, o := range c.slots {
			if other != key && o.layer != nil && (found == nil || o.used.Before(found.used)) {
				oldest, found = other, o
			}
		}
		if found == nil {
			return
		}
		c.forget(oldest, found)
	}
}

// forget drops a layer, but not whom others wait for.
func (c *Cache[T]) forget(key Key, s *slot[T]) {
	if s.layer != nil {
		c.bytes -= s.layer.bytes
		s.layer = nil
	}
	if s.building == nil {
		delete(c.slots, key)
	}
}

// tell tells of what all take, when it has changed.
func (c *Cache[T]) tell() {
	c.mu.Lock()
	now, changed := c.bytes, c.bytes != c.told
	c.told = now
	c.mu.Unlock()
	if changed && c.options.Resized != nil {
		c.options.Resized(now)
	}
}

// Sweep drops the layers that nobody has asked for. Get does it too, now and
// then; a service calls it so that memory comes back when nobody asks at all.
func (c *Cache[T]) Sweep() {
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sweep(c.clock.Now())
}

func (c *Cache[T]) sweep(now time.Time) {
	c.swept = now
	for key, s := range c.slots {
		if s.layer != nil && now.Sub(s.used) >= c.options.Idle {
			c.forget(key, s)
		}
	}
}

// Drop forgets a layer at once. Who is building it still gets it.
func (c *Cache[T]) Drop(key Key) {
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[key]; s != nil {
		s.building = nil
		c.forget(key, s)
	}
}

// Stats tells what a cache holds.
type Stats struct {
	Layers int
	Bytes  int64
	Builds int64 // since the start
}

// Stats tells what the cache holds now.
func (c *Cache[T]) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Stats{Bytes: c.bytes, Builds: c.builds}
	for _, one := range c.slots {
		if one.layer != nil {
			s.Layers++
		}
	}
	return s
}
