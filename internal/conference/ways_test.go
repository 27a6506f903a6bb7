package conference_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// taking lets the municipality take every form without log-in.
func taking(ctx context.Context) context.Context {
	t := tenant.From(ctx)
	settings := map[string]string{applications.SettingUnbound: "*=always"}
	for name, value := range t.Settings {
		settings[name] = value
	}
	t.Settings = settings
	return tenant.Bind(ctx, t)
}

// fill answers the form page by page, as it is typed.
func fill(ctx context.Context, t *testing.T, h *apptest.Harness, draft forms.Draft) {
	t.Helper()
	version := draft.Version
	for _, page := range []struct {
		id     string
		values url.Values
	}{
		{"property", url.Values{
			"properties[0]._": {"1"}, "properties[0].gnr": {"12"}, "properties[0].bnr": {"34"}, "address": {"Fyrlia 4, 9961 Torgøy"}, "owner": {"yes"}, "organisation": {"no"},
			"phone": {"91234567"}, "email": {"kari@example.no"},
		}},
		{"plans", url.Values{"rebuild": {"no"}, "purpose": {"extension"}, "description": {"Påbygg på huset."}, "questions": {"Hvor høyt kan vi bygge?"}}},
		{"meeting", url.Values{"way": {"office"}, "times": {"Før klokken 12."}, "others": {"water"}, "interpreter": {"no"}}},
	} {
		o, err := h.App.Applications.SavePage(ctx, draft.ID, version, page.id, page.values)
		if err != nil {
			t.Fatal(err)
		}
		version = o.Draft.Version
	}
}

// came looks at a request that came in another way: it is the mother's, its clock runs
// from the day, and it is worked with as any other.
func came(t *testing.T, h *apptest.Harness, c cases.Case, day clock.Date) {
	t.Helper()
	mother := identity.From(h.As(0, demo.Mother)).PersonID
	if c.Kind != conference.Name || c.Applicant != mother || c.Subject != mother || clock.DateIn(c.ReceivedAt) != day {
		t.Errorf("a %s of %q, received %s", c.Kind, c.Applicant, c.ReceivedAt)
	}
	if timer := only(t, h, c.ID); timer.Started != day || timer.Falls() != day.AddDays(14) {
		t.Errorf("the clock runs from %s to %s", timer.Started, timer.Falls())
	}
	h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Tid er ikke bestemt")
	planner := h.As(0, demo.Planner)
	found, _, err := h.App.Cases.Search(planner, cases.Filter{Text: "12/34"}, 50)
	if err != nil || !holds(found, c.ID) {
		t.Errorf("it is not found by its property among %d: %v", len(found), err)
	}
	if c, err = h.App.Cases.AssignToMe(planner, c.ID, see(planner, t, h, c.ID).Version); err != nil {
		t.Fatal(err)
	}
	if _, err := h.App.Conference.Call(planner, which(c), toMeet(h, 2)); err != nil {
		t.Error(err)
	}
	h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Rådhuset, møterom 2")
}

func holds(list []cases.Case, id string) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
}

// Sent without log-in it is nobody's until she has logged in, and came when it was sent.
func TestForm_sentWithoutLogInBecomesHersLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother := taking(h.As(0, demo.Mother))
		me, err := h.App.Identity.Person(mother, identity.From(mother).PersonID)
		if err != nil {
			t.Fatal(err)
		}
		device := applications.WithDevice(taking(h.In("torgoy")), applications.Device{Secret: ids.Secret(), Origin: "192.0.2.7"})
		draft, err := h.App.Applications.StartUnbound(device, conference.FormKey, applications.About{Name: me.Name.Full(), Born: me.BirthDate, Email: "kari@example.no"})
		if err != nil {
			t.Fatal(err)
		}
		fill(device, t, h, draft)
		receipt, err := h.App.Applications.SendUnbound(device, draft.ID)
		if err != nil || receipt.Code == "" {
			t.Fatalf("%q, %v", receipt.Code, err)
		}
		day := clock.DateIn(h.Clock.Now())
		h.Clock.Advance(3 * 24 * time.Hour)
		mother = taking(h.As(0, demo.Mother))
		if _, err := h.App.Applications.Bind(taking(h.As(0, demo.Apart)), applications.Proof{Code: receipt.Code}); err == nil {
			t.Error("somebody else makes it hers")
		}
		sent, err := h.App.Applications.Bind(mother, applications.Proof{Code: receipt.Code})
		if err != nil {
			t.Fatal(err)
		}
		came(t, h, sent.Case, day)
	})
}

// At the counter somebody is helped: it is hers, and the journal says who wrote it down.
func TestForm_filledInAtTheCounterIsTheApplicants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner, mother := h.As(0, demo.Planner), h.As(0, demo.Mother)
		draft, err := h.App.Applications.StartAtCounter(planner, applications.AtCounter{Form: conference.FormKey, Applicant: identity.From(mother).PersonID})
		if err != nil {
			t.Fatal(err)
		}
		fill(planner, t, h, draft)
		if _, err := h.App.Applications.Open(h.As(0, demo.PlanColleague), draft.ID); err == nil {
			t.Error("a colleague reads what is being written")
		}
		c, err := h.App.Applications.Submit(planner, draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.App.Cases.View(mother, c.ID)
		if err != nil || len(v.Entries) == 0 || v.Entries[0].ActorID != identity.From(planner).PersonID {
			t.Errorf("the journal does not tell who wrote it: %+v, %v", v.Entries, err)
		}
		came(t, h, c, clock.DateIn(h.Clock.Now()))
	})
}
