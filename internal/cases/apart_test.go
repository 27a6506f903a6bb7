package cases_test

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// herPhone and herMail are what apptest.Apply fills in of the mother.
const (
	herPhone = "91234567"
	herMail  = "kari@example.no"
)

// movesOut gives the father an address of his own.
func movesOut(t *testing.T, h *apptest.Harness) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	father := identity.From(h.As(0, demo.CoParent)).PersonID
	number, err := h.App.Identity.Number(ctx, father)
	if err != nil {
		t.Fatal(err)
	}
	register, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	if err := register.Move(number, identity.Address{Lines: []string{"Langt unna 7"}, PostalCode: "9999", PostalPlace: "Andrevik"}); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Refresh(ctx, father); err != nil {
		t.Fatal(err)
	}
}

// address is the first line of somebody's, as the register has it.
func address(t *testing.T, h *apptest.Harness, part demo.Part) string {
	t.Helper()
	ctx := h.As(0, part)
	p, err := h.App.Identity.Person(ctx, identity.From(ctx).PersonID)
	if err != nil {
		t.Fatal(err)
	}
	a, known := p.VisibleAddress(identity.From(ctx))
	if !known || len(a.Lines) == 0 {
		t.Fatalf("%s has no address", part)
	}
	return a.Lines[0]
}

// letterText is the letter of the decision as somebody reads it.
func letterText(ctx context.Context, t *testing.T, h *apptest.Harness, c cases.Case) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing: install poppler-utils")
	}
	command := exec.CommandContext(t.Context(), tool, "-", "-")
	command.Stdin = bytes.NewReader(apptest.Letter(ctx, h, c))
	text, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// refuse refuses an application as the case worker.
func refuse(t *testing.T, h *apptest.Harness, c cases.Case) cases.Case {
	t.Helper()
	worker := h.As(0, demo.CaseWorker)
	c, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version)
	if err == nil {
		c, err = h.App.Cases.Decide(worker, c.ID, c.Version, cases.Decision{
			Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Det er ingen ledig plass i barnehagene nå.",
			Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A guardian who lives elsewhere reads the case, and not how or where to find the one
// who applied: neither in what was sent nor in the letter.
func TestApart_whoLivesElsewhereReadsNotHowTheApplicantIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, worker := h.As(0, demo.Mother), h.As(0, demo.CoParent), h.As(0, demo.CaseWorker)
		c := apptest.Apply(h, 0, demo.Mother)
		sent := func(ctx context.Context) string {
			t.Helper()
			summary, err := h.App.Cases.SentBy(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			printed, err := h.App.Printout.Sent(ctx, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := strings.Contains(summary.Plain(), herMail), strings.Contains(printed.Summary.Plain(), herMail); a != b {
				t.Errorf("the page shows it: %v, the print-out: %v", a, b)
			}
			return summary.Plain()
		}
		if text := sent(father); !strings.Contains(text, herPhone) || !strings.Contains(text, herMail) {
			t.Errorf("they live together, and he reads\n%s", text)
		}
		movesOut(t, h)
		if text := sent(father); strings.Contains(text, herPhone) || strings.Contains(text, herMail) || !strings.Contains(text, "forms.veiled") {
			t.Errorf("he reads\n%s", text)
		}
		for name, ctx := range map[string]context.Context{"she herself": mother, "the case worker": worker} {
			if text := sent(ctx); !strings.Contains(text, herPhone) || !strings.Contains(text, herMail) {
				t.Errorf("%s reads\n%s", name, text)
			}
		}
		c = refuse(t, h, c)
		home := address(t, h, demo.Mother)
		for name, ctx := range map[string]context.Context{"she": mother, "he": father, "the case worker": worker} {
			if text := letterText(ctx, t, h, c); strings.Contains(text, home) || !strings.Contains(text, "barnehageloven § 16") {
				t.Errorf("%s reads in the letter\n%s", name, text)
			}
		}
		if text := letterText(father, t, h, c); !strings.Contains(text, identity.From(father).Name) {
			t.Errorf("his copy is not to him\n%s", text)
		}
	})
}

// A letter that was made while they lived together tells her address; who has moved
// since reads a copy of his own.
func TestApart_anOldLetterIsReadAsACopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father := h.As(0, demo.Mother), h.As(0, demo.CoParent)
		c := refuse(t, h, apptest.Apply(h, 0, demo.Mother))
		home := address(t, h, demo.Mother)
		for name, ctx := range map[string]context.Context{"she": mother, "he": father} {
			if text := letterText(ctx, t, h, c); !strings.Contains(text, home) {
				t.Errorf("%s reads at home\n%s", name, text)
			}
		}
		movesOut(t, h)
		if text := letterText(father, t, h, c); strings.Contains(text, home) || !strings.Contains(text, identity.From(father).Name) {
			t.Errorf("he reads after he has moved\n%s", text)
		}
		if text := letterText(mother, t, h, c); !strings.Contains(text, home) {
			t.Errorf("her own letter is changed\n%s", text)
		}
		// Reopened, the decision that stood has its letter still.
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if text := letterText(father, t, h, c); strings.Contains(text, home) {
			t.Errorf("he reads the past decision\n%s", text)
		}
		v, err := h.App.Cases.View(father, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range v.Documents {
			content, info, err := h.App.Cases.OpenDocument(father, c.ID, d.ID)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, content); err != nil || n != info.Size {
				t.Errorf("%s: %d bytes of %d, %v", d.Name, n, info.Size, err)
			}
		}
	})
}

// A letter on paper without the address in it lies behind a page that has it.
func TestAddressed_onlyWhereAllLiveTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := apptest.Apply(h, 0, demo.Mother)
		asked := func() (told bool) {
			t.Helper()
			err := h.App.DB.Read(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
				now, err := h.App.Cases.CaseIn(ctx, tx, c.ID)
				if err == nil {
					told, err = h.App.Cases.Addressed(ctx, tx, now)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return told
		}
		if !asked() {
			t.Error("they live together")
		}
		movesOut(t, h)
		if asked() {
			t.Error("he lives elsewhere")
		}
		father := identity.From(h.As(0, demo.CoParent)).PersonID
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.EndParty(ctx, tx, c.ID, father)
			return err
		})
		if err != nil || !asked() {
			t.Errorf("he is no party any more, %v", err)
		}
	})
}
