package retention

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// rowsAtOnce is how many rows of a case one transaction empties, and thingsAtOnce
	// how many small things one deletes: a transaction holds up the others.
	rowsAtOnce   = 500
	thingsAtOnce = 50
	// month is how far ahead a run looks.
	month = 31 * 24 * time.Hour
	// maxFailed is how many failures a run bears before it gives up: then it is not
	// the thing that is wrong.
	maxFailed = 50
)

// Tally is what a run did with one kind of data, or would do.
type Tally struct {
	Kind   string
	Action Action
	Ended  int64 // anonymised or deleted; of a dry run: what would be
	Held   int64 // left alone
	Failed int64
	Coming int64 // whose time is over within a month
}

// runArgs asks for the nightly run.
type runArgs struct{}

// Kind implements jobs.Args.
func (runArgs) Kind() string { return "retention.run" }

// Jobs registers the module's workers.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 4 * time.Hour, Concurrency: 1},
		func(ctx context.Context, j jobs.Job[runArgs]) error {
			_, err := s.Run(identity.AsSystem(ctx, "retention.run"), j.ID)
			return err
		})
	jobs.EveryTenant(r, "retention.run", jobs.Daily(2, 10), func(jobs.Tick) jobs.Args { return runArgs{} })
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: time.Hour, Concurrency: 2, MaxAttempts: maxMakings}, s.makeTakeout)
}

// DryRun tells what a run would do, and does nothing.
func (s *Service) DryRun(ctx context.Context) ([]Tally, error) {
	if err := s.Access.Check(ctx, PermRun, whole()); err != nil {
		return nil, err
	}
	var list []Tally
	now := s.DB.Clock().Now()
	for _, r := range s.Rules(ctx) {
		t := Tally{Kind: r.Kind, Action: r.Action}
		due, held, err := s.count(ctx, r, now)
		if err != nil {
			return nil, err
		}
		later, _, err := s.count(ctx, r, now.Add(month))
		if err != nil {
			return nil, err
		}
		t.Ended, t.Held, t.Coming = due, held, later-due
		list = append(list, t)
	}
	return list, nil
}

// Run ends what the time is over for. The id names the run: one that was broken
// off and comes again goes on under its own. An empty one is a new run.
func (s *Service) Run(ctx context.Context, id string) ([]Tally, error) {
	if err := s.Access.Check(ctx, PermRun, whole()); err != nil {
		return nil, err
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	if id == "" {
		id = ids.New()
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return beginRun(ctx, tx, id) }); err != nil {
		return nil, err
	}
	for _, r := range s.Rules(ctx) {
		if err := s.apply(ctx, id, r); err != nil {
			return nil, fmt.Errorf("retention: %s: %w", r.Kind, err)
		}
	}
	var list []Tally
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if list, err = countsOf(ctx, tx, id); err != nil {
			return err
		}
		if err := endRun(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "retention.ran", Object: audit.Ref{Type: "retention", ID: id}, Details: details(list)})
	})
	return list, err
}

// details tell in the log how much was ended of what.
func details(list []Tally) map[string]string {
	all := map[string]string{}
	for _, t := range list {
		if t.Ended > 0 {
			all[t.Kind+" "+string(t.Action)] = strconv.FormatInt(t.Ended, 10)
		}
	}
	return all
}

// apply lets one rule work.
func (s *Service) apply(ctx context.Context, run string, r Rule) error {
	now := s.DB.Clock().Now()
	t := Tally{Kind: r.Kind, Action: r.Action}
	if r.Action != Keep {
		if err := s.endAll(ctx, run, r, now, &t); err != nil {
			return err
		}
	}
	left, _, err := s.count(ctx, r, now)
	if err != nil {
		return err
	}
	coming, _, err := s.count(ctx, r, now.Add(month))
	if err != nil {
		return err
	}
	t.Coming = coming - left
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return saveCount(ctx, tx, run, t) })
}

// endAll goes through everything the rule's time is over for.
func (s *Service) endAll(ctx context.Context, run string, r Rule, now time.Time, t *Tally) error {
	after := ""
	for {
		if err := ctx.Err(); err != nil {
			return err // the process stops; the job comes again
		}
		var f found
		err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			f, err = s.due(ctx, tx, r, now, after)
			return err
		})
		if err != nil {
			return err
		}
		t.Held += int64(f.held)
		if err := s.endSome(ctx, run, r, f.ids, t); err != nil {
			return err
		}
		if after = f.next; after == "" {
			return nil
		}
	}
}

// endSome ends a page of things. One that cannot be ended does not save the others.
func (s *Service) endSome(ctx context.Context, run string, r Rule, list []string, t *Tally) error {
	size := thingsAtOnce
	if r.IsCase() {
		size = 1
	}
	for len(list) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := list[:min(size, len(list))]
		list = list[len(some):]
		err := s.end(ctx, run, r, some)
		switch {
		case err == nil:
			continue
		case errs.Is(err, errs.KindUnavailable):
			return err
		}
		t.Failed += int64(len(some))
		s.Log.WarnContext(ctx, "what has been kept long enough could not be ended", "kind", r.Kind, "first", some[0], "error", err)
		if t.Failed > maxFailed {
			return errors.Join(errors.New("retention: too much fails"), err)
		}
	}
	return nil
}

// end ends things, and counts them in the same transaction.
func (s *Service) end(ctx context.Context, run string, r Rule, some []string) error {
	if !r.IsCase() {
		h := s.holding(r.Kind)
		return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, id := range some {
				if err := h.End(ctx, tx, id); err != nil {
					return err
				}
			}
			return addEnded(ctx, tx, run, r, len(some))
		})
	}
	for done := false; !done; {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			done, err = s.endCase(ctx, tx, run, r, some[0])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// endCase anonymises some of a case, and reports whether nothing is left to do.
func (s *Service) endCase(ctx context.Context, tx *store.Tx, run string, r Rule, id string) (done bool, err error) {
	c, err := s.Cases.CaseIn(ctx, tx, id)
	if err != nil || c.Anonymised() || c.EndedAt().IsZero() {
		return err == nil, err
	}
	if held, err := s.held(ctx, tx, c); err != nil || held {
		return err == nil, err // set on hold since it was found
	}
	if done, err = s.forget(ctx, tx, c); err != nil || !done {
		return false, err
	}
	if err := forgetHold(ctx, tx, id); err != nil {
		return false, err
	}
	if err := addEnded(ctx, tx, run, r, 1); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, audit.Event{Action: "retention.anonymised", Object: audit.Ref{Type: "case", ID: id}, Case: id})
}

// forget lets everybody who holds something of a case forget some of it, and the
// case itself last.
func (s *Service) forget(ctx context.Context, tx *store.Tx, c cases.Case) (done bool, err error) {
	for _, forget := range s.Forgetters {
		n, err := forget(ctx, tx, c, rowsAtOnce)
		if err != nil || n >= rowsAtOnce {
			return false, err
		}
	}
	return s.Cases.Anonymise(ctx, tx, c.ID, rowsAtOnce)
}
