package nursing_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// read is the case as the head of the department has it.
func read(t *testing.T, h *apptest.Harness, c cases.Case) cases.View {
	t.Helper()
	v, err := h.App.Cases.View(h.As(0, demo.CareHead), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// taken is how many places of the first nursing home are given.
func taken(t *testing.T, h *apptest.Harness) (home string, n int64) {
	t.Helper()
	list, err := h.App.Nursing.Units(h.As(0, demo.CareWorker))
	if err != nil || len(list) == 0 {
		t.Fatalf("%d homes, %v", len(list), err)
	}
	return list[0].ID, list[0].Taken
}

// messages are those of the kind that somebody has in her inbox.
func messages(t *testing.T, h *apptest.Harness, part demo.Part, kind string) (n int) {
	t.Helper()
	ctx := h.As(0, part)
	items, err := h.App.Notify.List(ctx, notify.Filter{PersonID: identity.From(ctx).PersonID})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range items {
		if m.Kind == kind {
			n++
		}
	}
	return n
}

// Whose turn it is gets a place by a new decision; she stands on the list until it is
// made, and the others move up.
func TestGivePlace_isANewDecisionAndTheNextMovesUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		worker := h.As(0, demo.CareWorker)
		first := listed(t, h, demo.Mother, "high")
		h.Clock.Advance(24 * time.Hour)
		second := listed(t, h, demo.Apart, "high")
		h.Settle()
		rankOf := func(part demo.Part, c cases.Case, place string) {
			t.Helper()
			h.Visitor("torgoy").As(part).Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("nummer " + place + " på lista")
		}
		rankOf(demo.Mother, first, "1")
		rankOf(demo.Apart, second, "2")
		for range 2 { // a second click finds it done
			if err := h.App.Nursing.GivePlace(worker, first.ID); err != nil {
				t.Fatal(err)
			}
		}
		v := read(t, h, first)
		if v.Case.Status != cases.InProgress || v.Case.Assignee != identity.From(worker).PersonID {
			t.Fatalf("the case is %s with %s", v.Case.Status, v.Case.AssigneeName)
		}
		draft, err := h.App.Cases.OpenDraft(worker, first.ID)
		want := map[string]string{"stay": "long", "result": "place", "need": "", "home": "", "start": ""}
		if diff := cmp.Diff(want, draft.Decision.Values); err != nil || diff != "" || draft.Decision.Appeal == "" {
			t.Errorf("the draft: %s, %v", diff, err)
		}
		if _, ids := places(t, worker, h); len(ids) != 2 {
			t.Errorf("%d on the list before it is decided", len(ids))
		}
		rankOf(demo.Mother, first, "1") // also while it is taken up again
		home, before := taken(t, h)
		d := decision(map[string]string{"stay": "long", "result": "place", "home": home, "start": "2026-12-01"})
		d.Version = cases.AnyVersion
		c, err := h.App.Cases.Decide(worker, first.ID, v.Case.Version, d)
		if err == nil {
			_, err = h.App.Cases.Approve(h.As(0, demo.CareHead), c.ID, c.Version, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ids := places(t, worker, h); len(ids) != 1 || ids[0] != second.ID {
			t.Errorf("on the list: %v", ids)
		}
		rankOf(demo.Apart, second, "1")
		if _, now := taken(t, h); now != before+1 {
			t.Errorf("%d places are taken, were %d", now, before)
		}
		// Who lives there leaves too, and the place is free for the next.
		if err := h.App.Nursing.End(worker, first.ID, nursing.Ending{Why: "moved"}); err != nil {
			t.Fatal(err)
		}
		if _, now := taken(t, h); now != before {
			t.Errorf("%d places are taken after she has moved, were %d", now, before)
		}
		if err := h.App.Nursing.GivePlace(worker, first.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a place for who has left: %v", err)
		}
	})
}

// Who stays on the list by a new decision has waited since she came on it.
func TestDecided_keepsHowLongSheHasWaited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		worker := h.As(0, demo.CareWorker)
		c := listed(t, h, demo.Mother, "lower")
		list, _ := places(t, worker, h)
		since := list.Lines[0].Since
		h.Clock.Advance(10 * 24 * time.Hour)
		if err := h.App.Nursing.GivePlace(worker, c.ID); err != nil {
			t.Fatal(err)
		}
		d := decision(map[string]string{"stay": "long", "result": "list", "need": "high"})
		d.Version = cases.AnyVersion
		c, err := h.App.Cases.Decide(worker, c.ID, read(t, h, c).Case.Version, d)
		if err == nil {
			_, err = h.App.Cases.Approve(h.As(0, demo.CareHead), c.ID, c.Version, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if list, _ = places(t, worker, h); len(list.Lines) != 1 || !list.Lines[0].Since.Equal(since) || list.Lines[0].Need != "high" {
			t.Errorf("%+v, since %s", list.Lines, since)
		}
	})
}

