package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	letterColumns = `kind, department_id, blocks, retired, saved_name, saved_at, version`
	maxLetters    = 200
)

type letterRow struct {
	Letter
	blocks store.JSON
	at     store.Time
}

func (r *letterRow) fields() []any {
	l := &r.Letter
	return []any{&l.Kind, &l.Department, &r.blocks, &l.Retired, &l.SavedName, &r.at, &l.Version}
}

func (r letterRow) letter() (Letter, error) {
	l := r.Letter
	l.SavedAt = r.at.Time
	if err := json.Unmarshal(r.blocks, &l.Blocks); err != nil {
		return l, fmt.Errorf("casework: blocks of a letter template: %w", err)
	}
	return l, nil
}

func toLetters(rows []letterRow) ([]Letter, error) {
	list := make([]Letter, 0, len(rows))
	for _, r := range rows {
		l, err := r.letter()
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// lettersOf reads a department's letter templates and the whole municipality's.
func lettersOf(ctx context.Context, tx *store.Tx, department string) ([]Letter, error) {
	rows, err := store.All(ctx, tx, (*letterRow).fields, `select `+letterColumns+` from casework_letters
		where tenant_id = $1 and department_id in ('', $2) order by kind, department_id limit $3`, tx.Tenant, department, maxLetters)
	if err != nil {
		return nil, fmt.Errorf("casework: letter templates: %w", err)
	}
	return toLetters(rows)
}

// letterInUse reads the template that a kind's letters in a department are laid out
// by: the department's before the municipality's. False when there is none.
func letterInUse(ctx context.Context, tx *store.Tx, kind, department string) (Letter, bool, error) {
	row, err := store.One(ctx, tx, (*letterRow).fields, `select `+letterColumns+` from casework_letters
		where tenant_id = $1 and kind = $2 and department_id in ('', $3) and retired = $4 order by department_id desc limit 1`, tx.Tenant, kind, department, false)
	if errors.Is(err, store.ErrNoRows) {
		return Letter{}, false, nil
	}
	if err != nil {
		return Letter{}, false, fmt.Errorf("casework: letter template in use: %w", err)
	}
	l, err := row.letter()
	return l, err == nil, err
}

// loadLetter reads one; version zero when nobody has written it.
func loadLetter(ctx context.Context, tx *store.Tx, kind, department string, lock bool) (Letter, error) {
	query := `select ` + letterColumns + ` from casework_letters where tenant_id = $1 and kind = $2 and department_id = $3`
	if lock {
		query += tx.ForUpdate(false)
	}
	row, err := store.One(ctx, tx, (*letterRow).fields, query, tx.Tenant, kind, department)
	if errors.Is(err, store.ErrNoRows) {
		return Letter{Kind: kind, Department: department}, nil
	}
	if err != nil {
		return Letter{}, fmt.Errorf("casework: letter template: %w", err)
	}
	return row.letter()
}

// saveLetter writes the template as its next version, and that version beside the
// older ones. Two who write the first one at once meet at the version: a row that is
// not there yet cannot be locked.
func saveLetter(ctx context.Context, tx *store.Tx, l Letter) error {
	blocks, err := json.Marshal(l.Blocks)
	if err != nil {
		return fmt.Errorf("casework: blocks of a letter template: %w", err)
	}
	actor := identity.From(ctx)
	n, err := tx.Exec(ctx, `insert into casework_letters (tenant_id, `+letterColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (tenant_id, kind, department_id) do update set blocks = excluded.blocks, retired = excluded.retired,
			saved_name = excluded.saved_name, saved_at = excluded.saved_at, version = excluded.version
		where casework_letters.version = $9`,
		tx.Tenant, l.Kind, l.Department, store.JSON(blocks), l.Retired, actor.Name, tx.Now, l.Version, l.Version-1)
	if err != nil {
		return fmt.Errorf("casework: save a letter template: %w", err)
	}
	if n == 0 {
		return errs.Conflict("errs.conflict")
	}
	_, err = tx.Exec(ctx, `insert into casework_letter_versions (tenant_id, kind, department_id, version, blocks, retired, saved_by, saved_name, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Tenant, l.Kind, l.Department, l.Version, store.JSON(blocks), l.Retired, owner(ctx), actor.Name, tx.Now)
	if err != nil {
		return fmt.Errorf("casework: keep a version of a letter template: %w", err)
	}
	return nil
}

// letterVersions reads the versions of a letter template, the newest first.
func letterVersions(ctx context.Context, tx *store.Tx, kind, department string) ([]Letter, error) {
	rows, err := store.All(ctx, tx, (*letterRow).fields, `select `+letterColumns+` from casework_letter_versions
		where tenant_id = $1 and kind = $2 and department_id = $3 order by version desc limit $4`, tx.Tenant, kind, department, maxVersions)
	if err != nil {
		return nil, fmt.Errorf("casework: versions of a letter template: %w", err)
	}
	return toLetters(rows)
}
