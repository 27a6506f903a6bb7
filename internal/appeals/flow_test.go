package appeals_test

import (
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

func TestLodge_standsOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		ctx := w.mother()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { _, _ = w.App.Appeals.Lodge(ctx, c.ID, appeal("press")) })
		}
		wg.Wait()
		first, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("press"))
		w.must(err)
		again, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("press"))
		w.must(err)
		if first.ID != again.ID || w.entries(c, appeals.EntryReceived) != 1 {
			t.Errorf("%s and %s, %d entries", first.ID, again.ID, w.entries(c, appeals.EntryReceived))
		}
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, appeal("another page"))
		w.conflict(err, "appeals.already")
		w.Settle()
		if w.told(c, "appeal.received") == 0 || w.told(c, "appeal.staff.received") == 0 {
			t.Errorf("told: party %d, staff %d", w.told(c, "appeal.received"), w.told(c, "appeal.staff.received"))
		}
		if n := w.audited(c, "appeals.lodged"); n != 1 {
			t.Errorf("%d lines in the audit log", n)
		}
		if lodge := w.clockFor(c, "appeal.lodge", c.Applicant); lodge.State != deadline.Met {
			t.Errorf("the time to appeal: %v", lodge)
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Errorf("the preparation: %v", prepare)
		}
	})
}

func TestLodge_refusesBadInput(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		_, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeals.New{Wants: " \x00 "})
		w.wrong(err, "wants", "why")
		long := make([]byte, 10_001)
		for i := range long {
			long[i] = 'a'
		}
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, appeals.New{Wants: string(long), Why: "x"})
		w.wrong(err, "wants")
		_, err = w.App.Appeals.Lodge(w.mother(), "no id", appeal(""))
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Wants: "x", Appellant: identity.From(w.head()).PersonID, SentOn: clock.DateIn(w.Clock.Now()).AddDays(2)})
		w.wrong(err, "sent_on", "appellant")
		if w.count(`select count(*) from appeals where tenant_id = $1 and case_id = $2`, c.ID) != 0 {
			t.Error("something was kept")
		}
	})
}

// Told on 4 December 2026, the limit would end on Christmas Day.
func TestLodge_late(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		w.at("2026-12-28 23:59")
		mine, err := w.App.Appeals.Mine(w.mother(), c.ID)
		w.must(err)
		if mine.Standing() != appeals.InTime || mine.Limit.Last.String() != "2026-12-28" {
			t.Fatalf("%s until %s", mine.Standing(), mine.Limit.Last)
		}
		w.at("2026-12-29 00:00")
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, appeal(""))
		w.wrong(err, "late")
		n := appeal("")
		n.Late = "Jeg lå på sykehus."
		a, err := w.App.Appeals.Lodge(w.mother(), c.ID, n)
		w.must(err)
		if !a.Late {
			t.Error("it is not late")
		}
		forward := appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket."}
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, forward)
		w.conflict(err, "appeals.decide_lateness")
		_, err = w.App.Appeals.AcceptLate(w.worker(), a.ID, a.Version, "kort")
		w.wrong(err, "late_answer")
		a, err = w.App.Appeals.AcceptLate(w.worker(), a.ID, a.Version, "Hun kan ikke lastes for det.")
		w.must(err)
		_, err = w.App.Appeals.AcceptLate(w.worker(), a.ID, a.Version, "Hun kan ikke lastes for det.")
		w.conflict(err, "appeals.not_late")
		a, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, forward)
		w.must(err)
		if a.State != appeals.Ready {
			t.Errorf("it is %s", a.State)
		}
	})
}

func TestLodge_neverAfterAYear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		n := appeal("")
		n.Late = "Jeg har vært syk."
		w.at("2027-12-05 00:00")
		_, err := w.App.Appeals.Lodge(w.mother(), c.ID, n)
		w.conflict(err, "appeals.too_late")
		// On paper it is the day it was posted that counts.
		n.SentOn = clock.NewDate(2027, 12, 4)
		a, err := w.App.Appeals.Register(w.worker(), c.ID, n)
		w.must(err)
		if !a.Late {
			t.Error("it is in time")
		}
	})
}

