package appeals_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
)

// onPaper has the mother get everything by letter.
func (w *world) onPaper() {
	w.Helper()
	w.must(w.App.Notify.Prefer(w.mother(), notify.Preferences{notify.Decision: notify.Letter, notify.Reminder: notify.Letter, notify.Notice: notify.Letter}))
}

// letter returns what the mother's letter of a kind holds, and the letter.
func (w *world) letter(c cases.Case, kind string) (notify.Paper, notify.Step) {
	w.Helper()
	list, err := w.App.Notify.ProofOf(w.system(), "case:"+c.ID)
	w.must(err)
	her := identity.From(w.mother()).PersonID
	i := slices.IndexFunc(list, func(p notify.Proof) bool { return p.Kind == kind && p.Person == her })
	if i < 0 || len(list[i].Steps) == 0 || list[i].Steps[0].Channel != notify.Letter {
		w.Fatalf("no letter of %s: %+v", kind, list)
	}
	item, _, err := w.App.Notify.Message(w.In(town), list[i].ID)
	w.must(err)
	return item.Paper, list[i].Steps[0]
}

// says checks that a letter tells something whole.
func (w *world) says(p notify.Paper, words ...string) {
	w.Helper()
	for _, want := range words {
		if told := strings.Join(p.Paragraphs, "\n"); !strings.Contains(told, want) {
			w.Errorf("the letter does not say %q: %s", want, told)
		}
	}
}

// TestLetter_ofARejectionIsTheRejection, and not the decision that was appealed.
func TestLetter_ofARejectionIsTheRejection(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.onPaper()
		c := w.refused()
		decided, step := w.letter(c, "case.decided")
		if step.Document == "" || step.Document != decided.Document {
			t.Errorf("the decision goes as %q", step.Document)
		}
		a := w.lodged(c)
		a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klagen er ikke undertegnet, og fristen er ute."})
		w.must(err)
		w.Settle()
		a = w.view(a.ID).Appeal
		paper, rejected := w.letter(c, "appeal.rejected")
		if rejected.Document == "" || rejected.Document != a.Letter || rejected.Document == step.Document || !rejected.Enclosed {
			t.Errorf("the rejection goes as %q, enclosed: %t; its letter is %q, the decision's %q", rejected.Document, rejected.Enclosed, a.Letter, step.Document)
		}
		w.says(paper, "avvist", c.Label())
		for _, enclosure := range []bool{false, true} {
			if f, err := w.App.Notify.Print(w.worker(), rejected.ID, enclosure); err != nil || !strings.HasPrefix(string(f.Bytes), "%PDF-") {
				t.Errorf("printed, enclosure: %t: %d bytes, %v", enclosure, len(f.Bytes), err)
			}
		}
	})
}

// TestLetter_saysWhatTheCaseHolds: answers and reasons stand in the letter.
func TestLetter_saysWhatTheCaseHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.onPaper()
		c := w.refused()
		a := w.forwarded(c)
		paper, step := w.letter(c, "appeal.forwarded")
		w.says(paper, c.Label())
		if step.Document != a.Letter || a.Letter == "" || !step.Enclosed {
			t.Errorf("what was sent on goes as %q, want %q", step.Document, a.Letter)
		}
		_, err := w.App.Appeals.RegisterAnswer(w.worker(), a.ID, a.Version, appeals.BodyAnswer{
			Answer: appeals.Upheld, Text: "Statsforvalteren er enig med kommunen.", On: clock.DateIn(w.Clock.Now()),
		})
		w.must(err)
		w.Settle()
		paper, step = w.letter(c, "appeal.answered")
		w.says(paper, "Statsforvalteren er enig med kommunen.", c.Label())
		if step.Document != "" || step.Enclosed {
			t.Errorf("the answer goes as the document %q", step.Document)
		}
	})
}

func TestLetter_saysWhyTheDecisionIsChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.onPaper()
		c := w.refused()
		a := w.lodged(c)
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Det er blitt en ledig plass."})
		w.must(err)
		w.Settle()
		paper, step := w.letter(c, "appeal.changed")
		w.says(paper, "Det er blitt en ledig plass.", "nytt vedtak")
		if step.Document != "" {
			t.Errorf("it goes as the document %q", step.Document)
		}
	})
}

func TestLetter_givesTheReasons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.onPaper()
		c := w.granted()
		w.must(w.App.Appeals.AskReasons(w.mother(), c.ID))
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		w.Settle()
		paper, step := w.letter(c, "appeal.reasons_given")
		w.says(paper, "Plassene ble gitt etter alder.", "tre uker")
		if step.Document != "" {
			t.Errorf("the reasons go as the document %q", step.Document)
		}
	})
}
