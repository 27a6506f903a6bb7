package apptest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// conferred are preliminary conferences as they stand one after the other.
type conferred struct{ fresh, called, held, over string }

func conferredOf(t *testing.T, h *apptest.Harness) conferred {
	t.Helper()
	c := conferred{confers(t, h).ID, confers(t, h).ID, confers(t, h).ID, confers(t, h).ID}
	for _, id := range []string{c.called, c.held, c.over} {
		act(t, h, id, func(ctx context.Context, w conference.Which) (cases.Case, error) {
			day := clock.DateIn(h.App.DB.Clock().Now()).AddDays(5).String()
			return h.App.Conference.Call(ctx, w, conference.Call{Date: day, Time: "10.00", Way: "office", Place: "Rådhuset, møterom 2", Text: "Ta med skisser."})
		})
	}
	act(t, h, c.called, func(ctx context.Context, w conference.Which) (cases.Case, error) {
		return h.App.Conference.Invite(ctx, w, conference.Invitation{Name: "Brannvesenet i Midt-Torgøy interkommunale selskap", Email: "forebyggende.avdeling@brannvesenet.example.no", Text: "Ta med kart over brannkummer."})
	})
	for _, id := range []string{c.held, c.over} {
		act(t, h, id, func(ctx context.Context, w conference.Which) (cases.Case, error) {
			now := h.App.DB.Clock().Now().In(clock.Oslo())
			return h.App.Conference.Hold(ctx, w, conference.Held{Date: clock.DateIn(now).String(), Time: now.Format("15.04")})
		})
	}
	act(t, h, c.over, func(ctx context.Context, w conference.Which) (cases.Case, error) {
		drawing, err := h.App.Blobs.Put(ctx, strings.NewReader("%PDF-1.4\n%%EOF\n"), blob.PutOptions{Name: "Fasade mot sør.pdf"})
		if err != nil {
			return cases.Case{}, err
		}
		return h.App.Conference.Conclude(ctx, w, conference.Minutes{
			Files:        []blob.Stored{drawing},
			Participants: "Kari Nordmann\nTone Strand, arkitekt", Topics: "Planen tillater to etasjer.", Premises: "Mønet blir under åtte meter.", Further: "Avstanden til grensen måles.",
		})
	})
	return c
}

// act lets the planner act in a case as it stands.
func act(t *testing.T, h *apptest.Harness, id string, do func(context.Context, conference.Which) (cases.Case, error)) {
	t.Helper()
	ctx := h.As(torgoy, demo.Planner)
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := do(ctx, conference.Which{ID: id, Version: v.Case.Version}); err != nil {
		t.Fatal(err)
	}
}

// confers is a request of the mother's that the planner has.
func confers(t *testing.T, h *apptest.Harness) (c cases.Case) {
	t.Helper()
	ctx := h.As(torgoy, demo.Mother)
	err := h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		me, err := h.App.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		sent, _, err := h.App.Forms.SubmitDirect(ctx, tx, forms.Direct{
			Form: conference.FormKey, Person: me.ID, Subject: me.ID, Key: ids.New(), Answers: forms.Answers{Values: map[string]any{
				"properties": []any{map[string]any{"gnr": 12.0, "bnr": 34.0}}, "address": "Fyrlia 4, 9961 Torgøy", "owner": "yes", "organisation": "no",
				"phone": "+4791234567", "email": "kari@example.no", "rebuild": "no", "purpose": "extension",
				"description": "Påbygg på huset, om lag 60 m².", "questions": "Hvor høyt kan vi bygge?", "way": "office", "times": "Før klokken 12.",
				"participants": []any{map[string]any{"name": "Tone Strand", "role": "designer"}}, "others": []any{"water"}, "interpreter": "no",
			}},
		})
		if err != nil {
			return err
		}
		c, err = h.App.Cases.Create(ctx, tx, cases.New{Kind: conference.Name, Submission: sent.ID, Applicant: me, Subject: me, Lang: sent.Lang})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = h.App.Cases.AssignToMe(h.As(torgoy, demo.Planner), c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	return c
}
