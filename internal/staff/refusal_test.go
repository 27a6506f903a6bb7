package staff

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// everyForm is each form that can be refused, sent empty, with the fields that
// the answer must speak of.
func everyForm() []struct {
	path   string
	fields []string
} {
	return []struct {
		path   string
		fields []string
	}{
		{"/admin/departments", []string{"parent"}},
		{"/admin/departments/{department}", []string{"parent"}},
		{"/admin/staff/number", []string{"number"}},
		{"/admin/staff/name", []string{"name"}},
		{"/admin/staff/{person}/roles", []string{"department", "role"}},
		{"/admin/invites", []string{"department", "email", "role"}},
		{"/admin/substitutes", []string{"absent", "substitute", "from", "to"}},
		{"/admin/tokens", []string{"department", "name", "role", "days", "scopes"}},
		{"/admin/look", []string{"color"}},
	}
}

func TestForms_sentEmptySayWhatIsWrongInThreeLanguages(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, f := range everyForm() {
		for _, lang := range []string{"nb", "nn", "en"} {
			page := s.send(t, "ada", lang, http.MethodPost, fill(f.path, ids), url.Values{}).is(http.StatusUnprocessableEntity)
			for _, field := range f.fields {
				link := `href="#f-` + field + `"`
				if !strings.Contains(page.body, link) || !strings.Contains(page.body, `id="f-`+field+`"`) {
					t.Errorf("%s in %s: the summary does not lead to %s", f.path, lang, field)
				}
			}
			if found := missing.FindAllString(page.body, -1); found != nil {
				t.Errorf("%s in %s lacks %v", f.path, lang, found)
			}
			page.heading()
		}
	}
}

// A stranger's things are not there: neither to be seen nor to be changed.
func TestPages_knowNothingOfAnotherMunicipality(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, p := range everyPage() {
		if !strings.Contains(p.path, "{") || strings.Contains(p.path, "?") {
			continue
		}
		if status := s.atNeighbour(t, http.MethodGet, fill(p.path, ids)); status != http.StatusNotFound {
			t.Errorf("GET %s gives %d", p.path, status)
		}
	}
	for _, path := range []string{
		"/admin/departments/{department}/end", "/admin/staff/{person}/roles/{grant}/revoke",
		"/admin/substitutes/{substitute}/end", "/admin/tokens/{token}/revoke", "/invite/{secret}",
		"/admin/failed/jobs/{job}/retry", "/admin/failed/jobs/{job}/discard",
	} {
		if status := s.atNeighbour(t, http.MethodPost, fill(path, ids)); status != http.StatusNotFound {
			t.Errorf("POST %s gives %d", path, status)
		}
	}
}

// atNeighbour sends a request to the neighbour as an administrator there.
func (s *site) atNeighbour(t *testing.T, method, path string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://naboby.example"+path, nil)
	r.AddCookie(&http.Cookie{Name: actorCookie, Value: "ada"})
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	return w.Code
}

// A form from another site is refused before anything is done.
func TestForms_fromAnotherSiteAreRefused(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, route := range s.http.Table() {
		if route.Module != "staff" || route.Kind != "form" {
			continue
		}
		path := fill(strings.ReplaceAll(route.Path, "{id}", idFor(route.Path, ids)), ids)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://torgby.example"+path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.AddCookie(&http.Cookie{Name: actorCookie, Value: "ada"})
		w := httptest.NewRecorder()
		s.http.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("POST %s gives %d", route.Path, w.Code)
		}
	}
	if _, err := s.service.Token(s.ctx, ids["{token}"]); err != nil {
		t.Errorf("the token: %v", err)
	}
}

// What people wrote is text on the page, whatever it looks like.
func TestPages_showWhatWasWrittenAsText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const evil = `"><script>alert(1)</script>`
	for path, form := range map[string]url.Values{
		"/admin/departments": {"name": {evil}, "email": {evil}},
		"/admin/staff/name":  {"name": {evil}},
		"/admin/invites":     {"name": {evil}, "email": {evil}},
		"/admin/tokens":      {"name": {evil}, "days": {evil}},
		"/admin/look":        {"color": {evil}},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://torgby.example"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: actorCookie, Value: "ada"})
		w := httptest.NewRecorder()
		s.http.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%s runs what was written", path)
		}
	}
}
