package tenant

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// pollEvery is how soon a running server notices a tenant that another process
// on the same SQLite file added; PostgreSQL tells at once.
const pollEvery = 2 * time.Second

// Directory holds the living tenants in memory.
type Directory struct {
	service *Service
	db      *store.DB
	log     *slog.Logger
	state   atomic.Pointer[directoryState]
	cancel  context.CancelFunc
	wg      sync.WaitGroup
}

type directoryState struct {
	list   []Tenant
	byID   map[string]Tenant
	byHost map[string]Tenant
}

// NewDirectory returns an empty directory; Start fills it.
func NewDirectory(db *store.DB, log *slog.Logger) *Directory {
	d := &Directory{service: NewService(db), db: db, log: log}
	d.state.Store(&directoryState{})
	return d
}

// Start reads the tenants and follows their changes until Stop.
func (d *Directory) Start(ctx context.Context) error {
	if err := d.Refresh(ctx); err != nil {
		return err
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.cancel = cancel
	d.wg.Go(func() { d.follow(life) })
	return nil
}

// Stop ends following.
func (d *Directory) Stop(context.Context) error {
	if d.cancel != nil {
		d.cancel()
		d.wg.Wait()
	}
	return nil
}

func (d *Directory) follow(ctx context.Context) {
	woken, cancel := d.db.Subscribe(Topic)
	defer cancel()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-ticker.C:
		}
		if err := d.Refresh(ctx); err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "tenants were not read", "error", err)
		}
	}
}

// Refresh reads the tenants now.
func (d *Directory) Refresh(ctx context.Context) error {
	list, err := d.service.List(ctx)
	if err != nil {
		return fmt.Errorf("tenant: refresh: %w", err)
	}
	s := &directoryState{list: list, byID: map[string]Tenant{}, byHost: map[string]Tenant{}}
	for _, t := range list {
		s.byID[t.ID] = t
		for _, host := range t.Hosts {
			s.byHost[host] = t
		}
	}
	d.state.Store(s)
	return nil
}

// All returns the living tenants by their keys' order.
func (d *Directory) All() []Tenant { return d.state.Load().list }

// ByID returns the tenant with an internal key.
func (d *Directory) ByID(id string) (Tenant, bool) {
	t, ok := d.state.Load().byID[id]
	return t, ok
}

// BySlugOrNumber returns the tenant that an operator means.
func (d *Directory) BySlugOrNumber(s string) (Tenant, bool) {
	for _, t := range d.All() {
		if t.Slug == s || t.Number == s || t.ID == s {
			return t, true
		}
	}
	return Tenant{}, false
}

// ByHost returns the tenant of a Host header, with or without a port.
func (d *Directory) ByHost(host string) (Tenant, bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	t, ok := d.state.Load().byHost[strings.ToLower(strings.TrimSuffix(host, "."))]
	return t, ok
}

// Bind binds the context to the tenant with an internal key, as a background
// job needs it.
func (d *Directory) Bind(ctx context.Context, id string) (context.Context, error) {
	t, ok := d.ByID(id)
	if !ok {
		return ctx, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	return Bind(ctx, t), nil
}
