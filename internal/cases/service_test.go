package cases_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// one returns a case of Torgøy that stands as asked, seen by the head.
func one(t *testing.T, h *apptest.Harness, want func(cases.Case) bool) cases.Case {
	t.Helper()
	head := h.As(0, demo.Head)
	for _, status := range cases.Statuses() {
		page, err := h.App.Cases.List(head, cases.Filter{Status: status})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Cases {
			if want(c) {
				return c
			}
		}
	}
	t.Fatal("the demonstration has no such case")
	return cases.Case{}
}

func free(c cases.Case) bool { return c.Status == cases.Received && !c.Restricted }

func TestAssign_twoAtOnceMeet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := one(t, h, free)
		workers := []context.Context{h.As(0, demo.CaseWorker), h.As(0, demo.Head)}
		failed := make([]error, len(workers))
		var wg sync.WaitGroup
		for i, ctx := range workers {
			wg.Go(func() { _, failed[i] = h.App.Cases.AssignToMe(ctx, c.ID, c.Version) })
		}
		wg.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatalf("exactly one must be first: %v, %v", failed[0], failed[1])
		}
		if err := errors.Join(failed...); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the second is told %v", err)
		}
	})
}

func TestDecide_needsTheCaseAndItsReasons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		d := decision(worker, t, h)
		if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, d); errs.Of(err) == nil || errs.Of(err).Key != "cases.not_assigned_to_you" {
			t.Fatalf("a case that nobody has was decided: %v", err)
		}
		c = must(t)(h.App.Cases.AssignToMe(worker, c.ID, c.Version))
		bad := d
		bad.Reasons, bad.Values = "", map[string]string{"kindergarten": "nowhere", "start": "2020-01-01"}
		_, err := h.App.Cases.Decide(worker, c.ID, c.Version, bad)
		if e := errs.Of(err); e == nil || len(e.Fields) != 3 {
			t.Fatalf("a bad decision gives %v", err)
		}
		c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, d))
		if c.Status != cases.Decided || c.Outcome != cases.OutcomeGranted {
			t.Errorf("stands as %s %s", c.Status, c.Outcome)
		}
		if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, d); !errs.Is(err, errs.KindConflict) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestDecide_makesOneLetterAndTellsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		h.Settle()
		c := one(t, h, free)
		c = must(t)(h.App.Cases.AssignToMe(worker, c.ID, c.Version))
		c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, decision(worker, t, h)))
		before := told(worker, t, h, c)
		h.Settle()
		h.Settle()
		if got := told(worker, t, h, c) - before; got != 1 {
			t.Errorf("told %d times", got)
		}
		v, err := h.App.Cases.View(worker, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		var letters []blob.Document
		for _, document := range v.Documents {
			if document.MediaType == blob.PDF && strings.Contains(document.Name, strings.ReplaceAll(c.Label(), "/", "-")) {
				letters = append(letters, document)
			}
		}
		if len(letters) != 1 {
			t.Fatalf("%d letters", len(letters))
		}
		content, _, err := h.App.Cases.OpenDocument(worker, c.ID, letters[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		if text, err := io.ReadAll(content); err != nil || !strings.HasPrefix(string(text), "%PDF-") {
			t.Errorf("the letter begins with %.10q: %v", text, err)
		}
	})
}

// told counts the messages about a decision in the case's thread.
func told(ctx context.Context, t *testing.T, h *apptest.Harness, c cases.Case) int {
	t.Helper()
	items, err := h.App.Notify.Outbox(ctx, 500)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, item := range items {
		if item.Thread == "case:"+c.ID && item.Kind == "case.decided" && item.PersonID == c.Applicant {
			n++
		}
	}
	return n
}

