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
	ID     string
	State  State
	Kind   string
	// Before is the ID of the last row of the page before.
	Before string
	// Limit is 100 unless said, at most 1000.
	Limit int
}

// List returns jobs of all tenants, the newest first. The caller has checked
// that the asker is the operator.
func List(ctx context.Context, db *store.DB, f Filter) (list []Row, err error) {
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = ListIn(ctx, tx, f)
		return err
	})
	return list, err
}

// ListIn is List within a transaction the caller has open. In a tenant's
// transaction it returns that tenant's jobs only, whatever the filter says.
func ListIn(ctx context.Context, tx *store.Tx, f Filter) ([]Row, error) {
	if tx.Tenant != "" {
		f.Tenant = &tx.Tenant
	}
	where, args := f.where()
	list, err := store.All(ctx, tx, (*Row).scan, `select tenant_id, id, kind, lane, state, args, unique_key, ordered_key,
		attempt, max_attempts, worker, last_error, run_at, created_at, lease_until, finished_at
		from jobs where `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("jobs: list: %w", err)
	}
	return list, nil
}

func (f Filter) where() (string, []any) {
	var where []string
	var args []any
	add := func(column string, value any) {
		args = append(args, value)
		where = append(where, column+" $"+strconv.Itoa(len(args)))
	}
	if f.Tenant != nil {
		add("tenant_id =", *f.Tenant)
	}
	for _, c := range []struct{ column, value string }{{"id =", f.ID}, {"state =", string(f.State)}, {"kind =", f.Kind}, {"id <", f.Before}} {
		if c.value != "" {
			add(c.column, c.value)
		}
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	add("1 = 1 order by id desc limit", min(f.Limit, 1000))
	return strings.Join(where, " and "), args
}

// Retry makes a cancelled or discarded job run again as if it were new. It is
// refused when an unfinished job has taken its unique key meanwhile.
func Retry(ctx context.Context, db *store.DB, tenantID, id string) error {
	return db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error { return retry(ctx, tx, tenantID, id) })
}

// RetryIn is Retry of a job of the transaction's tenant.
func RetryIn(ctx context.Context, tx *store.Tx, id string) error {
	return retry(ctx, tx, tx.Tenant, id)
}

func retry(ctx context.Context, tx *store.Tx, tenantID, id string) error {
	return operate(ctx, tx, tenantID, id, func(ctx context.Context, _ *task) (bool, error) {
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
	return db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error { return discard(ctx, tx, tenantID, id) })
}

// DiscardIn is Discard of a job of the transaction's tenant.
func DiscardIn(ctx context.Context, tx *store.Tx, id string) error {
	return discard(ctx, tx, tx.Tenant, id)
}

func discard(ctx context.Context, tx *store.Tx, tenantID, id string) error {
	return operate(ctx, tx, tenantID, id, func(ctx context.Context, t *task) (bool, error) {
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

// PutAway makes a dead letter a cancelled job: the operator has seen it, and it
// shall not be done. Retry still takes it until it is old and removed.
func PutAway(ctx context.Context, db *store.DB, tenantID, id string) error {
	return db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error { return putAway(ctx, tx, tenantID, id) })
}

// PutAwayIn is PutAway of a dead letter of the transaction's tenant.
func PutAwayIn(ctx context.Context, tx *store.Tx, id string) error {
	return putAway(ctx, tx, tx.Tenant, id)
}

func putAway(ctx context.Context, tx *store.Tx, tenantID, id string) error {
	return operate(ctx, tx, tenantID, id, func(ctx context.Context, _ *task) (bool, error) {
		n, err := tx.Exec(ctx, `update jobs set state = 'cancelled' where tenant_id = $1 and id = $2 and state = 'discarded'`, tenantID, id)
		return n == 1, err
	})
}

// operate changes one job and wakes the runners.
func operate(ctx context.Context, tx *store.Tx, tenantID, id string, change func(context.Context, *task) (bool, error)) error {
	t := &task{tenant: tenantID, id: id}
	var err error
	t.ordered, err = store.One(ctx, tx, store.Value[string], `select ordered_key from jobs where tenant_id = $1 and id = $2`, tenantID, id)
	if errors.Is(err, store.ErrNoRows) {
		return errs.NotFound("errs.not_found")
	}
	changed := false
	if err == nil {
		changed, err = change(ctx, t)
	}
	if err != nil {
		return fmt.Errorf("jobs: change job %s: %w", id, err)
	}
	if !changed {
		return errs.Conflict("jobs.wrong_state")
	}
	tx.Wake(Topic)
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
