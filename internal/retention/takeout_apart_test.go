package retention_test

import (
	"bytes"
	"context"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// register lets the population register change somebody, and Torg hears of it.
func (w *world) register(part demo.Part, change func(r *fakeregister.Register, player demo.Resident) error) {
	w.Helper()
	r, ok := w.Demo.Register().(*fakeregister.Register)
	player, known := w.Demo.Population().Player(torgoy, part)
	if !ok || !known {
		w.Fatal("the demonstration has another register")
	}
	w.must(change(r, player))
	w.must(w.App.Identity.Refresh(w.system(town), identity.From(w.As(torgoy, part)).PersonID))
}

// oldLetter is a letter with an address that lies in a case from before, as one about
// a deadline.
func (w *world) oldLetter(c cases.Case) (name string) {
	w.Helper()
	name = "frist-gammel.pdf"
	ctx := w.system(town)
	stored, err := w.App.Blobs.Put(ctx, strings.NewReader("%PDF-1.7\nStrandgata 1\n%%EOF\n"), blob.PutOptions{Name: name, Generated: true})
	w.must(err)
	w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := w.App.Blobs.Keep(ctx, tx, stored, blob.Owner{Type: "case", ID: c.ID})
		if err != nil {
			return err
		}
		_, err = w.App.Cases.Touch(ctx, tx, c.ID, cases.Entry{Kind: cases.EntryLetter, Documents: []string{d.ID}}, nil)
		return err
	}))
	return name
}

// textOf is what stands in a PDF.
func (w *world) textOf(content string) string {
	w.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		w.Fatal("pdftotext is missing: install poppler-utils")
	}
	command := exec.CommandContext(w.Context(), tool, "-", "-")
	command.Stdin = bytes.NewReader([]byte(content))
	text, err := command.Output()
	w.must(err)
	return string(text)
}

// decisionLetter is the letter of the decision in a copy.
func (w *world) decisionLetter(all map[string]string) string {
	w.Helper()
	for name, content := range all {
		if strings.HasPrefix(name, "documents/") && strings.Contains(name, "vedtak") {
			return w.textOf(content)
		}
	}
	w.Fatal("the letter of the decision is not in the copy")
	return ""
}

// A guardian who lives elsewhere has a copy of the case, with the letter of the decision
// as the pages show it to him. When the other's address is protected, an old letter that
// may tell it is withheld, and what she wrote too; the index says so.
func TestTakeout_ofTwoWhoLiveApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		old := w.oldLetter(c)
		mother, err := w.App.Identity.Person(w.system(town), c.Applicant)
		w.must(err)
		home, _ := mother.VisibleAddress(identity.Actor{Kind: identity.System})
		copied := w.copyFor
		all, text := copied(demo.CoParent)
		if !strings.Contains(w.decisionLetter(all), home.Lines[0]) || !strings.Contains(text, "Det sier jeg ikke.") || strings.Contains(text, "holdt tilbake") {
			t.Error("something is withheld from who lives with her")
		}
		w.movesOut()
		if all, _ = copied(demo.CoParent); strings.Contains(w.decisionLetter(all), home.Lines[0]) {
			t.Error("the letter of the decision tells him where she lives")
		}
		w.hidesFrom(c)
		all, text = copied(demo.CoParent)
		if letter := w.decisionLetter(all); strings.Contains(letter, home.Lines[0]) || !strings.Contains(letter, "barnehageloven § 16") {
			t.Errorf("the letter of the decision says\n%s", letter)
		}
		for name, content := range all {
			if strings.Contains(name, "frist-gammel") || strings.Contains(content, "Strandgata 1") {
				t.Errorf("%s is handed out", name)
			}
		}
		for _, there := range []string{"Dokumenter som er holdt tilbake", old, "hvor noen andre i saken bor", "Hva heter legen?", "Ikke tatt med: det er en annens"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is missing", there)
			}
		}
		if strings.Contains(text, "Det sier jeg ikke.") {
			t.Error("what she wrote is handed out")
		}
		all, text = copied(demo.Mother)
		if !strings.Contains(text, "Det sier jeg ikke.") || strings.Contains(text, "holdt tilbake") {
			t.Error("something of her own is withheld from her")
		}
		if letter := w.decisionLetter(all); !strings.Contains(letter, home.Lines[0]) {
			t.Errorf("her own letter says\n%s", letter)
		}
	})
}

