package retention_test

import (
	"context"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/retention"
)

const (
	torgoy = 0
	town   = "torgoy"
	away   = "fjordbygda"
	// years is how long a case on a kindergarten place is kept, in days and some.
	years = 5*366*24*time.Hour + 48*time.Hour
	// secret is what must not be found anywhere afterwards.
	secret = "Hemmelig begrunnelse 4711"
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

// system is Torg itself in a municipality, as the nightly job is.
func (w *world) system(slug string) context.Context {
	w.Helper()
	ctx := identity.AsSystem(w.In(slug), "retention.run")
	w.must(w.App.Keys.Warm(ctx, store.TenantOf(ctx)))
	return ctx
}

func (w *world) read(id string) (c cases.Case) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(town), func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = w.App.Cases.CaseIn(ctx, tx, id)
		return err
	}))
	return c
}

// refused is a case that was asked about, answered and refused, with its letter.
func (w *world) refused() cases.Case {
	w.Helper()
	c := apptest.Apply(w.Harness, torgoy, demo.Mother)
	worker := w.As(torgoy, demo.CaseWorker)
	c, err := w.App.Cases.AssignToMe(worker, c.ID, w.read(c.ID).Version)
	w.must(err)
	c, err = w.App.Cases.Ask(worker, c.ID, c.Version, "Hva heter legen? "+secret)
	w.must(err)
	_, err = w.App.Cases.Note(worker, c.ID, "Internt: "+secret)
	w.must(err)
	_, err = w.App.Cases.Answer(w.As(torgoy, demo.Mother), c.ID, "Det sier jeg ikke. "+secret, nil)
	w.must(err)
	_, err = w.App.Cases.Decide(worker, c.ID, w.read(c.ID).Version, cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: secret + ". Barnet er ikke gammelt nok til å ha rett til plass.", Appeal: "Du kan klage innen tre uker.",
	})
	w.must(err)
	w.Settle()
	return w.read(c.ID)
}

// withdrawn is a case that the applicant took back.
func (w *world) withdrawn() cases.Case {
	w.Helper()
	c := apptest.Apply(w.Harness, torgoy, demo.Mother)
	w.Settle()
	c, err := w.App.Cases.Withdraw(w.As(torgoy, demo.Mother), c.ID)
	w.must(err)
	w.Settle()
	return w.read(c.ID)
}

func (w *world) run(id string) map[string]retention.Tally {
	w.Helper()
	list, err := w.App.Retention.Run(w.system(town), id)
	w.must(err)
	return byKind(list)
}

func (w *world) dry() map[string]retention.Tally {
	w.Helper()
	list, err := w.App.Retention.DryRun(w.system(town))
	w.must(err)
	return byKind(list)
}

func byKind(list []retention.Tally) map[string]retention.Tally {
	all := map[string]retention.Tally{}
	for _, t := range list {
		all[t.Kind] = t
	}
	return all
}

// travel moves the clock without letting anything happen by itself.
func (w *world) travel(d time.Duration) { w.Clock.Advance(d) }

func (w *world) count(slug, query string, args ...any) (n int64) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(slug), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	}))
	return n
}

// verified fails the test unless the log of the municipality is in order.
func (w *world) verified() audit.Report {
	w.Helper()
	key, err := w.App.Keys.SigningKey(w.system(town))
	w.must(err)
	_, err = audit.NewSealer(w.App.DB, key, nil, w.App.Log).Seal(w.system(town))
	w.must(err)
	report, err := w.App.Audit.Verify(w.system(town))
	w.must(err)
	if !report.OK() {
		w.Fatalf("the log is not in order: %+v", report.Problems)
	}
	return report
}
