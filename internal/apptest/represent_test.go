package apptest_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// unsigned is what the father sent about the child of one of the mother's drafts
// and what waits for her signature.
func unsigned(t *testing.T, h *apptest.Harness, draft string) string {
	t.Helper()
	hers, err := h.App.Applications.Open(h.As(torgoy, demo.Mother), draft)
	must(t, err)
	father := h.As(torgoy, demo.CoParent)
	town := tenant.From(father)
	town.Settings = maps.Clone(town.Settings)
	town.Settings[applications.SettingCosign] = kindergarten.FormKey
	father = tenant.Bind(father, town)
	his, err := h.App.Applications.Start(father, kindergarten.FormKey, hers.Draft.Subject)
	must(t, err)
	version := his.Version
	for page, answers := range apptest.Answers(h, torgoy) {
		o, err := h.App.Applications.SavePage(father, his.ID, version, page, answers)
		must(t, err)
		version = o.Draft.Version
	}
	sent, err := h.App.Applications.Send(father, his.ID)
	must(t, err)
	if sent.Waiting == "" {
		t.Fatal("nobody is asked to sign")
	}
	return sent.Waiting
}

// mandated is a mandate that the mother has given the parent who lives apart.
func mandated(t *testing.T, h *apptest.Harness) (id string) {
	t.Helper()
	agent := identity.From(h.As(torgoy, demo.Apart)).PersonID
	err := h.App.DB.Write(h.As(torgoy, demo.Mother), func(ctx context.Context, tx *store.Tx) error {
		m, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: []string{kindergarten.Kind().Key}})
		id = m.ID
		return err
	})
	must(t, err)
	return id
}

// The whole way on the pages: a mandate is given by number, the agent acts and is
// seen to, on every page, and it ends in one press while she does.
func TestRepresentation_onThePages(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, agent := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.Apart)
		player, _ := h.Demo.Population().Player(torgoy, demo.Apart)
		form := url.Values{"agent": {"other"}, "number": {player.Number.Digits()}, "family": {"Feil"}, "scopes": {"*"}}
		if p := post(mother, "/my/representation/new", form); p.Status != http.StatusUnprocessableEntity || strings.Contains(string(p.Body), player.Number.Digits()) {
			t.Fatalf("a wrong name: %d", p.Status)
		}
		form.Set("family", player.Name.Family)
		if p := post(mother, "/my/representation/new", form); p.Status != http.StatusSeeOther {
			t.Fatalf("%d %.400s", p.Status, p.Text())
		}
		hers := identity.From(h.As(torgoy, demo.Mother))
		if p := agent.Get("/my/representation").Must(http.StatusOK); !strings.Contains(p.Text(), hers.Name) {
			t.Fatal("the agent does not see whom she may act for")
		}
		if p := post(agent, "/my/acting", url.Values{"person": {hers.PersonID}}); p.Status != http.StatusSeeOther {
			t.Fatalf("%d %.400s", p.Status, p.Text())
		}
		bar := "Du handler for " + hers.Name
		for _, page := range []string{"/", "/my", "/my/looks", "/my/contact"} {
			if p := agent.Get(page).Must(http.StatusOK); !strings.Contains(p.Text(), bar) {
				t.Errorf("%s does not say for whom she acts", page)
			}
		}
		mandate := given(t, h, hers.PersonID)
		if p := post(mother, "/my/representation/"+mandate+"/end", nil); p.Status != http.StatusSeeOther {
			t.Fatalf("%d %.400s", p.Status, p.Text())
		}
		if p := agent.Get("/my").Must(http.StatusOK); strings.Contains(p.Text(), bar) {
			t.Error("the mandate is withdrawn, and the agent still acts")
		}
		if p := mother.Get("/my/representation").Must(http.StatusOK); !strings.Contains(p.Text(), "Begynte å handle for en annen") {
			t.Error("the mother does not see what was done for her")
		}
	})
}

func given(t *testing.T, h *apptest.Harness, grantor string) (id string) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		list, err := h.App.Identity.MandatesOf(ctx, tx, grantor)
		if err == nil && len(list) > 0 {
			id = list[0].ID
		}
		return err
	})
	must(t, err)
	return id
}

func post(v *apptest.Visitor, path string, form url.Values) *apptest.Page {
	return v.Still().Send(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// A business is party to a case like a person, by whoever leads it.
func TestRepresentation_aBusinessByItsManager(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		manager := h.Visitor("torgoy").As(demo.Apart)
		p := manager.Get("/my/acting").Must(http.StatusOK)
		if !strings.Contains(p.Text(), "Torgøy Hus og Hytte AS") {
			t.Fatalf("the business is not there: %.600s", p.Text())
		}
		list, err := h.App.Identity.Represented(h.As(torgoy, demo.Apart))
		must(t, err)
		for _, r := range list {
			if r.Person.IsOrganisation() {
				post(manager, "/my/acting", url.Values{"person": {r.Person.ID}})
			}
		}
		if p := manager.Get("/my").Must(http.StatusOK); !strings.Contains(p.Text(), "Du handler for Torgøy Hus og Hytte AS") {
			t.Errorf("%.600s", p.Text())
		}
	})
}

// The counter works on plain pages: find by number, choose, fill in, send.
func TestCounter_onThePages(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		player, _ := h.Demo.Population().Player(torgoy, demo.Mother)
		if p := post(worker, "/work/counter", url.Values{"number": {"123"}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a slip: %d", p.Status)
		}
		p := post(worker, "/work/counter", url.Values{"number": {player.Number.Digits()}})
		if p.Status != http.StatusOK || !strings.Contains(p.Text(), player.Name.Full()) || strings.Contains(string(p.Body), player.Number.Digits()) {
			t.Fatalf("%d %.400s", p.Status, p.Text())
		}
		mother := h.As(torgoy, demo.Mother)
		children, err := h.App.Identity.Children(mother)
		must(t, err)
		p = post(worker, "/work/counter/start", url.Values{
			"applicant": {identity.From(mother).PersonID}, "form": {kindergarten.FormKey}, "subject": {children[len(children)-1].Person.ID}, "lang": {"nb"},
		})
		if p.Status != http.StatusSeeOther {
			t.Fatalf("%d %.400s", p.Status, p.Text())
		}
		if form := worker.Get(p.Header.Get("Location")).Must(http.StatusOK); !strings.Contains(form.Text(), "Du fyller ut for "+player.Name.Full()) {
			t.Errorf("the form does not say for whom: %.400s", form.Text())
		}
		if page := worker.Get("/work/counter").Must(http.StatusOK); !strings.Contains(page.Text(), "Påbegynt i skranken") {
			t.Error("what was begun is not on the page")
		}
	})
}