// copyFor is a new copy of somebody's own data, by name and all in one.
func (w *world) copyFor(part demo.Part) (all map[string]string, text string) {
	w.Helper()
	w.travel(25 * time.Hour)
	v := w.Visitor(town).As(part)
	v.Submit(v.Get("/my/takeout").Must(http.StatusOK), "/my/takeout", apptest.Fill{}).Must(http.StatusOK)
	w.Settle()
	all = files(w.T, v.Get(v.Get("/my/takeout").Must(http.StatusOK).Links("/file")[0]).Must(http.StatusOK))
	return all, everything(all)
}

// movesOut lets the father live elsewhere.
func (w *world) movesOut() {
	w.Helper()
	w.register(demo.CoParent, func(r *fakeregister.Register, p demo.Resident) error {
		return r.Move(p.Number, identity.Address{Lines: []string{"Langt unna 7"}, PostalCode: "9999", PostalPlace: "Andrevik"})
	})
}

// hidesFrom protects the mother's address; the father stays a party to her case.
func (w *world) hidesFrom(c cases.Case) {
	w.Helper()
	w.register(demo.Mother, func(r *fakeregister.Register, p demo.Resident) error {
		return r.Protect(p.Number, identity.Confidential)
	})
	father := identity.From(w.As(torgoy, demo.CoParent))
	w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
		_, err := w.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: father.PersonID, Name: father.Name, Role: cases.RoleGuardian})
		return err
	}))
}

// A file that somebody protected has sent with an answer tells where she lives as well as
// what she writes does, and nobody has read either for it.
func TestTakeout_withholdsWhatSomebodyProtectedHasEnclosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := apptest.Apply(w.Harness, torgoy, demo.Mother)
		worker, mother := w.As(torgoy, demo.CaseWorker), w.As(torgoy, demo.Mother)
		c, err := w.App.Cases.AssignToMe(worker, c.ID, w.read(c.ID).Version)
		w.must(err)
		_, err = w.App.Cases.Ask(worker, c.ID, c.Version, "Kan du sende leiekontrakten?")
		w.must(err)
		const name = "leiekontrakt.pdf"
		stored, err := w.App.Blobs.Put(mother, strings.NewReader("%PDF-1.7\nStrandgata 1\n%%EOF\n"), blob.PutOptions{Name: name, Generated: true})
		w.must(err)
		_, err = w.App.Cases.Answer(mother, c.ID, "Her er den.", []blob.Stored{stored})
		w.must(err)
		w.Settle()
		has := func(all map[string]string) bool {
			for file := range all {
				if strings.HasPrefix(file, "documents/") && strings.Contains(file, "leiekontrakt") {
					return true
				}
			}
			return false
		}
		if all, _ := w.copyFor(demo.CoParent); !has(all) {
			t.Error("it is withheld from who lives with her")
		}
		w.movesOut()
		w.hidesFrom(c)
		if all, text := w.copyFor(demo.CoParent); has(all) || strings.Contains(text, "Strandgata 1") || !strings.Contains(text, name) {
			t.Error("it is handed out, or the index does not tell of it")
		}
		if all, _ := w.copyFor(demo.Mother); !has(all) {
			t.Error("it is withheld from her")
		}
	})
}

// The index says why in three languages.
func TestTakeout_saysWhyInThreeLanguages(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	seen := map[string]bool{}
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		words := h.App.Bundle.For(lang)
		for _, key := range []string{"retention.index.withheld", "retention.index.withheld_why"} {
			if text := words.T(key); text == key || seen[text] {
				t.Errorf("%s in %s: %s", key, lang, text)
			} else {
				seen[text] = true
			}
		}
	}
}

// Whoever has begun more than any list shows has all of it.
func TestTakeout_holdsEveryDraft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const many = 130
		ctx := w.As(torgoy, demo.Mother)
		person := identity.From(ctx).PersonID
		w.must(w.App.Keys.Warm(ctx, store.TenantOf(ctx)))
		w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for n := range many {
				_, err := w.App.Forms.StartDraft(ctx, tx, forms.Start{Form: "kindergarten-place", Person: person, Subject: "subject-" + strconv.Itoa(n)})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		found := 0
		for name := range all {
			if strings.HasPrefix(name, "data/drafts-") {
				found++
			}
		}
		if found < many {
			t.Errorf("%d drafts of %d", found, many)
		}
	})
}
