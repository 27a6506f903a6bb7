package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
)

// NewToken is what a token is made from.
type NewToken struct {
	Name       string
	Role       access.Role
	Department string
	Days       int
	Scopes     []access.Permission
}

const (
	longestDays = 2 * 365
	longestName = 100
)

// Tokens returns the access tokens that the actor may see, newest first.
func (s *Service) Tokens(ctx context.Context) ([]access.Token, error) {
	if err := s.anywhere(ctx, access.TokenRead); err != nil {
		return nil, err
	}
	return s.roles.ListTokens(ctx)
}

// TokenChoices returns where the actor can make tokens, and what a token can be
// made for: what some role allows, and never to give rights to others, which
// the policies deny every token.
func (s *Service) TokenChoices(ctx context.Context) (Places, []access.PermissionInfo, error) {
	if err := s.anywhere(ctx, access.TokenManage); err != nil {
		return Places{}, nil, err
	}
	places, err := s.places(ctx, access.TokenManage)
	if err != nil {
		return Places{}, nil, err
	}
	matrix, err := s.access.Matrix(ctx, access.Granted()...)
	if err != nil {
		return Places{}, nil, err
	}
	var scopes []access.PermissionInfo
	for _, row := range matrix.Rows {
		never := !slices.ContainsFunc(row.Cells, func(c access.MatrixCell) bool { return !c.Never() })
		if !never && !slices.Contains(forPeopleOnly(), row.Permission.Name) {
			scopes = append(scopes, row.Permission)
		}
	}
	return places, scopes, nil
}

// forPeopleOnly are what the policies refuse every token.
func forPeopleOnly() []access.Permission {
	return []access.Permission{access.RoleManage, access.TokenManage, access.SubstituteManage, PermOpen}
}

// CreateToken makes a token and returns its secret, which is shown once.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (access.Token, string, error) {
	if err := s.in(ctx, access.TokenManage, n.Department); err != nil {
		return access.Token{}, "", err
	}
	w := s.checkToken(n)
	if err := s.checkPlace(ctx, n.Department, &w); err != nil {
		return access.Token{}, "", err
	}
	if err := w.err(); err != nil {
		return access.Token{}, "", err
	}
	return s.roles.CreateToken(ctx, access.NewToken{
		Name: strings.TrimSpace(n.Name), Role: n.Role, Department: n.Department, Scopes: n.Scopes,
		ExpiresAt: s.db.Clock().Now().Add(time.Duration(n.Days) * 24 * time.Hour),
	})
}

// checkToken returns what is wrong with a token besides its department.
func (s *Service) checkToken(n NewToken) wrong {
	var w wrong
	switch name := strings.TrimSpace(n.Name); {
	case name == "":
		w.add("name", "errs.required")
	case len([]rune(name)) > longestName:
		w.add("name", "staff.too_long")
	}
	if !n.Role.Valid() {
		w.add("role", "access.role_unknown")
	}
	if n.Days < 1 || n.Days > longestDays {
		w.add("days", "staff.token.days_wrong")
	}
	if len(n.Scopes) == 0 || s.access.Require(n.Scopes...) != nil || slices.ContainsFunc(n.Scopes, peopleOnly) {
		w.add("scopes", "access.scopes_unknown")
	}
	return w
}

func peopleOnly(p access.Permission) bool { return slices.Contains(forPeopleOnly(), p) }

// Token returns one token, to be confirmed before it is revoked.
func (s *Service) Token(ctx context.Context, id string) (access.Token, error) {
	if err := s.anywhere(ctx, access.TokenManage); err != nil {
		return access.Token{}, err
	}
	list, err := s.roles.ListTokens(ctx)
	if err != nil {
		return access.Token{}, err
	}
	for _, t := range list {
		if t.ID == id {
			return t, s.access.Check(ctx, access.TokenManage, access.Resource{Type: "token", ID: t.ID, Department: t.Department})
		}
	}
	return access.Token{}, errs.NotFound("errs.not_found")
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, id string) error {
	if err := s.anywhere(ctx, access.TokenManage); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	return s.roles.RevokeToken(ctx, id)
}
