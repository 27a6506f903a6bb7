package retention_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/retention"
)

const kindergarten = "case.kindergarten"

func TestRun_anonymisesWhatIsOldEnoughAndTheLogVerifies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		old := w.refused()
		if n := w.run("")[kindergarten].Ended; n != 0 {
			t.Fatalf("%d cases of today are anonymised", n)
		}
		before := w.verified()
		name := old.ApplicantName
		w.travel(100 * 24 * time.Hour)
		young := w.withdrawn()
		w.travel(years - 100*24*time.Hour)
		if got := w.dry()[kindergarten]; got.Ended < 1 || w.read(old.ID).Anonymised() {
			t.Fatalf("a dry run tells %+v, or does it", got)
		}
		tally := w.run("")
		if tally[kindergarten].Ended < 1 || tally[kindergarten].Failed != 0 {
			t.Fatalf("the run tells %+v", tally[kindergarten])
		}
		w.nothingLeft(old, name)
		if c := w.read(young.ID); c.Anonymised() || c.ApplicantName != name {
			t.Errorf("a case of today is %+v", c)
		}
		c := w.read(old.ID)
		if c.Kind != old.Kind || c.Outcome != old.Outcome || !c.DecidedAt.Equal(old.DecidedAt) || c.Department != old.Department || c.Number != old.Number || !c.ReceivedAt.Equal(old.ReceivedAt) {
			t.Errorf("statistics lose %+v, now %+v", old, c)
		}
		if after := w.verified(); after.Erased <= before.Erased {
			t.Errorf("the log had %+v and has %+v", before, after)
		}
		if again := w.run("")[kindergarten].Ended; again != 0 {
			t.Errorf("%d are anonymised again", again)
		}
		w.Visitor(town).As(demo.Head).Get("/work/cases/" + old.ID).Must(http.StatusOK).Has(w.App.Bundle.For("nb").T("cases.entry.anonymised"))
	})
}

// nothingLeft looks for what must be gone, table by table.
func (w *world) nothingLeft(c cases.Case, name string) {
	w.Helper()
	for what, query := range map[string]string{
		"names":       `select count(*) from cases where tenant_id = $1 and id = $2 and (applicant_name = '` + name + `' or subject_name = '` + c.SubjectName + `' or applicant_id = '` + c.Applicant + `' or assignee_name <> '')`,
		"texts":       `select count(*) from cases_entries where tenant_id = $1 and case_id = $2 and (text_cipher is not null or actor_name <> '' or actor_id <> '' or documents <> '[]')`,
		"words":       `select count(*) from cases_words where tenant_id = $1 and case_id = $2`,
		"parties":     `select count(*) from cases_parties where tenant_id = $1 and case_id = $2`,
		"deciders":    `select count(*) from cases_decisions where tenant_id = $1 and case_id = $2 and (decider_name <> '' or decided_by <> '')`,
		"documents":   `select count(*) from blob_documents where tenant_id = $1 and owner_id = $2 and deleted_at is null`,
		"messages":    `select count(*) from notify_messages where tenant_id = $1 and thread = 'case:' || $2`,
		"log details": `select count(*) from audit_details d join audit_entries e on e.tenant_id = d.tenant_id and e.id = d.entry_id where d.tenant_id = $1 and e.case_id = $2 and e.action not like 'retention.%'`,
		"deadlines":   `select count(*) from deadlines where tenant_id = $1 and case_id = $2 and applicant_id = '` + c.Applicant + `'`,
		"senders":     `select count(*) from forms_submissions s join cases c on c.tenant_id = s.tenant_id and c.submission_id = s.id where s.tenant_id = $1 and c.id = $2 and s.submitted_by = '` + c.Applicant + `'`,
		"drafts":      `select count(*) from forms_drafts d join cases c on c.tenant_id = d.tenant_id and c.submission_id = d.submission_id where d.tenant_id = $1 and c.id = $2`,
	} {
		if n := w.count(town, query, c.ID); n != 0 {
			w.Errorf("%s: %d are left", what, n)
		}
	}
	w.must(w.App.DB.Read(w.system(town), func(ctx context.Context, tx *store.Tx) error {
		d, err := w.App.Cases.DecisionIn(ctx, tx, c.ID)
		if err == nil && (d.Reasons != "" || d.LegalBasis != "" || d.Outcome != c.Outcome) {
			w.Errorf("the decision is %+v", d)
		}
		sent, err := w.App.Forms.Submission(ctx, tx, c.Submission)
		if len(sent.Values)+len(sent.Facts) != 0 {
			w.Errorf("answers are left: %v", sent.Values)
		}
		return err
	}))
}

