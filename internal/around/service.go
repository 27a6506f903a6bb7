package around

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/property"
)

// Properties is what the package asks of the register of properties; package property
// answers.
type Properties interface {
	ByRef(ctx context.Context, tx *store.Tx, r property.Ref) (property.Property, error)
	At(ctx context.Context, tx *store.Tx, p orb.Point) (property.Property, bool, error)
	Search(ctx context.Context, tx *store.Tx, text string, limit int) ([]property.Hit, error)
}

// Layers is what the package asks of the map; package layers answers.
type Layers interface {
	Home(ctx context.Context) crs.System
	Has(ctx context.Context, tx *store.Tx, layer string) (bool, error)
	FindIn(ctx context.Context, tx *store.Tx, q layers.Query) (layers.Page, error)
	Inside(ctx context.Context, tx *store.Tx, layer string, area orb.MultiPolygon, in crs.System) ([]int64, error)
	ChangesIn(ctx context.Context, tx *store.Tx, c layers.Change, in crs.System, visit func(before, after *layers.Feature) error) error
	Follow(f layers.Follower)
}

// Keys encrypts where people live and where messages go.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Lookup(ctx context.Context, tenantID, purpose, value string) (version int, hex string, err error)
}

// Deps is what the service stands on.
type Deps struct {
	DB         *store.DB
	Log        *slog.Logger
	Access     *access.Access
	Identity   *identity.Service
	Keys       Keys
	Forms      *forms.Service
	Cases      *cases.Service
	Notify     *notify.Service
	Bundle     *i18n.Bundle
	Properties Properties
	Layers     Layers
	// Footprint is where the works of an application stand, as the applicant put them on
	// the map, in the system of a code; false when she did not. May be nil.
	Footprint func(facts map[string]any) (area orb.MultiPolygon, system int, ok bool)
	// Department is the one that is told when an import changes more plans than
	// subscribers are told of. May be nil.
	Department func(ctx context.Context) string
	// SiteURL returns the address of the municipality's pages, for links in messages.
	SiteURL func(t tenant.Tenant) string
}

// Service is the use cases.
type Service struct {
	Deps
	watches *index.Cache[watch]
}

// The memory that the areas of all municipalities may take, and how long those of one
// are kept when nothing happens there. An area is some hundred bytes.
const (
	watchBytes = 32 << 20
	watchIdle  = 30 * time.Minute
)

// NewService returns the service, and lets it follow all cases and the map's plans.
func NewService(d Deps) *Service {
	s := &Service{Deps: d, watches: index.New[watch](d.DB.Clock(), index.Options{MaxBytes: watchBytes, Idle: watchIdle})}
	d.Cases.Kinds().Accompany(cases.Companion{Name: Name, Happened: s.happened})
	d.Layers.Follow(s.layerMoved)
	return s
}

// warm has the municipality's keys in memory, before a transaction.
func (s *Service) warm(ctx context.Context) error {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("around: keys: %w", err)
	}
	return nil
}

// everybody asks whether the public side may be read: by everybody.
func (s *Service) everybody(ctx context.Context) error {
	return s.Access.Check(ctx, access.Public, access.Resource{Type: Name})
}
