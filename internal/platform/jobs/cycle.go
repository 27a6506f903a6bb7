package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// sweepEvery is how often old jobs are deleted.
const sweepEvery = time.Minute

// ask is what one turn shall do besides writing results.
type ask struct {
	look  bool // woken: promote what is due
	tick  bool // by the clock: also expired leases, periodic jobs, old jobs
	beat  bool // renew the leases
	claim bool
}

// news is what a turn found; it counts only once the transaction has committed.
type news struct {
	results  []result
	ours     int64
	full     bool // there was more due than one turn takes
	kept     map[jobKey]bool
	claims   []claimed
	looked   bool
	nextDue  time.Time // zero when nothing is scheduled; known if looked
	nextTick time.Time
	swept    bool
}

// turn talks to the database once: it writes the results, promotes, renews and
// claims, in one transaction, so that a batch of jobs costs one commit.
func (r *Runner) turn(ctx context.Context, a ask) (news, error) {
	tenants, err := r.tenantsIfDue(ctx, a)
	if err != nil {
		return news{}, err
	}
	r.book.reckon()
	held := r.book.tasks()
	var n news
	err = r.write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n = news{results: r.book.unwritten}
		if err := r.settleAccounts(ctx, tx, a, &n); err != nil {
			return err
		}
		if err := r.clockwork(ctx, tx, a, tenants, &n); err != nil {
			return err
		}
		if a.beat {
			kept, err := renew(ctx, tx, r.leaseUntil(tx), held)
			if err != nil {
				return err
			}
			n.kept = kept
		}
		if a.claim {
			return r.claim(ctx, tx, &n)
		}
		return nil
	})
	if err != nil {
		return news{}, fmt.Errorf("jobs: turn: %w", err)
	}
	return n, nil
}

func (r *Runner) leaseUntil(tx *store.Tx) store.Time { return store.At(tx.Now.Add(r.o.Lease)) }

// tenantsIfDue asks for the tenants before the transaction when a periodic job
// has come; nil says that none has.
func (r *Runner) tenantsIfDue(ctx context.Context, a ask) ([]string, error) {
	next := r.book.nextTick
	if !a.tick || next.IsZero() || next.After(r.o.DB.Clock().Now()) {
		return nil, nil
	}
	tenants, err := r.o.Tenants(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: list tenants: %w", err)
	}
	return append([]string{}, tenants...), nil
}

// settleAccounts writes results and promotes what is due. All gates are passed
// at once, in order, so that two processes cannot wait for each other.
func (r *Runner) settleAccounts(ctx context.Context, tx *store.Tx, a ask, n *news) (err error) {
	var list []due
	if a.look || a.tick {
		if list, err = lookDue(ctx, tx); err != nil {
			return err
		}
		n.full = len(list) == batchSize
	}
	if err := passGate(ctx, tx, gatesOf(list, n.results)); err != nil {
		return err
	}
	ours, next, err := finish(ctx, tx, r.o.Keep > 0, n.results)
	if err != nil {
		return err
	}
	n.ours = ours
	if len(next) > 0 || slices.ContainsFunc(n.results, func(res result) bool { return res.state == StateAvailable }) {
		// This turn itself makes something to claim.
		r.book.woken()
	}
	return promote(ctx, tx, append(list, next...))
}

func gatesOf(list []due, results []result) []string {
	var tenants []string
	for _, d := range list {
		if d.ordered != "" {
			tenants = append(tenants, d.tenant)
		}
	}
	for _, res := range results {
		if res.ordered != "" && !res.gone {
			tenants = append(tenants, res.tenant)
		}
	}
	return tenants
}

// clockwork does what comes with time.
func (r *Runner) clockwork(ctx context.Context, tx *store.Tx, a ask, tenants []string, n *news) (err error) {
	if a.tick {
		if _, err := reap(ctx, tx); err != nil {
			return err
		}
		if tenants != nil {
			if err := r.o.Registry.tick(ctx, tx, tenants); err != nil {
				return err
			}
		}
		if n.nextTick, err = r.o.Registry.nextTick(ctx, tx); err != nil {
			return err
		}
		if n.swept = !r.book.nextSweep.After(tx.Now.Time); n.swept {
			if _, err := sweep(ctx, tx, store.At(tx.Now.Add(-r.o.Keep)), store.At(tx.Now.Add(-r.o.KeepFailed))); err != nil {
				return err
			}
		}
	}
	if a.look || a.tick {
		n.looked = true
		n.nextDue, err = nextDue(ctx, tx)
	}
	return err
}

func nextDue(ctx context.Context, tx *store.Tx) (time.Time, error) {
	list, err := store.All(ctx, tx, store.Value[store.Time], `select run_at from jobs where state = 'scheduled' order by run_at limit 1`)
	if err != nil {
		return time.Time{}, fmt.Errorf("jobs: look for the next time: %w", err)
	}
	if len(list) == 0 {
		return time.Time{}, nil
	}
	return list[0].Time, nil
}

// claim takes jobs, the most urgent lane first.
func (r *Runner) claim(ctx context.Context, tx *store.Tx, n *news) error {
	var ready []shelf
	for _, lane := range Lanes() {
		want := r.book.lanes[lane].want(r.pool.share[lane], r.o.Ahead)
		if want == 0 {
			continue
		}
		if ready == nil {
			var err error
			if ready, err = kindsReady(ctx, tx); err != nil {
				return err
			}
		}
		c, err := r.claimLane(ctx, tx, lane, ready, want, n)
		if err != nil {
			return err
		}
		n.claims = append(n.claims, c)
	}
	return nil
}

func (r *Runner) claimLane(ctx context.Context, tx *store.Tx, lane Lane, ready []shelf, want int, n *news) (claimed, error) {
	book := r.book.lanes[lane]
	c := claimed{lane: lane, cursor: book.cursor}
	free := func(kind string) int { return r.freeOf(kind, n) }
	mine, limited := r.mine(lane, ready, free)
	c.more = limited
	if len(mine) == 0 {
		return c, nil
	}
	shelves, err := shelvesAfter(ctx, tx, mine, book.cursor)
	if err != nil {
		return c, err
	}
	portions := divide(shelves, want, free)
	if len(portions) == 0 {
		return c, nil
	}
	tasks, err := take(ctx, tx, r.o.Name, r.leaseUntil(tx), portions)
	if err != nil {
		return c, err
	}
	c.tasks = inTurn(tasks, tenantsOf(shelves))
	c.cursor = portions[len(portions)-1].tenant
	c.more = limited || len(tasks) > 0
	return c, nil
}

// mine picks the kinds of a lane that this process can run now; limited says
// that one was left because as many run as may.
func (r *Runner) mine(lane Lane, ready []shelf, free func(string) int) (mine []shelf, limited bool) {
	for _, s := range ready {
		k := r.o.Registry.runs(s.kind)
		if k == nil || s.lane != string(lane) && (s.lane != "" || k.Lane != lane) {
			continue
		}
		if free(s.kind) == 0 {
			limited = true
			continue
		}
		mine = append(mine, s)
	}
	return mine, limited
}

// freeOf returns how many more jobs of a kind may be claimed; -1 is any number.
func (r *Runner) freeOf(name string, n *news) int {
	k := r.o.Registry.kinds[name]
	if k.Concurrency <= 0 {
		return -1
	}
	free := k.Concurrency - r.book.kinds[name] + r.book.ending[name]
	for _, c := range n.claims {
		for _, t := range c.tasks {
			if t.name == name {
				free--
			}
		}
	}
	return max(0, free)
}