func TestView_isForThoseWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := one(t, h, free)
		for name, test := range map[string]struct {
			ctx  context.Context
			kind errs.Kind
		}{
			"another resident":         {h.As(0, demo.Apart), errs.KindNotFound},
			"the administrator":        {h.As(0, demo.Administrator), errs.KindNotFound},
			"the other municipality's": {h.As(1, demo.CaseWorker), errs.KindNotFound},
		} {
			if _, err := h.App.Cases.View(test.ctx, c.ID); !errs.Is(err, test.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.App.Cases.View(h.As(0, demo.CaseWorker), c.ID); err != nil {
			t.Errorf("the case worker: %v", err)
		}
		for _, id := range []string{"", "x", "../../etc", "01900000-0000-7000-8000-000000000000"} {
			if _, err := h.App.Cases.View(h.As(0, demo.CaseWorker), id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestView_hidesNotesFromTheParty(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		mine := mothersCase(t, h)
		must(t)(h.App.Cases.Note(worker, mine.ID, "Ring tilbake på mandag."))
		v, err := h.App.Cases.View(h.As(0, demo.Mother), mine.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range v.Entries {
			if e.Internal || e.Kind == cases.EntryNoted {
				t.Errorf("the party reads %q", e.Text)
			}
		}
		if !v.Party {
			t.Error("the mother is not taken for a party")
		}
		looks, err := h.App.MyPage.Looks(h.As(0, demo.Mother))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.View(worker, mine.ID); err != nil {
			t.Fatal(err)
		}
		after, err := h.App.MyPage.Looks(h.As(0, demo.Mother))
		if err != nil || len(after) <= len(looks) {
			t.Errorf("the look left no trace: %d then %d, %v", len(looks), len(after), err)
		}
	})
}

func TestList_findsByNameAndNumberInEitherDatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		first, _, _ := strings.Cut(c.SubjectName, " ")
		for _, text := range []string{c.Label(), c.SubjectName, strings.ToUpper(c.SubjectName), first[:len(first)-1]} {
			page, err := h.App.Cases.List(worker, cases.Filter{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, other := range page.Cases {
				found = found || other.ID == c.ID
			}
			if !found {
				t.Errorf("%q does not find %s", text, c.Label())
			}
		}
		page, err := h.App.Cases.List(worker, cases.Filter{Text: "%"})
		if err != nil || len(page.Cases) != 0 {
			t.Errorf("a wildcard finds %d cases, %v", len(page.Cases), err)
		}
		if page, err = h.App.Cases.List(h.As(1, demo.CaseWorker), cases.Filter{Text: c.Label(), Status: cases.Received}); err != nil {
			t.Fatal(err)
		}
		for _, other := range page.Cases {
			if other.ID == c.ID {
				t.Error("the other municipality finds the case")
			}
		}
	})
}

func TestWithdraw_endsTheCaseOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother := h.As(0, demo.Mother)
		mine := mothersCase(t, h)
		c := must(t)(h.App.Cases.Withdraw(mother, mine.ID))
		if c.Status != cases.Withdrawn || c.ClosedAt.IsZero() {
			t.Errorf("stands as %s", c.Status)
		}
		if _, err := h.App.Cases.Withdraw(mother, mine.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if _, err := h.App.Cases.Withdraw(h.As(0, demo.Apart), mine.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestRespond_givesThePlaceOrGivesItBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, mother := h.As(0, demo.CaseWorker), h.As(0, demo.Mother)
		mine := mothersCase(t, h)
		d := decision(worker, t, h)
		mine = must(t)(h.App.Cases.AssignToMe(worker, mine.ID, mine.Version))
		must(t)(h.App.Cases.Decide(worker, mine.ID, mine.Version, d))
		held := takenIn(t, h, d.Values["kindergarten"])
		if _, err := h.App.Cases.Respond(mother, mine.ID, "perhaps"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("perhaps: %v", err)
		}
		c := must(t)(h.App.Cases.Respond(mother, mine.ID, cases.Declined))
		if c.Status != cases.Closed || takenIn(t, h, d.Values["kindergarten"]) != held-1 {
			t.Errorf("stands as %s, places taken %d of %d", c.Status, takenIn(t, h, d.Values["kindergarten"]), held)
		}
		if _, err := h.App.Cases.Respond(mother, mine.ID, cases.Accepted); !errs.Is(err, errs.KindConflict) {
			t.Errorf("answered twice: %v", err)
		}
	})
}

func takenIn(t *testing.T, h *apptest.Harness, unit string) int64 {
	t.Helper()
	list, err := h.App.Kindergarten.Units(h.In("torgoy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		if u.ID == unit {
			return u.Taken
		}
	}
	t.Fatal("no such kindergarten")
	return 0
}

// decision is a good one: a kindergarten with room, from next August.
func decision(ctx context.Context, t *testing.T, h *apptest.Harness) cases.Decision {
	t.Helper()
	list, err := h.App.Kindergarten.Units(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		if u.Free() > 0 && !u.Closed {
			return cases.Decision{
				Outcome: cases.OutcomeGranted, LegalBasis: "barnehageloven §§ 16 og 17", Reasons: "Barnet har rett til plass og barnehagen er ønsket først.",
				Appeal: "Du kan klage innen tre uker.", Values: map[string]string{"kindergarten": u.ID, "start": "2027-08-02"},
			}
		}
	}
	t.Fatal("no kindergarten has room")
	return cases.Decision{}
}

// mothersCase is an open case of the mother's, made from the form she has begun.
func mothersCase(t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	mother := h.As(0, demo.Mother)
	list, err := h.App.Cases.Mine(mother)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Status == cases.Received {
			return c
		}
	}
	return apptest.Apply(h, 0, demo.Mother)
}

