package keys

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the package's tables.
func Migrations() fs.FS { return migrations }

// keyRow is a row of tenant_keys. The installation's own keys lie under the
// empty tenant, which only platform transactions see.
type keyRow struct {
	tenantID string
	sort     sort
	version  int
	wrapped  []byte
}

func (k *keyRow) columns() []any { return []any{&k.tenantID, &k.sort, &k.version, &k.wrapped} }

const pageSize = 200

// read returns the tenant's keys, newest first.
func (r *Ring) read(ctx context.Context, tenantID string) ([]keyRow, error) {
	var rows []keyRow
	err := r.db.Read(store.WithTenant(ctx, tenantID), func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err = store.All(ctx, tx, (*keyRow).columns, `
			select tenant_id, purpose, version, wrapped from tenant_keys
			where tenant_id = $1 order by version desc, purpose limit 3000`, tenantID)
		return err
	})
	return rows, unread(err)
}

// unread explains why keys could not be fetched. Inside a transaction the store
// refuses another one, and then the caller has forgotten to call Warm.
func unread(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keys: fetch keys (inside a transaction they must be in memory: call Warm before it): %w", err)
}

func (r *Ring) readSigning(ctx context.Context) ([]keyRow, error) {
	var rows []keyRow
	err := r.db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err = store.All(ctx, tx, (*keyRow).columns, `
			select tenant_id, purpose, version, wrapped from tenant_keys
			where tenant_id = '' and purpose = $1 order by version desc limit 1000`, string(sortSign))
		return err
	})
	return rows, unread(err)
}

func (k keyRow) insert(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		insert into tenant_keys (tenant_id, purpose, version, wrapped, created_at)
		values ($1, $2, $3, $4, $5)`, k.tenantID, string(k.sort), k.version, k.wrapped, tx.Now)
	if err != nil {
		return fmt.Errorf("keys: store %s key: %w", k.sort, err)
	}
	return nil
}

func (k keyRow) insertUnlessThere(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		insert into tenant_keys (tenant_id, purpose, version, wrapped, created_at)
		values ($1, $2, $3, $4, $5) on conflict (tenant_id, purpose, version) do nothing`,
		k.tenantID, string(k.sort), k.version, k.wrapped, tx.Now)
	return err
}

func (k keyRow) update(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		update tenant_keys set wrapped = $4 where tenant_id = $1 and purpose = $2 and version = $3`,
		k.tenantID, string(k.sort), k.version, k.wrapped)
	return err
}

// retire marks the tenant's newest keys as replaced and returns their version.
func retire(ctx context.Context, tx *store.Tx, tenantID string) (int, error) {
	newest, err := store.One(ctx, tx, func(n *int) []any { return []any{n} }, `
		select version from tenant_keys where tenant_id = $1 and purpose = $2
		order by version desc limit 1`+tx.ForUpdate(false), tenantID, string(sortField))
	if err != nil {
		return 0, fmt.Errorf("keys: newest version: %w", err)
	}
	_, err = tx.Exec(ctx, `
		update tenant_keys set retired_at = $3 where tenant_id = $1 and version = $2 and retired_at is null`,
		tenantID, newest, tx.Now)
	return newest, err
}

func overwrite(ctx context.Context, tx *store.Tx, tenantID string, noise []byte) error {
	_, err := tx.Exec(ctx, `update tenant_keys set wrapped = $2 where tenant_id = $1`, tenantID, noise)
	return err
}

func remove(ctx context.Context, tx *store.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, `delete from tenant_keys where tenant_id = $1`, tenantID)
	return err
}

// pageAfter returns the keys of all tenants that come after one, in order of
// their primary key.
func pageAfter(ctx context.Context, tx *store.Tx, last keyRow) ([]keyRow, error) {
	return store.All(ctx, tx, (*keyRow).columns, `
		select tenant_id, purpose, version, wrapped from tenant_keys
		where (tenant_id, purpose, version) > ($1, $2, $3)
		order by tenant_id, purpose, version limit $4`,
		last.tenantID, string(last.sort), last.version, pageSize)
}