func TestEnd_takesOffTheListAndTellsWhy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "high")
		h.Settle()
		worker := h.As(0, demo.CareWorker)
		for name, e := range map[string]nursing.Ending{
			"no reason": {}, "an unknown one": {Why: "dead"}, "her own wish without words": {Why: "declined", Text: " kort "}, "another": {Why: "other", Text: "Hun trenger det ikke lenger."}, "another service": {Why: "elsewhere", Text: "Hun får hjelp hjemme."}, "over on the list": {Why: "over", Text: "Vedtaket gjaldt to uker."}, "too many words": {Why: "moved", Text: strings.Repeat("x", 2001)},
		} {
			if err := h.App.Nursing.End(worker, c.ID, e); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Head, demo.Administrator} {
			ctx := h.As(0, part)
			if err := h.App.Nursing.End(ctx, c.ID, nursing.Ending{Why: "moved"}); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s ends it: %v", part, err)
			}
			if err := h.App.Nursing.GivePlace(ctx, c.ID); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s gives a place: %v", part, err)
			}
			if _, err := h.App.Nursing.Standing(ctx, c.ID); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s reads it: %v", part, err)
			}
		}
		if err := h.App.Nursing.End(worker, c.ID, nursing.Ending{Why: "declined", Text: "Hun har fått plass hos datteren."}); err != nil {
			t.Fatal(err)
		}
		if list, ids := places(t, worker, h); len(ids) != 0 || list.All != 0 {
			t.Errorf("still on the list: %v", ids)
		}
		entries := read(t, h, c).Entries
		if last := entries[len(entries)-1]; last.Kind != nursing.EntryEnded || !strings.Contains(last.Text, "Hun har fått plass hos datteren.") || last.Internal {
			t.Errorf("the journal: %+v", last)
		}
		if n := messages(t, h, demo.Mother, "nursing.off_list"); n != 1 {
			t.Errorf("she is told %d times", n)
		}
		if err := h.App.Nursing.End(worker, c.ID, nursing.Ending{Why: "moved"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("ended twice: %v", err)
		}
		mine := h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK)
		if strings.Contains(mine.Text(), "På venteliste til sykehjem") {
			t.Error("her page says that she waits")
		}
	})
}

// What an appeal reopened and the party then takes back holds neither a place on the
// list nor one in a home.
func TestWithdrawn_leavesTheListAndTheHome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "high")
		h.Settle()
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.Withdraw(h.As(0, demo.Mother), c.ID); err != nil {
			t.Fatal(err)
		}
		if list, ids := places(t, h.As(0, demo.CareWorker), h); len(ids) != 0 || list.All != 0 {
			t.Errorf("on the list: %v", ids)
		}
	})
}

func TestPages_giveAPlaceAndTakeOffTheList(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	empty(t, h)
	c, other := listed(t, h, demo.Mother, "high"), listed(t, h, demo.Apart, "lower")
	worker := h.Visitor("torgoy").As(demo.CareWorker)
	list := worker.Get("/work/nursing-waiting").Must(http.StatusOK)
	at := "/work/nursing-waiting/" + c.ID
	if !strings.Contains(string(list.Body), at) {
		t.Fatalf("%s does not lead on", list)
	}
	page := worker.Get(at).Must(http.StatusOK).Has("Skriv vedtak om plass", "Ta av lista", c.SubjectName, "Stort behov", "ledige plasser")
	wrong := worker.Submit(page, at+"/end", apptest.Set("why", "declined")).Must(http.StatusUnprocessableEntity)
	if len(wrong.Faults()) == 0 {
		t.Errorf("%s does not say what is wrong", wrong)
	}
	decide := worker.Submit(page, at+"/place", apptest.Fill{}).Must(http.StatusOK)
	if decide.Path() != "/work/cases/"+c.ID+"/decision" {
		t.Errorf("one comes to %s", decide)
	}
	dies(t, h, demo.Apart)
	worker.Get("/work/nursing-waiting").Must(http.StatusOK).Has("Registrert død. Ta personen av lista.")
	at = "/work/nursing-waiting/" + other.ID
	page = worker.Get(at).Must(http.StatusOK)
	if strings.Contains(page.Text(), "Skriv vedtak om plass") {
		t.Error("a place for the dead is offered")
	}
	worker.Submit(page, at+"/end", apptest.Set("why", "died")).Must(http.StatusOK).Has("Det er ført i saken", "1 person venter")
	if gone := worker.Get(at).Must(http.StatusOK); gone.Path() != "/work/cases/"+other.ID {
		t.Errorf("a page that is gone: %s", gone)
	}
	if n := messages(t, h, demo.Apart, "nursing.off_list"); n != 0 {
		t.Errorf("the dead is written to %d times", n)
	}
}

// dies is somebody's death in the register, which Torg hears of.
func dies(t *testing.T, h *apptest.Harness, part demo.Part) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	id := identity.From(h.As(0, part)).PersonID
	number, err := h.App.Identity.Number(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	register, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	if err := register.Die(number, today(h)); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Refresh(ctx, id); err != nil {
		t.Fatal(err)
	}
}

func today(h *apptest.Harness) clock.Date { return clock.DateIn(h.Clock.Now()) }
