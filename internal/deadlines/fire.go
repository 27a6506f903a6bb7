package deadlines

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// fireEvery is how often a municipality's clocks are looked at. What the law
	// gives, it gives at midnight; this is only when it is written down.
	fireEvery = 5 * time.Minute
	batch     = 100
)

// fireArgs asks to let happen what has passed.
type fireArgs struct{}

// Kind implements jobs.Args.
func (fireArgs) Kind() string { return "deadlines.fire" }

// Jobs registers the module's workers.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, Timeout: 10 * time.Minute}, func(ctx context.Context, _ jobs.Job[fireArgs]) error {
		_, err := s.Fire(identity.AsSystem(ctx, "deadlines"))
		return err
	})
	jobs.EveryTenant(r, "deadlines.fire", jobs.Interval(fireEvery), func(jobs.Tick) jobs.Args { return fireArgs{} })
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.makeLetter)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.tellHeads)
}

// Fire lets the consequences happen of all clocks whose time has come, and
// returns how many it was. It may run in several processes at once: each
// consequence happens in one of them. One that fails holds up no other.
func (s *Service) Fire(ctx context.Context) (fired int, err error) {
	if err := s.Access.Check(ctx, PermFire, access.Resource{Type: "deadline"}); err != nil {
		return 0, err
	}
	after := place{at: store.At(time.Unix(1, 0))}
	for {
		var list []place
		readErr := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = due(ctx, tx, after, batch)
			return err
		})
		if readErr != nil {
			return fired, errors.Join(err, readErr)
		}
		for _, p := range list {
			n, fireErr := s.fireOne(ctx, p.id)
			fired += n
			if fireErr != nil {
				err = errors.Join(err, fmt.Errorf("deadlines: %s: %w", p.id, fireErr))
			}
			after = p
		}
		if len(list) < batch {
			return fired, err
		}
	}
}

// fireOne lets the consequences of one clock happen in a transaction of its own.
func (s *Service) fireOne(ctx context.Context, id string) (fired int, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		before := d.Timer.Fired
		if err := s.fire(ctx, tx, &d); err != nil {
			return err
		}
		fired = d.Timer.Fired - before
		return nil
	})
	if errors.Is(err, errStale) {
		return 0, nil // another process did it
	}
	return fired, err
}

