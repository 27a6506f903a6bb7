package nursing_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// anonymise is what an earlier release of the program has done to a case whose place stood.
func anonymise(t *testing.T, h *apptest.Harness, c cases.Case) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	err := h.App.Keys.Warm(ctx, store.TenantOf(ctx))
	if err == nil {
		err = h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := h.App.Nursing.Forget(ctx, tx, c.ID, cases.Nobody(c.ID)); err != nil {
				return err
			}
			for done := false; !done; {
				var err error
				if done, err = h.App.Cases.Anonymise(ctx, tx, c.ID, 1000); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A place whose case is anonymised is on the list of those that can be freed, with no word
// of whose it was. It is freed once, in the case and in the log, and nobody is written to.
func TestEnd_freesAPlaceThatNobodyIsKnownToHave(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		_, before := taken(t, h)
		c, waits := placed(t, h, demo.Mother), listed(t, h, demo.Apart, "high")
		h.Settle()
		worker, words := h.As(0, demo.CareWorker), h.App.Bundle.For(i18n.NB)
		if list, err := h.App.Nursing.WaitList(worker, 1); err != nil || len(list.Nameless) != 0 {
			t.Fatalf("%d are nameless who are not, %v", len(list.Nameless), err)
		}
		anonymise(t, h, c)
		anonymise(t, h, waits)
		sent := messages(t, h, demo.Mother, "nursing.ended")

		v := h.Visitor("torgoy").As(demo.CareWorker)
		at := "/work/nursing-waiting/" + c.ID
		page := v.Get("/work/nursing-waiting").Must(http.StatusOK).Has(words.T("nursing.nameless.title"), c.Label(), waits.Label())
		if len(page.Links(at)) != 1 {
			t.Errorf("the list does not lead to %s", at)
		}
		form := v.Get(at).Must(http.StatusOK).Has(words.T("nursing.nameless.end_text"), words.T("nursing.leave.why.empty"))
		for _, gone := range []string{words.T("nursing.leave.why.died"), words.T("nursing.leave.text"), words.T("nursing.leave.again"), c.SubjectName} {
			if strings.Contains(form.Main(), gone) {
				t.Errorf("the page says %q", gone)
			}
		}
		for name, act := range map[string]func() error{
			"a place":      func() error { return h.App.Nursing.GivePlace(worker, waits.ID) },
			"a new choice": func() error { return h.App.Nursing.DecideAgain(worker, c.ID) },
		} {
			if err := act(); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, e := range []nursing.Ending{{}, {Why: "died"}, {Why: "over", Text: "Det var bare for en tid."}, {Why: "empty", Text: "Hun het Kari."}} {
			if err := h.App.Nursing.End(worker, c.ID, e); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%+v: %v", e, err)
			}
		}
		for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Administrator} {
			if err := h.App.Nursing.End(h.As(0, part), c.ID, nursing.Ending{Why: "empty"}); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s frees it: %v", part, err)
			}
		}
		v.Submit(form, at+"/end", apptest.Set("why", "empty")).Must(http.StatusOK).Has(words.T("nursing.flash.freed"))
		if err := h.App.Nursing.End(worker, waits.ID, nursing.Ending{Why: "empty"}); err != nil {
			t.Fatal(err)
		}
		if err := h.App.Nursing.End(worker, c.ID, nursing.Ending{Why: "empty"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("freed twice: %v", err)
		}
		h.Settle()
		if _, now := taken(t, h); now != before {
			t.Errorf("%d places are taken, were %d", now, before)
		}
		for _, id := range []string{c.ID, waits.ID} {
			got := read(t, h, cases.Case{ID: id})
			if last := got.Entries[len(got.Entries)-1]; last.Kind != nursing.EntryEnded || last.Text != words.T("nursing.leave.why.empty") || !got.Case.Anonymised() {
				t.Errorf("the journal: %+v", last)
			}
			if n := logged(t, h, id, "cases."+string(nursing.EntryEnded)); n != 1 {
				t.Errorf("the log has it %d times", n)
			}
		}
		if n := messages(t, h, demo.Mother, "nursing.ended"); n != sent {
			t.Errorf("%d messages, were %d", n, sent)
		}
		if list, err := h.App.Nursing.WaitList(worker, 1); err != nil || len(list.Nameless) != 0 || list.All != 0 {
			t.Errorf("left are %+v of %d, %v", list.Nameless, list.All, err)
		}
	})
}