func TestRegister_postedInTimeIsEnough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		w.at("2027-01-04 12:00")
		a, err := w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Wants: "Plass", SentOn: clock.NewDate(2026, 12, 28), Key: "post"})
		w.must(err)
		if a.Late || a.Source != "paper" || a.LodgedByName == a.AppellantName || w.entries(c, appeals.EntryRegistered) != 1 {
			t.Errorf("%+v", a)
		}
		a, err = w.App.Appeals.RegisterWithdrawal(w.worker(), a.ID, a.Version)
		w.must(err)
		if a.State != appeals.Withdrawn || w.entries(c, appeals.EntryWithdrawnByStaff) != 1 {
			t.Errorf("it is %s", a.State)
		}
	})
}

func TestWithdraw_leavesTheRightToAppealAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.conflict(w.App.Appeals.Withdraw(w.mother(), c.ID), "appeals.nothing_to_withdraw")
		w.lodged(c)
		w.must(w.App.Appeals.Withdraw(w.mother(), c.ID))
		w.conflict(w.App.Appeals.Withdraw(w.mother(), c.ID), "appeals.nothing_to_withdraw")
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Cancelled {
			t.Errorf("the preparation: %v", prepare)
		}
		if _, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("anew")); err != nil {
			t.Error(err)
		}
	})
}

func TestReasons_stopAndRestartTheLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.granted()
		w.at("2026-12-10 12:00")
		w.must(w.App.Appeals.AskReasons(w.mother(), c.ID))
		w.must(w.App.Appeals.AskReasons(w.mother(), c.ID))
		w.at("2027-01-20 12:00")
		mine, err := w.App.Appeals.Mine(w.mother(), c.ID)
		w.must(err)
		if !mine.Limit.Stands || mine.Standing() != appeals.InTime || mine.MayAsk {
			t.Errorf("%+v", mine)
		}
		w.wrong(w.App.Appeals.GiveReasons(w.worker(), c.ID, "kort"), "reasons")
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		w.conflict(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."), "appeals.not_now.give_reasons")
		if mine, err = w.App.Appeals.Mine(w.mother(), c.ID); err != nil || mine.Limit.Last.String() != "2027-02-10" {
			t.Errorf("until %s, %v", mine.Limit.Last, err)
		}
		if w.entries(c, appeals.EntryReasonsAsked) != 1 || w.entries(c, appeals.EntryReasonsGiven) != 1 || w.told(c, "appeal.reasons_given") == 0 {
			t.Error("the journal or the party is not told")
		}
	})
}

func TestReasons_notWhereTheyAreGiven(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.conflict(w.App.Appeals.AskReasons(w.mother(), c.ID), "appeals.reasons_given_already")
		w.must(w.App.Tenants.SetSettings(w.In(town), map[string]string{appeals.SettingReasons: "always"}))
		w.must(w.App.Directory.Refresh(w.In(town)))
		w.must(w.App.Appeals.AskReasons(w.mother(), c.ID))
		w.kind(w.App.Appeals.GiveReasons(w.mother(), c.ID, "Slik gjør vi det bestandig her."), errs.KindForbidden)
	})
}

