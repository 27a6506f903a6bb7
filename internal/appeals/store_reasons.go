package appeals

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// reasons is that a party asked for the reasons of a decision.
type reasons struct {
	CaseID             string
	Round              int64
	AskedBy, AskedName string
	AskedAt            time.Time
	GivenName          string
	GivenAt            time.Time // zero: not yet
}

// maxAskers bounds how many parties ask for the reasons of one decision.
const maxAskers = 100

// reasonsOf returns who has asked for the reasons of a decision, the first first.
func reasonsOf(ctx context.Context, tx *store.Tx, caseID string, round int64) ([]reasons, error) {
	type line struct {
		reasons
		asked, given store.Time
	}
	rows, err := store.All(ctx, tx, func(l *line) []any {
		return []any{&l.CaseID, &l.Round, &l.AskedBy, &l.AskedName, &l.asked, &l.GivenName, &l.given}
	}, `select case_id, round, asked_by, asked_name, asked_at, given_name, given_at from appeals_reasons
		where tenant_id = $1 and case_id = $2 and round = $3 order by asked_at, asked_by limit $4`, tx.Tenant, caseID, round, maxAskers)
	if err != nil {
		return nil, fmt.Errorf("appeals: reasons: %w", err)
	}
	list := make([]reasons, len(rows))
	for i, r := range rows {
		list[i] = r.reasons
		list[i].AskedAt, list[i].GivenAt = r.asked.Time, r.given.Time
	}
	return list, nil
}

func insertReasons(ctx context.Context, tx *store.Tx, r reasons) error {
	_, err := tx.Exec(ctx, `insert into appeals_reasons (tenant_id, case_id, round, asked_by, asked_name, asked_at) values ($1, $2, $3, $4, $5, $6)`,
		tx.Tenant, r.CaseID, r.Round, r.AskedBy, r.AskedName, tx.Now)
	if store.IsUnique(err) {
		return errs.Conflict("errs.conflict").Because(err)
	}
	if err != nil {
		return fmt.Errorf("appeals: ask for reasons: %w", err)
	}
	return nil
}

// giveReasons notes that the reasons were given, to all who waited for them.
func giveReasons(ctx context.Context, tx *store.Tx, caseID string, round int64, by, name string) error {
	n, err := tx.Exec(ctx, `update appeals_reasons set given_by = $4, given_name = $5, given_at = $6
		where tenant_id = $1 and case_id = $2 and round = $3 and given_at is null`, tx.Tenant, caseID, round, by, name, tx.Now)
	if err != nil {
		return fmt.Errorf("appeals: give reasons: %w", err)
	}
	if n == 0 {
		return errs.Conflict("errs.conflict")
	}
	return nil
}

// forgetAskers takes out of a case who asked for reasons and who gave them.
func forgetAskers(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct asked_by from appeals_reasons where tenant_id = $1 and case_id = $2 order by asked_by limit $3`,
		tx.Tenant, caseID, maxAskers)
	if err != nil {
		return fmt.Errorf("appeals: who asked for reasons: %w", err)
	}
	for i, person := range list {
		_, err := tx.Exec(ctx, `update appeals_reasons set asked_by = $4, asked_name = '', given_by = '', given_name = ''
			where tenant_id = $1 and case_id = $2 and asked_by = $3`, tx.Tenant, caseID, person, nobody+"/"+strconv.Itoa(i))
		if err != nil {
			return fmt.Errorf("appeals: forget who asked for reasons: %w", err)
		}
	}
	return nil
}
