package nursing_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// Who is to have another service instead gets a new decision, with a right to appeal:
// what she was granted stands until it is made (pasient- og brukerrettighetsloven § 2-7).
func TestDecideAgain_standsUntilTheNewDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "high")
		h.Settle()
		worker := h.As(0, demo.CareWorker)
		for _, part := range []demo.Part{demo.Mother, demo.CaseWorker} {
			if err := h.App.Nursing.DecideAgain(h.As(0, part), c.ID); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", part, err)
			}
		}
		v, words := h.Visitor("torgoy").As(demo.CareWorker), h.App.Bundle.For(i18n.NB)
		at := "/work/nursing-waiting/" + c.ID
		page := v.Get(at).Must(http.StatusOK).Has(words.T("nursing.leave.again_text"), words.T("nursing.leave.why.placed"))
		if strings.Contains(page.Text(), words.T("nursing.leave.why.over")) {
			t.Error("who waits has a stay that is over")
		}
		v.Post(at+"/again", nil).Must(http.StatusOK).Has(words.T("nursing.flash.again"))
		if _, ids := places(t, worker, h); len(ids) != 1 {
			t.Errorf("%d on the list before it is decided", len(ids))
		}
		got := read(t, h, c)
		if last := got.Entries[len(got.Entries)-1].Kind; got.Case.Status != cases.InProgress || !hasEntry(got, nursing.EntryAgain) {
			t.Fatalf("the case is %s, the journal ends with %s", got.Case.Status, last)
		}
		d := decision(nil)
		d.Outcome, d.Version = cases.OutcomeRefused, cases.AnyVersion
		now, err := h.App.Cases.Decide(worker, c.ID, got.Case.Version, d)
		if err == nil {
			_, err = h.App.Cases.Approve(h.As(0, demo.CareHead), now.ID, now.Version, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		h.Settle()
		if _, ids := places(t, worker, h); len(ids) != 0 {
			t.Errorf("still on the list: %v", ids)
		}
	})
}

// Who has a place in a home that is full, full with her, may have it by the new decision
// too, as when a stay for a time becomes a long one; another full home takes nobody.
func TestDecideAgain_inAHomeThatIsFull(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := placed(t, h, demo.Mother)
		worker := h.As(0, demo.CareWorker)
		write(t, h, `update nursing_units set taken = capacity where tenant_id = $1`)
		home, before := taken(t, h)
		all, err := h.App.Nursing.Units(worker)
		if err != nil || len(all) < 2 {
			t.Fatalf("%d homes, %v", len(all), err)
		}
		if err := h.App.Nursing.DecideAgain(worker, c.ID); err != nil {
			t.Fatal(err)
		}
		decide := func(home string) (cases.Case, error) {
			d := decision(map[string]string{"stay": "respite", "result": "place", "home": home, "start": today(h).AddDays(9).String()})
			d.Version = cases.AnyVersion
			return h.App.Cases.Decide(worker, c.ID, read(t, h, c).Case.Version, d)
		}
		if _, err := decide(all[1].ID); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("another full home: %v", err)
		}
		now, err := decide(home)
		if err == nil {
			_, err = h.App.Cases.Approve(h.As(0, demo.CareHead), now.ID, now.Version, "")
		}
		if _, after := taken(t, h); err != nil || after != before {
			t.Errorf("%d places are taken, were %d, %v", after, before, err)
		}
	})
}

func hasEntry(v cases.View, kind cases.EntryKind) bool {
	for _, e := range v.Entries {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// The place on the list is told however long the list is, in the order of the list.
func TestRank_beyondAThousand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		empty(t, h)
		c := listed(t, h, demo.Mother, "middle")
		h.Settle()
		err := h.App.DB.Write(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
			for i := range 1205 {
				need, since := "high", tx.Now.AddDate(0, 0, -i)
				if i >= 1200 { // as great a need, and later than she
					need, since = "middle", tx.Now.AddDate(0, 0, 1)
				}
				_, err := tx.Exec(ctx, `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since, need)
					values ($1, $2, 'somebody', 'long', '', '', 'waiting', $3, $4)`, tx.Tenant, fmt.Sprintf("case-%d", i), store.Time{Time: since}, need)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		words := h.App.Bundle.For(i18n.NB)
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK).Has(words.T("nursing.panel.rank", "name", c.SubjectName, "place", 1201))
		h.Visitor("torgoy").As(demo.CareWorker).Get("/work").Must(http.StatusOK).Has(words.T("nursing.waiting.intro", "count", 1206))
	})
}