func TestPrepare_changesTheDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.granted()
		unit := w.count(`select count(*) from kindergarten_places where tenant_id = $1 and case_id = $2`, c.ID)
		a := w.lodged(c)
		a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Søskenet hadde rett til å gå foran."})
		w.must(err)
		again := w.read(c.ID)
		if a.State != appeals.Changed || again.Status != cases.InProgress || again.Outcome != "" || unit != 1 {
			t.Fatalf("the appeal is %s, the case %s %q", a.State, again.Status, again.Outcome)
		}
		if n := w.count(`select count(*) from cases_past_decisions where tenant_id = $1 and case_id = $2 and letter_id <> '' and number = 1`, c.ID); n != 1 {
			t.Errorf("%d old decisions kept", n)
		}
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, appeal("no"))
		w.conflict(err, "appeals.no_decision")
		w.decide(again, cases.OutcomeRefused, nil)
		if n := w.count(`select count(*) from kindergarten_places where tenant_id = $1 and case_id = $2`, c.ID); n != 0 {
			t.Errorf("the place of the old decision is held %d times", n)
		}
		second, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("new decision"))
		w.must(err)
		if second.Round != 1 || second.ID == a.ID {
			t.Errorf("%+v", second)
		}
		if w.entries(c, cases.EntryLetter) != 2 || w.entries(c, appeals.EntryReopened) != 1 {
			t.Errorf("%d letters", w.entries(c, cases.EntryLetter))
		}
	})
}

func TestPrepare_rejectsWithALetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.lodged(c)
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: "burn", Statement: "kort"})
		w.wrong(err, "verdict", "statement")
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version+1, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klageren er ikke part i saken."})
		w.conflict(err, "errs.conflict")
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klageren er ikke part i saken."})
		w.must(err)
		w.Settle()
		v := w.view(a.ID)
		if v.Appeal.State != appeals.Rejected || v.Appeal.Letter == "" || v.Appeal.Package != "" || w.entries(c, appeals.EntryLetter) != 1 || w.told(c, "appeal.rejected") == 0 {
			t.Errorf("%+v", v.Appeal)
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Met {
			t.Errorf("the preparation: %v", prepare)
		}
	})
}

func TestPrepare_byTwoWhereFourEyesAreWanted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.must(w.App.Cases.SetFourEyes(w.head(), c.Department, c.Kind, true))
		a := w.lodged(c)
		p := appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket."}
		a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, p)
		w.must(err)
		if a.State != appeals.Received || a.Proposed != appeals.Forward {
			t.Fatalf("%s %s", a.State, a.Proposed)
		}
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, p)
		w.conflict(err, "appeals.proposed")
		_, err = w.App.Appeals.Approve(w.worker(), a.ID, a.Version)
		w.conflict(err, "appeals.approve_not_own")
		_, err = w.App.Appeals.SendBack(w.head(), a.ID, a.Version, "")
		w.wrong(err, "comment")
		a, err = w.App.Appeals.SendBack(w.head(), a.ID, a.Version, "Svar på det om søskenet.")
		w.must(err)
		a, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, p)
		w.must(err)
		a, err = w.App.Appeals.Approve(w.head(), a.ID, a.Version)
		w.must(err)
		if a.State != appeals.Ready || a.ApprovedByName == "" {
			t.Errorf("%s by %q", a.State, a.ApprovedByName)
		}
	})
}

func TestRegisterAnswer(t *testing.T) {
	t.Parallel()
	for answer, status := range map[appeals.Answer]cases.Status{
		appeals.Upheld: cases.Decided, appeals.Altered: cases.Decided, appeals.SentBack: cases.InProgress,
	} {
		t.Run(string(answer), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				c := w.refused()
				a := w.forwarded(c)
				today := clock.DateIn(w.Clock.Now())
				_, err := w.App.Appeals.RegisterAnswer(w.worker(), a.ID, a.Version, appeals.BodyAnswer{Answer: "maybe", On: today.AddDays(1)})
				w.wrong(err, "answer", "answered_on")
				_, err = w.App.Appeals.RegisterAnswer(w.mother(), a.ID, a.Version, appeals.BodyAnswer{Answer: answer, On: today})
				w.kind(err, errs.KindForbidden)
				a, err = w.App.Appeals.RegisterAnswer(w.worker(), a.ID, a.Version, appeals.BodyAnswer{Answer: answer, On: today, Text: "Nemnda er enig."})
				w.must(err)
				w.Settle()
				if a.State != appeals.Answered || w.read(c.ID).Status != status || w.entries(c, appeals.EntryAnswered) != 1 || w.told(c, "appeal.answered") == 0 {
					t.Errorf("%s, the case is %s", a.State, w.read(c.ID).Status)
				}
				_, err = w.App.Appeals.RegisterAnswer(w.worker(), a.ID, a.Version, appeals.BodyAnswer{Answer: answer, On: today})
				w.conflict(err, "appeals.not_now.answer")
			})
		})
	}
}

