package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

func get(t *testing.T, h http.Handler, path, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestMessages_areCompleteAndOwn(t *testing.T) {
	t.Parallel()
	if missing := bundle(t).Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
	if !bundle(t).Has("ui.skip") || i18n.T(inLang(t, i18n.EN), "ui.menu") != "Menu" {
		t.Error("the texts were not loaded")
	}
}

func TestAssets_servesPackedForEver(t *testing.T) {
	t.Parallel()
	css := ui.AssetURL("app.css")
	if css == "" {
		t.Skip("the bundle is not built")
	}
	w := get(t, ui.Assets(), css, "br, gzip")
	if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" ||
		!strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	unpacked, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	plain := get(t, ui.Assets(), css, "gzip;q=0")
	if plain.Header().Get("Content-Encoding") != "" || plain.Body.String() != string(packed) {
		t.Error("the packed copy differs from the plain one")
	}
}

func TestAssets_hidesWhatIsNotForVisitors(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "manifest.json", ".gitkeep", "sw.js", "app.css", "../assets.go", "nothing.js", "app.css.gz"} {
		if w := get(t, ui.Assets(), ui.AssetPrefix+name, ""); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", name, w.Code)
		}
	}
}

func TestServiceWorker_isAskedForAnew(t *testing.T) {
	t.Parallel()
	w := get(t, ui.ServiceWorker(), "/sw.js", "")
	if ui.AssetURL("sw.js") == "" {
		if w.Code != http.StatusNotFound {
			t.Errorf("without a bundle: %d", w.Code)
		}
		return
	}
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" || !strings.Contains(w.Body.String(), "/offline") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestAssetURL_isEmptyForTheUnknown(t *testing.T) {
	t.Parallel()
	if got := ui.AssetURL("no-such-file.css"); got != "" {
		t.Errorf("AssetURL = %q", got)
	}
}
