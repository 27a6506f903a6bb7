package conference_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// mandated lets the parent who lives apart act for the mother, and is her doing so.
func mandated(t *testing.T, h *apptest.Harness, scope string) (agent context.Context, visitor *apptest.Visitor) {
	t.Helper()
	mother, apart := h.As(0, demo.Mother), h.As(0, demo.Apart)
	grantor := identity.From(mother)
	err := h.App.DB.Write(mother, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: identity.From(apart).PersonID, Scopes: []string{scope}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := identity.From(apart)
	actor.OnBehalfOf, actor.OnBehalfName, actor.Basis, actor.Scopes = grantor.PersonID, grantor.Name, identity.ByMandate, []string{scope}
	visitor = h.Visitor("torgoy").As(demo.Apart)
	visitor.Post("/my/acting", map[string][]string{"person": {grantor.PersonID}}).Must(http.StatusOK)
	return identity.With(apart, actor), visitor
}

// Whoever takes care of somebody's building asks for the conference before it, reads it and
// is told of it; whoever takes care of other things does not.
func TestMandate_forBuildingCoversTheConference(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		agent, visitor := mandated(t, h, building.Name)
		mother := identity.From(h.As(0, demo.Mother)).PersonID
		draft, err := h.App.Applications.Start(agent, conference.FormKey, mother)
		if err != nil {
			t.Fatal(err)
		}
		fill(agent, t, h, draft)
		c, err := h.App.Applications.Submit(agent, draft.ID)
		if err != nil || c.Applicant != mother {
			t.Fatalf("%q applies, %v", c.Applicant, err)
		}
		planner := h.As(0, demo.Planner)
		if c, err = h.App.Cases.AssignToMe(planner, c.ID, see(planner, t, h, c.ID).Version); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Conference.Call(planner, which(c), toMeet(h, 2)); err != nil {
			t.Fatal(err)
		}
		visitor.Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Rådhuset, møterom 2")
		mine, err := h.App.Cases.Mine(agent)
		if err != nil || !holds(mine, c.ID) {
			t.Errorf("it is not among %d cases: %v", len(mine), err)
		}
		told, err := h.App.Notify.List(identity.AsSystem(h.In("torgoy"), "test"), notify.Filter{PersonID: identity.From(agent).PersonID, Thread: "case:" + c.ID})
		if err != nil || len(told) == 0 {
			t.Errorf("the agent is told %d times, %v", len(told), err)
		}
	})
}

func TestMandate_forOtherThingsDoesNot(t *testing.T) {
	t.Parallel()
	for _, scope := range []string{kindergarten.Name, "build"} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{})
			c := received(h, demo.Mother, request())
			agent, visitor := mandated(t, h, scope)
			mother := identity.From(h.As(0, demo.Mother)).PersonID
			if _, err := h.App.Applications.Start(agent, conference.FormKey, mother); err == nil {
				t.Error("the agent asks for a conference")
			}
			if _, err := h.App.Cases.View(agent, c.ID); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("the agent reads it: %v", err)
			}
			visitor.Get("/my/cases/" + c.ID).Must(http.StatusNotFound)
		})
	}
}

// A mandate for the conference alone reaches no permit, and no kind but those of building
// belongs to another.
func TestMandate_kindsThatBelongTogether(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	var pairs []string
	for _, of := range h.App.Cases.Kinds().All() {
		for _, kind := range h.App.Cases.Kinds().All() {
			if of.Key != kind.Key && (identity.Mandate{Scopes: []string{of.Key}}).Covers(kind.Key) {
				pairs = append(pairs, of.Key+" "+kind.Key)
			}
		}
	}
	if len(pairs) != 1 || pairs[0] != building.Name+" "+conference.Name {
		t.Errorf("%v", pairs)
	}
	h.Visitor("torgoy").As(demo.Mother).Get("/my/representation/new").Must(http.StatusOK).Has("Gjelder også: Forhåndskonferanse")
	_, visitor := mandated(t, h, building.Name)
	visitor.Get("/my/representation").Must(http.StatusOK).Has("Forhåndskonferanse")
}

// Whoever acts for the applicant in building cases does not handle her conference
// (forvaltningsloven § 6 first paragraph letter d).
func TestMandate_makesTheCaseWorkerPartial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := received(h, demo.Mother, request())
		planner := h.As(0, demo.Planner)
		err := h.App.DB.Write(h.As(0, demo.Mother), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: identity.From(planner).PersonID, Scopes: []string{building.Name}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Conference.View(planner, c.ID); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("she works with it: %v", err)
		}
		if _, err := h.App.Conference.Call(planner, which(c), conference.Call{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("she calls: %v", err)
		}
	})
}
