package around

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

const areaColumns = `id, person_id, subscriber, origin, state, what, often, lang, confirm_digest, stop_digest, content_cipher, created_at, renewed_at`

type areaRow struct {
	Area
	what             string
	cipher           []byte
	created, renewed store.Time
}

func (r *areaRow) fields() []any {
	a := &r.Area
	return []any{
		&a.ID, &a.Person, &a.Subscriber, &a.origin, (*string)(&a.State), &r.what, (*string)(&a.Often), (*string)(&a.Lang), &a.confirmDigest, &a.stopDigest,
		&r.cipher, &r.created, &r.renewed,
	}
}

// area is the row without what is encrypted.
func (r areaRow) area() Area {
	a := r.Area
	a.CreatedAt, a.RenewedAt = r.created.Time, r.renewed.Time
	for word := range strings.FieldsSeq(r.what) {
		a.Topics = append(a.Topics, Topic(word))
	}
	return a
}

func topicsText(list []Topic) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = string(t)
	}
	return strings.Join(words, " ")
}

// insertArea writes a new area; saveArea what can be changed of it.
func insertArea(ctx context.Context, tx *store.Tx, a Area, cipher []byte) error {
	_, err := tx.Exec(ctx, `insert into around_areas (tenant_id, `+areaColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		tx.Tenant, a.ID, a.Person, a.Subscriber, a.origin, string(a.State), topicsText(a.Topics), string(a.Often), string(a.Lang), a.confirmDigest, a.stopDigest,
		cipher, store.At(a.CreatedAt), store.At(a.RenewedAt))
	if err != nil {
		return fmt.Errorf("around: insert an area: %w", err)
	}
	return moveOn(ctx, tx)
}

func saveArea(ctx context.Context, tx *store.Tx, a Area, cipher []byte) error {
	_, err := tx.Exec(ctx, `update around_areas set state = $3, what = $4, often = $5, lang = $6, confirm_digest = $7, content_cipher = $8, renewed_at = $9
		where tenant_id = $1 and id = $2`,
		tx.Tenant, a.ID, string(a.State), topicsText(a.Topics), string(a.Often), string(a.Lang), a.confirmDigest, cipher, store.At(a.RenewedAt))
	if err != nil {
		return fmt.Errorf("around: save an area: %w", err)
	}
	return moveOn(ctx, tx)
}

// deleteArea removes an area with what it was to be told. What the subscriber was told
// by it is remembered, so that another area does not tell it again.
func deleteArea(ctx context.Context, tx *store.Tx, id string) error {
	for _, statement := range []string{
		`delete from around_hits where tenant_id = $1 and area_id = $2 and told_at is null`,
		`delete from around_areas where tenant_id = $1 and id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, id); err != nil {
			return fmt.Errorf("around: delete an area: %w", err)
		}
	}
	return moveOn(ctx, tx)
}

// moveOn makes the indexes in memory old.
func moveOn(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `insert into around_state (tenant_id, generation) values ($1, 1)
		on conflict (tenant_id) do update set generation = around_state.generation + 1`, tx.Tenant)
	if err != nil {
		return fmt.Errorf("around: count a change: %w", err)
	}
	return nil
}

// oneAtATime makes others who ask for an area wait until this transaction is over, so that
// those who come together do not each find room for one more.
func oneAtATime(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `insert into around_state (tenant_id, generation) values ($1, 0)
		on conflict (tenant_id) do update set generation = around_state.generation`, tx.Tenant)
	if err != nil {
		return fmt.Errorf("around: wait for others: %w", err)
	}
	return nil
}

func generation(ctx context.Context, tx *store.Tx) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select generation from around_state where tenant_id = $1`, tx.Tenant)
	if errors.Is(err, store.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("around: generation: %w", err)
	}
	return n, nil
}

// findArea reads an area by a column that names one, locked for the change that
// follows if there is one; false when there is none.
func findArea(ctx context.Context, tx *store.Tx, column, value string, lock bool) (areaRow, bool, error) {
	if value == "" {
		return areaRow{}, false, nil
	}
	query := `select ` + areaColumns + ` from around_areas where tenant_id = $1 and ` + column + ` = $2 order by id limit 1`
	if lock {
		query += tx.ForUpdate(false)
	}
	row, err := store.One(ctx, tx, (*areaRow).fields, query, tx.Tenant, value)
	if errors.Is(err, store.ErrNoRows) {
		return areaRow{}, false, nil
	}
	if err != nil {
		return areaRow{}, false, fmt.Errorf("around: read an area: %w", err)
	}
	return row, true, nil
}

// areasOf reads the areas of a subscriber, the oldest first.
func areasOf(ctx context.Context, tx *store.Tx, subscriber string) ([]areaRow, error) {
	rows, err := store.All(ctx, tx, (*areaRow).fields, `select `+areaColumns+` from around_areas where tenant_id = $1 and subscriber = $2 order by id limit 100`,
		tx.Tenant, subscriber)
	if err != nil {
		return nil, fmt.Errorf("around: areas of a subscriber: %w", err)
	}
	return rows, nil
}

// activeAreas reads the areas that are told something, in order of id, after one.
func activeAreas(ctx context.Context, tx *store.Tx, after string, limit int) ([]areaRow, error) {
	rows, err := store.All(ctx, tx, (*areaRow).fields, `select `+areaColumns+` from around_areas where tenant_id = $1 and state = $2 and id > $3 order by id limit $4`,
		tx.Tenant, string(Active), after, limit)
	if err != nil {
		return nil, fmt.Errorf("around: active areas: %w", err)
	}
	return rows, nil
}

// countAsked counts the areas that were asked for without log-in since an instant: by
// one address, from one place of the net, or at all.
func countAsked(ctx context.Context, tx *store.Tx, column, value string, since time.Time) (int64, error) {
	condition, args := "person_id = ''", []any{tx.Tenant, store.At(since)}
	if column != "" {
		condition += " and " + column + " = $3"
		args = append(args, value)
	}
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from around_areas where tenant_id = $1 and created_at > $2 and `+condition, args...)
	if err != nil {
		return 0, fmt.Errorf("around: count areas: %w", err)
	}
	return n, nil
}

// unconfirmed returns areas that nobody has confirmed since before an instant.
func unconfirmed(ctx context.Context, tx *store.Tx, before time.Time, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from around_areas where tenant_id = $1 and state = $2 and created_at < $3 order by created_at, id limit $4`,
		tx.Tenant, string(Waiting), store.At(before), limit)
	if err != nil {
		return nil, fmt.Errorf("around: unconfirmed areas: %w", err)
	}
	return list, nil
}

// renewedBefore returns areas that were last renewed before an instant, in order of id,
// after one.
func renewedBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from around_areas where tenant_id = $1 and renewed_at < $2 and id > $3 order by id limit $4`,
		tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("around: old areas: %w", err)
	}
	return list, nil
}
