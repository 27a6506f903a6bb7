package retention

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

func beginRun(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `insert into retention_runs (tenant_id, id, started_at) values ($1, $2, $3) on conflict (tenant_id, id) do nothing`, tx.Tenant, id, tx.Now)
	if err != nil {
		return fmt.Errorf("retention: begin a run: %w", err)
	}
	return nil
}

func endRun(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, `update retention_runs set ended_at = $3 where tenant_id = $1 and id = $2`, tx.Tenant, id, tx.Now); err != nil {
		return fmt.Errorf("retention: end a run: %w", err)
	}
	return nil
}

// addEnded counts what the transaction has ended.
func addEnded(ctx context.Context, tx *store.Tx, run string, r Rule, n int) error {
	_, err := tx.Exec(ctx, `insert into retention_counts (tenant_id, run_id, kind, action, ended) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, run_id, kind, action) do update set ended = retention_counts.ended + excluded.ended`,
		tx.Tenant, run, r.Kind, string(r.Action), n)
	if err != nil {
		return fmt.Errorf("retention: count: %w", err)
	}
	return nil
}

// saveCount notes what a run saw of a kind when it was through with it.
func saveCount(ctx context.Context, tx *store.Tx, run string, t Tally) error {
	_, err := tx.Exec(ctx, `insert into retention_counts (tenant_id, run_id, kind, action, held, failed, coming) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (tenant_id, run_id, kind, action) do update set held = excluded.held, failed = excluded.failed, coming = excluded.coming`,
		tx.Tenant, run, t.Kind, string(t.Action), t.Held, t.Failed, t.Coming)
	if err != nil {
		return fmt.Errorf("retention: count: %w", err)
	}
	return nil
}

// maxKinds bounds what is listed of a run.
const maxKinds = 200

func countsOf(ctx context.Context, tx *store.Tx, run string) ([]Tally, error) {
	list, err := store.All(ctx, tx, func(t *Tally) []any {
		return []any{&t.Kind, (*string)(&t.Action), &t.Ended, &t.Held, &t.Failed, &t.Coming}
	}, `select kind, action, ended, held, failed, coming from retention_counts where tenant_id = $1 and run_id = $2 order by kind, action limit $3`,
		tx.Tenant, run, maxKinds)
	if err != nil {
		return nil, fmt.Errorf("retention: counts of a run: %w", err)
	}
	return list, nil
}

type runRow struct {
	id             string
	started, ended store.Time
}

// lastRuns returns the newest runs.
func lastRuns(ctx context.Context, tx *store.Tx, limit int) ([]runRow, error) {
	list, err := store.All(ctx, tx, func(r *runRow) []any { return []any{&r.id, &r.started, &r.ended} },
		`select id, started_at, ended_at from retention_runs where tenant_id = $1 order by started_at desc, id desc limit $2`, tx.Tenant, limit)
	if err != nil {
		return nil, fmt.Errorf("retention: runs: %w", err)
	}
	return list, nil
}

type sum struct {
	kind, action string
	ended        int64
}

// endedSince adds up what was ended since an instant, by kind and action.
func endedSince(ctx context.Context, tx *store.Tx, since time.Time) ([]sum, error) {
	list, err := store.All(ctx, tx, func(s *sum) []any { return []any{&s.kind, &s.action, &s.ended} }, `
		select c.kind, c.action, cast(sum(c.ended) as bigint) from retention_counts c
		join retention_runs r on r.tenant_id = c.tenant_id and r.id = c.run_id
		where c.tenant_id = $1 and r.started_at >= $2 and c.ended > 0 group by c.kind, c.action order by c.kind, c.action limit $3`,
		tx.Tenant, store.At(since), maxKinds)
	if err != nil {
		return nil, fmt.Errorf("retention: what was ended: %w", err)
	}
	return list, nil
}
