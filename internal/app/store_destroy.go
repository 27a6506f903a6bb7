package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/store"
)

// keptTables are the tables that keep a destroyed municipality's rows: who it was,
// and the sealed log, which holds ids and digests only. Tables of the platform
// have no rows of a municipality.
func keptTables() []string {
	return []string{
		"tenants", "tenant_numbers", "tenant_names", "tenant_hosts",
		"audit_entries", "audit_leaves", "audit_nodes", "audit_trees", "audit_heads",
	}
}

// perishes reports whether a table's rows are removed with their municipality. A
// table that nobody thought of is.
func perishes(t store.Table) bool {
	of := slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == "tenant_id" })
	return of && !slices.Contains(keptTables(), t.Name)
}

func findDoomed(ctx context.Context, tx *store.Tx, name string) (Doomed, error) {
	d, err := store.One(ctx, tx, func(d *Doomed) []any { return []any{&d.ID, &d.Slug, &d.Number, &d.Closed} }, `
		select t.tenant_id, t.slug, n.number, t.closed_at is not null
		from tenants t join tenant_numbers n on n.tenant_id = t.tenant_id and n.valid_to is null
		where t.tenant_id = $1 or t.slug = $1 or n.number = $1
		order by case when t.closed_at is null then 0 else 1 end, t.tenant_id limit 1`, name)
	if err != nil {
		return d, fmt.Errorf("app: find municipality: %w", err)
	}
	return d, nil
}

// closeTenant reports whether the transaction's tenant was open until now.
func closeTenant(ctx context.Context, tx *store.Tx) (bool, error) {
	n, err := tx.Exec(ctx, `update tenants set closed_at = $2, version = version + 1 where tenant_id = $1 and closed_at is null`, tx.Tenant, tx.Now)
	return n == 1, err
}

// overwriteRemoved needs SQLite.
func overwriteRemoved(ctx context.Context, tx *store.Tx) error {
	_, err := store.All(ctx, tx, store.Value[int64], `pragma secure_delete = on`)
	return err
}

// removeFrom removes a tenant's rows from a table of the catalog.
func removeFrom(ctx context.Context, tx *store.Tx, table, tenantID string) (int64, error) {
	return tx.Exec(ctx, `delete from "`+table+`" where tenant_id = $1`, tenantID)
}
