package contact

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the package's tables.
func Migrations() fs.FS { return migrations }

type recordRow struct {
	cipher  []byte
	fetched store.Time
}

func (r *recordRow) columns() []any { return []any{&r.cipher, &r.fetched} }

// find returns a person's row; false when there is none.
func find(ctx context.Context, tx *store.Tx, person string) (recordRow, bool, error) {
	row, err := store.One(ctx, tx, (*recordRow).columns, `
		select record_cipher, fetched_at from contact_records where tenant_id = $1 and person_id = $2`, tx.Tenant, person)
	if errors.Is(err, store.ErrNoRows) {
		return row, false, nil
	}
	if err != nil {
		return row, false, fmt.Errorf("contact: read record: %w", err)
	}
	return row, true, nil
}

func save(ctx context.Context, tx *store.Tx, person string, cipher []byte) error {
	_, err := tx.Exec(ctx, `
		insert into contact_records (tenant_id, person_id, record_cipher, fetched_at) values ($1, $2, $3, $4)
		on conflict (tenant_id, person_id) do update set record_cipher = excluded.record_cipher, fetched_at = excluded.fetched_at`,
		tx.Tenant, person, cipher, tx.Now)
	if err != nil {
		return fmt.Errorf("contact: save record: %w", err)
	}
	return nil
}

// Erase removes what is known of a person.
func Erase(ctx context.Context, tx *store.Tx, person string) error {
	_, err := tx.Exec(ctx, `delete from contact_records where tenant_id = $1 and person_id = $2`, tx.Tenant, person)
	if err != nil {
		return fmt.Errorf("contact: erase record: %w", err)
	}
	return nil
}
