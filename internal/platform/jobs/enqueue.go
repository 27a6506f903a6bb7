package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Topic is woken when there may be something to claim.
const Topic = "jobs"

// maxArgs keeps documents out of the table: arguments are ids.
const maxArgs = 8 << 10

// Option says how one job is enqueued.
type Option func(*insert)

// insert is a row about to be written.
type insert struct {
	args        Args
	tenant      string
	otherTenant bool
	lane        Lane
	unique      string
	ordered     string
	maxAttempts int
	at          time.Time
}

// UniqueKey makes the enqueue nothing when an unfinished job of the kind, in
// the tenant, has the key. A running job counts: what it has already read may
// be older than what is enqueued for.
func UniqueKey(key string) Option { return func(i *insert) { i.unique = key } }

// Ordered makes the tenant's jobs with this key, of whatever kind, run one
// after the other in the order they were enqueued in.
func Ordered(key string) Option { return func(i *insert) { i.ordered = key } }

// At lets the job wait until an instant.
func At(at time.Time) Option { return func(i *insert) { i.at = at } }

// InLane takes another lane than the kind's own.
func InLane(l Lane) Option { return func(i *insert) { i.lane = l } }

// MaxAttempts takes another number than the kind's own.
func MaxAttempts(n int) Option { return func(i *insert) { i.maxAttempts = n } }

// ForTenant gives the job to a tenant when enqueued in a platform transaction.
func ForTenant(tenantID string) Option {
	return func(i *insert) { i.tenant, i.otherTenant = tenantID, true }
}

// Enqueue adds a job in the transaction: it will run if and only if the
// transaction commits. It belongs to the transaction's tenant.
func Enqueue(ctx context.Context, tx *store.Tx, args Args, opts ...Option) error {
	return EnqueueAll(ctx, tx, Item{Args: args, Options: opts})
}

// Item is one of many jobs enqueued together.
type Item struct {
	Args    Args
	Options []Option
}

// batchSize bounds one statement.
const batchSize = 1000

// EnqueueAll adds many jobs with few statements; a fan-out of a hundred
// thousand messages is one call.
func EnqueueAll(ctx context.Context, tx *store.Tx, items ...Item) error {
	batch := make([]insert, 0, min(len(items), batchSize))
	for _, item := range items {
		row, err := prepare(tx, item)
		if err != nil {
			return err
		}
		// A statement carries one instant, since the databases do not agree on
		// how to read one from a document.
		if len(batch) == batchSize || len(batch) > 0 && !batch[0].at.Equal(row.at) {
			if err := write(ctx, tx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		batch = append(batch, row)
	}
	return write(ctx, tx, batch)
}

func prepare(tx *store.Tx, item Item) (insert, error) {
	row := insert{args: item.Args, tenant: tx.Tenant}
	for _, o := range item.Options {
		o(&row)
	}
	if row.at.Before(tx.Now.Time) {
		row.at = tx.Now.Time
	}
	switch {
	case row.args == nil || row.args.Kind() == "":
		return row, errors.New("jobs: enqueue: no kind")
	case row.otherTenant && tx.Tenant != "" && row.tenant != tx.Tenant:
		return row, errors.New("jobs: enqueue: another tenant's job in a tenant's transaction")
	case row.lane != "" && !row.lane.valid():
		return row, fmt.Errorf("jobs: enqueue: no lane %q", row.lane)
	}
	return row, nil
}

func (i *insert) state(now time.Time) State {
	if i.ordered != "" || i.at.After(now) {
		// An ordered job is let through by a runner, which sees what else there is.
		return StateScheduled
	}
	return StateAvailable
}

func write(ctx context.Context, tx *store.Tx, batch []insert) error {
	if len(batch) == 0 {
		return nil
	}
	rows := make([][]any, len(batch))
	for n := range batch {
		i := &batch[n]
		args, err := json.Marshal(i.args)
		if err != nil {
			return fmt.Errorf("jobs: write arguments of %s: %w", i.args.Kind(), err)
		}
		if len(args) > maxArgs {
			return fmt.Errorf("jobs: the arguments of %s are %d bytes; they hold ids only", i.args.Kind(), len(args))
		}
		rows[n] = []any{i.tenant, ids.New(), i.args.Kind(), versionOf(i.args), i.lane, i.state(tx.Now.Time), string(args), i.unique, i.ordered, i.maxAttempts}
	}
	err := tx.Queue(ctx, `insert into jobs
		(tenant_id, id, kind, kind_version, lane, state, args, unique_key, ordered_key, max_attempts, run_at, created_at)
		select value->>0, value->>1, value->>2, cast(value->>3 as bigint), value->>4, value->>5, value->>6,
		  value->>7, value->>8, cast(value->>9 as bigint), $2, $3
		from `+tx.RowsOf(1)+` where true
		on conflict do nothing`, store.Rows(rows), store.At(batch[0].at), tx.Now)
	if err != nil {
		return fmt.Errorf("jobs: enqueue: %w", err)
	}
	tx.Wake(Topic)
	return nil
}