// fire lets the clock's consequence happen as often as it is due: after a stop of
// weeks, for each of them. It acts as Torg itself, whoever's act came upon it.
func (s *Service) fire(ctx context.Context, tx *store.Tx, d *Deadline) error {
	ctx = identity.AsSystem(ctx, "deadlines")
	if needless, err := s.needless(ctx, tx, *d); err != nil || needless {
		return err
	}
	for d.Timer.Fire(tx.Now.Time) {
		if err := s.pass(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// needless reports whether what the machine does before the last day has no meaning
// any more: the case is decided, and it only remains to send the decision. If that
// does not happen either, the limit passes as all others.
func (s *Service) needless(ctx context.Context, tx *store.Tx, d Deadline) (bool, error) {
	if d.Timer.Rule.Lead.N == 0 || !d.Timer.Ends().After(tx.Now.Time) {
		return false, nil
	}
	c, err := s.Cases.CaseIn(ctx, tx, d.CaseID)
	return s.rules.of(d.Timer.Rule, c) != d.Timer.Rule.Passes, err
}

// pass writes down one consequence. The case is locked before the clock is
// written, as whoever acts on the case does, so that neither waits for the other.
func (s *Service) pass(ctx context.Context, tx *store.Tx, d *Deadline) error {
	c, err := s.Cases.CaseIn(ctx, tx, d.CaseID)
	if err != nil {
		return err
	}
	d.Consequence = s.rules.of(d.Timer.Rule, c)
	if d.Timer.Rule.Sent != "" && d.Timer.Fired > 1 {
		d.Consequence = TellHead // it was written in time, and nobody has sent it
	}
	k := s.rules.consequences[d.Consequence]
	if k.Ends && d.Timer.EndedOn.IsZero() && !d.Timer.Awaits() {
		d.Timer.Finish(tx.Now.Time)
	}
	if k.Entry == "" {
		return errors.Join(update(ctx, tx, d, eventFired), s.record(ctx, tx, *d, c))
	}
	entry := cases.Entry{Kind: k.Entry, Text: s.text(s.Bundle.For(c.Lang), k.Text+".journal", *d, c)}
	changed, err := s.put(ctx, tx, d, k, c, entry)
	if err != nil {
		return err
	}
	return errors.Join(s.record(ctx, tx, *d, changed), s.send(ctx, tx, *d, k))
}

// put writes a consequence down in the case and at the clock.
func (s *Service) put(ctx context.Context, tx *store.Tx, d *Deadline, k Consequence, c cases.Case, entry cases.Entry) (cases.Case, error) {
	if k.Gives {
		return s.give(ctx, tx, d, k, c, entry)
	}
	return s.Cases.Touch(ctx, tx, c.ID, entry, func(now *cases.Case) error {
		if k.When != nil && !k.When(*now) {
			return errStale // somebody decided a moment ago: the next run looks anew
		}
		return update(ctx, tx, d, eventFired)
	})
}

// give lets the law make the decision that the municipality has not made: what was
// applied for is given from the instant the last day was over (plan- og
// bygningsloven § 21-7), whenever a machine came to write it down. The clock is
// written before anybody hears of the decision: it is not met by its own.
func (s *Service) give(ctx context.Context, tx *store.Tx, d *Deadline, k Consequence, c cases.Case, entry cases.Entry) (cases.Case, error) {
	words := s.Bundle.For(c.Lang)
	decision := cases.Decision{
		LegalBasis: d.Timer.Rule.Paragraph, Reasons: s.text(words, k.Text+".reasons", *d, c), Appeal: s.text(words, k.Text+".appeal", *d, c),
		DecidedAt: d.Timer.Ends(),
	}
	given, err := s.Cases.DecideByLaw(ctx, tx, c.ID, entry, decision, func() error { return update(ctx, tx, d, eventFired) })
	if errs.Is(err, errs.KindConflict) {
		return given, errStale // somebody decided a moment ago: the next run looks anew
	}
	return given, err
}

// record writes the consequence in the audit log.
func (*Service) record(ctx context.Context, tx *store.Tx, d Deadline, c cases.Case) error {
	return audit.Record(ctx, tx, audit.Event{
		Action: "deadlines.fired", Object: audit.Ref{Type: "deadline", ID: d.ID}, Subject: c.Subject, Case: c.ID,
		Details: map[string]string{
			"rule": d.Timer.Rule.Key, "version": strconv.Itoa(d.Timer.Rule.Version), "paragraph": d.Timer.Rule.Paragraph,
			"consequence": d.Consequence, "time": strconv.Itoa(d.Timer.Fired), "falls": d.Timer.Falls().String(),
		},
	})
}

// send enqueues what the parties and the heads are told.
func (*Service) send(ctx context.Context, tx *store.Tx, d Deadline, k Consequence) error {
	n := int64(d.Timer.Fired)
	if k.Letter {
		if err := jobs.Enqueue(ctx, tx, letterArgs{Deadline: d.ID, Time: n}); err != nil {
			return err
		}
	}
	if k.Head {
		return jobs.Enqueue(ctx, tx, headArgs{Deadline: d.ID, Time: n})
	}
	return nil
}

// text fills a text about a deadline.
func (*Service) text(words *i18n.Localizer, key string, d Deadline, c cases.Case) string {
	return words.T(key, textArgs(words, d, c)...)
}

// textArgs are the places that texts about a deadline may have.
func textArgs(words *i18n.Localizer, d Deadline, c cases.Case) []any {
	t := d.Timer
	return []any{
		"date", words.Date(t.Falls()), "from", words.Date(clock.DateIn(t.Ends())), "percent", t.Rule.Each.At(t.Fired),
		"paragraph", t.Rule.Paragraph, "rule", words.T(t.Rule.Text + ".title"), "number", c.Label(), "started", words.Date(t.Started),
	}
}
