package deadlines_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
)

// TestLetter_isPutInThePost: whoever gets letters gets the provisional answer, with
// when an answer can be expected (forvaltningsloven § 11 a), and not a line that
// asks her to log in.
func TestLetter_isPutInThePost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mother := w.As(torgoy, demo.Mother)
		w.must(w.App.Notify.Prefer(mother, notify.Preferences{notify.Decision: notify.Letter, notify.Reminder: notify.Letter, notify.Notice: notify.Letter}))
		c := w.applied()
		w.at("2026-12-21 08:05:00")
		w.Settle()
		w.Settle()
		v, err := w.App.Cases.View(w.system(), c.ID)
		w.must(err)
		made := ""
		for _, e := range v.Entries {
			if e.Kind == cases.EntryLetter && len(e.Documents) == 1 {
				made = e.Documents[0]
			}
		}
		list, err := w.App.Notify.ProofOf(w.system(), "case:"+c.ID)
		w.must(err)
		posted := 0
		for _, p := range list {
			if p.Kind != "deadline.provisional_answer" || p.Person != identity.From(mother).PersonID {
				continue
			}
			posted++
			if len(p.Steps) != 1 || p.Steps[0].Channel != notify.Letter || made == "" || p.Steps[0].Document != made {
				t.Fatalf("it went by %+v, and the letter is %q", p.Steps, made)
			}
			f, err := w.App.Notify.Print(w.As(torgoy, demo.CaseWorker), p.Steps[0].ID, p.Steps[0].Enclosed)
			if err != nil || !strings.HasPrefix(string(f.Bytes), "%PDF-") || !strings.HasPrefix(f.Name, "frist-") {
				t.Errorf("%s of %d bytes, %v", f.Name, len(f.Bytes), err)
			}
		}
		if posted != 1 {
			t.Errorf("%d letters to the mother", posted)
		}
	})
}
