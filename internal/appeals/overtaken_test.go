package appeals_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// reopened is a case that is taken up again by something else than an appeal, as when it
// is somebody's turn on a waiting list.
func (w *world) reopened(c cases.Case) cases.Case {
	w.Helper()
	w.must(w.App.DB.Write(w.system(), func(ctx context.Context, tx *store.Tx) error {
		_, err := w.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "nursing_turn"})
		return err
	}))
	return w.read(c.ID)
}

// An appeal waits for nothing when the case is taken up again, whoever did it; against
// the new decision she can appeal anew.
func TestReopened_endsTheAppealsThatWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		first := w.lodged(c)
		c = w.reopened(c)
		if a := w.view(first.ID).Appeal; a.State != appeals.Changed || a.PreparedAt.IsZero() || w.audited(c, "appeals.changed") != 1 {
			t.Errorf("it is %s, %d lines in the log", a.State, w.audited(c, "appeals.changed"))
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Met {
			t.Errorf("the preparation: %v", prepare)
		}
		c = w.decide(c, cases.OutcomeRefused, nil)
		_, err := w.App.Appeals.Prepare(w.worker(), first.ID, w.view(first.ID).Appeal.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Vedtaket var feil, og hun skal ha plassen."})
		w.conflict(err, "appeals.not_now.prepare")
		if got := w.read(c.ID).Status; got != cases.Decided {
			t.Errorf("an appeal against the first decision lets the second be %s", got)
		}
		v := w.visitor(demo.Mother)
		p := v.Get(myAppeal(c)).Must(http.StatusOK)
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Jeg klager på det nye vedtaket.", "why", "Det er like galt.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Errorf("the second preparation: %v", prepare)
		}
	})
}

// Nobody waits for the answer to an appeal that has come to its end: the parties are told
// so, each once, and only where an appeal waited.
func TestReopened_tellsThatTheAppealHasEnded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		c = w.decide(w.reopened(c), cases.OutcomeRefused, nil)
		if n := w.told(c, "appeal.overtaken"); n != 0 {
			t.Errorf("told %d times of no appeal", n)
		}
		w.lodged(c)
		_, err := w.App.Appeals.Lodge(w.other(), c.ID, appeal("the other parent's"))
		w.must(err)
		w.reopened(c)
		w.Settle()
		if n := w.told(c, "appeal.overtaken"); n != 2 { // both parents, who have appealed both
			t.Errorf("told %d times", n)
		}
		p := w.visitor(demo.Mother).Get("/my/messages").Must(http.StatusOK)
		p.Has(w.nb("appeals.mail.overtaken.subject", "number", c.Label()))
	})
}

// Where it is an appeal that takes the case up again, its answer tells of it.
func TestReopened_byAnAppealIsToldOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.lodged(c)
		_, err := w.App.Appeals.Lodge(w.other(), c.ID, appeal("the other parent's"))
		w.must(err)
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Vedtaket var feil, og hun skal ha plassen."})
		w.must(err)
		w.Settle()
		if changed, overtaken := w.told(c, "appeal.changed"), w.told(c, "appeal.overtaken"); changed != 2 || overtaken != 0 {
			t.Errorf("told %d times of the change, and %d times more", changed, overtaken)
		}
	})
}

// What the appeal body sends back for one parent ends the other's appeal too, one that is
// ready to be handed over as well.
func TestReopened_byTheAppealBodyEndsTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		mine := w.forwarded(c)
		others, err := w.App.Appeals.Lodge(w.other(), c.ID, appeal("the other parent's"))
		w.must(err)
		_, err = w.App.Appeals.Prepare(w.worker(), others.ID, others.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket, siden det var fullt."})
		w.must(err)
		_, err = w.App.Appeals.RegisterAnswer(w.worker(), mine.ID, mine.Version, appeals.BodyAnswer{Answer: appeals.SentBack, On: clock.DateIn(w.Clock.Now())})
		w.must(err)
		w.Settle()
		if a := w.view(others.ID).Appeal; a.State != appeals.Changed || a.Package != "" {
			t.Errorf("the other's is %s with the package %q", a.State, a.Package)
		}
		if a := w.view(mine.ID).Appeal; a.State != appeals.Answered {
			t.Errorf("hers is %s", a.State)
		}
		c = w.decide(w.read(c.ID), cases.OutcomeRefused, nil)
		for key, who := range map[string]context.Context{"a": w.mother(), "b": w.other()} {
			_, err := w.App.Appeals.Lodge(who, c.ID, appeal(key))
			w.must(err)
		}
	})
}

// A letter about a decision that is set aside while it lies in the print room tells
// nobody of the one that comes after: no limit runs from it, and the municipality has
// not answered with it.
func TestMoved_ofADecisionThatIsSetAside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.refused()
		_, old := w.letter(c, "case.decided")
		w.at("2026-11-24 12:00")
		c = w.reopened(c)
		w.must(w.App.Notify.Posted(w.worker(), old.ID))
		w.stands(c, answering, "", deadline.Running, "2026-12-23")
		w.stands(c, lodging, c.Applicant, "", "")
		if watch := w.clockFor(c, posting, c.Applicant); watch.EndedOn.IsZero() {
			t.Errorf("the letter is posted: %v", watch)
		}
	})
}

