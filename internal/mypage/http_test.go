package mypage_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
)

func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

func TestContact_keepsWhatIsRightAndShowsWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		v := h.Visitor("torgoy").As(demo.Mother)
		page := v.Get("/my/contact").Must(http.StatusOK)
		wrong := v.Submit(page, "/my/contact", apptest.Set("email", "ikke en adresse", "phone", "abc")).Must(http.StatusUnprocessableEntity)
		if len(wrong.Faults()) != 2 || wrong.Value("email") != "ikke en adresse" {
			t.Errorf("%v, kept %q", wrong.Faults(), wrong.Value("email"))
		}
		saved := v.Submit(wrong, "/my/contact", apptest.Set("email", "kari@example.org", "phone", "91 23 45 67", "lang", "nn")).Must(http.StatusOK)
		if saved.Path() != "/my/contact" || saved.Value("email") != "kari@example.org" {
			t.Errorf("%s shows %q", saved, saved.Value("email"))
		}
		mother := h.As(0, demo.Mother)
		p, err := h.App.Identity.Person(mother, identity.From(mother).PersonID)
		if err != nil || p.Email != "kari@example.org" || p.Lang != "nn" {
			t.Errorf("%q %q %v", p.Email, p.Lang, err)
		}
	})
}

func TestLooks_tellWhoHasLooked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := apptest.Apply(h, 0, demo.Mother)
		mother := h.Visitor("torgoy").As(demo.Mother)
		before := len(mother.Get("/my/looks").Must(http.StatusOK).All("tr"))
		h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		if after := len(mother.Get("/my/looks").Must(http.StatusOK).All("tr")); after <= before {
			t.Errorf("%d rows, %d before the case worker looked", after, before)
		}
		if other := h.Visitor("torgoy").Get("/my/looks"); strings.HasPrefix(other.Path(), "/my") {
			t.Errorf("without logging in: %s", other)
		}
	})
}

func TestOverview_leadsToWhatWasSentWithoutLogIn(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	v := h.Visitor("torgoy").As(demo.Mother)
	page := v.Get(v.Get("/my").Must(http.StatusOK).Link("/my/bind")).Must(http.StatusOK)
	wrong := v.Submit(page, "/my/bind", apptest.Set("code", "ABCD EFGH")).Must(http.StatusUnprocessableEntity)
	if len(wrong.Faults()) != 1 {
		t.Errorf("%v", wrong.Faults())
	}
}

func TestRepresentation_givenActedByAndWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		grantor, agent := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CoParent)
		who := identity.From(h.As(0, demo.CoParent)).PersonID
		page := grantor.Get("/my/representation/new").Must(http.StatusOK)
		form := page.Form("/my/representation/new")
		if len(form.Options("agent")) == 0 || len(form.Options("scopes")) == 0 {
			t.Fatalf("nobody to choose, or nothing: %v", form.Names())
		}
		grantor.Post(form.Action, url.Values{"agent": {who}}).Must(http.StatusUnprocessableEntity) // for nothing
		until := clock.DateIn(h.Clock.Now()).AddDays(30).String()
		given := grantor.Post(form.Action, url.Values{"agent": {who}, "scopes": {form.Options("scopes")[0]}, "until": {until}}).Must(http.StatusOK)
		if len(given.Links("/my/representation")) == 0 {
			t.Errorf("%s does not show it", given)
		}
		me := identity.From(h.As(0, demo.Mother)).PersonID
		acting := agent.Post("/my/acting", url.Values{"person": {me}}).Must(http.StatusOK)
		if !strings.Contains(acting.Text(), name(t, h, demo.Mother)) {
			t.Errorf("%s does not say for whom one acts", acting)
		}
		agent.Post("/my/acting", url.Values{"person": {""}}).Must(http.StatusOK)
		if stranger := h.Visitor("torgoy").As(demo.Apart).Post("/my/acting", url.Values{"person": {me}}); stranger.Status < http.StatusBadRequest {
			t.Errorf("a stranger acts for her: %s", stranger)
		}
	})
}

func name(t *testing.T, h *apptest.Harness, part demo.Part) string {
	t.Helper()
	ctx := h.As(0, part)
	p, err := h.App.Identity.Person(ctx, identity.From(ctx).PersonID)
	if err != nil {
		t.Fatal(err)
	}
	return p.Name.Full()
}

// A look at a case is a look at all whom it is about: the further party and the child
// see it as the applicant does, with the case and what it was for.
func TestLooks_areTheFurtherPartysAndTheChildsToo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := apptest.Apply(h, 0, demo.Mother)
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		for range 2 {
			worker.Get("/work/cases/" + c.ID).Must(http.StatusOK)
		}
		for _, part := range []demo.Part{demo.Mother, demo.CoParent} {
			page := h.Visitor("torgoy").As(part).Get("/my/looks").Must(http.StatusOK)
			page.Has(name(t, h, demo.CaseWorker), c.Label(), "Saksbehandling: Søknad om barnehageplass", "Formål")
			if len(page.Links("/my/cases/"+c.ID)) == 0 {
				t.Errorf("%s is not led to the case", part)
			}
			if looks := ownLooks(t, h, h.As(0, part), c.ID); looks < 2 {
				t.Errorf("%s sees %d looks", part, looks)
			}
		}
		child := identity.With(h.In("torgoy"), identity.Actor{Kind: identity.Resident, PersonID: c.Subject, Name: c.SubjectName})
		if looks := ownLooks(t, h, child, c.ID); looks < 2 {
			t.Errorf("the child sees %d looks", looks)
		}
		if looks := ownLooks(t, h, h.As(0, demo.Apart), c.ID); looks != 0 {
			t.Errorf("a stranger sees %d looks", looks)
		}
	})
}

// ownLooks counts the looks that somebody is told of in a case.
func ownLooks(t *testing.T, h *apptest.Harness, ctx context.Context, id string) (n int) { //nolint:revive // the harness comes first in these tests
	t.Helper()
	looks, err := h.App.MyPage.Looks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, l := range looks {
		if ids[l.ID] {
			t.Errorf("%s is told twice", l.ID)
		}
		ids[l.ID] = true
		if l.Case.ID == id {
			n++
		}
	}
	return n
}

// A page that asks "are you sure?" is not shown for what cannot be done.
func TestConfirm_isNotAskedForWhatCannotBeDone(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := apptest.Apply(h, 0, demo.Mother)
	mother, path := h.Visitor("torgoy").As(demo.Mother), "/my/cases/"+c.ID
	if page := mother.Get(path + "/decline").Must(http.StatusOK); page.Path() != path {
		t.Errorf("nothing is offered, and one is asked at %s", page)
	}
	if page := mother.Get(path + "/withdraw").Must(http.StatusOK); page.Path() != path+"/withdraw" {
		t.Errorf("one is led to %s", page)
	}
	if _, err := h.App.Cases.Withdraw(h.As(0, demo.Mother), c.ID); err != nil {
		t.Fatal(err)
	}
	page := mother.Get(path + "/withdraw").Must(http.StatusOK).Has("Søknaden er ferdig behandlet og kan ikke trekkes")
	if page.Path() != path {
		t.Errorf("it is taken back, and one is asked at %s", page)
	}
}
