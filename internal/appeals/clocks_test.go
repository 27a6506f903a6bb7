package appeals_test

import (
	"context"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// It is the appeal that is taken back: what the municipality has to do with the
// application, it still has to do.
func TestWithdraw_isNothingToTheClocksOfTheApplication(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.refused() // the letter lies in the print room, and she has read it on her page
		w.stands(c, answering, "", deadline.Running, "2026-12-23")
		w.lodged(c)
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Fatalf("the preparation: %v", prepare)
		}
		w.must(w.App.Appeals.Withdraw(w.mother(), c.ID))
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Cancelled {
			t.Errorf("the preparation goes on: %v", prepare)
		}
		w.stands(c, answering, "", deadline.Running, "2026-12-23")
	})
}

// What was handed over on the last day was so, also when it is confirmed the week after;
// what was handed over later was not.
func TestHandOver_countsFromTheDayItWasHandedOver(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]int{"on the last day": 0, "the day after": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				c := w.refused()
				a := w.ready(c)
				last := w.clockOf(c, "appeal.prepare").Falls()
				w.Clock.Set(last.AddDays(7).Start())
				w.Settle()
				if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.PassedBy {
					t.Fatalf("%v", prepare)
				}
				on, want := last.AddDays(late), deadline.Met
				if late > 0 {
					want = deadline.PassedBy
				}
				_, err := w.App.Appeals.HandOver(w.worker(), a.ID, w.view(a.ID).Appeal.Version, appeals.Handed{On: on, How: appeals.ByPost})
				w.must(err)
				if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != want || prepare.EndedOn != on {
					t.Errorf("%v, ended %v", prepare, prepare.EndedOn)
				}
			})
		})
	}
}

// A letter that is posted ends no watch over another that lies: it goes on from when
// that was made.
func TestPosted_watchesTheOtherLetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00") // a Monday
		w.onPaper()
		c := w.refused()
		w.stands(c, posting, c.Applicant, deadline.Running, "2026-11-25")
		a := w.lodged(c)
		w.at("2026-11-24 12:00")
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klagen er ikke undertegnet, og fristen er ute."})
		w.must(err)
		w.Settle()
		w.posted(c, "appeal.rejected")
		w.stands(c, posting, c.Applicant, deadline.Running, "2026-11-25") // that of the decision
		w.posted(c, "case.decided")
		w.stands(c, posting, c.Applicant, deadline.Met, "2026-11-25")
	})
}

func TestPosted_watchesTheYoungerLetterFromItsOwnDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.refused()
		a := w.lodged(c)
		w.at("2026-11-24 12:00")
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klagen er ikke undertegnet, og fristen er ute."})
		w.must(err)
		w.Settle()
		w.posted(c, "case.decided")
		w.stands(c, posting, c.Applicant, deadline.Running, "2026-11-26")
		w.posted(c, "appeal.rejected")
		w.stands(c, posting, c.Applicant, deadline.Met, "2026-11-26")
	})
}

// A receipt that comes after she has appealed against a rejection is of what she has
// used already.
func TestRejected_aReceiptAfterwardsStartsNoSecondLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.lodged(c)
		a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klagen er ikke undertegnet, og fristen er ute."})
		w.must(err)
		w.Settle()
		if clock := w.clockFor(c, contesting, c.Applicant); clock.State != deadline.Running {
			t.Fatalf("%v", clock)
		}
		contest := appeal("contest")
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, contest)
		w.must(err)
		receipt := notify.Moved{
			Thread: "case:" + c.ID, Kind: "appeal.rejected", Person: c.Applicant,
			Way: notify.Way{Person: c.Applicant, Channel: notify.Email, State: notify.Delivered, MadeAt: a.PreparedAt, SentAt: w.Clock.Now()},
		}
		w.must(w.App.DB.Write(w.system(), func(ctx context.Context, tx *store.Tx) error { return w.App.Appeals.Moved(ctx, tx, receipt) }))
		if n := w.count(`select count(*) from deadlines where tenant_id = $1 and case_id = $2 and rule = $3`, c.ID, contesting); n != 1 {
			t.Errorf("%d limits against one rejection", n)
		}
		if clock := w.clockFor(c, contesting, c.Applicant); clock.State != deadline.Met {
			t.Errorf("%v", clock)
		}
	})
}
