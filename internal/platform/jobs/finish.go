package jobs

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// CompleteTx finishes the job in the transaction of its effects, so that they
// happen exactly once in our database. It returns ErrLeaseLost when the job is
// no longer this worker's; roll back then. Let it be the last thing in the
// transaction: other decisions about the tenant's ordered jobs wait for it.
func CompleteTx[T Args](ctx context.Context, tx *store.Tx, j Job[T]) error {
	t := j.task
	if t == nil {
		return fmt.Errorf("jobs: complete: %w", ErrLeaseLost)
	}
	if t.ordered != "" {
		if err := passGate(ctx, tx, []string{t.tenant}); err != nil {
			return err
		}
	}
	n, err := complete(ctx, tx, t.keep, []*task{t})
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrLeaseLost
	}
	next, err := release(ctx, tx, []*task{t})
	if err != nil {
		return err
	}
	if err := promote(ctx, tx, next); err != nil {
		return err
	}
	if t.ordered != "" {
		tx.Wake(Topic)
	}
	tx.AfterCommit(func() { t.closed.Store(true) })
	return nil
}

// finish writes how tasks ended. It returns how many of them were still ours,
// and the ordered jobs whose turn it may be now. Whoever calls has passed the
// gates of the ordered ones.
func finish(ctx context.Context, tx *store.Tx, keep bool, results []result) (ours int64, next []due, err error) {
	var done, over []*task
	for _, r := range results {
		switch {
		case r.gone:
			continue
		case r.state == StateCompleted:
			done = append(done, r.task)
		default:
			n, err := change(ctx, tx, r)
			if err != nil {
				return 0, nil, err
			}
			ours += n
		}
		if r.state.Finished() {
			over = append(over, r.task)
		}
	}
	n, err := complete(ctx, tx, keep, done)
	if err != nil {
		return 0, nil, err
	}
	next, err = release(ctx, tx, over)
	return ours + n, next, err
}

// complete removes jobs that are done, or marks them when they are kept. Only
// the holder of the lease can: fence and lease tell. It does not ask for the
// state, since PostgreSQL would then walk the index of all running jobs for
// each row (seconds for a thousand) instead of going by the key.
func complete(ctx context.Context, tx *store.Tx, keep bool, tasks []*task) (int64, error) {
	if len(tasks) == 0 {
		return 0, nil
	}
	ours := `lease_until is not null and (tenant_id, id, fence) in
		(select value->>0, value->>1, cast(value->>2 as bigint) from ` + tx.RowsOf(1) + `)`
	args := []any{keys(tasks)}
	if len(tasks) == 1 {
		// PostgreSQL thinks that any document has a hundred rows, and may read the
		// whole table for them.
		ours, args = `lease_until is not null and tenant_id = $1 and id = $2 and fence = $3`, tasks[0].key()
	}
	statement := `delete from jobs where ` + ours
	if keep {
		args = append(args, tx.Now)
		statement = fmt.Sprintf(`update jobs set state = 'completed', finished_at = $%d, lease_until = null, worker = '' where `, len(args)) + ours
	}
	n, err := tx.Exec(ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("jobs: complete: %w", err)
	}
	return n, nil
}

func keys(tasks []*task) store.JSON {
	rows := make([][]any, len(tasks))
	for i, t := range tasks {
		rows[i] = t.key()
	}
	return store.Rows(rows)
}

// change writes an outcome that leaves a row.
func change(ctx context.Context, tx *store.Tx, r result) (int64, error) {
	attempt, runAt := r.attempt, r.runAt
	if r.free {
		attempt--
	}
	if r.state == StateScheduled {
		runAt = store.At(tx.Now.Add(r.wait))
	}
	var finished store.Time
	if r.state.Finished() {
		finished = tx.Now
	}
	n, err := tx.Exec(ctx, `update jobs set state = $1, attempt = $2, run_at = $3, finished_at = $4,
		last_error = case when $5 = '' then last_error else $5 end, lease_until = null, worker = ''
		where tenant_id = $6 and id = $7 and fence = $8 and lease_until is not null`,
		r.state, attempt, runAt, finished, r.text, r.tenant, r.id, r.fence)
	if err != nil {
		return 0, fmt.Errorf("jobs: write outcome: %w", err)
	}
	return n, nil
}
