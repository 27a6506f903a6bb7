package jobs

import (
	"context"
	"errors"

	"github.com/torg-no/torg/internal/platform/store"
)

// oneTurn makes a turn and enters what it brought. When the transaction fails,
// the results are written one by one, so that one that cannot be written does
// not keep the others.
func (r *Runner) oneTurn(a ask) error {
	n, err := r.turn(r.life, a)
	if err != nil {
		return errors.Join(err, r.writeAlone())
	}
	r.enter(n)
	r.hand(n)
	return nil
}

// writeAlone writes each result in a transaction of its own; what cannot be
// written waits for the next turn.
func (r *Runner) writeAlone() error {
	var left []result
	var failed error
	for i, res := range r.book.unwritten {
		n := news{results: r.book.unwritten[i : i+1]}
		err := r.write(r.life, func(ctx context.Context, tx *store.Tx) error { return r.settleAccounts(ctx, tx, ask{}, &n) })
		if err != nil {
			left, failed = append(left, res), err
			continue
		}
		r.book.remove(res)
	}
	r.book.unwritten = left
	return failed
}

// enter brings the book up to date after a commit.
func (r *Runner) enter(n news) {
	for _, res := range n.results {
		r.book.remove(res)
	}
	r.book.unwritten = nil
	if n.kept != nil {
		for t := range r.book.held {
			if !n.kept[jobKey{t.tenant, t.id}] {
				t.cancel(ErrLeaseLost)
			}
		}
	}
	if n.swept {
		r.book.nextSweep = r.o.DB.Clock().Now().Add(sweepEvery)
	}
	if !n.nextTick.IsZero() {
		r.book.nextTick = n.nextTick
	}
	r.enterDue(n)
}

// enterDue keeps the instant at which the next scheduled job comes, also of
// those that this turn has scheduled without looking for others.
func (r *Runner) enterDue(n news) {
	if n.looked {
		r.book.nextDue = n.nextDue
		return
	}
	now := r.o.DB.Clock().Now()
	for _, res := range n.results {
		if res.gone || res.state != StateScheduled {
			continue
		}
		if at := now.Add(res.wait); r.book.nextDue.IsZero() || at.Before(r.book.nextDue) {
			r.book.nextDue = at
		}
	}
}

// hand gives the claimed tasks to the workers.
func (r *Runner) hand(n news) {
	any := n.full
	for _, c := range n.claims {
		b := r.book.lanes[c.lane]
		b.more, b.cursor = c.more, c.cursor
		for _, t := range c.tasks {
			r.adopt(t, c.lane)
		}
		r.pool.put(c.tasks)
		any = any || len(c.tasks) > 0
	}
	if any {
		select {
		case r.again <- struct{}{}:
		default:
		}
	}
}

func (r *Runner) adopt(t *task, lane Lane) {
	t.kind, t.lane, t.keep = r.o.Registry.kinds[t.name], lane, r.o.Keep > 0
	t.ctx, t.cancel = context.WithCancelCause(r.life)
	r.book.add(t)
}

// Drain runs what is ready, and what that makes ready, one job after the other
// in the lanes' order, and returns how many runs there were. It is for tests
// that move the clock and for commands that do their work and end; a runner
// that was started is not drained.
func (r *Runner) Drain(ctx context.Context) (runs int, err error) {
	if r.started.Load() {
		return 0, errors.New("jobs: a started runner is not drained")
	}
	if err := r.begin(ctx); err != nil {
		return 0, err
	}
	for {
		r.book.woken()
		n, err := r.turn(ctx, ask{look: true, tick: true, claim: true})
		if err != nil {
			return runs, err
		}
		r.enter(n)
		tasks := r.adoptAll(n)
		if len(tasks) == 0 && !n.full {
			return runs, nil
		}
		for _, t := range tasks {
			r.book.unwritten = append(r.book.unwritten, r.run(t)) //nolint:contextcheck // a job has a context of its own, that of its lease
			runs++
		}
	}
}

func (r *Runner) adoptAll(n news) (tasks []*task) {
	for _, c := range n.claims {
		r.book.lanes[c.lane].cursor = c.cursor
		for _, t := range c.tasks {
			r.adopt(t, c.lane)
			tasks = append(tasks, t)
		}
	}
	return tasks
}
