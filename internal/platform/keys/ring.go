package keys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// topic is what a transaction that changes keys wakes.
const topic = "keys"

// refresh is how often the ring looks for keys changed elsewhere when no
// wake-up told it.
const refresh = 5 * time.Minute

// ErrNoKeys says that a tenant has no keys: it was never created, or it has
// been shredded.
var ErrNoKeys = errors.New("keys: the tenant has no keys")

// Ring encrypts and decrypts with the tenants' keys. It may be used by any
// number of goroutines.
type Ring struct {
	db    *store.DB
	inst  *Installation
	mu    sync.RWMutex
	cache map[string]*tenantKeys
	sign  []signing

	stop func()
	done chan struct{}
}

// tenantKeys is what a tenant's rows hold, newest version first. It is never
// changed, only replaced.
type tenantKeys struct {
	field, lookup, file []version
}

// NewRing returns the ring of an installation.
func NewRing(db *store.DB, inst *Installation) *Ring {
	return &Ring{db: db, inst: inst, cache: map[string]*tenantKeys{}}
}

// Warm fetches the keys of a tenant unless they are in memory. It is cheap when
// they are, so that every request may ask for it before its transaction.
func (r *Ring) Warm(ctx context.Context, tenantID string) error {
	_, err := r.keysOf(ctx, tenantID)
	return err
}

// Start begins to follow what other processes do to the keys.
func (r *Ring) Start(ctx context.Context) error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	woken, unsubscribe := r.db.Subscribe(topic)
	r.stop, r.done = cancel, make(chan struct{})
	go func() {
		defer close(r.done)
		defer unsubscribe()
		r.follow(ctx, woken)
	}()
	return nil
}

// Stop ends what Start began.
func (r *Ring) Stop(ctx context.Context) error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("keys: stop: %w", ctx.Err())
	}
}

func (r *Ring) follow(ctx context.Context, woken <-chan struct{}) {
	slow := time.NewTicker(refresh)
	defer slow.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-slow.C:
		}
		r.reloadAll(ctx)
	}
}

// reloadAll fetches the keys of every tenant in memory again. Old keys stay in
// use until the new ones are there, so that nobody meets a cold ring.
func (r *Ring) reloadAll(ctx context.Context) {
	for _, tenantID := range r.cached() {
		if _, err := r.load(ctx, tenantID); err != nil && !errors.Is(err, ErrNoKeys) && ctx.Err() == nil {
			r.db.Log().WarnContext(ctx, "keys could not be fetched again",
				slog.String("tenant", tenantID), slog.Any("error", err))
		}
	}
	r.mu.RLock()
	signs := len(r.sign) > 0
	r.mu.RUnlock()
	if !signs {
		return
	}
	if _, err := r.loadSigning(ctx); err != nil && ctx.Err() == nil {
		r.db.Log().WarnContext(ctx, "signing keys could not be fetched again", slog.Any("error", err))
	}
}

func (r *Ring) cached() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	tenants := make([]string, 0, len(r.cache))
	for tenantID := range r.cache {
		tenants = append(tenants, tenantID)
	}
	return tenants
}

func (r *Ring) keysOf(ctx context.Context, tenantID string) (*tenantKeys, error) {
	r.mu.RLock()
	keys := r.cache[tenantID]
	r.mu.RUnlock()
	if keys != nil {
		return keys, nil
	}
	return r.load(ctx, tenantID)
}

// load fetches a tenant's keys and puts them in memory; a tenant without keys
// is forgotten.
func (r *Ring) load(ctx context.Context, tenantID string) (*tenantKeys, error) {
	if tenantID == "" {
		return nil, errors.New("keys: no tenant")
	}
	rows, err := r.read(ctx, tenantID)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		r.drop(tenantID)
		return nil, ErrNoKeys
	}
	keys := &tenantKeys{}
	for _, row := range rows {
		handle, err := r.inst.unwrapKeyset(row.wrapped, place(tenantID, row.sort, row.version))
		if err != nil {
			return nil, err
		}
		v, err := newVersion(row.sort, row.version, handle)
		if err != nil {
			return nil, err
		}
		keys.add(row.sort, v)
	}
	if len(keys.field) == 0 || len(keys.lookup) == 0 || len(keys.file) == 0 {
		return nil, fmt.Errorf("keys: tenant %s lacks a sort of key: %w", tenantID, ErrNoKeys)
	}
	r.put(tenantID, keys)
	return keys, nil
}

// add appends a version; rows come newest first.
func (k *tenantKeys) add(s sort, v version) {
	switch s {
	case sortField:
		k.field = append(k.field, v)
	case sortLookup:
		k.lookup = append(k.lookup, v)
	case sortFile:
		k.file = append(k.file, v)
	case sortSign:
	}
}

// byID returns the version with a key id.
func byID(versions []version, keyID uint32) (version, bool) {
	for _, v := range versions {
		if v.keyID == keyID {
			return v, true
		}
	}
	return version{}, false
}

func (r *Ring) put(tenantID string, keys *tenantKeys) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cache[tenantID] = keys
}

func (r *Ring) drop(tenantID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.cache, tenantID)
}
