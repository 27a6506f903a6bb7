package applications_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/identity"
)

// A page that was made while one acted for another begins nothing in one's own name:
// neither when one has ended it in another tab nor when the mandate is withdrawn.
func TestBegin_anOldTabBeginsNothingForSomebodyElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		grantor, agent := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CoParent)
		me, who := identity.From(h.As(0, demo.Mother)).PersonID, identity.From(h.As(0, demo.CoParent)).PersonID
		path := "/apply/" + nursing.FormKey
		own := agent.Get(path).Must(http.StatusOK)
		grantor.Post("/my/representation/new", url.Values{"agent": {who}, "scopes": {nursing.Name}, "until": {"2030-01-01"}})
		actsFor := func(person string) { agent.Post("/my/acting", url.Values{"person": {person}}).Must(http.StatusOK) }
		drafts := func(want int) {
			t.Helper()
			list, err := h.App.Applications.Drafts(h.As(0, demo.CoParent))
			if err != nil || len(list) != want {
				t.Errorf("%d drafts in his own name, want %d, %v", len(list), want, err)
			}
		}
		actsFor(me)
		hers := agent.Get(path).Must(http.StatusOK)
		if page := agent.Submit(own, path, apptest.Fill{}); page.Status != http.StatusConflict || !strings.Contains(page.Text(), "begynte å handle for") {
			t.Errorf("a page of his own, while he acts for her: %s", page)
		}
		actsFor("")
		if page := agent.Submit(hers, path, apptest.Fill{}); page.Status != http.StatusConflict || !strings.Contains(page.Text(), "Nå handler du for deg selv") {
			t.Errorf("after he has ended it: %s", page)
		}
		drafts(0)
		actsFor(me)
		hers = agent.Get(path).Must(http.StatusOK)
		given := grantor.Get("/my/representation").Must(http.StatusOK)
		for _, form := range given.All("form") {
			if end := form.Attr("action"); strings.HasSuffix(end, "/end") {
				grantor.Submit(given, end, apptest.Fill{}).Must(http.StatusOK)
			}
		}
		if page := agent.Submit(hers, path, apptest.Fill{}); page.Status != http.StatusConflict {
			t.Errorf("after the mandate is withdrawn: %s", page)
		}
		drafts(0)
		// The page that is shown instead is for who he is now.
		agent.Submit(agent.Get(path).Must(http.StatusOK), path, apptest.Fill{}).Must(http.StatusOK)
		drafts(1)
	})
}
