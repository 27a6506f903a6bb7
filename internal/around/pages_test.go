package around_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/demo"
)

// The whole way by pages alone: find the place, see what it takes in, begin, change, end.
func TestPages_subscribeWithoutScripts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		visitor := w.Visitor(town).As(demo.Apart)
		visitor.Get("/my/areas").Must(http.StatusOK).Has("ingen områdevarsler")
		page := visitor.Get("/my/areas/new").Must(http.StatusOK)
		page = visitor.Submit(page, "/my/areas/new", apptest.Set("q", plot.Address, "radius", "250")).Must(http.StatusOK)
		page.Has("250 meter rundt", plot.Address, "eiendommer ligger")
		if !strings.Contains(string(page.Body), "<svg") {
			t.Error("there is no map")
		}
		wrong := visitor.Post("/my/areas", url.Values{"q": {plot.Address}, "radius": {"250"}, "often": {"never"}})
		if wrong.Status != http.StatusUnprocessableEntity && wrong.Status != http.StatusForbidden {
			t.Errorf("nothing chosen answers %d", wrong.Status)
		}
		done := visitor.Submit(page, "/my/areas", apptest.Set("topics", "decided", "often", "weekly", "name", "Hjemme")).Must(http.StatusOK)
		done.Has("Hjemme", "vedtak i byggesaker", "Samlet hver mandag")
		list, err := w.App.Around.Areas(w.as(demo.Apart))
		w.must(err)
		if len(list) != 1 || list[0].Often != around.Weekly || list[0].Ground.Radius != 250 || list[0].Ground.Label == "" {
			t.Fatalf("there are %+v", list)
		}
		one := "/my/areas/" + list[0].ID
		page = visitor.Get(one).Must(http.StatusOK)
		visitor.Submit(page, one, apptest.Set("topics", "plans", "often", "daily", "name", "Hytta")).Must(http.StatusOK).Has("Hytta", "arealplaner", "Samlet hver morgen")
		visitor.Submit(visitor.Get(one), one+"/stop", apptest.Fill{}).Must(http.StatusOK).Has("ingen områdevarsler")
		if p := visitor.Get(one); p.Status != http.StatusNotFound {
			t.Errorf("an area that is ended answers %d", p.Status)
		}
	})
}

// What the map hands over, and what somebody may have written into an address.
func TestPages_readPlacesFromAddresses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		at := w.middle(plot)
		e, n := around.Metres(at[0]), around.Metres(at[1])
		corner := func(dx, dy float64) string { return around.Metres(at[0]+dx) + "," + around.Metres(at[1]+dy) }
		ring := corner(-200, -200) + ";" + corner(200, -200) + ";" + corner(0, 200)
		visitor := w.Visitor(town)
		for query, want := range map[string]string{
			"property=" + plot.Ref.Path():                "500 meter rundt",
			"e=" + e + "&n=" + n + "&radius=1000":        "000 meter rundt " + plot.Address,
			"e=" + e + "&n=" + n + "&radius=9999999":     "000 meter rundt",
			"ring=" + url.QueryEscape(ring):              "Tegnet område ved",
			"ring=1,2+3":                                 "kan ikke brukes",
			"ring=" + strings.ReplaceAll(ring, ";", "+"): "Tegnet område ved",
			"e=1&n=1":                               "Velg et sted",
			"e=NaN&n=1e999":                         "Adresse eller eiendom",
			"q=" + url.QueryEscape("<script>alert"): "Vi finner ikke stedet",
			"property=nonsense":                     "Adresse eller eiendom",
			"":                                      "Adresse eller eiendom",
		} {
			page := visitor.Get("/areas/new?" + query).Must(http.StatusOK)
			if !strings.Contains(strings.ReplaceAll(page.Text(), "\u00a0", " "), want) {
				t.Errorf("%s does not say %q:\n%.1500s", query, want, page.Text())
			}
			if strings.Contains(string(page.Body), "<script>alert") {
				t.Errorf("%s writes a script", query)
			}
		}
		page := visitor.Get("/areas/new?e=" + e + "&n=" + n).Must(http.StatusOK)
		visitor.Submit(page, "/areas", apptest.Set("topics", "received", "often", "once", "email", "nabo@example.no")).Must(http.StatusOK).Has("sendt en e-post")
		if told := w.told("around.confirm", "", "nabo@example.no"); len(told) != 1 {
			t.Errorf("asked %d times", len(told))
		}
		for _, path := range []string{"/areas/confirm/" + strings.Repeat("A", 26), "/areas/stop/x", "/areas/stop/" + strings.Repeat("B", 500)} {
			if p := visitor.Get(path); p.Status != http.StatusNotFound {
				t.Errorf("%.40s answers %d", path, p.Status)
			}
		}
	})
}
