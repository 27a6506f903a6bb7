package jobs

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/store"
)

// due is a scheduled job whose time has come.
type due struct{ tenant, id, ordered string }

func (d *due) fields() []any { return []any{&d.tenant, &d.id, &d.ordered} }

// lookDue finds and locks scheduled jobs whose time has come.
func lookDue(ctx context.Context, tx *store.Tx) ([]due, error) {
	list, err := store.All(ctx, tx, (*due).fields, `select tenant_id, id, ordered_key from jobs
		where state = 'scheduled' and run_at <= $1 order by run_at, id limit $2`+tx.ForUpdate(true), tx.Now, batchSize)
	if err != nil {
		return nil, fmt.Errorf("jobs: look for what is due: %w", err)
	}
	return list, nil
}

// promote makes due jobs available, or pending when an earlier job with the
// same ordered key is unfinished, or a later one (the operator retries old
// jobs) has been let through. The jobs are locked, and the gates have been passed,
// so the statement sees every decision made before.
func promote(ctx context.Context, tx *store.Tx, list []due) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([][]any, len(list))
	for i, d := range list {
		rows[i] = []any{d.tenant, d.id}
	}
	_, err := tx.Exec(ctx, `update jobs set state = case when ordered_key <> '' and exists (
		  select 1 from jobs b where b.tenant_id = jobs.tenant_id and b.ordered_key = jobs.ordered_key
		    and b.ordered_key <> '' and b.finished_at is null and b.id <> jobs.id
		    and (b.id < jobs.id or b.state in ('available', 'running')))
		  then 'pending' else 'available' end
		where (tenant_id, id) in (select value->>0, value->>1 from `+tx.RowsOf(1)+`)`, store.Rows(rows))
	if err != nil {
		return fmt.Errorf("jobs: promote: %w", err)
	}
	return nil
}

// passGate takes the tenants' gates, in their order, until the end of the
// transaction. Without it, one transaction could let a job wait for another
// that a second transaction is just finishing, and nobody would call it.
func passGate(ctx context.Context, tx *store.Tx, tenants []string) error {
	slices.Sort(tenants)
	for _, tenant := range slices.Compact(tenants) {
		_, err := tx.Exec(ctx, `insert into jobs_gates (tenant_id, turn) values ($1, 1)
			on conflict (tenant_id) do update set turn = jobs_gates.turn + 1`, tenant)
		if err != nil {
			return fmt.Errorf("jobs: wait at the gate: %w", err)
		}
	}
	return nil
}

// release calls the next pending job of each ordered key that became free, and
// returns those whose time has come: promote decides about them.
func release(ctx context.Context, tx *store.Tx, over []*task) ([]due, error) {
	var list []due
	called := map[due]bool{}
	for _, t := range over {
		key := due{tenant: t.tenant, ordered: t.ordered}
		if t.ordered == "" || called[key] {
			continue
		}
		called[key] = true
		next, err := store.All(ctx, tx, func(d *struct {
			due
			at store.Time
		},
		) []any {
			return append(d.fields(), &d.at)
		}, `update jobs set state = 'scheduled' where tenant_id = $1 and id = (
			select id from jobs where tenant_id = $1 and ordered_key = $2 and ordered_key <> '' and finished_at is null
			  and state = 'pending' order by id limit 1)
			returning tenant_id, id, ordered_key, run_at`, t.tenant, t.ordered)
		if err != nil {
			return nil, fmt.Errorf("jobs: call the next in order: %w", err)
		}
		for _, d := range next {
			if !d.at.After(tx.Now.Time) {
				list = append(list, d.due)
			}
		}
	}
	return list, nil
}