// logged counts an action on a case in the log.
func logged(t *testing.T, h *apptest.Harness, id, action string) (n int) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int], `select count(*) from audit_entries where tenant_id = $1 and object_id = $2 and action = $3`, tx.Tenant, id, action)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// As long as somebody lives in a home by a case, or waits, retention leaves it alone.
func TestHolds_asLongAsSomebodyLivesThereOrWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c, waits := placed(t, h, demo.Mother), listed(t, h, demo.Apart, "high")
		h.Settle()
		anonymised := func() map[string]bool {
			t.Helper()
			if _, err := h.App.RunRetention(t.Context(), "torgoy", false); err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, one := range []cases.Case{c, waits} {
				got[one.ID] = read(t, h, one).Case.Anonymised()
			}
			return got
		}
		h.Clock.Advance(11 * 365 * 24 * time.Hour)
		if diff := cmp.Diff(map[string]bool{c.ID: false, waits.ID: false}, anonymised()); diff != "" {
			t.Error(diff)
		}
		if err := h.App.Nursing.End(h.As(0, demo.CareWorker), c.ID, nursing.Ending{Why: "died"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]bool{c.ID: true, waits.ID: false}, anonymised()); diff != "" {
			t.Error(diff)
		}
	})
}

// Of whom is dead nothing is kept for longer, though nobody has written down that the place
// is free.
func TestHolds_nobodyWhoIsDead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := placed(t, h, demo.Mother)
		h.Settle()
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			held, err := h.App.Nursing.Holds(ctx, tx, c)
			if err != nil || !held {
				t.Errorf("while she lives: %t, %v", held, err)
			}
			_, err = tx.Exec(ctx, `update identity_persons set deceased_on = $2 where tenant_id = $1 and id = $3`, tx.Tenant, "2026-11-01", c.Subject)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = h.App.DB.Read(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			held, err := h.App.Nursing.Holds(ctx, tx, c)
			if held {
				t.Error("her case is held for ever")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// The list goes on beyond a thousand, page by page.
func TestWaitList_beyondAThousand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "lower")
		h.Settle()
		err := h.App.DB.Write(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
			for i := range 1200 {
				_, err := tx.Exec(ctx, `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since, need)
					values ($1, $2, 'somebody', 'long', '', '', 'waiting', $3, 'high')`, tx.Tenant, fmt.Sprintf("case-%d", i), tx.Now)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.App.Nursing.WaitList(h.As(0, demo.CareWorker), 25)
		if err != nil || len(list.Lines) != 1 || list.Lines[0].CaseID != c.ID || list.Lines[0].Place != 1201 || list.All != 1201 {
			t.Fatalf("page 25 has %+v of %d, %v", list.Lines, list.All, err)
		}
		if diff := cmp.Diff(map[string]int64{"high": 1200, "lower": 1}, list.Counts); diff != "" {
			t.Error(diff)
		}
		page := h.Visitor("torgoy").As(demo.CareWorker).Get("/work/nursing-waiting?page=25").Must(http.StatusOK).Has(c.SubjectName, h.App.Bundle.For(i18n.NB).T("nursing.waiting.intro", "count", 1201))
		if !slices.Contains(page.Links("/work/nursing-waiting?page="), "/work/nursing-waiting?page=24") {
			t.Errorf("one cannot leaf back: %v", page.Links("page="))
		}
	})
}
