package conference_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// The letter is in the language in which the applicant is written to.
func TestLetter_speaksTheApplicantsLanguage(t *testing.T) {
	t.Parallel()
	for lang, wants := range map[i18n.Lang][]string{
		i18n.NN: {"Referat frå førehandskonferanse", "Søkjar: ", "Til stades", "Føresetnader", "ikkje eit vedtak"},
		i18n.EN: {"Minutes of the preliminary conference", "Applicant: ", "not a decision"},
	} {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h *apptest.Harness) {
				mother := h.As(0, demo.Mother)
				if err := h.App.MyPage.SetContact(mother, "kari@example.no", "+4791234567", lang); err != nil {
					t.Fatal(err)
				}
				c, err := h.App.Conference.Conclude(h.As(0, demo.Planner), which(held(t, h)), minutes())
				if err != nil {
					t.Fatal(err)
				}
				_, contents := papers(h.As(0, demo.Mother), t, h, c)
				text := pdfText(t, contents[0])
				for _, want := range wants {
					if !strings.Contains(text, want) {
						t.Errorf("the letter lacks %q:\n%s", want, text)
					}
				}
			})
		})
	}
}

// Where somebody's address is protected the letter does not tell which property it is: all
// the parties read it (folkeregisterloven § 10-4).
func TestLetter_namesNoPropertyOfTheProtected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := held(t, h)
		write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update cases set restricted = $3 where tenant_id = $1 and id = $2`, tx.Tenant, c.ID, true)
			return err
		})
		c, err := h.App.Conference.Conclude(h.As(0, demo.Planner), which(c), minutes())
		if err != nil {
			t.Fatal(err)
		}
		_, contents := papers(h.As(0, demo.Mother), t, h, c)
		if text := pdfText(t, contents[0]); strings.Contains(text, "Fyrlia") || strings.Contains(text, "12/34") || !strings.Contains(text, "Mønet") {
			t.Errorf("the letter:\n%s", text)
		}
	})
}

// Minutes that were written before they were a letter stand in the journal and on the page
// as they did.
func TestMinutes_fromBeforeThereWasALetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c, err := h.App.Conference.Conclude(h.As(0, demo.Planner), which(held(t, h)), minutes())
		if err != nil {
			t.Fatal(err)
		}
		write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update cases_entries set documents = $4 where tenant_id = $1 and case_id = $2 and kind = $3`,
				tx.Tenant, c.ID, string(conference.EntryMinutes), store.JSON("[]"))
			return err
		})
		v, err := h.App.Conference.View(h.As(0, demo.Planner), c.ID)
		if err != nil || len(v.Papers) != 0 || !strings.Contains(v.Minutes, "Mønet") {
			t.Errorf("%d papers, minutes %q, %v", len(v.Papers), v.Minutes, err)
		}
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+c.ID).Must(http.StatusOK).Has("Mønet blir under åtte meter.", "Referatet er klart")
	})
}

// One key is one thing: the same name at another address is another invitation.
func TestInvite_anotherAddressUnderTheSameKeyIsAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := called(t, h)
		for _, address := range []string{fireStation, "vakt@example.no"} {
			w, in := which(c), fire()
			w.Key, in.Email = "press", address
			var err error
			if c, err = h.App.Conference.Invite(planner, w, in); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(guestsOf(t, h, c)); n != 2 {
			t.Errorf("%d are asked", n)
		}
	})
}
