package tenant

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// DefaultColor is a municipality's colour until it chooses its own.
const DefaultColor = "#1d4f91"

// Service changes tenants. It belongs to the operator's command line and to
// the services that ask access first; it asks nobody itself.
type Service struct {
	db *store.DB
}

// NewService returns the service.
func NewService(db *store.DB) *Service { return &Service{db: db} }

// New is what a tenant is made from. ID is made when empty.
type New struct {
	Number   string
	Slug     string
	Name     i18n.Text
	Form     Form
	Color    string
	Test     bool
	Hosts    []string // the first is the main one
	Services []string
}

// FromNational returns what Norway's list knows of a municipality. It gets the
// host slug.baseDomain.
func FromNational(m Municipality, baseDomain string, services []string) New {
	name := i18n.Text{i18n.NB: m.Name}
	if m.Local != "" {
		name[i18n.SE] = m.Local
	}
	return New{
		Number: m.Number, Slug: m.Slug(), Name: name, Form: m.Form, Color: DefaultColor,
		Hosts: []string{m.Slug() + "." + baseDomain}, Services: services,
	}
}

// Add makes a tenant and, in the same transaction, whatever with does for it.
func (s *Service) Add(ctx context.Context, n New, with ...func(context.Context, *store.Tx, Tenant) error) (Tenant, error) {
	t := Tenant{ID: newKey(), Number: n.Number, Slug: n.Slug, Name: n.Name, Form: n.Form, Color: n.Color, Test: n.Test, Hosts: n.Hosts, Services: n.Services}
	if err := check(t); err != nil {
		return Tenant{}, err
	}
	err := s.db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := insertTenant(ctx, tx, t); err != nil {
			return err
		}
		tx.Wake(Topic)
		for _, f := range with {
			if err := f(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
	if store.IsUnique(err) {
		return Tenant{}, errs.Conflict("tenant.exists", "slug", n.Slug).Because(err)
	}
	if err != nil {
		return Tenant{}, fmt.Errorf("tenant: add: %w", err)
	}
	return t, nil
}

func check(t Tenant) error {
	switch {
	case len(t.Number) != 4 || strings.Trim(t.Number, "0123456789") != "":
		return errs.Invalid("tenant.bad_number", "number", t.Number)
	case t.Slug == "" || Slug(t.Slug) != t.Slug:
		return errs.Invalid("tenant.bad_slug", "slug", t.Slug)
	case !colorShape.MatchString(t.Color):
		return errs.Invalid("tenant.bad_color", "color", t.Color)
	case t.Form != Bokmaal && t.Form != Nynorsk && t.Form != Neutral:
		return errs.Invalid("tenant.bad_form", "form", string(t.Form))
	case t.Name.In(i18n.NB) == "" || len(t.Hosts) == 0:
		return errs.Invalid("tenant.incomplete")
	}
	for _, host := range t.Hosts {
		if len(host) > 253 || !hostShape.MatchString(host) {
			return errs.Invalid("tenant.bad_host", "host", host)
		}
	}
	return nil
}

// newKey returns an internal key: 10 letters and digits that tell nothing.
func newKey() string { return "t" + strings.ToLower(rand.Text())[:9] }

// List returns every living tenant.
func (s *Service) List(ctx context.Context) (list []Tenant, err error) {
	err = s.db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = allTenants(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tenant: list: %w", err)
	}
	return list, nil
}

// SetSettings writes settings of the context's tenant.
func (s *Service) SetSettings(ctx context.Context, settings map[string]string) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return PutSettings(ctx, tx, settings)
	})
	if err != nil {
		return fmt.Errorf("tenant: settings: %w", err)
	}
	return nil
}

// PutSettings writes settings of the transaction's tenant.
func PutSettings(ctx context.Context, tx *store.Tx, settings map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if err := upsertSetting(ctx, tx, name, settings[name]); err != nil {
			return err
		}
	}
	tx.Wake(Topic)
	return nil
}

// SetColor gives the municipality its own colour.
func (s *Service) SetColor(ctx context.Context, color string) error {
	if !colorShape.MatchString(color) {
		return errs.Invalid("tenant.bad_color", "color", color)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Wake(Topic)
		return updateColor(ctx, tx, color)
	})
}

// PutDepartment makes a department when it has no ID, or changes the version
// that was read.
func PutDepartment(ctx context.Context, tx *store.Tx, d Department) (Department, error) {
	d.Name = strings.TrimSpace(d.Name)
	if d.Name == "" || utf8.RuneCountInString(d.Name) > 200 {
		return d, errs.InvalidFields(errs.Field{Name: "name", Key: "tenant.department_name"})
	}
	if err := checkParent(ctx, tx, d); err != nil {
		return d, err
	}
	if d.ID == "" {
		d.ID, d.Version, d.Ended = ids.New(), 1, false
		return d, insertDepartment(ctx, tx, d)
	}
	ok, err := updateDepartment(ctx, tx, d)
	if err == nil && !ok {
		err = errs.Conflict("errs.conflict")
	}
	d.Version++
	return d, err
}

// checkParent refuses a parent that is not there, and a department below itself.
func checkParent(ctx context.Context, tx *store.Tx, d Department) error {
	if d.ParentID == "" {
		return nil
	}
	list, err := Departments(ctx, tx)
	if err != nil {
		return err
	}
	parents := map[string]string{}
	for _, other := range list {
		parents[other.ID] = other.ParentID
	}
	if _, ok := parents[d.ParentID]; !ok {
		return errs.InvalidFields(errs.Field{Name: "parent", Key: "tenant.department_parent"})
	}
	for at, steps := d.ParentID, 0; at != ""; at, steps = parents[at], steps+1 {
		if at == d.ID || steps > len(list) {
			return errs.InvalidFields(errs.Field{Name: "parent", Key: "tenant.department_circle"})
		}
	}
	return nil
}

// ErrUnknown says that no tenant has the key.
var ErrUnknown = errors.New("tenant: unknown")
