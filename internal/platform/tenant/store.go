package tenant

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxTenants bounds what is read at once: ten Norways.
const maxTenants = 4000

func insertTenant(ctx context.Context, tx *store.Tx, t Tenant) error {
	_, err := tx.Exec(ctx, `insert into tenants (tenant_id, slug, form, color, test, created_at, version) values ($1, $2, $3, $4, $5, $6, 1)`,
		t.ID, t.Slug, string(t.Form), t.Color, t.Test, tx.Now)
	if err != nil {
		return fmt.Errorf("insert tenant: %w", err)
	}
	today := clock.DateIn(tx.Now.Time)
	if _, err := tx.Exec(ctx, `insert into tenant_numbers (tenant_id, number, valid_from) values ($1, $2, $3)`, t.ID, t.Number, today); err != nil {
		return fmt.Errorf("insert number: %w", err)
	}
	for lang, name := range t.Name {
		if _, err := tx.Exec(ctx, `insert into tenant_names (tenant_id, lang, name, valid_from) values ($1, $2, $3, $4)`, t.ID, string(lang), name, today); err != nil {
			return fmt.Errorf("insert name: %w", err)
		}
	}
	for i, host := range t.Hosts {
		if err := insertHost(ctx, tx, t.ID, host, i == 0); err != nil {
			return err
		}
	}
	for _, service := range t.Services {
		if err := insertService(ctx, tx, t.ID, service); err != nil {
			return err
		}
	}
	return nil
}

func insertHost(ctx context.Context, tx *store.Tx, id, host string, main bool) error {
	if _, err := tx.Exec(ctx, `insert into tenant_hosts (tenant_id, host, main, since) values ($1, $2, $3, $4)`, id, host, main, tx.Now); err != nil {
		return fmt.Errorf("insert host: %w", err)
	}
	return nil
}

func insertService(ctx context.Context, tx *store.Tx, id, service string) error {
	_, err := tx.Exec(ctx, `insert into tenant_services (tenant_id, service, since) values ($1, $2, $3) on conflict (tenant_id, service) do nothing`, id, service, tx.Now)
	if err != nil {
		return fmt.Errorf("switch service on: %w", err)
	}
	return nil
}

// allTenants reads every living tenant in a platform transaction.
func allTenants(ctx context.Context, tx *store.Tx) ([]Tenant, error) {
	list, err := store.All(ctx, tx, func(t *Tenant) []any { return []any{&t.ID, &t.Slug, (*string)(&t.Form), &t.Color, &t.Test} },
		`select tenant_id, slug, form, color, test from tenants where closed_at is null order by tenant_id limit $1`, maxTenants)
	if err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	byID := make(map[string]*Tenant, len(list))
	for i := range list {
		list[i].Name, list[i].Settings = i18n.Text{}, map[string]string{}
		byID[list[i].ID] = &list[i]
	}
	for _, part := range []struct {
		query string
		put   func(t *Tenant, a, b string)
	}{
		{`select tenant_id, number, '' from tenant_numbers where valid_to is null order by tenant_id limit $1`, func(t *Tenant, a, _ string) { t.Number = a }},
		{`select tenant_id, lang, name from tenant_names where valid_to is null order by tenant_id, lang limit $1`, func(t *Tenant, a, b string) { t.Name[i18n.Lang(a)] = b }},
		{`select tenant_id, host, '' from tenant_hosts order by tenant_id, main desc, host limit $1`, func(t *Tenant, a, _ string) { t.Hosts = append(t.Hosts, a) }},
		{`select tenant_id, service, '' from tenant_services order by tenant_id, service limit $1`, func(t *Tenant, a, _ string) { t.Services = append(t.Services, a) }},
		{`select tenant_id, name, value from tenant_settings order by tenant_id, name limit $1`, func(t *Tenant, a, b string) { t.Settings[a] = b }},
	} {
		if err := fillPart(ctx, tx, byID, part.query, part.put); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func fillPart(ctx context.Context, tx *store.Tx, byID map[string]*Tenant, query string, put func(t *Tenant, a, b string)) error {
	type row struct{ id, a, b string }
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.id, &r.a, &r.b} }, query, 50*maxTenants)
	if err != nil {
		return fmt.Errorf("read tenants' parts: %w", err)
	}
	for _, r := range rows {
		if t := byID[r.id]; t != nil {
			put(t, r.a, r.b)
		}
	}
	return nil
}

func upsertSetting(ctx context.Context, tx *store.Tx, name, value string) error {
	_, err := tx.Exec(ctx, `insert into tenant_settings (tenant_id, name, value, changed_at) values ($1, $2, $3, $4)
		on conflict (tenant_id, name) do update set value = excluded.value, changed_at = excluded.changed_at`, tx.Tenant, name, value, tx.Now)
	if err != nil {
		return fmt.Errorf("write setting: %w", err)
	}
	return nil
}

func updateColor(ctx context.Context, tx *store.Tx, color string) error {
	n, err := tx.Exec(ctx, `update tenants set color = $2, version = version + 1 where tenant_id = $1`, tx.Tenant, color)
	if err != nil {
		return fmt.Errorf("write colour: %w", err)
	}
	if n == 0 {
		return fmt.Errorf("%w: %s", ErrUnknown, tx.Tenant)
	}
	return nil
}

const departmentColumns = `id, name, parent_id, email, ended_at is not null, version`

func (d *Department) fields() []any {
	return []any{&d.ID, &d.Name, &d.ParentID, &d.Email, &d.Ended, &d.Version}
}

func insertDepartment(ctx context.Context, tx *store.Tx, d Department) error {
	_, err := tx.Exec(ctx, `insert into tenant_departments (tenant_id, id, name, parent_id, email, created_at, version) values ($1, $2, $3, $4, $5, $6, 1)`,
		tx.Tenant, d.ID, d.Name, d.ParentID, d.Email, tx.Now)
	if err != nil {
		return fmt.Errorf("insert department: %w", err)
	}
	return nil
}

// updateDepartment writes over the version that was read, and reports whether
// it was still there.
func updateDepartment(ctx context.Context, tx *store.Tx, d Department) (bool, error) {
	var ended store.Time
	if d.Ended {
		ended = tx.Now
	}
	n, err := tx.Exec(ctx, `update tenant_departments set name = $4, parent_id = $5, email = $6, ended_at = $7, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`, tx.Tenant, d.ID, d.Version, d.Name, d.ParentID, d.Email, ended)
	if err != nil {
		return false, fmt.Errorf("update department: %w", err)
	}
	return n == 1, nil
}

// Departments returns the tenant's departments, those that have ended last.
func Departments(ctx context.Context, tx *store.Tx) ([]Department, error) {
	list, err := store.All(ctx, tx, (*Department).fields,
		`select `+departmentColumns+` from tenant_departments where tenant_id = $1 order by ended_at is not null, name, id limit 1000`, tx.Tenant)
	if err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	return list, nil
}
