package deadlines_test

import (
	"context"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// refusedByLetter is a building application that is refused in time, of somebody who
// gets her decisions by letter; and the letter, which lies in the print room.
func (w *world) refusedByLetter() (c cases.Case, letter string) {
	w.Helper()
	w.must(w.App.Notify.Prefer(w.As(torgoy, demo.Mother), notify.Preferences{notify.Decision: notify.Letter}))
	c = w.garage()
	_, err := w.App.Cases.Decide(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "plan- og bygningsloven § 21-4", Reasons: "Tiltaket er i strid med planen, som setter byggegrensen.", Appeal: "Du kan klage innen tre uker.",
	})
	w.must(err)
	w.Settle()
	list, err := w.App.Notify.Printouts(w.As(torgoy, demo.CaseWorker), "")
	w.must(err)
	i := slices.IndexFunc(list, func(p notify.Printout) bool { return p.Thread == "case:"+c.ID && p.Kind == "case.decided" })
	if i < 0 {
		w.Fatal("the letter is not in the print room")
	}
	return w.read(c.ID), list[i].ID
}

// The municipality has decided when the decision is sent (plan- og bygningsloven
// § 21-7), which a letter in the print room is not.
func TestBuilding_isMetWhenTheLetterIsPosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, letter := w.refusedByLetter()
		w.stands(c, simple, deadline.Running, "2026-12-14")
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.at("2026-12-14 14:00:00")
		w.must(w.App.Notify.Posted(w.As(torgoy, demo.CaseWorker), letter))
		w.stands(c, simple, deadline.Met, "2026-12-14")
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		w.at("2026-12-15 08:00:00")
		w.fire()
		if got := w.read(c.ID); got.Outcome != cases.OutcomeRefused || w.entries(c, deadlines.EntryGiven) != 0 {
			t.Errorf("it is %s %s", got.Status, got.Outcome)
		}
	})
}

// One that nobody posts is overrun: the head is told, that the letter lies there and
// that the limit has passed. No permit is given to who was refused, and no provisional
// answer is written in a case that is decided.
func TestBuilding_isOverrunByALetterThatLies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, letter := w.refusedByLetter()
		w.stands(c, "notice.post", deadline.Running, "2026-11-25")
		w.at("2026-11-26 08:00:00")
		w.Settle()
		if d := w.clockOf(c, "notice.post"); d.Timer.State != deadline.PassedBy || d.Party != c.Applicant || w.told(c, "deadline.staff") == 0 {
			t.Errorf("%v of %q, the staff are told %d times", d.Timer, d.Party, w.told(c, "deadline.staff"))
		}
		w.at("2026-12-21 09:00:00") // when the provisional answer would be written
		w.Settle()
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.at("2026-12-24 00:10:00")
		w.Settle()
		w.stands(c, provisional, deadline.PassedBy, "2026-12-23")
		w.stands(c, simple, deadline.PassedBy, "2026-12-14")
		if got := w.read(c.ID); got.Outcome != cases.OutcomeRefused || w.entries(c, deadlines.EntryGiven)+w.entries(c, deadlines.EntryProvisional) != 0 {
			t.Errorf("it is %s %s", got.Status, got.Outcome)
		}
		w.must(w.App.Notify.Posted(w.As(torgoy, demo.CaseWorker), letter))
		for _, rule := range []string{simple, provisional, "notice.post"} {
			if d := w.clockOf(c, rule); d.Timer.EndedOn.IsZero() {
				t.Errorf("posted at last: %v", d.Timer)
			}
		}
	})
}

// An appeal in a building case has the eight weeks of the building rules, and no other
// clock beside them.
func TestAppeal_inABuildingCaseHasEightWeeks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		w.signal(c, deadline.Told)
		c = w.read(c.ID)
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return w.App.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Appealed, Party: c.Applicant})
		})
		w.stands(c, "appeal.prepare_building", deadline.Running, "2027-01-18")
		if n := w.count(`select count(*) from deadlines where tenant_id = $1 and case_id = $2 and rule = 'appeal.prepare'`, c.ID); n != 0 {
			t.Error("the other rule runs too")
		}
	})
}

// Notice to one party starts her own limit and nobody else's, and only that to the
// applicant is the municipality's answer.
func TestNotified_isNothingToTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		tell := func(party, event string, letter bool) {
			c := w.read(c.ID)
			w.write(func(ctx context.Context, tx *store.Tx) error {
				return w.App.Deadlines.Notified(ctx, tx, c, deadlines.Notice{Event: event, Party: party, At: tx.Now.Time, Letter: letter})
			})
		}
		const other = "01a203e4-0000-7000-8000-000000000001"
		tell(other, deadline.Told, false)
		w.stands(c, appeal, deadline.Running, "2026-12-14")
		w.stands(c, provisional, deadline.Running, "2026-12-23") // she is not the applicant
		tell(c.Applicant, deadline.Told, true)
		tell(c.Applicant, deadline.Told, true)               // a receipt that comes later
		w.stands(c, appeal, deadline.Running, "2026-12-21")  // five working days in the post
		w.stands(c, provisional, deadline.Met, "2026-12-23") // it is sent when it is posted
		tell(c.Applicant, deadline.Rejected, false)          // and a rejection of her appeal
		w.stands(c, "appeal.contest", deadline.Running, "2026-12-14")
		if n := w.count(`select count(*) from deadlines where tenant_id = $1 and case_id = $2 and rule in ($3, 'appeal.contest')`, c.ID, appeal); n != 3 {
			t.Errorf("%d clocks", n)
		}
	})
}