func TestRun_goesOnWhereItWasKilled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		list := []cases.Case{w.withdrawn(), w.withdrawn(), w.withdrawn()}
		w.travel(years)
		due := w.dry()[kindergarten].Ended
		ctx, kill := context.WithCancel(w.system(town))
		defer kill()
		usual, calls := w.App.Retention.Forgetters, 0
		w.App.Retention.Forgetters = append(append([]retention.Forgetter{}, usual...), func(context.Context, *store.Tx, cases.Case, int) (int, error) {
			if calls++; calls == 2 {
				kill() // between two transactions: this one still commits
			}
			return 0, nil
		})
		if _, err := w.App.Retention.Run(ctx, "one-run"); !errors.Is(err, context.Canceled) {
			t.Fatalf("a killed run tells %v", err)
		}
		w.App.Retention.Forgetters = usual
		if left := w.dry()[kindergarten].Ended; left != due-2 {
			t.Fatalf("%d of %d are left after two", left, due)
		}
		if n := w.run("one-run")[kindergarten].Ended; n != due {
			t.Errorf("the run counts %d of %d in all", n, due)
		}
		for _, c := range list {
			if !w.read(c.ID).Anonymised() {
				t.Errorf("%s is left", c.Label())
			}
			n := w.count(town, `select count(*) from audit_entries where tenant_id = $1 and case_id = $2 and action = 'retention.anonymised'`, c.ID)
			if n != 1 {
				t.Errorf("%s is told of %d times", c.Label(), n)
			}
		}
		w.verified()
	})
}

func TestRun_oneCaseThatFailsDoesNotSaveTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		bad, good := w.withdrawn(), w.withdrawn()
		w.travel(years)
		usual := w.App.Retention.Forgetters
		w.App.Retention.Forgetters = append([]retention.Forgetter{retention.Once(func(_ context.Context, _ *store.Tx, c cases.Case) error {
			if c.ID == bad.ID {
				return errors.New("broken")
			}
			return nil
		})}, usual...)
		if got := w.run("")[kindergarten]; got.Failed != 1 {
			t.Errorf("the run tells %+v", got)
		}
		if w.read(bad.ID).Anonymised() || !w.read(good.ID).Anonymised() {
			t.Error("the wrong one is anonymised")
		}
	})
}

