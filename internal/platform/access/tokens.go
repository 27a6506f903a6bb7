package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// tokenPrefix lets secret scanners and people recognise a token of Torg.
const tokenPrefix = "torg_"

// usedEvery is how exactly the last use of a token is known; writing it at each
// call would make every reading call a writing one.
const usedEvery = time.Hour

// longestToken bounds how long a token may live.
const longestToken = 2 * 366 * 24 * time.Hour

// Token is an API token. Its secret is known only to the one who holds it.
type Token struct {
	ID         string
	Name       string
	Role       Role
	Department string
	Scopes     []Permission // what it may do, as far as its role allows
	CreatedBy  string
	CreatedAt  store.Time
	ExpiresAt  store.Time
	RevokedAt  store.Time
	LastUsedAt store.Time // to the hour
}

// NewToken says which token to make.
type NewToken struct {
	Name       string
	Role       Role
	Department string
	Scopes     []Permission
	ExpiresAt  time.Time
}

func tokenResource(id, department string) Resource {
	return Resource{Type: "token", ID: id, Department: department}
}

// CreateToken makes a token and returns its secret, which is shown once and
// never again: the database keeps only a digest.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (Token, string, error) {
	if err := s.access.Check(ctx, TokenManage, tokenResource("", n.Department)); err != nil {
		return Token{}, "", err
	}
	if err := s.validToken(n); err != nil {
		return Token{}, "", err
	}
	secret := tokenPrefix + ids.Secret()
	var t Token
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		t = Token{
			ID: ids.New(), Name: n.Name, Role: n.Role, Department: n.Department, Scopes: n.Scopes,
			CreatedBy: by(ctx), CreatedAt: tx.Now, ExpiresAt: store.At(n.ExpiresAt),
		}
		if err := saveToken(ctx, tx, t, ids.Digest(secret)); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, t.event("access.token_created"))
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

func (s *Service) validToken(n NewToken) error {
	var wrong []errs.Field
	if strings.TrimSpace(n.Name) == "" {
		wrong = append(wrong, errs.Field{Name: "name", Key: "errs.required"})
	}
	if !n.Role.Valid() {
		wrong = append(wrong, errs.Field{Name: "role", Key: "access.role_unknown"})
	}
	if len(n.Scopes) == 0 || slices.Contains(n.Scopes, Public) || s.access.Require(n.Scopes...) != nil {
		wrong = append(wrong, errs.Field{Name: "scopes", Key: "access.scopes_unknown"})
	}
	now := s.db.Clock().Now()
	if !n.ExpiresAt.After(now) || n.ExpiresAt.After(now.Add(longestToken)) {
		wrong = append(wrong, errs.Field{Name: "expires", Key: "access.token_lifetime"})
	}
	return errs.InvalidFields(wrong...)
}

func (t Token) event(action string) Event {
	return Event{
		Action: action, ObjectType: "token", ObjectID: t.ID,
		Details: map[string]string{
			"name": t.Name, "role": string(t.Role), "department": t.Department, "scopes": joinScopes(t.Scopes),
		},
	}
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, id string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := tokenBy(ctx, tx, "id", id)
		if isMissing(err) {
			return s.missing(ctx, TokenManage, tokenResource("", ""))
		}
		if err != nil {
			return err
		}
		if err := s.access.Check(ctx, TokenManage, tokenResource(t.ID, t.Department)); err != nil {
			return err
		}
		if !t.RevokedAt.IsZero() {
			return nil
		}
		if err := endToken(ctx, tx, id); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, t.event("access.token_revoked"))
	})
}

// AsToken returns a context in which the holder of the secret acts, within the
// token's limits, or errs.Login. The API's edge calls it with the bearer token
// of a request (RFC 6750 section 2.1).
func (s *Service) AsToken(ctx context.Context, secret string) (context.Context, error) {
	t, err := s.useToken(ctx, secret)
	if err != nil {
		return nil, err
	}
	return WithLimits(identity.With(ctx, t.actor()), t.ID, t.Scopes), nil
}

// TokenActor returns the actor behind a secret, or errs.Login. The actor may do
// nothing until its limits are bound, which AsToken does in one go.
func (s *Service) TokenActor(ctx context.Context, secret string) (identity.Actor, error) {
	t, err := s.useToken(ctx, secret)
	if err != nil {
		return identity.Actor{}, err
	}
	return t.actor(), nil
}

func (t Token) actor() identity.Actor {
	return identity.Actor{
		Kind: identity.Token, TokenID: t.ID, Name: t.Name,
		Grants: []identity.Grant{{Role: string(t.Role), Department: t.Department}},
	}
}

// live reports whether the token may be used at an instant.
func (t Token) live(at time.Time) bool {
	return t.RevokedAt.IsZero() && at.Before(t.ExpiresAt.Time)
}

func (s *Service) useToken(ctx context.Context, secret string) (Token, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Token{}, errs.Login()
	}
	var t Token
	err := s.db.Glance(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		t, err = tokenBy(ctx, tx, "digest", ids.Digest(secret))
		return err
	})
	now := s.db.Clock().Now()
	switch {
	case isMissing(err):
		return Token{}, errs.Login()
	case err != nil:
		return Token{}, err
	case !t.live(now):
		return Token{}, errs.Login()
	case now.Sub(t.LastUsedAt.Time) < usedEvery:
		return t, nil
	}
	return t, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return touchToken(ctx, tx, t.ID, store.At(tx.Now.Truncate(usedEvery)))
	})
}

// ListTokens returns the tokens the actor may see, newest first, also those
// that are revoked or expired.
func (s *Service) ListTokens(ctx context.Context) ([]Token, error) {
	scope, err := s.access.Scope(ctx, TokenRead, "token")
	if err != nil {
		return nil, err
	}
	if scope.Nothing() {
		return nil, s.access.Check(ctx, TokenRead, tokenResource("", ""))
	}
	var list []Token
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = listTokens(ctx, tx, scope)
		return err
	})
	return list, err
}

func joinScopes(scopes []Permission) string {
	list := make([]string, 0, len(scopes))
	for _, s := range scopes {
		list = append(list, string(s))
	}
	return strings.Join(list, " ")
}

func splitScopes(text string) []Permission {
	var scopes []Permission
	for name := range strings.FieldsSeq(text) {
		scopes = append(scopes, Permission(name))
	}
	return scopes
}
