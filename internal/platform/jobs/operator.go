package jobs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Row is a job as the operator sees it.
type Row struct {
	Tenant, ID, Kind    string
	Lane                Lane // empty when the kind's own
	State               State
	Args                string
	UniqueKey           string
	OrderedKey          string
	Attempt             int
	MaxAttempts         int // 0 when the kind's own
	Worker              string
	LastError           string
	RunAt, CreatedAt    time.Time
	LeaseUntil, EndedAt time.Time // zero when there is none
}

func (r *Row) scan() []any {
	return []any{
		&r.Tenant, &r.ID, &r.Kind, &r.Lane, &r.State, &r.Args, &r.UniqueKey, &r.OrderedKey, &r.Attempt, &r.MaxAttempts,
		&r.Worker, &r.LastError,
		instant{&r.RunAt},
		instant{&r.CreatedAt},
		instant{&r.LeaseUntil},
		instant{&r.EndedAt},
	}
}

// instant scans into a time.Time.
type instant struct{ to *time.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(v any) error {
	var t store.Time
	err := t.Scan(v)
	*i.to = t.Time
	return err
}

// Filter narrows List. Empty fields do not.
type Filter struct {
	// Tenant is a pointer since the empty text is the platform.
	Tenant *string
	State  State
	Kind   string
	// Before is the ID of the last row of the page before.
	Before string
	// Limit is 100 unless said, at most 1000.
	Limit int
}

// List returns jobs, the newest first. The caller has checked that the asker is
// the operator.
func List(ctx context.Context, db *store.DB, f Filter) (list []Row, err error) {
	var where []string
	var args []any
	add := func(column string, value any) {
		args = append(args, value)
		where = append(where, column+" $"+strconv.Itoa(len(args)))
	}
	if f.Tenant != nil {
		add("tenant_id =", *f.Tenant)
	}
	if f.State != "" {
		add("state =", f.State)
	}
	if f.Kind != "" {
		add("kind =", f.Kind)
	}
	if f.Before != "" {
		add("id <", f.Before)
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	add("1 = 1 order by id desc limit", min(f.Limit, 1000))
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, (*Row).scan, `select tenant_id, id, kind, lane, state, args, unique_key, ordered_key,
			attempt, max_attempts, worker, last_error, run_at, created_at, lease_until, finished_at
			from jobs where `+strings.Join(where, " and "), args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: list: %w", err)
	}
	return list, nil
}

// Retry makes a cancelled or discarded job run again as if it were new. It is
// refused when an unfinished job has taken its unique key meanwhile.
func Retry(ctx context.Context, db *store.DB, tenantID, id string) error {
	return operate(ctx, db, tenantID, id, func(ctx context.Context, tx *store.Tx, _ *task) (bool, error) {
		n, err := tx.Exec(ctx, `update jobs set state = 'scheduled', run_at = $3, attempt = 0, finished_at = null
			where tenant_id = $1 and id = $2 and state in ('cancelled', 'discarded')`, tenantID, id, tx.Now)
		if store.IsUnique(err) {
			return false, errs.Conflict("jobs.retry_unique").Because(err)
		}
		return n == 1, err
	})
}

// Discard makes an unfinished job a dead letter. One that is running is not
// interrupted, but what it still does no longer counts.
func Discard(ctx context.Context, db *store.DB, tenantID, id string) error {
	return operate(ctx, db, tenantID, id, func(ctx context.Context, tx *store.Tx, t *task) (bool, error) {
		if err := passGate(ctx, tx, []string{tenantID}); err != nil {
			return false, err
		}
		n, err := tx.Exec(ctx, `update jobs set state = 'discarded', finished_at = $3, lease_until = null, worker = ''
			where tenant_id = $1 and id = $2 and finished_at is null`, tenantID, id, tx.Now)
		if err != nil || n == 0 {
			return false, err
		}
		next, err := release(ctx, tx, []*task{t})
		if err != nil {
			return false, err
		}
		return true, promote(ctx, tx, next)
	})
}

// operate changes one job and wakes the runners.
func operate(ctx context.Context, db *store.DB, tenantID, id string, change func(context.Context, *store.Tx, *task) (bool, error)) error {
	err := db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		t := &task{tenant: tenantID, id: id}
		var err error
		t.ordered, err = store.One(ctx, tx, store.Value[string], `select ordered_key from jobs where tenant_id = $1 and id = $2`, tenantID, id)
		if errors.Is(err, store.ErrNoRows) {
			return errs.NotFound("errs.not_found")
		}
		if err != nil {
			return err
		}
		changed, err := change(ctx, tx, t)
		if err == nil && !changed {
			err = errs.Conflict("jobs.wrong_state")
		}
		tx.Wake(Topic)
		return err
	})
	if err != nil {
		return fmt.Errorf("jobs: change job %s: %w", id, err)
	}
	return nil
}

// Count is how many jobs of a lane stand in a state.
type Count struct {
	Lane   Lane // empty when the kinds' own
	Kind   string
	State  State
	Jobs   int64
	Oldest time.Time // when the one that has waited longest was to run
}

// Counts counts all jobs, for metrics and the operator's page. It reads the
// whole table: ask a few times a minute at most.
func Counts(ctx context.Context, db *store.DB) (list []Count, err error) {
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, func(c *Count) []any {
			return []any{&c.Lane, &c.Kind, &c.State, &c.Jobs, instant{&c.Oldest}}
		}, `select lane, kind, state, count(*), min(run_at) from jobs group by lane, kind, state order by lane, kind, state limit 10000`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: count: %w", err)
	}
	return list, nil
}
