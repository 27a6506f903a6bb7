package retention

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Keys is what must be in memory before something encrypted is touched.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Access   *access.Access
	Identity *identity.Service
	Cases    *cases.Service
	Forms    *forms.Service
	Notify   *notify.Service
	Contacts *contact.Service // nil without a contact register
	Blobs    *blob.Store
	Keys     Keys
	Bundle   *i18n.Bundle
	// SiteURL returns the address of the municipality's pages, for links in messages.
	SiteURL func(t tenant.Tenant) string

	// Holdings are what has rules, cases apart.
	Holdings []Holding
	// Forgetters are the packages' parts in anonymising a case, in their order.
	Forgetters []Forgetter
	// Holders hold cases by themselves.
	Holders []Holder
	// Sources are further parts of the copy of everything about a person.
	Sources []Source
	// Appeals returns a person's appeals in a case; nil where there are none.
	Appeals func(ctx context.Context, tx *store.Tx, caseID, person string) ([]AppealCopy, error)
	// Roles are what somebody of the staff may do; nil where nobody has any.
	Roles identity.GrantSource
}

// Service is the use cases.
type Service struct {
	Deps
	rules []Rule
}

// NewService returns the service and makes it a companion of every case. It
// refuses rules for something that nobody holds, and what is held without a rule.
func NewService(d Deps) (*Service, error) {
	rules, err := Shipped()
	if err != nil {
		return nil, err
	}
	s := &Service{Deps: d, rules: rules}
	s.Holdings = append(slices.Clone(d.Holdings), s.ownHoldings()...)
	s.Sources = append(s.ownSources(), d.Sources...)
	if err := s.check(); err != nil {
		return nil, err
	}
	d.Cases.Kinds().Accompany(s.companion())
	return s, nil
}

// check compares rules and holdings.
func (s *Service) check() error {
	for _, r := range s.rules {
		if !r.IsCase() && r.Action != Keep && s.holding(r.Kind) == nil {
			return fmt.Errorf("retention: a rule for %q, which nobody holds", r.Kind)
		}
	}
	for _, h := range s.Holdings {
		if !slices.ContainsFunc(s.rules, func(r Rule) bool { return r.Kind == h.Kind }) {
			return fmt.Errorf("retention: %q is held without a rule", h.Kind)
		}
	}
	return nil
}

func (s *Service) holding(kind string) *Holding {
	for i := range s.Holdings {
		if s.Holdings[i].Kind == kind {
			return &s.Holdings[i]
		}
	}
	return nil
}

// Rules returns the rules as they are in the municipality of ctx, with one for
// each kind of case.
func (s *Service) Rules(ctx context.Context) []Rule {
	settings := tenant.From(ctx).Settings
	var list []Rule
	var rest Rule
	for _, r := range s.rules {
		switch {
		case r.Kind == "case":
			rest = r
		case !r.IsCase():
			list = append(list, r.with(settings[r.Setting()]))
		}
	}
	var all []Rule
	for _, kind := range s.Cases.Kinds().All() {
		r := rest
		if i := slices.IndexFunc(s.rules, func(r Rule) bool { return r.Kind == casePrefix+kind.Key }); i >= 0 {
			r = s.rules[i]
		}
		r.Kind = casePrefix + kind.Key
		all = append(all, r.with(settings[r.Setting()]))
	}
	return append(all, list...)
}

// warm has the municipality's keys in memory, before a transaction.
func (s *Service) warm(ctx context.Context) error {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("retention: keys: %w", err)
	}
	return nil
}

// whole is the module's own resource: what concerns the whole municipality.
func whole() access.Resource { return access.Resource{Type: "retention"} }
