package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

const (
	afterFailure = 300 * time.Millisecond // before the database is asked again
	lastWords    = 2 * time.Second        // for workers whose context was ended at a stop
)

// Runner claims jobs and runs their workers. Any number of processes may run
// one on the same PostgreSQL; SQLite has one process.
type Runner struct {
	o       Options
	pool    *pool
	book    *ledger
	results chan result
	life    context.Context //nolint:containedctx // what the workers' contexts come from; given by Start
	write   func(context.Context, func(context.Context, *store.Tx) error) error

	started     atomic.Bool
	again       chan struct{} // there is more to claim
	stop, force chan struct{}
	done        chan struct{}
	beatNow     chan struct{} // a beat out of turn
	killed      chan struct{} // leave everything as it lies
	stopOnce    sync.Once
	forceOnce   sync.Once
	abandoned   int
}

// NewRunner returns a runner that has not begun.
func NewRunner(o Options) *Runner {
	o = o.withDefaults()
	return &Runner{
		o: o, pool: newPool(o.Workers), book: newLedger(), write: o.DB.WritePlatform,
		results: make(chan result, o.Workers+len(Lanes())*o.Ahead),
		again:   make(chan struct{}, 1), stop: make(chan struct{}), force: make(chan struct{}), done: make(chan struct{}),
		beatNow: make(chan struct{}), killed: make(chan struct{}),
	}
}

// Start begins to run jobs, until Stop; the end of ctx does not end them. A
// runner is started once.
func (r *Runner) Start(ctx context.Context) error {
	if r.started.Swap(true) {
		return errors.New("jobs: the runner has been started before")
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	wake, unsubscribe := r.o.DB.Subscribe(Topic)
	for range r.o.Workers {
		go r.work() //nolint:contextcheck // a job has a context of its own, that of its lease
	}
	go func() {
		defer close(r.done)
		defer r.pool.close()
		defer unsubscribe()
		r.live(wake)
	}()
	return nil
}

// begin arranges the periodic jobs.
func (r *Runner) begin(ctx context.Context) error {
	r.life = context.WithoutCancel(ctx)
	return r.write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if err := r.o.Registry.arrange(ctx, tx); err != nil {
			return err
		}
		r.book.nextTick, err = r.o.Registry.nextTick(ctx, tx)
		return err
	})
}

// Stop claims no more, gives back what nobody has begun and waits for what
// runs. When ctx ends first, the running jobs' contexts are ended and they are
// given back too. A worker that does not heed its context is left behind, which
// the error tells; its lease will pass.
func (r *Runner) Stop(ctx context.Context) error {
	if !r.started.Load() {
		return nil
	}
	r.stopOnce.Do(func() { close(r.stop) })
	select {
	case <-r.done:
	case <-ctx.Done():
		r.forceOnce.Do(func() { close(r.force) })
		<-r.done
	}
	if r.abandoned > 0 {
		return fmt.Errorf("jobs: stopped with %d jobs that did not end", r.abandoned)
	}
	return nil
}

// loop is what one life of the runner keeps between its turns.
type loop struct {
	wake        <-chan struct{}
	poll        *time.Timer
	beat        *time.Ticker
	stop, force <-chan struct{}
	giveUp      <-chan time.Time
	stopping    bool
	over        bool
	due         ask // asked for and not yet done, because the database failed
}

// live is the one goroutine that talks to the database and keeps the book.
func (r *Runner) live(wake <-chan struct{}) {
	l := &loop{wake: wake, poll: time.NewTimer(0), beat: time.NewTicker(r.o.Lease / 3), stop: r.stop, force: r.force}
	defer l.poll.Stop()
	defer l.beat.Stop()
	for !l.over {
		r.await(l)
		r.gather()
		l.due.claim = !l.stopping
		if l.over || l.stopping && len(r.book.held) == 0 {
			break
		}
		if err := r.oneTurn(l.due); err != nil {
			r.o.Log.ErrorContext(r.life, "the job runner did not reach the database", "error", err)
			r.pause(l)
			continue
		}
		l.due = ask{}
		l.over = l.stopping && len(r.book.held) == 0
		l.poll.Reset(r.untilNext())
	}
	r.abandoned = len(r.book.held)
}

// await sleeps until there is a reason for a turn.
func (r *Runner) await(l *loop) {
	select {
	case <-l.wake:
		l.due.look = true
		r.book.woken()
	case <-l.poll.C:
		l.due.look, l.due.tick = true, true
		r.book.woken()
	case <-r.again:
	case <-l.beat.C:
		l.due.beat = true
		r.returnStale()
	case <-r.beatNow:
		l.due.beat = true
		r.returnStale()
	case <-r.killed:
		l.over = true
	case res := <-r.results:
		r.book.unwritten = append(r.book.unwritten, res)
	case <-l.stop:
		l.stop, l.stopping = nil, true
		r.giveBack(func(*task) bool { return true })
	case <-l.force:
		l.force, l.giveUp = nil, time.After(lastWords)
		for t := range r.book.held {
			t.cancel(errStopping)
		}
	case <-l.giveUp:
		l.over = true
	}
}

// gather takes whatever else has ended, so that it is written together.
func (r *Runner) gather() {
	for {
		select {
		case res := <-r.results:
			r.book.unwritten = append(r.book.unwritten, res)
		default:
			return
		}
	}
}

// pause waits before the next try, without missing the order to stop.
func (r *Runner) pause(l *loop) {
	timer := time.NewTimer(afterFailure)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.giveUp:
		l.over = true
	}
	l.poll.Reset(0)
}

// returnStale gives back what was claimed ahead and has stood through two
// beats: the jobs turned slow, and another process may be idle.
func (r *Runner) returnStale() {
	for t := range r.book.held {
		if !t.begun.Load() {
			t.beats++
		}
	}
	for _, lane := range r.giveBack(func(t *task) bool { return t.beats >= 2 }) {
		r.book.lanes[lane].pace = slow
	}
}

func (r *Runner) giveBack(match func(*task) bool) (lanes []Lane) {
	for _, t := range r.pool.withdraw(match) {
		r.book.unwritten = append(r.book.unwritten, giveBack(t))
		lanes = append(lanes, t.lane)
	}
	return lanes
}

// untilNext is how long nothing will happen by itself, at most a poll.
func (r *Runner) untilNext() time.Duration {
	wait, now := r.o.Poll, r.o.DB.Clock().Now()
	for _, at := range []time.Time{r.book.nextDue, r.book.nextTick} {
		if !at.IsZero() {
			wait = min(wait, max(time.Millisecond, at.Sub(now)))
		}
	}
	return wait
}