func TestAccess_acrossRolesAndMunicipalities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		_, err := w.App.Appeals.Lodge(w.As(torgoy, demo.Apart), c.ID, appeal(""))
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Appeals.Lodge(w.worker(), c.ID, appeal(""))
		w.kind(err, errs.KindForbidden)
		_, err = w.App.Appeals.Lodge(w.As(1, demo.Mother), c.ID, appeal(""))
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Appeals.Register(w.mother(), c.ID, appeal(""))
		w.kind(err, errs.KindForbidden)
		_, err = w.App.Appeals.List(w.mother(), appeals.Filter{})
		w.kind(err, errs.KindForbidden)
		a := w.forwarded(c)
		for _, part := range []demo.Part{demo.Apart, demo.Administrator, demo.Auditor} {
			_, err = w.App.Appeals.View(w.As(torgoy, part), a.ID)
			w.kind(err, errs.KindNotFound)
		}
		_, _, err = w.App.Appeals.OpenPackage(w.mother(), a.ID)
		w.kind(err, errs.KindForbidden)
		_, _, err = w.App.Appeals.OpenPackage(w.As(1, demo.CaseWorker), a.ID)
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Appeals.View(w.As(1, demo.CaseWorker), a.ID)
		w.kind(err, errs.KindNotFound)
		mine, err := w.App.Appeals.List(w.worker(), appeals.Filter{State: appeals.Forwarded})
		w.must(err)
		if len(mine.Lines) != 1 || mine.Counts[appeals.Forwarded] != 1 {
			t.Errorf("%d appeals, %d counted", len(mine.Lines), mine.Counts[appeals.Forwarded])
		}
		if elsewhere, err := w.App.Appeals.List(w.As(1, demo.CaseWorker), appeals.Filter{State: appeals.Forwarded}); err != nil || len(elsewhere.Lines) != 0 {
			t.Errorf("%d appeals elsewhere, %v", len(elsewhere.Lines), err)
		}
	})
}

func TestBodies_perDepartmentAndMunicipality(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		named := func() string { return w.view(w.only(c).ID).Body.Name }
		w.lodged(c)
		if got := named(); got != "Kommunens klagenemnd" {
			t.Errorf("usually %q", got)
		}
		w.must(w.App.Appeals.SetBody(w.head(), appeals.Body{Kind: c.Kind, Name: "Nemnda"}))
		w.must(w.App.Appeals.SetBody(w.head(), appeals.Body{Kind: c.Kind, Department: c.Department, Name: "Statsforvalteren i Innlandet", Address: "Postboks 987"}))
		if got := named(); got != "Statsforvalteren i Innlandet" {
			t.Errorf("of the department %q", got)
		}
		w.must(w.App.Appeals.SetBody(w.head(), appeals.Body{Kind: c.Kind, Department: c.Department}))
		if got := named(); got != "Nemnda" {
			t.Errorf("of the municipality %q", got)
		}
		w.kind(w.App.Appeals.SetBody(w.worker(), appeals.Body{Kind: c.Kind, Name: "Jeg"}), errs.KindForbidden)
		w.kind(w.App.Appeals.SetBody(w.head(), appeals.Body{Kind: "nothing", Name: "Jeg"}), errs.KindInvalid)
	})
}

// only is the case's one appeal.
func (w *world) only(c cases.Case) appeals.Appeal {
	w.Helper()
	p, err := w.App.Appeals.List(w.worker(), appeals.Filter{Kind: c.Kind, Offset: -1})
	w.must(err)
	for _, l := range p.Lines {
		if l.CaseID == c.ID {
			return l.Appeal
		}
	}
	w.Fatal("the case has no appeal")
	return appeals.Appeal{}
}
