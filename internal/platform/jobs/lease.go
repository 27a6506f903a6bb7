package jobs

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

type jobKey struct{ tenant, id string }

func (k *jobKey) fields() []any { return []any{&k.tenant, &k.id} }

// renew lengthens the leases and returns those that still are ours.
func renew(ctx context.Context, tx *store.Tx, until store.Time, tasks []*task) (map[jobKey]bool, error) {
	if len(tasks) == 0 {
		return nil, nil //nolint:nilnil // nothing held, nothing renewed
	}
	held, err := store.All(ctx, tx, (*jobKey).fields, `update jobs set lease_until = $2
		where lease_until is not null and (tenant_id, id, fence) in
		  (select value->>0, value->>1, cast(value->>2 as bigint) from `+tx.RowsOf(1)+`)
		returning tenant_id, id`, keys(tasks), until)
	if err != nil {
		return nil, fmt.Errorf("jobs: renew leases: %w", err)
	}
	ours := map[jobKey]bool{}
	for _, k := range held {
		ours[k] = true
	}
	return ours, nil
}

// reap makes jobs available whose holder let the lease pass. The attempt
// counts: what kills a process must not do so for ever.
func reap(ctx context.Context, tx *store.Tx) (int64, error) {
	n, err := tx.Exec(ctx, `update jobs set state = 'available', lease_until = null, worker = '', last_error = 'lease expired'
		where (tenant_id, id) in (
		  select tenant_id, id from jobs where state = 'running' and lease_until < $1
		  order by lease_until limit $2`+tx.ForUpdate(true)+`)`, tx.Now, batchSize)
	if err != nil {
		return 0, fmt.Errorf("jobs: take over expired leases: %w", err)
	}
	return n, nil
}

// sweep deletes finished jobs that were kept long enough.
func sweep(ctx context.Context, tx *store.Tx, completedBefore, failedBefore store.Time) (int64, error) {
	n, err := tx.Exec(ctx, `delete from jobs where (tenant_id, id) in (
		  select tenant_id, id from jobs where finished_at < $1
		    and (state = 'completed' and finished_at < $2 or state <> 'completed' and finished_at < $3)
		  order by finished_at limit $4)`, later(completedBefore, failedBefore), completedBefore, failedBefore, batchSize)
	if err != nil {
		return 0, fmt.Errorf("jobs: delete old jobs: %w", err)
	}
	return n, nil
}

func later(a, b store.Time) store.Time {
	if a.After(b.Time) {
		return a
	}
	return b
}
