package mypage_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// moves gives somebody an address of his own.
func moves(t *testing.T, h *apptest.Harness, part demo.Part) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	person := identity.From(h.As(0, part)).PersonID
	number, err := h.App.Identity.Number(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	if err := r.Move(number, identity.Address{Lines: []string{"Langt unna 7"}, PostalCode: "9999", PostalPlace: "Andrevik"}); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Refresh(ctx, person); err != nil {
		t.Fatal(err)
	}
}

const (
	herWords   = "Vi bor hos moren min i Fjellveien 3."
	hisWords   = "Jeg vil vite når barnet begynner."
	onTheirWay = "Hun sier at de bor i Fjellveien 3."
	herFile    = "leiekontrakt.pdf"
	herLetter  = "brev.pdf" // which the staff have scanned
)

// written is a case of the mother's in which both guardians, and the staff for her, have
// written something, she has enclosed a file, and they what she sent on paper.
func written(t *testing.T, h *apptest.Harness) (c cases.Case, files []string) {
	t.Helper()
	mother, father, worker := h.As(0, demo.Mother), h.As(0, demo.CoParent), h.As(0, demo.CaseWorker)
	c = apptest.Apply(h, 0, demo.Mother)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(ctx context.Context, name string) []blob.Stored {
		stored, err := h.App.Blobs.Put(ctx, bytes.NewReader([]byte("%PDF-1.4\n%"+name+"\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")), blob.PutOptions{Name: name})
		must(err)
		return []blob.Stored{stored}
	}
	_, err := h.App.Cases.PostAnswer(mother, c.ID, cases.Posting{Text: herWords, Files: put(mother, herFile)})
	must(err)
	_, err = h.App.Cases.PostAnswer(father, c.ID, cases.Posting{Text: hisWords})
	must(err)
	_, err = h.App.Cases.RegisterAnswer(worker, c.ID, 0, cases.Posting{Text: onTheirWay, Came: cases.CamePaper, Files: put(worker, herLetter)})
	must(err)
	v, err := h.App.Cases.View(mother, c.ID)
	must(err)
	for _, d := range v.Documents {
		if d.Name == herFile || d.Name == herLetter {
			files = append(files, d.ID)
		}
	}
	if len(files) != 2 {
		t.Fatalf("of the files %d are in the case", len(files))
	}
	return c, files
}

// The pages of a case tell a party who lives apart from somebody protected no more than the
// copy of his own data does: neither what she has written, nor the staff for her, nor what
// she has enclosed. What he has written himself he reads, and so does she all of it.
func TestCase_tellsNoMoreThanTheCopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c, files := written(t, h)
		mother, father := h.As(0, demo.Mother), h.As(0, demo.CoParent)
		words, withheld := h.App.Bundle.For(i18n.NB), h.App.Bundle.For(i18n.NB).T("cases.withheld")
		pages := map[string]string{"the case": "/my/cases/" + c.ID, "the conversation": "/my/conversations/" + c.ID}
		reads := func(part demo.Part, all bool) {
			t.Helper()
			for name, path := range pages {
				text := h.Visitor("torgoy").As(part).Get(path).Must(http.StatusOK).Text()
				for _, hers := range []string{herWords, onTheirWay} {
					if strings.Contains(text, hers) != all {
						t.Errorf("%s shows %s %q: %t", name, part, hers, !all)
					}
				}
				if !strings.Contains(text, hisWords) || strings.Contains(text, withheld) == all {
					t.Errorf("%s shows %s %.1500s", name, part, text)
				}
			}
			ctx := h.As(0, part)
			list := h.Visitor("torgoy").As(part).Get("/my/documents").Must(http.StatusOK).Has(herFile)
			for _, file := range files {
				content, _, err := h.App.Cases.OpenDocument(ctx, c.ID, file)
				if all != (err == nil) || !all && !errs.Is(err, errs.KindNotFound) {
					t.Errorf("%s opens the file: %v", part, err)
				}
				if err == nil {
					_ = content.Close()
				}
				if (len(list.Links(file)) > 0) != all {
					t.Errorf("the documents lead %s to it: %t", part, !all)
				}
			}
			// The copy of one's own data keeps back the same lines.
			err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				handout, err := h.App.Cases.HandoutTo(ctx, tx, c)
				if err != nil {
					return err
				}
				entries, err := h.App.Cases.EntriesAfter(ctx, tx, c.ID, 0, 200)
				for _, e := range entries {
					if hidden := e.Text == herWords || e.Text == onTheirWay; handout.Hides(e) != (hidden && !all) {
						t.Errorf("the copy hides %q from %s: %t", e.Text, part, handout.Hides(e))
					}
				}
				for _, file := range files {
					if handout.Document(file) == all {
						t.Errorf("the copy keeps the file from %s: %t", part, handout.Document(file))
					}
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		reads(demo.CoParent, true) // they live together
		moves(t, h, demo.CoParent)
		reads(demo.CoParent, true) // and her address is no secret
		protect(t, h, identity.From(mother).PersonID, identity.StrictlyConfidential)
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			him := identity.From(father)
			_, err := h.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: him.PersonID, Name: him.Name, Role: cases.RoleGuardian})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		reads(demo.CoParent, false)
		reads(demo.Mother, true)
		head := h.Visitor("torgoy").As(demo.Head).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		head.Has(herWords, hisWords, onTheirWay, words.T("cases.entry.answered"))
	})
}
