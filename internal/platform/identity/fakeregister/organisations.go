package fakeregister

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// Organisation is a made-up organisation with those who hold roles in it.
type Organisation struct {
	Number    pid.Org
	Name      string
	Address   identity.Address
	DeletedOn clock.Date
	Roles     []OrganisationRole
}

// OrganisationRole is a role of one person in an organisation.
type OrganisationRole struct {
	Person pid.PID
	Role   identity.OrganisationRole
}

// PutOrganisation adds an organisation, or replaces the one with the same number.
func (r *Register) PutOrganisation(o Organisation) error {
	if _, err := pid.ParseOrg(string(o.Number)); err != nil {
		return fmt.Errorf("fakeregister: %s: %w", o.Name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o.Roles, o.Address.Lines = slices.Clone(o.Roles), slices.Clone(o.Address.Lines)
	r.organisations = slices.DeleteFunc(r.organisations, func(old Organisation) bool { return old.Number == o.Number })
	r.organisations = append(r.organisations, o)
	return nil
}

// RolesOf implements identity.OrganisationRegister.
func (r *Register) RolesOf(ctx context.Context, number pid.PID) ([]identity.RegisterOrganisation, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("fakeregister: not asked: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return nil, ErrDown
	}
	var list []identity.RegisterOrganisation
	for _, o := range r.organisations {
		told := identity.RegisterOrganisation{Number: o.Number, Name: o.Name, Address: o.Address, DeletedOn: o.DeletedOn}
		for _, role := range o.Roles {
			if role.Person == number {
				told.Roles = append(told.Roles, role.Role)
			}
		}
		if len(told.Roles) > 0 {
			list = append(list, told)
		}
	}
	return list, nil
}
