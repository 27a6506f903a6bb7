package staging

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's table.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// row is a file that was sent ahead.
type row struct {
	id, sender, key         string
	size                    int64
	created, expires, taken store.Time
}

const columns = `id, sender, key_digest, size, created_at, expires_at, taken_at`

func (r *row) fields() []any {
	return []any{&r.id, &r.sender, &r.key, &r.size, &r.created, &r.expires, &r.taken}
}

func insert(ctx context.Context, tx *store.Tx, r row) (bool, error) {
	n, err := tx.Exec(ctx, `insert into staging_files (tenant_id, `+columns+`) values ($1, $2, $3, $4, $5, $6, $7, null)
		on conflict (tenant_id, sender, key_digest) do nothing`, tx.Tenant, r.id, r.sender, r.key, r.size, tx.Now, r.expires)
	if err != nil {
		return false, fmt.Errorf("staging: keep a file: %w", err)
	}
	return n == 1, nil
}

// find returns a sender's row by one of its columns.
func find(ctx context.Context, tx *store.Tx, sender, column, value string, lock bool) (r row, found bool, err error) {
	query := `select ` + columns + ` from staging_files where tenant_id = $1 and sender = $2 and ` + column + ` = $3`
	if lock {
		query += tx.ForUpdate(false)
	}
	r, err = store.One(ctx, tx, (*row).fields, query, tx.Tenant, sender, value)
	if errors.Is(err, store.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("staging: find a file: %w", err)
	}
	return r, true, nil
}

// waiting counts what a sender has sent and not used, and how many bytes.
func waiting(ctx context.Context, tx *store.Tx, sender string) (count, bytes int64, err error) {
	type sum struct{ count, bytes int64 }
	total, err := store.One(ctx, tx, func(s *sum) []any { return []any{&s.count, &s.bytes} }, `
		select count(*), cast(coalesce(sum(size), 0) as bigint) from staging_files
		where tenant_id = $1 and sender = $2 and taken_at is null`, tx.Tenant, sender)
	if err != nil {
		return 0, 0, fmt.Errorf("staging: count files: %w", err)
	}
	return total.count, total.bytes, nil
}

func take(ctx context.Context, tx *store.Tx, id string) (bool, error) {
	n, err := tx.Exec(ctx, `update staging_files set taken_at = $1 where tenant_id = $2 and id = $3 and taken_at is null`, tx.Now, tx.Tenant, id)
	if err != nil {
		return false, fmt.Errorf("staging: use a file: %w", err)
	}
	return n == 1, nil
}

// over returns what has run out.
func over(ctx context.Context, tx *store.Tx, limit int) ([]row, error) {
	list, err := store.All(ctx, tx, (*row).fields, `select `+columns+` from staging_files
		where tenant_id = $1 and expires_at <= $2 order by expires_at, id limit $3`, tx.Tenant, tx.Now, limit)
	if err != nil {
		return nil, fmt.Errorf("staging: find what has run out: %w", err)
	}
	return list, nil
}

func forget(ctx context.Context, tx *store.Tx, rows []row) error {
	marks, args := make([]string, 0, len(rows)), []any{tx.Tenant}
	for _, r := range rows {
		args = append(args, r.id)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	_, err := tx.Exec(ctx, `delete from staging_files where tenant_id = $1 and id in (`+strings.Join(marks, ", ")+`)`, args...)
	if err != nil {
		return fmt.Errorf("staging: forget what has run out: %w", err)
	}
	return nil
}
