package jobs

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// task is a job that this process has claimed.
type task struct {
	tenant, id, name string
	version          int64
	ownLane          string
	args             store.JSON
	ordered          string
	attempt, most    int64
	fence            int64
	runAt, createdAt store.Time
	keep             bool // completed jobs stay for a while

	kind   *kind
	lane   Lane
	ctx    context.Context //nolint:containedctx // ends with the lease, which is the task's
	cancel context.CancelCauseFunc
	beats  int // renewals while nobody had begun it
	begun  atomic.Bool
	closed atomic.Bool // finished by CompleteTx
}

const taskColumns = `jobs.tenant_id, jobs.id, jobs.kind, jobs.kind_version, jobs.lane, jobs.args, jobs.ordered_key,
	jobs.attempt, jobs.max_attempts, jobs.fence, jobs.run_at, jobs.created_at`

func (t *task) fields() []any {
	return []any{
		&t.tenant, &t.id, &t.name, &t.version, &t.ownLane, &t.args, &t.ordered,
		&t.attempt, &t.most, &t.fence, &t.runAt, &t.createdAt,
	}
}

// maxAttempts is the job's own number, or else its kind's.
func (t *task) maxAttempts() int64 {
	if t.most > 0 {
		return t.most
	}
	return int64(t.kind.MaxAttempts)
}

// key is the lease as a row of a document.
func (t *task) key() []any { return []any{t.tenant, t.id, t.fence} }

// result is how a task ended.
type result struct {
	*task

	state State         // where the job goes
	wait  time.Duration // from now, for scheduled
	free  bool          // the attempt does not count
	text  string        // the error's, cleaned
	gone  bool          // nothing is left to write
	took  time.Duration
	ran   bool
}
