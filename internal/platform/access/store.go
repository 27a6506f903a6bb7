package access

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

const grantColumns = `id, person_id, role, department_id, valid_from, valid_to, granted_by, created_at, ended_at`

func grantFields(g *Grant) []any {
	return []any{&g.ID, &g.PersonID, &g.Role, &g.Department, &g.From, &g.To, &g.GrantedBy, &g.CreatedAt, &g.EndedAt}
}

func saveGrant(ctx context.Context, tx *store.Tx, g Grant) error {
	_, err := tx.Exec(ctx, `insert into access_grants (tenant_id, `+grantColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.Tenant, g.ID, g.PersonID, string(g.Role), g.Department, g.From, g.To, g.GrantedBy, g.CreatedAt, g.EndedAt)
	if err != nil {
		return fmt.Errorf("access: save grant: %w", err)
	}
	return nil
}

// openGrants returns what a person has been given and not lost, also what
// begins later or has run out.
func openGrants(ctx context.Context, tx *store.Tx, personID string) ([]Grant, error) {
	return store.All(ctx, tx, grantFields, `select `+grantColumns+` from access_grants
		where tenant_id = $1 and person_id = $2 and ended_at is null order by id limit $3`,
		tx.Tenant, personID, listLimit)
}

func grantByID(ctx context.Context, tx *store.Tx, id string) (Grant, error) {
	return store.One(ctx, tx, grantFields, `select `+grantColumns+` from access_grants
		where tenant_id = $1 and id = $2`, tx.Tenant, id)
}

// lockGrantsOfRole holds the rows, so that two who revoke each other's role at
// the same moment do not both succeed.
func lockGrantsOfRole(ctx context.Context, tx *store.Tx, r Role, department string) ([]Grant, error) {
	return store.All(ctx, tx, grantFields, `select `+grantColumns+` from access_grants
		where tenant_id = $1 and role = $2 and department_id = $3 and ended_at is null
		order by id limit $4`+tx.ForUpdate(false), tx.Tenant, string(r), department, listLimit)
}

func endGrant(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `update access_grants set ended_at = $3, ended_by = $4
		where tenant_id = $1 and id = $2 and ended_at is null`, tx.Tenant, id, tx.Now, by(ctx))
	if err != nil {
		return fmt.Errorf("access: end grant: %w", err)
	}
	return nil
}

func listGrants(ctx context.Context, tx *store.Tx, f GrantFilter, scope Scope) ([]Grant, error) {
	condition, args := scope.Where(ScopeColumns{Department: "department_id"}, 6)
	args = append([]any{tx.Tenant, f.PersonID, f.Department, f.Ended, listLimit}, args...)
	return store.All(ctx, tx, grantFields, `select `+grantColumns+` from access_grants
		where tenant_id = $1 and ($2 = '' or person_id = $2) and ($3 = '' or department_id = $3)
			and ($4 = true or ended_at is null) and `+condition+`
		order by id desc limit $5`, args...)
}

const substituteColumns = `id, absent_id, substitute_id, from_date, to_date, set_by, created_at, ended_at`

func substituteFields(s *Substitute) []any {
	return []any{&s.ID, &s.AbsentID, &s.SubstituteID, &s.From, &s.To, &s.SetBy, &s.CreatedAt, &s.EndedAt}
}

func saveSubstitute(ctx context.Context, tx *store.Tx, s Substitute) error {
	_, err := tx.Exec(ctx, `insert into access_substitutes (tenant_id, `+substituteColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Tenant, s.ID, s.AbsentID, s.SubstituteID, s.From, s.To, s.SetBy, s.CreatedAt, s.EndedAt)
	if err != nil {
		return fmt.Errorf("access: save substitute: %w", err)
	}
	return nil
}

func substituteByID(ctx context.Context, tx *store.Tx, id string) (Substitute, error) {
	return store.One(ctx, tx, substituteFields, `select `+substituteColumns+` from access_substitutes
		where tenant_id = $1 and id = $2`, tx.Tenant, id)
}

// absentFor returns whom a person stands in for on a day.
func absentFor(ctx context.Context, tx *store.Tx, personID string, day clock.Date) ([]string, error) {
	return store.All(ctx, tx, store.Value[string], `select distinct absent_id from access_substitutes
		where tenant_id = $1 and substitute_id = $2 and to_date >= $3 and from_date <= $3 and ended_at is null
		order by absent_id limit $4`, tx.Tenant, personID, day, listLimit)
}

func endSubstitute(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `update access_substitutes set ended_at = $3, ended_by = $4
		where tenant_id = $1 and id = $2`, tx.Tenant, id, tx.Now, by(ctx))
	if err != nil {
		return fmt.Errorf("access: end substitute: %w", err)
	}
	return nil
}

func listSubstitutes(ctx context.Context, tx *store.Tx, from clock.Date, personID string) ([]Substitute, error) {
	return store.All(ctx, tx, substituteFields, `select `+substituteColumns+` from access_substitutes
		where tenant_id = $1 and to_date >= $2 and ended_at is null
			and ($3 = '' or absent_id = $3 or substitute_id = $3)
		order by from_date, id limit $4`, tx.Tenant, from.String(), personID, listLimit)
}
