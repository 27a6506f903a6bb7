package appeals

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// The usual appeal bodies, as message keys.
const (
	// Governor is the county governor (statsforvalteren): for building cases on
	// delegation (plan- og bygningsloven § 1-9), for school (opplæringslova) and for
	// care (pasient- og brukerrettighetsloven § 7-2).
	Governor = "appeals.body.governor"
	// Board is the municipality's own appeals board (kommunens klagenemnd,
	// forvaltningsloven § 28 second paragraph, kommuneloven § 5-1): for places in
	// kindergarten, unless the municipality has named another.
	Board = "appeals.body.board"
)

const (
	maxName    = 200
	maxAddress = 500
)

// Body is who decides appeals (klageinstans) in cases of a kind.
type Body struct {
	Department string // empty: for all departments
	Kind       string
	Name       string
	Address    string // lines
	Usual      bool   // nobody has named another
}

// bodyFor is who decides an appeal in a case: as the department has said, as the
// municipality has said, or the usual one.
func (s *Service) bodyFor(ctx context.Context, tx *store.Tx, c cases.Case) (Body, error) {
	for _, department := range []string{c.Department, ""} {
		b, err := namedBody(ctx, tx, department, c.Kind)
		if err == nil || !errors.Is(err, store.ErrNoRows) {
			return b, err
		}
	}
	return s.usualBody(ctx, c.Kind), nil
}

// usualBody is the one of the kind in the municipality's own language.
func (s *Service) usualBody(ctx context.Context, kind string) Body {
	key := s.UsualBodies[kind]
	if key == "" {
		key = Governor
	}
	return Body{Kind: kind, Name: s.Bundle.For(tenant.From(ctx).Lang()).T(key), Usual: true}
}

func namedBody(ctx context.Context, tx *store.Tx, department, kind string) (Body, error) {
	b, err := store.One(ctx, tx, func(b *Body) []any { return []any{&b.Department, &b.Kind, &b.Name, &b.Address} },
		`select department_id, kind, name, address from appeals_bodies where tenant_id = $1 and department_id = $2 and kind = $3`, tx.Tenant, department, kind)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return b, fmt.Errorf("appeals: appeal body: %w", err)
	}
	return b, err
}

// Bodies returns who decides appeals of each kind, for a department or with an
// empty one for those that have named none.
func (s *Service) Bodies(ctx context.Context, department string) (list []Body, err error) {
	if err := s.arranges(ctx, department); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		for _, kind := range s.Cases.Kinds().All() {
			if kind.Undecided() {
				continue // nothing is decided, and so nothing appealed against
			}
			b, err := s.bodyFor(ctx, tx, cases.Case{Kind: kind.Key, Department: department})
			if err != nil {
				return err
			}
			b.Usual = b.Usual || b.Department != department
			list = append(list, b)
		}
		return nil
	})
	return list, err
}

// SetBody says who decides appeals of a kind; an empty name goes back to the
// usual one.
func (s *Service) SetBody(ctx context.Context, b Body) error {
	b.Name, b.Address = clean(b.Name), clean(b.Address)
	if err := s.arranges(ctx, b.Department); err != nil {
		return err
	}
	if _, err := s.Cases.Kinds().Get(b.Kind); err != nil {
		return errs.InvalidFields(errs.Field{Name: "kind", Key: "errs.invalid_input"})
	}
	if len([]rune(b.Name)) > maxName || len([]rune(b.Address)) > maxAddress {
		return errs.InvalidFields(errs.Field{Name: "name", Key: "appeals.too_long", Args: []any{"most", maxName}})
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		query, args := `delete from appeals_bodies where tenant_id = $1 and department_id = $2 and kind = $3`, []any{tx.Tenant, b.Department, b.Kind}
		if b.Name != "" {
			query = `insert into appeals_bodies (tenant_id, department_id, kind, name, address, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)
				on conflict (tenant_id, department_id, kind) do update set name = excluded.name, address = excluded.address, set_by = excluded.set_by, set_at = excluded.set_at`
			args = append(args, b.Name, b.Address, actorID(ctx), tx.Now)
		}
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("appeals: name an appeal body: %w", err)
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "appeals.body_named", Object: audit.Ref{Type: "department", ID: b.Department}, Details: map[string]string{"kind": b.Kind, "name": b.Name},
		})
	})
}

// arranges asks whether the actor says to whom a department's decisions are
// appealed.
func (s *Service) arranges(ctx context.Context, department string) error {
	if department != "" && !ids.Valid(department) {
		return errs.NotFound("errs.not_found")
	}
	return s.Access.Check(ctx, PermArrange, access.Resource{Type: "appeal", Department: department})
}

// Arranged returns the departments whose appeal bodies the actor names.
func (s *Service) Arranged(ctx context.Context) (list []tenant.Department, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		all, err := tenant.Departments(ctx, tx)
		if err != nil {
			return fmt.Errorf("appeals: departments: %w", err)
		}
		for _, d := range all {
			if s.arranges(ctx, d.ID) == nil {
				list = append(list, d)
			}
		}
		return nil
	})
	return list, err
}
