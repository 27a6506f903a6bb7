package apptest

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Receive makes a case of a form that comes filled in about a player's first child,
// or about the player when the form is about oneself. The facts are what the form
// is to know of whom it is about.
func Receive(h *Harness, town int, part demo.Part, form string, facts, values map[string]any) cases.Case {
	h.TB.Helper()
	ctx := h.As(town, part)
	kind, ok := h.App.Cases.Kinds().ByForm(form)
	if !ok {
		h.TB.Fatalf("no kind has the form %s", form)
	}
	children, err := h.App.Identity.Children(ctx)
	if err != nil {
		h.TB.Fatal(err)
	}
	var made cases.Case
	err = h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		applicant, err := h.App.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		definition, err := h.App.Forms.Live(ctx, tx, form)
		if err != nil {
			return err
		}
		subject := applicant
		if definition.Subject == forms.SubjectChild {
			subject = children[0].Person
		}
		sent, _, err := h.App.Forms.SubmitDirect(ctx, tx, forms.Direct{
			Form: form, Person: applicant.ID, Subject: subject.ID, Facts: facts,
			Answers: forms.Answers{Values: values}, Key: "direct:" + form,
		})
		if err != nil {
			return err
		}
		made, err = h.App.Cases.Create(ctx, tx, cases.New{
			Kind: kind.Key, Submission: sent.ID, Applicant: applicant, Subject: subject, Lang: sent.Lang,
		})
		return err
	})
	if err != nil {
		h.TB.Fatal(err)
	}
	return made
}

// Employ lets a player work on the cases of a kind, whatever department they come to.
func Employ(h *Harness, town int, part demo.Part, setting string) context.Context {
	h.TB.Helper()
	ctx := h.As(town, part)
	operator := identity.AsSystem(h.In(demo.Towns()[town].Slug), "test")
	_, err := h.App.Roles.Grant(operator, access.NewGrant{
		PersonID: identity.From(ctx).PersonID, Role: access.CaseWorker, Department: tenant.From(ctx).Settings[setting],
	})
	if err != nil {
		h.TB.Fatal(err)
	}
	return h.As(town, part)
}

// Letter returns the letter of a case's decision, once its job has run.
func Letter(ctx context.Context, h *Harness, c cases.Case) []byte {
	h.TB.Helper()
	h.Settle()
	v, err := h.App.Cases.View(ctx, c.ID)
	if err != nil {
		h.TB.Fatal(err)
	}
	for _, d := range v.Documents {
		if d.MediaType != blob.PDF || !strings.Contains(d.Name, strings.ReplaceAll(c.Label(), "/", "-")) {
			continue
		}
		content, _, err := h.App.Cases.OpenDocument(ctx, c.ID, d.ID)
		if err != nil {
			h.TB.Fatal(err)
		}
		var letter bytes.Buffer
		if _, err := io.Copy(&letter, content); err != nil {
			h.TB.Fatal(err)
		}
		if err := content.Close(); err != nil {
			h.TB.Fatal(err)
		}
		return letter.Bytes()
	}
	h.TB.Fatalf("case %s has no letter", c.Label())
	return nil
}
