package deadlines_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// What the law gives is a decision as any other: with a text, a letter, a right to
// appeal that runs, and a place in the lists.
func TestDeemedGiven_isADecisionAsAnyOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		worker := w.As(torgoy, demo.CaseWorker)
		_, err := w.App.Cases.SaveDraft(worker, c.ID, cases.Decision{Outcome: cases.OutcomeRefused, LegalBasis: "§ 29-4", Reasons: "Garasjen står for nær naboen.", Appeal: "Du kan klage."})
		w.must(err)
		w.at("2026-12-15 09:00:00")
		w.Settle()
		w.Settle()
		mother := w.As(torgoy, demo.Mother)
		v, err := w.App.Cases.View(mother, c.ID)
		w.must(err)
		d := v.Decision
		if d == nil || !d.Final || !d.ByLaw() || d.Outcome != cases.OutcomeGranted || d.Letter == "" {
			t.Fatalf("the decision is %+v", d)
		}
		if d.LegalBasis != "plan- og bygningsloven § 21-7" || !strings.Contains(d.Reasons, "14. desember 2026") || !strings.Contains(d.Appeal, "Naboer") {
			t.Errorf("it says %q, %q, %q", d.LegalBasis, d.Reasons, d.Appeal)
		}
		if d.DecidedAt.UTC().Format(time.RFC3339) != "2026-12-14T23:00:00Z" || len(v.Terms) != 2 || !strings.Contains(v.Terms[1].Value, "2029") {
			t.Errorf("given at %v on the terms %v", d.DecidedAt, v.Terms)
		}
		w.stands(c, appeal, deadline.Running, "2027-01-05") // told on the 15th
		w.page(c)
		w.counted(c)
		w.keptDraft(c)
	})
}

// page looks at what the resident and the staff read.
func (w *world) page(c cases.Case) {
	w.Helper()
	for part, path := range map[demo.Part]string{demo.Mother: "/my/cases/", demo.CaseWorker: "/work/cases/"} {
		p := w.Visitor(town).As(part).Get(path + c.ID).Must(200)
		p.Has("Vedtaket følger av loven", "plan- og bygningsloven § 21-7", "Tillatelsen regnes som gitt")
		if strings.Contains(p.Text(), "Saksbehandler Torgøy kommune") {
			w.Errorf("%s: nobody has handled it, and the page names somebody", part)
		}
	}
	if letter := string(apptest.Letter(w.As(torgoy, demo.Mother), w.Harness, c)); !strings.HasPrefix(letter, "%PDF-") {
		w.Error("there is no letter")
	}
}

// counted asks the lists for the case.
func (w *world) counted(c cases.Case) {
	w.Helper()
	page, err := w.App.Cases.List(w.As(torgoy, demo.CaseWorker), cases.Filter{Status: cases.Decided, Kind: building.Name})
	w.must(err)
	for _, found := range page.Cases {
		if found.ID == c.ID && found.Outcome == cases.OutcomeGranted {
			return
		}
	}
	w.Errorf("the list of decided cases has %d and not this one", len(page.Cases))
}

// keptDraft looks for what the case worker had begun to write: the staff find it,
// the party does not.
func (w *world) keptDraft(c cases.Case) {
	w.Helper()
	for part, want := range map[demo.Part]bool{demo.CaseWorker: true, demo.Mother: false} {
		v, err := w.App.Cases.View(w.As(torgoy, part), c.ID)
		w.must(err)
		found := false
		for _, e := range v.Entries {
			found = found || strings.Contains(e.Text, "Garasjen står for nær naboen.")
		}
		if found != want {
			w.Errorf("%s finds the draft: %v", part, found)
		}
	}
}

// The municipality changes what the law gave after an appeal: it is set aside as
// any decision is, and a new one is made.
func TestDeemedGiven_canBeTakenUpAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		w.at("2026-12-15 09:00:00")
		w.fire()
		w.Settle()
		w.write(func(ctx context.Context, tx *store.Tx) (err error) {
			c, err = w.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
			return err
		})
		worker := w.As(torgoy, demo.CaseWorker)
		c, err := w.App.Cases.Decide(worker, c.ID, c.Version, cases.Decision{
			Outcome: cases.OutcomeRefused, LegalBasis: "plan- og bygningsloven § 29-4", Reasons: "Naboen har rett i at avstanden er for kort.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
		})
		w.must(err)
		if c.Outcome != cases.OutcomeRefused {
			t.Errorf("it is %s", c.Outcome)
		}
		if n := w.count(`select count(*) from cases_past_decisions where tenant_id = $1 and case_id = $2 and outcome = $3 and letter_id <> ''`, c.ID, cases.OutcomeGranted); n != 1 {
			t.Errorf("%d past decisions", n)
		}
	})
}

// An application that was sent without log-in is the municipality's from then on,
// but nobody can decide it before somebody has said whose it is.
func TestReceived_aPermitIsNotGivenTheMomentItsApplicantIsKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		sent := w.Clock.Now()
		w.Clock.Advance(25 * 24 * time.Hour)
		c := w.boundLate(sent)
		w.fire()
		if got := w.read(c.ID); got.Status != cases.Received || !got.ReceivedAt.Equal(sent) {
			t.Fatalf("it is %s, received %v", got.Status, got.ReceivedAt)
		}
		bound := w.clockOf(c, simple).Timer
		if diff := cmp.Diff("2026-12-18 2027-01-08", bound.Started.String()+" "+bound.Falls().String()); diff != "" {
			t.Error(diff)
		}
		w.stands(c, provisional, deadline.Running, "2026-12-23") // the municipality has had it all the time
		w.at("2027-01-09 00:00:00")
		w.fire()
		if got := w.read(c.ID); got.Outcome != cases.OutcomeGranted {
			t.Errorf("three weeks later it is %s", got.Status)
		}
	})
}

// boundLate makes the case of a garage that was sent some time before anybody knew
// who had sent it.
func (w *world) boundLate(sent time.Time) (c cases.Case) {
	w.Helper()
	ctx := w.As(torgoy, demo.Mother)
	w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		me, err := w.App.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		submission, _, err := w.App.Forms.SubmitDirect(ctx, tx, forms.Direct{
			Form: building.FormKey, Person: me.ID, Subject: me.ID, Answers: forms.Answers{Values: apptest.Garage()}, Key: "late",
		})
		if err != nil {
			return err
		}
		c, err = w.App.Cases.Create(ctx, tx, cases.New{Kind: building.Name, Submission: submission.ID, Applicant: me, Subject: me, Lang: submission.Lang, ReceivedAt: sent})
		return err
	}))
	return c
}

// A question that comes after midnight finds both clocks of the case: the
// permit is given, the other is met when that is sent, and nothing is written twice.
func TestSignal_aDecisionOfTheLawReachesTheOtherClocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		w.at("2026-12-15 00:00:30")
		w.signal(c, deadline.Asked)
		w.stands(c, simple, deadline.PassedBy, "2026-12-14")
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.Settle() // the letter goes out
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		if got := w.read(c.ID); got.Outcome != cases.OutcomeGranted || w.entries(c, deadlines.EntryGiven) != 1 {
			t.Errorf("it is %s, given %d times", got.Status, w.entries(c, deadlines.EntryGiven))
		}
	})
}