func must(t *testing.T) func(cases.Case, error) cases.Case {
	return func(c cases.Case, err error) cases.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func TestProtection_thatComesLaterClosesTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		mine := mothersCase(t, h)
		if _, err := h.App.Cases.View(worker, mine.ID); err != nil {
			t.Fatal(err)
		}
		player, _ := h.Demo.Population().Player(0, demo.Mother)
		register, ok := h.Demo.Register().(*fakeregister.Register)
		if !ok {
			t.Fatal("the demonstration has another register")
		}
		if err := register.Protect(player.Number, identity.StrictlyConfidential); err != nil {
			t.Fatal(err)
		}
		mother := h.As(0, demo.Mother)
		if err := h.App.Identity.Refresh(mother, identity.From(mother).PersonID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.View(worker, mine.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a case worker who does not have the case: %v", err)
		}
		if _, err := h.App.Cases.View(h.As(0, demo.Head), mine.ID); err != nil {
			t.Errorf("the head: %v", err)
		}
		copies := func(want bool) {
			t.Helper()
			err := h.App.DB.Read(mother, func(ctx context.Context, tx *store.Tx) error {
				n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from deadlines where tenant_id = $1 and case_id = $2 and restricted <> $3`, tx.Tenant, mine.ID, want)
				if n != 0 {
					t.Errorf("the list of deadlines shows %d to others than it should", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		copies(true)
		if err := register.Protect(player.Number, identity.Unprotected); err != nil {
			t.Fatal(err)
		}
		if err := h.App.Identity.Refresh(mother, identity.From(mother).PersonID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.View(worker, mine.ID); err != nil {
			t.Errorf("the protection is lifted: %v", err)
		}
		copies(false)
	})
}

func TestAssign_refusesWhoCannotWorkOnIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := one(t, h, free)
		for name, ctx := range map[string]context.Context{"a resident": h.As(0, demo.Apart), "the administrator": h.As(0, demo.Administrator)} {
			if _, err := h.App.Cases.Assign(head, c.ID, c.Version, identity.From(ctx).PersonID); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t)(h.App.Cases.Assign(head, c.ID, c.Version, identity.From(h.As(0, demo.CaseWorker)).PersonID))
	})
}
