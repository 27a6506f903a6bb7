package cases_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
)

// letters has somebody choose letters for everything.
func letters(t *testing.T, h *apptest.Harness, part demo.Part) {
	t.Helper()
	err := h.App.Notify.Prefer(h.As(0, part), notify.Preferences{notify.Decision: notify.Letter, notify.Reminder: notify.Letter, notify.Notice: notify.Letter})
	if err != nil {
		t.Fatal(err)
	}
}

// letterTo returns the message of a kind to somebody, and the letter it went by.
func letterTo(t *testing.T, h *apptest.Harness, person, id, kind string) (notify.Item, notify.Step) {
	t.Helper()
	list, err := h.App.Notify.ProofOf(identity.AsSystem(h.In("torgoy"), "test"), "case:"+id)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(p notify.Proof) bool { return p.Kind == kind && p.Person == person })
	if i < 0 || len(list[i].Steps) == 0 || list[i].Steps[0].Channel != notify.Letter {
		t.Fatalf("no letter of %s: %+v", kind, list)
	}
	item, _, err := h.App.Notify.Message(h.In("torgoy"), list[i].ID)
	if err != nil {
		t.Fatal(err)
	}
	return item, list[i].Steps[0]
}

// askedOnPaper has the case worker ask something in a case of the mother's.
func askedOnPaper(ctx context.Context, t *testing.T, h *apptest.Harness, question string) cases.Case {
	t.Helper()
	mine := apptest.Apply(h, 0, demo.Mother)
	h.Settle()
	v, err := h.App.Cases.View(ctx, mine.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := must(t)(h.App.Cases.AssignToMe(ctx, mine.ID, v.Case.Version))
	c = must(t)(h.App.Cases.Ask(ctx, c.ID, c.Version, question))
	h.Settle()
	return c
}

// TestLetter_asksOnPaper: whoever gets letters reads the question in the letter.
func TestLetter_asksOnPaper(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		letters(t, h, demo.Mother)
		c := askedOnPaper(h.As(0, demo.CaseWorker), t, h, "Når begynner du på jobb?\n\nHar du en avtale om det?")
		item, step := letterTo(t, h, personOf(h, demo.Mother), c.ID, "case.asked")
		paper := strings.Join(item.Paper.Paragraphs, "|")
		for _, want := range []string{"Når begynner du på jobb?|Har du en avtale om det?|", c.Label(), "telefon"} {
			if !strings.Contains(paper, want) {
				t.Errorf("the letter does not say %q: %s", want, paper)
			}
		}
		if strings.Contains(item.Text+item.Short, "jobb") || step.Document != "" {
			t.Errorf("outside the letter it says: %s", item.Text)
		}
		file, err := h.App.Notify.Print(h.As(0, demo.CaseWorker), step.ID, false)
		if err != nil || !strings.HasPrefix(string(file.Bytes), "%PDF-") {
			t.Errorf("%d bytes, %v", len(file.Bytes), err)
		}
	})
}

// TestLetter_isTheDecision, for everybody whose case it is.
func TestLetter_isTheDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		letters(t, h, demo.Mother)
		worker := h.As(0, demo.CaseWorker)
		mine := apptest.Apply(h, 0, demo.Mother)
		h.Settle()
		v, err := h.App.Cases.View(worker, mine.ID)
		if err != nil {
			t.Fatal(err)
		}
		c := must(t)(h.App.Cases.AssignToMe(worker, mine.ID, v.Case.Version))
		c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, decision(worker, t, h)))
		h.Settle()
		item, step := letterTo(t, h, personOf(h, demo.Mother), c.ID, "case.decided")
		if v, err = h.App.Cases.View(worker, c.ID); err != nil {
			t.Fatal(err)
		}
		if step.Document == "" || step.Document != v.Decision.Letter || item.Paper.Document != step.Document {
			t.Errorf("the letter is %q, the decision's is %q", step.Document, v.Decision.Letter)
		}
	})
}

// TestLetter_isAsClosedAsItsCase: a case that becomes closed takes its letters with
// it, and one that is given to somebody gives her the letters.
func TestLetter_isAsClosedAsItsCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		letters(t, h, demo.Mother)
		worker, head := h.As(0, demo.CaseWorker), h.As(0, demo.Head)
		c := askedOnPaper(head, t, h, "Når begynner du på jobb?")
		_, step := letterTo(t, h, personOf(h, demo.Mother), c.ID, "case.asked")
		sees := func(ctx context.Context, when string, want bool) {
			t.Helper()
			list, err := h.App.Notify.Printouts(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			listed := slices.ContainsFunc(list, func(p notify.Printout) bool { return p.ID == step.ID })
			_, err = h.App.Notify.Print(ctx, step.ID, false)
			if listed != want || errs.Is(err, errs.KindNotFound) == want {
				t.Errorf("%s: listed: %t, printed: %v", when, listed, err)
			}
		}
		sees(worker, "a colleague, of an open case", true)
		player, _ := h.Demo.Population().Player(0, demo.Mother)
		register, ok := h.Demo.Register().(*fakeregister.Register)
		if !ok {
			t.Fatal("the demonstration has another register")
		}
		protect := func(p identity.Protection) {
			t.Helper()
			if err := register.Protect(player.Number, p); err != nil {
				t.Fatal(err)
			}
			mother := h.As(0, demo.Mother)
			if err := h.App.Identity.Refresh(mother, identity.From(mother).PersonID); err != nil {
				t.Fatal(err)
			}
		}
		protect(identity.StrictlyConfidential)
		sees(worker, "a colleague, of a case that was closed", false)
		sees(head, "the head", true)
		v, err := h.App.Cases.View(head, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		c = must(t)(h.App.Cases.Assign(head, c.ID, v.Case.Version, personOf(h, demo.CaseWorker)))
		sees(worker, "a colleague who got the case", true)
		must(t)(h.App.Cases.Release(head, c.ID, c.Version))
		sees(worker, "who has it no more", false)
		protect(identity.Unprotected)
		sees(worker, "when the protection is lifted", true)
	})
}
