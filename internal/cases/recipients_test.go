package cases_test

import (
	"context"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// inTx runs something in a transaction of the town's, which must go well.
func inTx(ctx context.Context, t *testing.T, h *apptest.Harness, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := h.App.DB.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// recipients are who is told of a case: the persons' ids, and for whom each acts.
func recipients(t *testing.T, h *apptest.Harness, id string) (list []cases.Recipient) {
	t.Helper()
	inTx(identity.AsSystem(h.In("torgoy"), "test"), t, h, func(ctx context.Context, tx *store.Tx) error {
		c, err := h.App.Cases.CaseIn(ctx, tx, id)
		if err != nil {
			return err
		}
		list, err = h.App.Cases.Recipients(ctx, tx, c)
		return err
	})
	return list
}

func actsFor(list []cases.Recipient, person, party string) bool {
	return slices.ContainsFunc(list, func(r cases.Recipient) bool { return r.Person.ID == person && r.For == party })
}

func personOf(h *apptest.Harness, part demo.Part) string {
	return identity.From(h.As(0, part)).PersonID
}

// messages returns what somebody was told about a case.
func messages(t *testing.T, h *apptest.Harness, person, id string) (list []notify.Item) {
	t.Helper()
	list, err := h.App.Notify.List(h.In("torgoy"), notify.Filter{PersonID: person, Thread: "case:" + id})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRecipients_anAgentWhileTheMandateHolds (forvaltningsloven § 12).
func TestRecipients_anAgentWhileTheMandateHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, agent := h.As(0, demo.Mother), personOf(h, demo.Apart)
		var mandate identity.Mandate
		inTx(mother, t, h, func(ctx context.Context, tx *store.Tx) (err error) {
			mandate, err = h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: []string{kindergarten.Kind().Key}})
			return err
		})
		mine := apptest.Apply(h, 0, demo.Mother)
		h.Settle()
		her := identity.From(mother).PersonID
		if list := recipients(t, h, mine.ID); list[0].Person.ID != her || list[0].For != "" || !actsFor(list, agent, her) {
			t.Errorf("told are %+v", list)
		}
		got := messages(t, h, agent, mine.ID)
		if len(got) != 1 || got[0].Kind != "case.received" || got[0].Address == "" {
			t.Fatalf("the agent is told %+v", got)
		}
		if body := got[0].Body.Paragraphs; len(body) != 2 || body[0] != h.App.Bundle.For(got[0].Lang).T("cases.mail.acting", "party", identity.From(mother).Name) {
			t.Errorf("the agent reads %q", body)
		}
		if party := messages(t, h, her, mine.ID); len(party) != 1 || len(party[0].Body.Paragraphs) != 1 {
			t.Errorf("the party reads %+v", party)
		}
		inTx(mother, t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.EndMandate(ctx, tx, mandate.ID)
			return err
		})
		if _, err := h.App.Cases.Withdraw(mother, mine.ID); err != nil {
			t.Fatal(err)
		}
		if now := messages(t, h, agent, mine.ID); len(now) != 1 {
			t.Errorf("the mandate is withdrawn, and the agent is told %+v", now)
		}
	})
}

// TestRecipients_whoLeadsABusiness: those who wrote in its name, or else all.
func TestRecipients_whoLeadsABusiness(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		manager := h.As(0, demo.Apart)
		who := identity.From(manager)
		list, err := h.App.Identity.Represented(manager)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(list, func(r identity.Represented) bool { return r.Person.IsOrganisation() })
		if i < 0 {
			t.Fatal("the demonstration has no business")
		}
		firm := list[i].Person
		made := func(by context.Context) (c cases.Case) {
			t.Helper()
			inTx(by, t, h, func(ctx context.Context, tx *store.Tx) (err error) {
				sent, _, err := h.App.Forms.SubmitDirect(ctx, tx, forms.Direct{
					Form: building.FormKey, Person: firm.ID, Subject: firm.ID, Answers: forms.Answers{Values: apptest.Garage()}, Key: ids.New(),
				})
				if err != nil {
					return err
				}
				kind, _ := h.App.Cases.Kinds().ByForm(building.FormKey)
				c, err = h.App.Cases.Create(ctx, tx, cases.New{Kind: kind.Key, Submission: sent.ID, Applicant: firm, Subject: firm, Lang: sent.Lang})
				return err
			})
			h.Settle()
			return c
		}
		counter := made(identity.AsSystem(h.In("torgoy"), "test"))
		if told := recipients(t, h, counter.ID); len(told) != 2 || !actsFor(told, who.PersonID, firm.ID) {
			t.Errorf("nobody wrote in its name; told are %+v", told)
		}
		who.OnBehalfOf, who.OnBehalfName, who.Basis = firm.ID, firm.Name.Full(), identity.ByOffice
		own := made(identity.With(manager, who))
		if told := recipients(t, h, own.ID); len(told) != 2 || !actsFor(told, who.PersonID, firm.ID) {
			t.Errorf("the manager wrote; told are %+v", told)
		}
		if got := messages(t, h, who.PersonID, own.ID); len(got) != 1 || got[0].Address == "" {
			t.Errorf("the manager is told %+v", got)
		}
	})
}

// TestRecipients_eachOnce: an agent who is a party herself is told as a party.
func TestRecipients_eachOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		agent := personOf(h, demo.Apart)
		inTx(h.As(0, demo.Mother), t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: []string{identity.AllScopes}})
			return err
		})
		mine := apptest.Apply(h, 0, demo.Mother)
		inTx(identity.AsSystem(h.In("torgoy"), "test"), t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.AddParty(ctx, tx, mine.ID, cases.Party{Person: agent, Name: "Fullmektig", Role: cases.RoleAgent})
			return err
		})
		n := 0
		for _, r := range recipients(t, h, mine.ID) {
			if r.Person.ID == agent {
				n++
				if r.For != "" {
					t.Error("a party is told as if she acted for another")
				}
			}
		}
		if n != 1 {
			t.Errorf("she is told %d times", n)
		}
	})
}
