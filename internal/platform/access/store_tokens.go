package access

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

//nolint:gosec // names of columns, no secret
const tokenColumns = `id, name, role, department_id, scopes, created_by, created_at, expires_at, revoked_at, last_used_at`

// tokenRow reads the scopes as they are stored.
type tokenRow struct {
	Token
	scopes string
}

func tokenFields(t *tokenRow) []any {
	return []any{
		&t.ID, &t.Name, &t.Role, &t.Department, &t.scopes, &t.CreatedBy, &t.CreatedAt, &t.ExpiresAt,
		&t.RevokedAt, &t.LastUsedAt,
	}
}

func (t tokenRow) token() Token {
	t.Scopes = splitScopes(t.scopes)
	return t.Token
}

func saveToken(ctx context.Context, tx *store.Tx, t Token, digest string) error {
	_, err := tx.Exec(ctx, `insert into access_tokens (tenant_id, `+tokenColumns+`, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.Tenant, t.ID, t.Name, string(t.Role), t.Department, joinScopes(t.Scopes), t.CreatedBy, t.CreatedAt,
		t.ExpiresAt, t.RevokedAt, t.LastUsedAt, digest)
	if err != nil {
		return fmt.Errorf("access: save token: %w", err)
	}
	return nil
}

// tokenBy finds a token by a column, which is id or digest.
func tokenBy(ctx context.Context, tx *store.Tx, column, value string) (Token, error) {
	row, err := store.One(ctx, tx, tokenFields, `select `+tokenColumns+` from access_tokens
		where tenant_id = $1 and `+column+` = $2`, tx.Tenant, value)
	return row.token(), err
}

func endToken(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `update access_tokens set revoked_at = $3 where tenant_id = $1 and id = $2`,
		tx.Tenant, id, tx.Now)
	if err != nil {
		return fmt.Errorf("access: revoke token: %w", err)
	}
	return nil
}

func touchToken(ctx context.Context, tx *store.Tx, id string, at store.Time) error {
	_, err := tx.Exec(ctx, `update access_tokens set last_used_at = $3 where tenant_id = $1 and id = $2`,
		tx.Tenant, id, at)
	if err != nil {
		return fmt.Errorf("access: note use of token: %w", err)
	}
	return nil
}

func listTokens(ctx context.Context, tx *store.Tx, scope Scope) ([]Token, error) {
	condition, args := scope.Where(ScopeColumns{Department: "department_id"}, 3)
	rows, err := store.All(ctx, tx, tokenFields, `select `+tokenColumns+` from access_tokens
		where tenant_id = $1 and `+condition+` order by id desc limit $2`,
		append([]any{tx.Tenant, listLimit}, args...)...)
	if err != nil {
		return nil, err
	}
	list := make([]Token, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.token())
	}
	return list, nil
}

const inviteColumns = `id, role, department_id, email, name, created_by, created_at, expires_at, used_at, used_by`

func inviteFields(i *Invite) []any {
	return []any{
		&i.ID, &i.Role, &i.Department, &i.Email, &i.Name, &i.CreatedBy, &i.CreatedAt, &i.ExpiresAt, &i.UsedAt, &i.UsedBy,
	}
}

func saveInvite(ctx context.Context, tx *store.Tx, i Invite, digest string) error {
	_, err := tx.Exec(ctx, `insert into access_invites (tenant_id, `+inviteColumns+`, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.Tenant, i.ID, string(i.Role), i.Department, i.Email, i.Name, i.CreatedBy, i.CreatedAt, i.ExpiresAt,
		i.UsedAt, i.UsedBy, digest)
	if err != nil {
		return fmt.Errorf("access: save invitation: %w", err)
	}
	return nil
}

func inviteByDigest(ctx context.Context, tx *store.Tx, digest string) (Invite, error) {
	return store.One(ctx, tx, inviteFields, `select `+inviteColumns+` from access_invites
		where tenant_id = $1 and digest = $2`, tx.Tenant, digest)
}

// useInvite marks it used; whoever comes second changes no row.
func useInvite(ctx context.Context, tx *store.Tx, id, personID string) error {
	n, err := tx.Exec(ctx, `update access_invites set used_at = $3, used_by = $4
		where tenant_id = $1 and id = $2 and used_at is null`, tx.Tenant, id, tx.Now, personID)
	if err != nil {
		return fmt.Errorf("access: use invitation: %w", err)
	}
	if n == 0 {
		return errs.Conflict("access.invite_used")
	}
	return nil
}
