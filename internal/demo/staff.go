package demo

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// employ makes the featured people known to the municipality and gives the
// staff their roles. All of it may be done twice.
func (w *worker) employ(ctx context.Context) error {
	for _, part := range Parts() {
		r, ok := w.demo.population.Player(w.index, part)
		if !ok {
			return fmt.Errorf("nobody plays %s", part)
		}
		actor, err := w.know(ctx, r)
		if err != nil {
			return err
		}
		if part.Role() == "" {
			continue
		}
		grant := access.NewGrant{PersonID: actor.PersonID, Role: part.Role(), Department: w.tenant.Settings[part.setting()]}
		if _, err := w.Access.Grant(ctx, grant); err != nil && !errs.Is(err, errs.KindConflict) {
			return fmt.Errorf("role of %s: %w", part, err)
		}
	}
	return nil
}

// know makes a person, with family and address of mail, and returns the actor
// the person is after logging in.
func (w *worker) know(ctx context.Context, r Resident) (identity.Actor, error) {
	p, err := w.Identity.EnsurePerson(ctx, r.Number)
	if err != nil {
		return identity.Actor{}, fmt.Errorf("person: %w", err)
	}
	if err := w.Identity.Refresh(ctx, p.ID); err != nil {
		return identity.Actor{}, fmt.Errorf("family: %w", err)
	}
	actor := identity.Actor{Kind: identity.Resident, PersonID: p.ID, Name: p.Name.Full(), ACR: identity.ACRSubstantial}
	contact := identity.Contact{Email: r.Email, Phone: r.Phone}
	if r.Lang != w.town.Lang() {
		contact.Lang = r.Lang // who is content with the municipality's own has chosen nothing
	}
	if err := w.Identity.SetContact(identity.With(ctx, actor), contact); err != nil {
		return actor, fmt.Errorf("contact: %w", err)
	}
	return actor, nil
}

// employee returns one of the staff as an actor with the roles held now.
func (w *worker) employee(ctx context.Context, part Part) (identity.Actor, error) {
	if a, ok := w.staff[part]; ok {
		return a, nil
	}
	r, ok := w.demo.population.Player(w.index, part)
	if !ok {
		return identity.Actor{}, fmt.Errorf("nobody plays %s", part)
	}
	p, err := w.Identity.EnsurePerson(ctx, r.Number)
	if err != nil {
		return identity.Actor{}, fmt.Errorf("employee: %w", err)
	}
	a := identity.Actor{Kind: identity.Staff, PersonID: p.ID, Name: p.Name.Full(), ACR: identity.ACRHigh}
	err = w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		a.Grants, err = w.Access.GrantsOf(ctx, tx, p.ID)
		return err
	})
	if err != nil {
		return a, fmt.Errorf("roles: %w", err)
	}
	if w.staff == nil {
		w.staff = map[Part]identity.Actor{}
	}
	w.staff[part] = a
	return a, nil
}