// When the applicant has died, the municipality has answered when it has answered
// whoever is left: else a fee would fall, or a permit count as given, in a case that is
// decided and told.
func TestNotified_whenTheApplicantHasDied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		heir := identity.From(w.As(torgoy, demo.Apart))
		w.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := w.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: heir.PersonID, Name: heir.Name, Role: cases.RoleHeir})
			return err
		})
		tell := func() {
			c := w.read(c.ID)
			w.write(func(ctx context.Context, tx *store.Tx) error {
				return w.App.Deadlines.Notified(ctx, tx, c, deadlines.Notice{Event: deadline.Told, Party: heir.PersonID, At: tx.Now.Time})
			})
		}
		tell()
		w.stands(c, simple, deadline.Running, "2026-12-14")
		w.dies(demo.Mother)
		if now := w.read(c.ID); now.Applicant != c.Applicant {
			t.Fatal("somebody has taken over already")
		}
		tell()
		w.stands(c, simple, deadline.Met, "2026-12-14")
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		w.stands(c, appeal, deadline.Running, "2026-12-14")
	})
}

// dies lets the population register tell of a death.
func (w *world) dies(part demo.Part) {
	w.Helper()
	r, ok := w.Demo.Register().(*fakeregister.Register)
	player, known := w.Demo.Population().Player(torgoy, part)
	if !ok || !known {
		w.Fatal("the demonstration has another register")
	}
	person := identity.From(w.As(torgoy, part)).PersonID
	w.must(r.Die(player.Number, clock.DateIn(w.Clock.Now())))
	w.must(w.App.Identity.Poll(w.system()))
	w.must(w.App.Identity.Refresh(w.system(), person))
}

// provisionalOnPaper is an application of somebody who gets letters, on the day the
// provisional answer is written; and that letter, which lies in the print room.
func (w *world) provisionalOnPaper() (c cases.Case, letter string) {
	w.Helper()
	w.must(w.App.Notify.Prefer(w.As(torgoy, demo.Mother), notify.Preferences{notify.Decision: notify.Letter, notify.Reminder: notify.Letter, notify.Notice: notify.Letter}))
	c = w.applied()
	w.at("2026-12-21 08:05:00")
	w.Settle()
	w.Settle()
	list, err := w.App.Notify.ProofOf(w.system(), "case:"+c.ID)
	w.must(err)
	i := slices.IndexFunc(list, func(p notify.Proof) bool { return p.Kind == "deadline.provisional_answer" && p.Person == c.Applicant })
	if i < 0 || len(list[i].Steps) != 1 || list[i].Steps[0].Channel != notify.Letter {
		w.Fatalf("the letter is not in the print room: %+v", list)
	}
	return w.read(c.ID), list[i].Steps[0].ID
}

// A provisional answer is given when it is sent (forvaltningsloven § 11 a), which by
// post it is when somebody has posted it.
func TestProvisionalAnswer_isGivenWhenTheLetterIsPosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, letter := w.provisionalOnPaper()
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.at("2026-12-23 14:00:00")
		w.fire()
		w.must(w.App.Notify.Posted(w.As(torgoy, demo.CaseWorker), letter))
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		w.at("2026-12-24 08:00:00")
		w.fire()
		w.Settle()
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		if n := w.told(c, "deadline.provisional_answer"); n == 0 || w.entries(c, deadlines.EntryProvisional) != 1 || w.entries(c, cases.EntryLetter) != 1 {
			t.Errorf("told %d times, %d in the journal", n, w.entries(c, deadlines.EntryProvisional))
		}
	})
}

// One that nobody posts is no answer: the month passes, the head is told, and the party
// gets no second letter.
func TestProvisionalAnswer_isOverrunByALetterThatLies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, letter := w.provisionalOnPaper()
		told, warned := w.told(c, "deadline.provisional_answer"), w.told(c, "deadline.staff")
		w.at("2026-12-24 08:00:00")
		w.fire()
		w.Settle()
		w.stands(c, provisional, deadline.PassedBy, "2026-12-23")
		if w.told(c, "deadline.provisional_answer") != told || w.entries(c, deadlines.EntryProvisional) != 1 {
			t.Error("it was written twice")
		}
		if w.told(c, "deadline.staff") <= warned {
			t.Error("the head is not told")
		}
		w.must(w.App.Notify.Posted(w.As(torgoy, demo.CaseWorker), letter))
		w.stands(c, provisional, deadline.PassedBy, "2026-12-23")
		if w.clockOf(c, provisional).Timer.EndedOn.IsZero() {
			t.Error("it is overrun still, although it is posted")
		}
	})
}
