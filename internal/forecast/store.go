package forecast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/store"
)

// window is how far back decided cases count: three years, so that a season has
// been three times and a way of working that has changed is forgotten.
const window = 3 * 365 * 24 * time.Hour

// maxDurations bounds how many of the newest cases an estimate is made from.
const maxDurations = 2000

// current reads what is told of a kind in a season; the zero Estimate when
// nothing is.
func current(ctx context.Context, tx *store.Tx, kind string, season Season) (Estimate, error) {
	e, err := store.One(ctx, tx, (*Estimate).fields, `select cases, median, most from forecast_estimates
		where tenant_id = $1 and kind = $2 and season = $3`, tx.Tenant, kind, string(season))
	if errors.Is(err, store.ErrNoRows) {
		return Estimate{}, nil
	}
	if err != nil {
		return Estimate{}, fmt.Errorf("forecast: estimate: %w", err)
	}
	return e, nil
}

func (e *Estimate) fields() []any { return []any{&e.Cases, &e.Median, &e.Most} }

// tell keeps what a party is told when the case comes in.
func tell(ctx context.Context, tx *store.Tx, c cases.Case, season Season, e Estimate) error {
	if !e.Told() {
		e = Estimate{}
	}
	err := tx.Queue(ctx, `insert into forecast_cases (tenant_id, case_id, kind, season, received_at, told_cases, told_median, told_most)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, case_id) do nothing`,
		tx.Tenant, c.ID, c.Kind, string(season), store.At(c.ReceivedAt), e.Cases, e.Median, e.Most)
	if err != nil {
		return fmt.Errorf("forecast: keep what was told: %w", err)
	}
	return nil
}

// decided writes how long a case took, once.
func decided(ctx context.Context, tx *store.Tx, c cases.Case, days int64) error {
	err := tx.Queue(ctx, `insert into forecast_cases (tenant_id, case_id, kind, season, received_at, told_cases, told_median, told_most, decided_at, days)
		values ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7)
		on conflict (tenant_id, case_id) do update set decided_at = excluded.decided_at, days = excluded.days
		where forecast_cases.decided_at is null`,
		tx.Tenant, c.ID, c.Kind, string(season(c)), store.At(c.ReceivedAt), tx.Now, days)
	if err != nil {
		return fmt.Errorf("forecast: how long it took: %w", err)
	}
	return nil
}

// told reads what the party of a case was told; the zero Estimate when nothing.
func told(ctx context.Context, tx *store.Tx, caseID string) (Estimate, error) {
	e, err := store.One(ctx, tx, (*Estimate).fields, `select told_cases, told_median, told_most from forecast_cases
		where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return Estimate{}, nil
	}
	if err != nil {
		return Estimate{}, fmt.Errorf("forecast: what was told: %w", err)
	}
	return e, nil
}

// durations reads how long the newest decided cases of a kind and season took.
func durations(ctx context.Context, tx *store.Tx, kind string, season Season) ([]int64, error) {
	list, err := store.All(ctx, tx, store.Value[int64], `select days from forecast_cases
		where tenant_id = $1 and kind = $2 and season = $3 and decided_at >= $4 order by decided_at desc limit $5`,
		tx.Tenant, kind, string(season), store.At(tx.Now.Add(-window)), maxDurations)
	if err != nil {
		return nil, fmt.Errorf("forecast: durations: %w", err)
	}
	return list, nil
}

func save(ctx context.Context, tx *store.Tx, kind string, season Season, e Estimate) error {
	_, err := tx.Exec(ctx, `insert into forecast_estimates (tenant_id, kind, season, cases, median, most, reckoned_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (tenant_id, kind, season) do update set cases = excluded.cases, median = excluded.median, most = excluded.most, reckoned_at = excluded.reckoned_at`,
		tx.Tenant, kind, string(season), e.Cases, e.Median, e.Most, tx.Now)
	if err != nil {
		return fmt.Errorf("forecast: save estimate: %w", err)
	}
	return nil
}

// calibrations counts, for each kind, how often the truth fell within what was told.
func calibrations(ctx context.Context, tx *store.Tx) ([]Calibration, error) {
	list, err := store.All(ctx, tx, func(c *Calibration) []any { return []any{&c.Kind, &c.Cases, &c.WithinMedian, &c.WithinMost} },
		`select kind, count(*), count(case when days <= told_median then 1 end), count(case when days <= told_most then 1 end) from forecast_cases
		where tenant_id = $1 and decided_at >= $2 and told_cases >= $3 group by kind order by kind limit 100`,
		tx.Tenant, store.At(tx.Now.Add(-window)), Least)
	if err != nil {
		return nil, fmt.Errorf("forecast: calibration: %w", err)
	}
	return list, nil
}

// standing is what is told of a kind in a season.
type standing struct {
	Kind     string
	Season   Season
	Estimate Estimate
}

func standings(ctx context.Context, tx *store.Tx) ([]standing, error) {
	list, err := store.All(ctx, tx, func(s *standing) []any {
		return append([]any{&s.Kind, (*string)(&s.Season)}, s.Estimate.fields()...)
	}, `select kind, season, cases, median, most from forecast_estimates where tenant_id = $1 and cases >= $2 order by kind, season limit 400`, tx.Tenant, Least)
	if err != nil {
		return nil, fmt.Errorf("forecast: standings: %w", err)
	}
	return list, nil
}