func TestMoved_ofTheDecisionBeforeTheOneThatStands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.refused()
		_, old := w.letter(c, "case.decided")
		c = w.reopened(c)
		w.at("2026-11-24 12:00")
		c = w.decide(c, cases.OutcomeRefused, nil)
		w.must(w.App.Notify.Posted(w.worker(), old.ID))
		w.Settle()
		if got := w.last(w.mother(), c); got != "" {
			t.Errorf("the new letter lies in the print room, and her limit runs until %s", got)
		}
		w.stands(c, answering, "", deadline.Running, "2026-12-23")
		w.at("2026-11-30 12:00")
		w.postedAll(c)
		w.stands(c, answering, "", deadline.Met, "2026-12-23")
		w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-28") // five working days, and three weeks
	})
}

// postedAll marks all that waits in the print room about a case as posted.
func (w *world) postedAll(c cases.Case) {
	w.Helper()
	list, err := w.App.Notify.Printouts(w.worker(), "")
	w.must(err)
	for _, p := range list {
		if p.Thread == "case:"+c.ID {
			w.must(w.App.Notify.Posted(w.worker(), p.ID))
		}
	}
}

// Whoever stands for a party handles no appeal in her case, also when not acting for her
// just now (forvaltningsloven § 6); a colleague does.
func TestHandles_notWhoStandsForAParty(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.granted()
		w.must(w.App.Appeals.AskReasons(w.other(), c.ID))
		a := w.lodged(c)
		agent := identity.From(w.worker()).PersonID
		w.must(w.App.DB.Write(w.mother(), func(ctx context.Context, tx *store.Tx) error {
			_, err := w.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: []string{c.Kind}})
			return err
		}))
		prepare := appeals.Preparation{Verdict: appeals.Reject, Statement: "Klageren er ikke part i saken."}
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, prepare)
		w.conflict(err, "cases.partial")
		_, err = w.App.Appeals.RegisterWithdrawal(w.worker(), a.ID, a.Version)
		w.conflict(err, "cases.partial")
		_, err = w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Appellant: w.otherID(), Wants: "Plass"})
		w.conflict(err, "cases.partial")
		w.conflict(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."), "cases.partial")
		if v := w.view(a.ID); v.MayPrepare || v.MayHandOver || v.MayApprove {
			t.Errorf("the page offers it: %+v", v)
		}
		_, err = w.App.Appeals.Prepare(w.head(), a.ID, a.Version, prepare)
		w.must(err)
	})
}

// However often an appeal was prepared, nothing of it stays when the case is forgotten.
func TestForget_takesAllPackages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.ready(c)
		for range 6 {
			_, err := w.App.Appeals.Prepare(w.worker(), a.ID, w.view(a.ID).Appeal.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket, siden det var fullt."})
			w.must(err)
			w.Settle()
		}
		const left = `select count(*) from blob_documents where tenant_id = $1 and owner_type = 'appeal' and owner_id = $2 and deleted_at is null`
		if n := w.count(left, a.ID); n <= 10 {
			t.Fatalf("%d documents", n)
		}
		w.must(w.App.DB.Write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			return w.App.Appeals.Forget(ctx, tx, c.ID, cases.Nobody(c.ID))
		}))
		if n := w.count(left, a.ID); n != 0 {
			t.Errorf("%d documents of the appeal stay", n)
		}
	})
}

// reading opens the mother's message about the decision on her page, and has the mail
// server send it back after or before.
func (w *world) reading(c cases.Case, steps ...string) {
	w.Helper()
	list, err := w.App.Notify.List(w.mother(), notify.Filter{PersonID: c.Applicant, Thread: "case:" + c.ID})
	w.must(err)
	i := slices.IndexFunc(list, func(m notify.Item) bool { return m.Kind == "case.decided" })
	if i < 0 || list[i].Channel != notify.Email || list[i].State != notify.HandedOver {
		w.Fatalf("she is not told by e-mail: %+v", list)
	}
	for _, step := range steps {
		if step == "reads" {
			_, err = w.App.Notify.Open(w.mother(), list[i].ID)
		} else {
			err = w.App.DB.Write(w.system(), func(ctx context.Context, tx *store.Tx) error {
				return w.App.Notify.Bounce(ctx, tx, list[i].MessageID, "5.1.1")
			})
		}
		w.must(err)
	}
	w.Settle()
}

// An e-mail that comes back has told her nothing. Who has read the decision on her page
// has notice from then, and gets no letter.
func TestMoved_ofWhatSheHasReadOnHerPage(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres, Reach: true})
			w := &world{T: t, Harness: h}
			w.Settle()
			w.at("2026-11-23 12:00")
			c := w.refused()
			w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-14")
			w.at("2026-11-26 12:00")
			w.reading(c, "reads")
			w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-14")
			w.at("2026-11-27 12:00")
			w.reading(c, "comes back")
			w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-17")
			if got := w.last(w.mother(), c); got != "2026-12-17" {
				t.Errorf("her last day is %q", got)
			}
		})
	}
}
