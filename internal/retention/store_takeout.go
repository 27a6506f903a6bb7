package retention

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

const takeoutColumns = `id, person_id, asked_by, lang, state, part, parts, document_id, size, left_out, fetched, reach, asked_at, ready_at, expires_at`

type takeoutRow struct {
	Takeout
	asked, ready, expires store.Time
}

func (r *takeoutRow) fields() []any {
	t := &r.Takeout
	return []any{
		&t.ID, &t.Person, &t.AskedBy, (*string)(&t.Lang), (*string)(&t.State), &t.Part, &t.Parts, &t.Document, &t.Size, &t.LeftOut, &t.Fetched, &t.Reach,
		&r.asked, &r.ready, &r.expires,
	}
}

func (r takeoutRow) takeout() Takeout {
	t := r.Takeout
	t.AskedAt, t.ReadyAt, t.ExpiresAt = r.asked.Time, r.ready.Time, r.expires.Time
	if t.AskedBy == "" {
		t.AskedBy = t.Person // from before one could ask for another's
	}
	return t
}

// maxTakeouts bounds what is listed of the copies somebody has asked for.
const maxTakeouts = 20

func takeoutsOf(ctx context.Context, tx *store.Tx, asker string) ([]Takeout, error) {
	rows, err := store.All(ctx, tx, (*takeoutRow).fields, `select `+takeoutColumns+` from retention_takeouts
		where tenant_id = $1 and (asked_by = $2 or asked_by = '' and person_id = $2) order by id desc limit $3`, tx.Tenant, asker, maxTakeouts)
	if err != nil {
		return nil, fmt.Errorf("retention: list copies: %w", err)
	}
	list := make([]Takeout, len(rows))
	for i, r := range rows {
		list[i] = r.takeout()
	}
	return list, nil
}

func findTakeout(ctx context.Context, tx *store.Tx, id string) (Takeout, error) {
	r, err := store.One(ctx, tx, (*takeoutRow).fields, `select `+takeoutColumns+` from retention_takeouts where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Takeout{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Takeout{}, fmt.Errorf("retention: read a copy: %w", err)
	}
	return r.takeout(), nil
}

func insertTakeout(ctx context.Context, tx *store.Tx, t Takeout) error {
	_, err := tx.Exec(ctx, `insert into retention_takeouts (tenant_id, id, person_id, asked_by, lang, state, parts, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Tenant, t.ID, t.Person, t.AskedBy, string(t.Lang), string(t.State), t.Parts, tx.Now)
	if err != nil {
		return fmt.Errorf("retention: ask for a copy: %w", err)
	}
	return nil
}

// progress notes how far a copy has come.
func progress(ctx context.Context, tx *store.Tx, id string, state State, part int) error {
	_, err := tx.Exec(ctx, `update retention_takeouts set state = $3, part = $4 where tenant_id = $1 and id = $2 and state <> $5`,
		tx.Tenant, id, string(state), part, string(Ready))
	if err != nil {
		return fmt.Errorf("retention: note how far a copy is: %w", err)
	}
	return nil
}

// readyTakeout notes that a copy is ready, once.
func readyTakeout(ctx context.Context, tx *store.Tx, t Takeout) (bool, error) {
	n, err := tx.Exec(ctx, `update retention_takeouts set state = $3, part = parts, document_id = $4, size = $5, left_out = $6, ready_at = $7, expires_at = $8, reach = $9
		where tenant_id = $1 and id = $2 and state <> $3`,
		tx.Tenant, t.ID, string(Ready), t.Document, t.Size, t.LeftOut, tx.Now, store.At(tx.Now.Add(keepCopy)), t.Reach)
	if err != nil {
		return false, fmt.Errorf("retention: a copy is ready: %w", err)
	}
	return n == 1, nil
}

func fetchedTakeout(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, `update retention_takeouts set fetched = fetched + 1 where tenant_id = $1 and id = $2`, tx.Tenant, id); err != nil {
		return fmt.Errorf("retention: a copy was fetched: %w", err)
	}
	return nil
}

// takeoutsBefore returns the copies whose time began before an instant: from when
// they were ready, or asked for when nothing came of them.
func takeoutsBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from retention_takeouts
		where tenant_id = $1 and coalesce(ready_at, asked_at) < $2 and id > $3 order by id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("retention: old copies: %w", err)
	}
	return list, nil
}

func deleteTakeout(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, `delete from retention_takeouts where tenant_id = $1 and id = $2`, tx.Tenant, id); err != nil {
		return fmt.Errorf("retention: forget a copy: %w", err)
	}
	return nil
}
