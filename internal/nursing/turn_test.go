package nursing_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// count reads a number from the database.
func count(t *testing.T, h *apptest.Harness, query string, args ...any) (n int64) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// placed gives somebody on the list a place in the first home.
func placed(t *testing.T, h *apptest.Harness, part demo.Part) cases.Case {
	t.Helper()
	worker, c := h.As(0, demo.CareWorker), listed(t, h, part, "high")
	if err := h.App.Nursing.GivePlace(worker, c.ID); err != nil {
		t.Fatal(err)
	}
	home, _ := taken(t, h)
	d := decision(map[string]string{"stay": "long", "result": "place", "home": home, "start": today(h).AddDays(9).String()})
	d.Version = cases.AnyVersion
	c, err := h.App.Cases.Decide(worker, c.ID, read(t, h, c).Case.Version, d)
	if err == nil {
		c, err = h.App.Cases.Approve(h.As(0, demo.CareHead), c.ID, c.Version, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A button that is pressed by several at once frees one place and tells the parties once.
func TestEnd_byManyAtOnceFreesOnePlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		for _, part := range []demo.Part{demo.Mother, demo.Apart, demo.CoParent} {
			c := placed(t, h, part)
			_, before := taken(t, h)
			var all sync.WaitGroup
			results := make(chan error, 6)
			for range cap(results) {
				all.Go(func() {
					results <- h.App.Nursing.End(h.As(0, demo.CareWorker), c.ID, nursing.Ending{Why: "moved"})
				})
			}
			all.Wait()
			close(results)
			ended := 0
			for err := range results {
				if err == nil {
					ended++
				} else if !errs.Is(err, errs.KindConflict) {
					t.Errorf("the others are told %v", err)
				}
			}
			if _, now := taken(t, h); ended != 1 || now != before-1 {
				t.Errorf("ended %d times; %d places are taken, were %d", ended, now, before)
			}
			if n := messages(t, h, part, "nursing.ended"); n != 1 {
				t.Errorf("told %d times", n)
			}
		}
	})
}

// Whoever gets letters may have no other place to read why (eForvaltningsforskriften
// § 15 a); an e-mail names neither the list nor the home.
func TestEnd_isToldWholeOnPaperOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		mother := h.As(0, demo.Mother)
		if err := h.App.Notify.Prefer(mother, notify.Preferences{notify.Notice: notify.Letter}); err != nil {
			t.Fatal(err)
		}
		for kind, c := range map[string]cases.Case{"nursing.off_list": listed(t, h, demo.Mother, "high"), "nursing.ended": placed(t, h, demo.Apart)} {
			if err := h.App.Nursing.End(h.As(0, demo.CareWorker), c.ID, nursing.Ending{Why: "declined", Text: "Bor nå hos datteren."}); err != nil {
				t.Fatal(err)
			}
			list, err := h.App.Notify.List(mother, notify.Filter{Thread: "case:" + c.ID})
			i := slices.IndexFunc(list, func(m notify.Item) bool { return m.Kind == kind })
			if err != nil || i < 0 {
				t.Fatalf("%s is not told: %v", kind, err)
			}
			paper := strings.Join(list[i].Paper.Paragraphs, "\n")
			for _, want := range []string{c.SubjectName, "Personen vil selv ikke ha plassen lenger. Bor nå hos datteren.", c.Label()} {
				if !strings.Contains(paper, want) {
					t.Errorf("%s: the letter does not say %q: %s", kind, want, paper)
				}
			}
			if sent := list[i].Subject + list[i].Text; strings.Contains(sent, "sykehjem") || strings.Contains(sent, "datteren") {
				t.Errorf("%s: the e-mail says %s", kind, sent)
			}
		}
	})
}

// Who has the case now is what others keep a copy of, as the lists of the clocks.
func TestGivePlace_isHeardOfByTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "high")
		h.Clock.Advance(time.Hour)
		h.Settle()
		head := h.As(0, demo.CareHead)
		if err := h.App.Nursing.GivePlace(head, c.ID); err != nil {
			t.Fatal(err)
		}
		her := identity.From(head).PersonID
		if v := read(t, h, c); v.Case.Assignee != her || v.Case.Status != cases.InProgress {
			t.Errorf("it is %s with %s", v.Case.Status, v.Case.AssigneeName)
		}
		if n := count(t, h, `select count(*) from deadlines where tenant_id = $1 and case_id = $2 and assignee_id <> $3`, c.ID, her); n != 0 {
			t.Errorf("%d clocks are with who had the case before", n)
		}
	})
}

// Without a place to give, the decision that stands is not set aside.
func TestGivePlace_whereThereIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "high")
		write(t, h, `update nursing_units set taken = capacity where tenant_id = $1`)
		v := h.Visitor("torgoy").As(demo.CareWorker)
		at := "/work/nursing-waiting/" + c.ID
		p := v.Get(at).Must(http.StatusOK).Has("Ingen sykehjem har ledig plass nå.")
		if strings.Contains(p.Text(), "Skriv vedtak om plass") {
			t.Error("a place is offered")
		}
		if err := h.App.Nursing.GivePlace(h.As(0, demo.CareWorker), c.ID); !errs.Is(err, errs.KindConflict) || errs.Of(err).Key != "nursing.leave.no_room" {
			t.Errorf("got %v", err)
		}
		if got := read(t, h, c).Case; got.Status != cases.Decided || got.Outcome != cases.OutcomeGranted {
			t.Errorf("it is %s %s", got.Status, got.Outcome)
		}
	})
}