func TestRun_takesAHugeCaseInPieces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.withdrawn()
		const many = 1_700
		w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
			for seq := range many {
				_, err := tx.Exec(ctx, `insert into cases_entries (tenant_id, case_id, seq, at, kind, internal, actor_id, actor_name, text_cipher)
					values ($1, $2, $3, $4, 'noted', $5, 'somebody', 'Somebody', $6)`, tx.Tenant, c.ID, 1000+seq, tx.Now, true, []byte("x"))
				if err != nil {
					return err
				}
			}
			return nil
		}))
		w.travel(years)
		pieces, most := 0, int64(many)
		usual := w.App.Retention.Forgetters
		w.App.Retention.Forgetters = append(append([]retention.Forgetter{}, usual...), func(ctx context.Context, tx *store.Tx, of cases.Case, _ int) (int, error) {
			if of.ID != c.ID {
				return 0, nil
			}
			pieces++
			n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases_entries where tenant_id = $1 and case_id = $2 and text_cipher is not null`, tx.Tenant, c.ID)
			if most-n > 500+20 {
				t.Errorf("one transaction takes %d rows", most-n)
			}
			most = n
			return 0, err
		})
		w.run("")
		if pieces < 4 || !w.read(c.ID).Anonymised() {
			t.Errorf("%d pieces", pieces)
		}
		if n := w.count(town, `select count(*) from cases_entries where tenant_id = $1 and case_id = $2 and (text_cipher is not null or actor_name <> '')`, c.ID); n != 0 {
			t.Errorf("%d entries are left", n)
		}
	})
}

func TestHold_leavesACaseAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		held, appealed := w.refused(), w.withdrawn()
		worker := w.As(torgoy, demo.CaseWorker)
		for who, ctx := range map[string]context.Context{"the party": w.As(torgoy, demo.Mother), "a stranger": w.As(torgoy, demo.Apart), "a neighbour": w.As(1, demo.CaseWorker)} {
			if err := w.App.Retention.SetHold(ctx, held.ID, retention.ForCourt); err == nil {
				t.Errorf("%s sets a hold", who)
			}
		}
		if err := w.App.Retention.SetHold(worker, held.ID, "because"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a free text is taken: %v", err)
		}
		w.must(w.App.Retention.SetHold(worker, held.ID, retention.ForCourt))
		w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
			return w.App.Deadlines.Begin(ctx, tx, appealed, deadline.Start{Rule: "appeal.prepare"})
		}))
		w.travel(years)
		if got := w.run("")[kindergarten]; got.Held != 2 {
			t.Errorf("the run tells %+v", got)
		}
		if w.read(held.ID).Anonymised() || w.read(appealed.ID).Anonymised() {
			t.Fatal("a case on hold is anonymised")
		}
		w.must(w.App.Retention.Release(worker, held.ID))
		w.run("")
		if !w.read(held.ID).Anonymised() || w.read(appealed.ID).Anonymised() {
			t.Error("a released case is left, or the other one is not")
		}
		if err := w.App.Retention.SetHold(worker, held.ID, retention.ForCourt); err == nil {
			t.Error("an anonymised case is set on hold")
		}
	})
}

func TestHold_isSetOnThePageOfTheCase(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	h.Settle()
	w := &world{T: t, Harness: h}
	c := w.refused()
	v := h.Visitor(town).As(demo.CaseWorker)
	p := v.Get("/work/cases/" + c.ID).Must(http.StatusOK)
	p = v.Submit(p, "/work/cases/"+c.ID+"/hold", apptest.Set("reason", "supervision")).Must(http.StatusOK)
	p.Has(h.App.Bundle.For("nb").T("retention.reason.supervision"))
	v.Submit(p, "/work/cases/"+c.ID+"/hold/release", apptest.Fill{}).Must(http.StatusOK).Has(h.App.Bundle.For("nb").T("retention.hold.off"))
	if n := w.count(town, `select count(*) from audit_entries where tenant_id = $1 and case_id = $2 and action like 'retention.hold%'`, c.ID); n != 2 {
		t.Errorf("%d entries in the log", n)
	}
}

func TestRun_isOfOneMunicipalityAndForTorgItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.withdrawn()
		w.travel(years)
		if _, err := w.App.Retention.Run(w.system(away), ""); err != nil {
			t.Fatal(err)
		}
		if w.read(c.ID).Anonymised() {
			t.Error("the neighbour's run reaches over")
		}
		for _, who := range []demo.Part{demo.Administrator, demo.Head, demo.Mother, demo.Auditor} {
			if _, err := w.App.Retention.Run(w.As(torgoy, who), ""); err == nil {
				t.Errorf("%s runs the rules", who)
			}
			if _, err := w.App.Retention.Report(w.As(torgoy, who)); (err == nil) != (who == demo.Administrator) {
				t.Errorf("%s sees the report: %v", who, err)
			}
		}
	})
}

func TestRun_endsWhatIsNoCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		v := w.Visitor(town).As(demo.Mother)
		v.Get("/my/takeout").Must(http.StatusOK)
		w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
			for i, thread := range []string{"", "case:x"} {
				_, err := tx.Exec(ctx, `insert into notify_messages (tenant_id, id, person_id, kind, thread, lang, channel, recipient_cipher, recipient_key, content_cipher, message_id, refs, dedupe_key, state, attempts, created_at, last_error)
					values ($1, $2, 'p', 'case.received', $3, 'nb', 'inbox', $4, '', $4, '', '', $2, 'delivered', 0, $5, '')`, tx.Tenant, "old-message-"+strconv.Itoa(i), thread, []byte("x"), tx.Now)
				if err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `insert into contact_records (tenant_id, person_id, record_cipher, fetched_at) values ($1, 'p', $2, $3)`, tx.Tenant, []byte("x"), tx.Now)
			return err
		}))
		w.travel(80 * 24 * time.Hour)
		if got := w.run(""); got["session"].Ended == 0 || got["contact"].Ended != 0 || got["message"].Ended != 0 {
			t.Errorf("after 80 days: %+v", got)
		}
		w.travel(4 * 366 * 24 * time.Hour)
		got := w.run("")
		if got["contact"].Ended == 0 || got["message"].Ended == 0 {
			t.Errorf("after years: %+v", got)
		}
		if n := w.count(town, `select count(*) from notify_messages where tenant_id = $1 and id like 'old-message-%'`); n != 1 {
			t.Errorf("%d messages are left, want that of the case alone", n)
		}
	})
}

func TestRules_followTheMunicipality(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	w := &world{T: t, Harness: h}
	c := w.withdrawn()
	w.must(h.App.Tenants.SetSettings(w.system(town), map[string]string{"retention.case.kindergarten": "12 years", "retention.draft": "soon"}))
	w.must(h.App.Directory.Refresh(t.Context()))
	w.travel(years)
	bound := func() context.Context { return identity.AsSystem(w.In(town), "retention.run") }
	for _, r := range h.App.Retention.Rules(bound()) {
		if r.Kind == kindergarten && (!r.Own || r.Length.String() != "12 years") || r.Kind == "draft" && !r.Broken {
			t.Errorf("%+v", r)
		}
	}
	w.run("")
	if w.read(c.ID).Anonymised() {
		t.Error("the municipality's own length is not kept")
	}
	p := h.Visitor(town).As(demo.Administrator).Get("/admin/retention").Must(http.StatusOK)
	p.Has("retention.draft")
	if !strings.Contains(tenant.From(bound()).Settings["retention.draft"], "soon") {
		t.Error("the setting is lost")
	}
}

func TestOver_waitsUntilTheChildIsGrownUp(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	w := &world{T: t, Harness: h}
	c := w.withdrawn()
	rules, err := retention.Shipped()
	w.must(err)
	var school retention.Rule
	for _, r := range rules {
		if r.Trigger == retention.Child18 {
			school = r
		}
	}
	w.must(h.App.DB.Read(w.system(town), func(ctx context.Context, tx *store.Tx) error {
		child, err := h.App.Identity.PersonIn(ctx, tx, c.Subject)
		if err != nil {
			return err
		}
		last := school.Length.From(child.ComesOfAge())
		for day, want := range map[int]bool{-1: false, 0: false, 1: true} {
			got, err := h.App.Retention.Over(ctx, tx, school, c, last.AddDays(day).Start().Add(12*time.Hour))
			if err != nil || got != want {
				t.Errorf("%d days after: %t, %v", day, got, err)
			}
		}
		return nil
	}))
}
