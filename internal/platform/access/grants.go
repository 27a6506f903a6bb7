package access

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Grant is a role that a person has been given.
type Grant struct {
	ID         string
	PersonID   string
	Role       Role
	Department string // "" = the whole municipality
	From       clock.Date
	To         clock.Date // last day, zero = until it is revoked
	GrantedBy  string
	CreatedAt  store.Time
	EndedAt    store.Time
}

// NewGrant says which role to give. The zero From is today.
type NewGrant struct {
	PersonID   string
	Role       Role
	Department string
	From, To   clock.Date
}

// roleResource is a role in a department, as policies see it.
func roleResource(id, department string) Resource {
	return Resource{Type: "role", ID: id, Department: department}
}

// Grant gives a person a role.
func (s *Service) Grant(ctx context.Context, n NewGrant) (Grant, error) {
	if err := s.access.Check(ctx, RoleManage, roleResource("", n.Department)); err != nil {
		return Grant{}, err
	}
	if err := n.valid(); err != nil {
		return Grant{}, err
	}
	var g Grant
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		g, err = s.insertGrant(ctx, tx, n)
		return err
	})
	return g, err
}

func (n NewGrant) valid() error {
	var wrong []errs.Field
	if n.PersonID == "" {
		wrong = append(wrong, errs.Field{Name: "person", Key: "errs.required"})
	}
	if !n.Role.Valid() {
		wrong = append(wrong, errs.Field{Name: "role", Key: "access.role_unknown"})
	}
	return errs.InvalidFields(wrong...)
}

// insertGrant gives the role; a person who has it already is a conflict.
func (s *Service) insertGrant(ctx context.Context, tx *store.Tx, n NewGrant) (Grant, error) {
	today := clock.DateIn(tx.Now.Time)
	g := Grant{
		ID: ids.New(), PersonID: n.PersonID, Role: n.Role, Department: n.Department,
		From: n.From, To: n.To, GrantedBy: by(ctx), CreatedAt: tx.Now,
	}
	if g.From.IsZero() {
		g.From = today
	}
	if !g.To.IsZero() && g.To.Before(g.From) {
		return Grant{}, errs.InvalidFields(errs.Field{Name: "to", Key: "access.dates_reversed"})
	}
	open, err := openGrants(ctx, tx, n.PersonID)
	if err != nil {
		return Grant{}, err
	}
	for _, other := range open {
		if other.Role == g.Role && other.Department == g.Department && other.overlaps(g) {
			return Grant{}, errs.Conflict("access.has_role_already")
		}
	}
	if err := saveGrant(ctx, tx, g); err != nil {
		return Grant{}, err
	}
	return g, s.journal.RecordAccess(ctx, tx, g.event("access.granted"))
}

func (g Grant) overlaps(other Grant) bool {
	startsAfter := func(a, b Grant) bool { return !b.To.IsZero() && a.From.After(b.To) }
	return !startsAfter(g, other) && !startsAfter(other, g)
}

// holds reports whether the role is held on a day.
func (g Grant) holds(day clock.Date) bool {
	return g.EndedAt.IsZero() && !day.Before(g.From) && (g.To.IsZero() || !day.After(g.To))
}

func (g Grant) event(action string) Event {
	return Event{
		Action: action, ObjectType: "role", ObjectID: g.ID, Subject: g.PersonID,
		Details: map[string]string{
			"role": string(g.Role), "department": g.Department, "from": g.From.String(), "to": g.To.String(),
		},
	}
}

// Revoke takes a role away at once. The last administrator for the whole
// municipality stays, since nobody could then give the role again.
func (s *Service) Revoke(ctx context.Context, grantID string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		g, err := grantByID(ctx, tx, grantID)
		if isMissing(err) {
			return s.missing(ctx, RoleManage, roleResource("", ""))
		}
		if err != nil {
			return err
		}
		if err := s.access.Check(ctx, RoleManage, roleResource(g.ID, g.Department)); err != nil {
			return err
		}
		if !g.EndedAt.IsZero() {
			return nil
		}
		if err := keepsAdministrator(ctx, tx, g); err != nil {
			return err
		}
		if err := endGrant(ctx, tx, g.ID); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, g.event("access.revoked"))
	})
}

// keepsAdministrator refuses to end the last lasting administrator grant.
func keepsAdministrator(ctx context.Context, tx *store.Tx, g Grant) error {
	if g.Role != Administrator || g.Department != "" {
		return nil
	}
	all, err := lockGrantsOfRole(ctx, tx, Administrator, "")
	if err != nil {
		return err
	}
	today := clock.DateIn(tx.Now.Time)
	if !g.holds(today) {
		return nil
	}
	for _, other := range all {
		// A grant that runs out would leave the municipality without anybody later.
		if other.ID != g.ID && other.holds(today) && other.To.IsZero() {
			return nil
		}
	}
	return errs.Conflict("access.last_administrator")
}

// GrantsOf returns the roles a person holds on the transaction's day in Norway,
// with those of the people he or she stands in for. It implements
// identity.GrantSource, which asks on behalf of the person while he or she logs
// in; there is nobody yet whose access could be checked.
func (s *Service) GrantsOf(ctx context.Context, tx *store.Tx, personID string) ([]identity.Grant, error) {
	today := clock.DateIn(tx.Now.Time)
	grants, err := identityGrants(ctx, tx, personID, "", today)
	if err != nil {
		return nil, err
	}
	absent, err := absentFor(ctx, tx, personID, today)
	if err != nil {
		return nil, err
	}
	for _, other := range absent {
		// Only the absent person's own roles: standing in does not pass on.
		more, err := identityGrants(ctx, tx, other, other, today)
		if err != nil {
			return nil, err
		}
		grants = append(grants, more...)
	}
	return grants, nil
}

func identityGrants(ctx context.Context, tx *store.Tx, personID, substituteFor string, day clock.Date) ([]identity.Grant, error) {
	open, err := openGrants(ctx, tx, personID)
	if err != nil {
		return nil, fmt.Errorf("access: roles of a person: %w", err)
	}
	var grants []identity.Grant
	for _, g := range open {
		if g.holds(day) {
			grants = append(grants, identity.Grant{
				Role: string(g.Role), Department: g.Department, SubstituteFor: substituteFor,
			})
		}
	}
	return grants, nil
}

// GrantFilter narrows ListGrants; zero fields do not.
type GrantFilter struct {
	PersonID string
	// Department lists one department's roles; "" lists those the actor may see.
	Department string
	Ended      bool // also those that have ended
}

// ListGrants returns the roles that have been given, newest first, in the
// departments whose roles the actor may see.
func (s *Service) ListGrants(ctx context.Context, f GrantFilter) ([]Grant, error) {
	scope, err := s.access.Scope(ctx, RoleRead, "role")
	if err != nil {
		return nil, err
	}
	if scope.Nothing() {
		return nil, s.access.Check(ctx, RoleRead, roleResource("", f.Department))
	}
	var list []Grant
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = listGrants(ctx, tx, f, scope)
		return err
	})
	return list, err
}
