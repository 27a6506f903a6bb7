package mypage_test

import (
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
