package jobs

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/torg-no/torg/internal/platform/store"
)

// run does one task and says how it ended.
func (r *Runner) run(t *task) result {
	if t.attempt > t.maxAttempts() {
		// The last attempt took its process with it.
		return result{task: t, state: StateDiscarded}
	}
	began := r.o.DB.Clock().Now()
	err := r.call(t)
	res := settle(t, err)
	res.took = r.o.DB.Clock().Now().Sub(began)
	r.report(t, res)
	return res
}

// call runs the worker in the context it is promised.
func (r *Runner) call(t *task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
			r.o.Log.ErrorContext(t.ctx, "a job panicked", "kind", t.name, "job", t.id, "stack", string(debug.Stack()))
		}
	}()
	ctx := t.ctx
	if t.tenant != "" {
		ctx = store.WithTenant(ctx, t.tenant)
	}
	if ctx, err = r.o.Prepare(ctx, t.tenant); err != nil {
		return fmt.Errorf("jobs: prepare: %w", err)
	}
	if t.kind.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.kind.Timeout)
		defer cancel()
	}
	return t.kind.work(ctx, t)
}

func (r *Runner) report(t *task, res result) {
	switch {
	case res.gone && !t.closed.Load():
		r.o.Log.WarnContext(t.ctx, "a job's lease was lost while it ran", "kind", t.name, "job", t.id)
	case res.text == "":
	case res.state == StateDiscarded:
		r.o.Log.ErrorContext(t.ctx, "a job failed for the last time", "kind", t.name, "job", t.id, "attempt", t.attempt, "error", res.text)
	default:
		r.o.Log.WarnContext(t.ctx, "a job failed", "kind", t.name, "job", t.id, "attempt", t.attempt, "error", res.text)
	}
}

// work is the life of one worker.
func (r *Runner) work() {
	for {
		t := r.pool.take()
		if t == nil {
			return
		}
		res := r.run(t)
		r.pool.done(t.lane)
		select {
		case r.results <- res:
		case <-r.done:
			return
		}
	}
}
