package staff

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Invite makes a one-time link for somebody whose national number the
// administrator does not have, and returns its secret, which is shown once.
func (s *Service) Invite(ctx context.Context, n access.NewInvite) (access.Invite, string, error) {
	if err := s.in(ctx, access.StaffManage, n.Department); err != nil {
		return access.Invite{}, "", err
	}
	var w wrong
	n.Email, n.Name = strings.TrimSpace(n.Email), strings.TrimSpace(n.Name)
	if !isEmail(n.Email) {
		w.add("email", "access.email")
	}
	if len(n.Name) > 200 {
		w.add("name", "staff.too_long")
	}
	if !n.Role.Valid() {
		w.add("role", "access.role_unknown")
	}
	if err := s.checkPlace(ctx, n.Department, &w); err != nil {
		return access.Invite{}, "", err
	}
	if err := w.err(); err != nil {
		return access.Invite{}, "", err
	}
	return s.roles.CreateInvite(ctx, n)
}

// Invitation is what a one-time link offers.
type Invitation struct {
	access.Invite
	DepartmentName string // "" for the whole municipality, and while nobody is logged in
}

// Invited returns what the link offers to whoever holds it: the secret is what
// lets one in, hence no permission.
func (s *Service) Invited(ctx context.Context, secret string) (Invitation, error) {
	invite, err := s.roles.Invited(ctx, secret)
	if err != nil || invite.Department == "" || s.in(ctx, access.DepartmentRead, "") != nil {
		return Invitation{Invite: invite}, err
	}
	var d tenant.Department
	list, err := s.departments(ctx)
	if err == nil {
		d, _ = byID(list, invite.Department)
	}
	return Invitation{Invite: invite, DepartmentName: d.Name}, err
}

// Accept gives the invitation's role to the person who is logged in.
func (s *Service) Accept(ctx context.Context, secret string) (access.Grant, error) {
	if err := s.in(ctx, access.LoggedIn, ""); err != nil {
		return access.Grant{}, err
	}
	return s.roles.AcceptInvite(ctx, secret)
}
