package casework

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Deps is what the service stands on.
type Deps struct {
	DB     *store.DB
	Access *access.Access
	Cases  *cases.Service
	Bundle *i18n.Bundle
}

// Service is the use cases.
type Service struct {
	Deps
}

// NewService returns the service and makes it a companion of every case.
func NewService(d Deps) *Service {
	s := &Service{d}
	d.Cases.Kinds().Accompany(cases.Companion{
		Name: "casework", Aid: s.aid, Layout: s.layout,
		Panel: func(ctx context.Context, tx *store.Tx, c cases.Case, who cases.Audience) (templ.Component, error) {
			if who != cases.ForStaff {
				return nil, nil //nolint:nilnil // nothing to show to a party
			}
			return s.panel(ctx, tx, c)
		},
		List: func(ctx context.Context, tx *store.Tx, filter url.Values) (templ.Component, error) {
			return s.beside(ctx, tx, filter)
		},
	})
	return s
}

// arranges asks whether the actor arranges how a department works.
func (s *Service) arranges(ctx context.Context, department string) error {
	return s.Access.Check(ctx, cases.PermArrange, access.Resource{Type: "work", ID: department, Department: department})
}

// departments returns those for which the actor may do something, by name.
func (s *Service) departments(ctx context.Context, may func(department string) error) (list []tenant.Department, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		all, err := tenant.Departments(ctx, tx)
		if err != nil {
			return fmt.Errorf("casework: departments: %w", err)
		}
		for _, d := range all {
			if may(d.ID) == nil {
				list = append(list, d)
			}
		}
		return nil
	})
	return list, err
}

// Arranged returns the departments whose work the actor arranges.
func (s *Service) Arranged(ctx context.Context) ([]tenant.Department, error) {
	if err := s.arranges(ctx, ""); err != nil {
		return nil, err
	}
	return s.departments(ctx, func(id string) error { return s.arranges(ctx, id) })
}

// kind refuses a kind of case that there is none of.
func (s *Service) kind(key string) (cases.Kind, error) {
	k, err := s.Cases.Kinds().Get(key)
	if err != nil {
		return k, errs.InvalidFields(errs.Field{Name: "kind", Key: "errs.invalid_input"})
	}
	return k, nil
}

// owner is whose filters are meant: those of the person who has logged in, or of
// the machine that holds the token.
func owner(ctx context.Context) string {
	actor := identity.From(ctx)
	return cmp.Or(actor.PersonID, actor.TokenID)
}
