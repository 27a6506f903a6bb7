package appeals_test

import (
	"context"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	torgoy = 0
	town   = "torgoy"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			h.Settle()
			test(t, &world{T: t, Harness: h})
		})
	}
}

// world is the product and what the tests do with it.
type world struct {
	*testing.T
	*apptest.Harness
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) mother() context.Context { return w.As(torgoy, demo.Mother) }
func (w *world) worker() context.Context { return w.As(torgoy, demo.CaseWorker) }
func (w *world) head() context.Context   { return w.As(torgoy, demo.Head) }
func (w *world) system() context.Context { return identity.AsSystem(w.In(town), "test") }

// at sets the clock to an instant by the clock on the wall in Norway.
func (w *world) at(s string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Oslo())
	w.must(err)
	w.Clock.Set(at)
}

// refused is a case of the mother's that is decided, with its letter sent.
func (w *world) refused() cases.Case {
	w.Helper()
	return w.decided(cases.OutcomeRefused, nil)
}

func (w *world) granted() cases.Case {
	w.Helper()
	units, err := w.App.Kindergarten.Units(w.In(town))
	w.must(err)
	start := clock.DateIn(w.Clock.Now()).AddDays(60)
	return w.decided(cases.OutcomeGranted, map[string]string{"kindergarten": units[0].ID, "start": start.String()})
}

func (w *world) decided(outcome string, values map[string]string) cases.Case {
	w.Helper()
	c := w.read(apptest.Apply(w.Harness, torgoy, demo.Mother).ID)
	c, err := w.App.Cases.AssignToMe(w.worker(), c.ID, c.Version)
	w.must(err)
	return w.decide(c, outcome, values)
}

func (w *world) decide(c cases.Case, outcome string, values map[string]string) cases.Case {
	w.Helper()
	_, err := w.App.Cases.Decide(w.worker(), c.ID, c.Version, cases.Decision{
		Outcome: outcome, Values: values, LegalBasis: "barnehageloven § 16", Reasons: "Det var flere søkere enn plasser.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	})
	w.must(err)
	w.Settle()
	return w.read(c.ID)
}

func (w *world) read(id string) (c cases.Case) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = w.App.Cases.CaseIn(ctx, tx, id)
		return err
	}))
	return c
}

// appeal is what the mother writes.
func appeal(key string) appeals.New {
	return appeals.New{Wants: "Jeg vil ha plass i Solbakken.", Why: "Søskenet går der.", Key: key}
}

func (w *world) lodged(c cases.Case) appeals.Appeal {
	w.Helper()
	a, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("k-"+c.ID))
	w.must(err)
	w.Settle()
	return a
}

// ready is an appeal whose package is made, and which nobody has handed over.
func (w *world) ready(c cases.Case) appeals.Appeal {
	w.Helper()
	a := w.lodged(c)
	a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{
		Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket, siden det var fullt.", Address: "Postboks 1\n0001 Oslo",
	})
	w.must(err)
	w.Settle()
	return w.view(a.ID).Appeal
}

func (w *world) forwarded(c cases.Case) appeals.Appeal {
	w.Helper()
	return w.handOver(w.ready(c))
}

// handOver confirms that the package is with the appeal body.
func (w *world) handOver(a appeals.Appeal) appeals.Appeal {
	w.Helper()
	_, err := w.App.Appeals.HandOver(w.worker(), a.ID, a.Version, appeals.Handed{On: clock.DateIn(w.Clock.Now()), How: appeals.ByEFormidling})
	w.must(err)
	w.Settle()
	return w.view(a.ID).Appeal
}

func (w *world) view(id string) appeals.View {
	w.Helper()
	v, err := w.App.Appeals.View(w.worker(), id)
	w.must(err)
	return v
}

// conflict expects a refusal with the key.
func (w *world) conflict(err error, key string) {
	w.Helper()
	if e := errs.Of(err); e == nil || e.Key != key {
		w.Errorf("got %v, want %s", err, key)
	}
}

// kind expects a refusal of the kind.
func (w *world) kind(err error, kind errs.Kind) {
	w.Helper()
	if !errs.Is(err, kind) {
		w.Errorf("got %v, want kind %v", err, kind)
	}
}

// wrong expects exactly these fields to be wrong.
func (w *world) wrong(err error, names ...string) {
	w.Helper()
	e := errs.Of(err)
	if e == nil || len(e.Fields) != len(names) {
		w.Errorf("got %v, want %v", err, names)
		return
	}
	for i, name := range names {
		if e.Fields[i].Name != name {
			w.Errorf("field %s, want %s", e.Fields[i].Name, name)
		}
	}
}

// entries counts the lines of a kind that the party reads in the journal.
func (w *world) entries(c cases.Case, kind cases.EntryKind) (n int) {
	w.Helper()
	v, err := w.App.Cases.View(w.mother(), c.ID)
	w.must(err)
	for _, e := range v.Entries {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// told counts the messages of a kind about a case.
func (w *world) told(c cases.Case, kind string) (n int) {
	w.Helper()
	items, err := w.App.Notify.Outbox(w.head(), 500)
	w.must(err)
	for _, item := range items {
		if item.Thread == "case:"+c.ID && item.Kind == kind {
			n++
		}
	}
	return n
}

// clockOf is the newest clock of a rule in a case.
func (w *world) clockOf(c cases.Case, rule string) deadline.Timer {
	w.Helper()
	return w.clockFor(c, rule, "")
}

// clockFor is the newest clock of a rule for a party, or of the case.
func (w *world) clockFor(c cases.Case, rule, party string) (found deadline.Timer) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
		list, err := w.App.Deadlines.ForCase(ctx, tx, c.ID)
		for _, d := range list {
			if d.Timer.Rule.Key == rule && d.Party == party {
				found = d.Timer
			}
		}
		return err
	}))
	return found
}

func (w *world) count(query string, args ...any) (n int64) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	}))
	return n
}

func (w *world) audited(c cases.Case, action string) int64 {
	w.Helper()
	return w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2 and case_id = $3`, action, c.ID)
}

// protect closes a case as the population register's protection of a party does.
func (w *world) protect(c cases.Case) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		p, err := w.App.Identity.PersonIn(ctx, tx, c.Applicant)
		if err != nil {
			return err
		}
		p.Protection = identity.StrictlyConfidential
		return w.App.Cases.PersonChanged(ctx, tx, p)
	}
}
