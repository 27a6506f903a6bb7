package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// AppRole is the role the server connects as: neither owner nor superuser,
// since both see every row whatever the policies say.
const AppRole = "torg_app"

// secure puts row-level security on every table with a tenant_id column, also
// for the owner (force), and lets the server's role use the tables. It is done
// by code after each migration, so that no new table can be forgotten.
func secure(ctx context.Context, pool *sql.DB) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: secure tables: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after the commit this does nothing
	// Two processes that migrate at the same moment would trip over each other here.
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtext('torg secure'))`); err != nil {
		return fmt.Errorf("store: lock for securing: %w", err)
	}
	tables, err := tenantTables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.secured {
			continue
		}
		if err := secureTable(ctx, tx, t.name); err != nil {
			return err
		}
	}
	if err := sortByBytes(ctx, tx); err != nil {
		return err
	}
	if err := grant(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: secure tables: %w", err)
	}
	return nil
}

// sortByBytes makes the column "word" of every table compare its texts byte by
// byte, as SQLite does. In the order of a language, which a database usually
// has, "aa" may stand at å and the words with one beginning are no range.
func sortByBytes(ctx context.Context, tx *sql.Tx) error {
	tables, err := wordTables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := tx.ExecContext(ctx, `alter table `+name+` alter column word type text collate "C"`); err != nil {
			return fmt.Errorf("store: sort the words of %s by bytes: %w", name, err)
		}
	}
	return nil
}

// wordTables are those whose column "word" has a language's order.
func wordTables(ctx context.Context, tx *sql.Tx) (tables []string, err error) {
	rows, err := tx.QueryContext(ctx, `
		select quote_ident(c.relname)
		from pg_class c
		join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'word' and not a.attisdropped
		join pg_collation l on l.oid = a.attcollation
		where n.nspname = current_schema() and c.relkind in ('r', 'p') and l.collname <> 'C'
		order by 1`)
	if err != nil {
		return nil, fmt.Errorf("store: look for words: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("store: look for words: %w", err)
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

func secureTable(ctx context.Context, tx *sql.Tx, name string) error {
	for _, statement := range []string{
		`alter table %s enable row level security`,
		`alter table %s force row level security`,
		`drop policy if exists tenant on %s`,
		`create policy tenant on %s using (tenant_id = current_setting('app.tenant', true) or current_setting('app.tenant', true) = '*')`,
	} {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(statement, name)); err != nil {
			return fmt.Errorf("store: secure table %s: %w", name, err)
		}
	}
	return nil
}

type tenantTable struct {
	name    string
	secured bool
}

// reader is a pool or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tenantTables finds every table with tenants' rows. One is secured when its
// policy stands and no other widens it: permissive policies are joined by "or".
func tenantTables(ctx context.Context, pool reader) (tables []tenantTable, err error) {
	rows, err := pool.QueryContext(ctx, `
		select quote_ident(c.relname), c.relrowsecurity and c.relforcerowsecurity
		  and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant')
		  and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname <> 'tenant' and p.polpermissive)
		from pg_class c
		join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
		where n.nspname = current_schema() and c.relkind in ('r', 'p')
		order by 1`)
	if err != nil {
		return nil, fmt.Errorf("store: list tables: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var t tenantTable
		if err := rows.Scan(&t.name, &t.secured); err != nil {
			return nil, fmt.Errorf("store: read table: %w", err)
		}
		tables = append(tables, t)
	}
	return tables, rows.Err()
}

func grant(ctx context.Context, tx *sql.Tx) error {
	var exists bool
	err := tx.QueryRowContext(ctx, `select exists (select 1 from pg_roles where rolname = $1)`, AppRole).Scan(&exists)
	if err != nil {
		return fmt.Errorf("store: look for role %s: %w", AppRole, err)
	}
	if !exists {
		return fmt.Errorf("store: the role %s does not exist; a superuser makes it with: create role %s login", AppRole, AppRole)
	}
	for _, statement := range []string{
		`grant usage on schema public to ` + AppRole,
		`grant select, insert, update, delete on all tables in schema public to ` + AppRole,
		`revoke insert, update, delete on goose_db_version from ` + AppRole,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: grant to %s: %w", AppRole, err)
		}
	}
	return nil
}

// Fault is something wrong with the database's set-up, by a stable name.
type Fault string

// The faults that Inspect finds.
const (
	FaultSuperuser Fault = "superuser"      // the server's role may do anything
	FaultBypass    Fault = "bypass_rls"     // the server's role is exempt from the policies
	FaultOwner     Fault = "table_owner"    // the server's role owns tables
	FaultUnsecured Fault = "unsecured_rows" // a table with tenants' rows has no policy
	FaultOld       Fault = "old_server"     // PostgreSQL before 15
)

// Inspect looks at the role and the tables with the server's own URL and
// returns what makes the installation unsafe. SQLite has no roles and no faults.
func Inspect(ctx context.Context, c Config) (faults []Fault, err error) {
	if c.URL == "" {
		return nil, nil
	}
	config, err := postgresConfig(c.URL)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, pool.Close()) }()
	var super, bypass, owner, old bool
	err = pool.QueryRowContext(ctx, `
		select r.rolsuper, r.rolbypassrls,
		  exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
		          where n.nspname = current_schema() and c.relkind in ('r', 'p') and pg_has_role(c.relowner, 'member')),
		  current_setting('server_version_num')::int < 150000
		from pg_roles r where r.rolname = current_user`).Scan(&super, &bypass, &owner, &old)
	if err != nil {
		return nil, fmt.Errorf("store: inspect role: %w", err)
	}
	for _, f := range []struct {
		fault Fault
		found bool
	}{{FaultSuperuser, super}, {FaultBypass, bypass}, {FaultOwner, owner}, {FaultOld, old}} {
		if f.found {
			faults = append(faults, f.fault)
		}
	}
	tables, err := tenantTables(ctx, pool)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if !t.secured {
			return append(faults, FaultUnsecured), nil
		}
	}
	return faults, nil
}
