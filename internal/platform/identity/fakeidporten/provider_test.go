package fakeidporten_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
)

func TestProvider_canBeDown(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	o.provider.SetDown(true)
	if w := o.send(http.MethodGet, "/.well-known/openid-configuration", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d", w.Code)
	}
	o.provider.SetDown(false)
	if w := o.send(http.MethodGet, "/jwks", nil); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
}

func TestProvider_bounds(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	form := o.assert(request())
	form.Set("client_assertion", strings.Repeat("x", 70_000))
	if w := o.send(http.MethodPost, "/par", form); w.Code < 400 {
		t.Errorf("70 kB were taken: %d", w.Code)
	}
}

func TestNew_needsItsParts(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]fakeidporten.Options{
		"nothing": {}, "trailing slash": {Issuer: issuer + "/"}, "no parts": {Issuer: issuer},
	} {
		if _, err := fakeidporten.New(o); err == nil {
			t.Errorf("%s: made", name)
		}
	}
}

func TestMessages_areComplete(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("identity", fakeidporten.Messages()); err != nil {
		t.Fatal(err)
	}
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
}

func FuzzAuthorize(f *testing.F) {
	f.Add(request().Encode())
	f.Add("client_id=kommune&redirect_uri=" + url.QueryEscape(callback) + "&acr_values=x&prompt=none&state=%00")
	f.Add("request_uri=urn:idporten:x&client_id=kommune")
	o := (*op)(nil)
	f.Fuzz(func(t *testing.T, query string) {
		if o == nil {
			o = newOP(t)
		}
		r := httptest.NewRequest(http.MethodGet, issuer+"/authorize", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		o.provider.ServeHTTP(w, r)
		location := w.Header().Get("Location")
		if location != "" && !strings.HasPrefix(location, callback) && !strings.HasPrefix(location, issuer) {
			t.Fatalf("sent to %q", location)
		}
		if w.Code >= 500 {
			t.Fatalf("%d", w.Code)
		}
	})
}
