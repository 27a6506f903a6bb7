package theme_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/ui/theme"
)

func TestMake_isDeterministicAndComplete(t *testing.T) {
	t.Parallel()
	first, err := theme.Make("#7A1F3D")
	if err != nil {
		t.Fatal(err)
	}
	second, err := theme.Make("#7a1f3d")
	if err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Error("the same colour gave two sheets")
	}
	for _, token := range theme.Tokens() {
		if n := strings.Count(first.CSS, "--ds-color-accent-"+string(token)+":#"); n != 4 {
			t.Errorf("%s stands %d times, want 4 (light, dark, and both as auto)", token, n)
		}
	}
	if strings.Count(first.CSS, "{") != strings.Count(first.CSS, "}") {
		t.Error("the braces do not match")
	}
	for _, part := range []string{"@layer ds.theme.color-scheme.light{", "@layer ds.theme.color-scheme.dark{", "@media (prefers-color-scheme:dark)"} {
		if !strings.Contains(first.CSS, part) {
			t.Errorf("no %s", part)
		}
	}
}

func TestMake_givesEachColorItsOwnHash(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, color := range randomColors(100) {
		sheet, err := theme.Make(color)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[sheet.Hash]; ok {
			t.Errorf("%s and %s share a hash", color, other)
		}
		seen[sheet.Hash] = color
	}
}

func TestMake_refusesWhatIsNoColor(t *testing.T) {
	t.Parallel()
	if _, err := theme.Make(`#000}body{`); err == nil {
		t.Error("no error")
	}
}

func TestThemes_servesOnlyItsOwnAddresses(t *testing.T) {
	t.Parallel()
	themes := theme.New()
	url := themes.URL("#0D7A5F")
	for _, tc := range []struct {
		path string
		want int
	}{
		{url, http.StatusOK},
		{strings.Replace(url, "-", "-0", 1), http.StatusNotFound},
		{strings.Replace(url, "0d7a5f", "0D7A5F", 1), http.StatusNotFound},
		{theme.Prefix + "nothing.css", http.StatusNotFound},
		{theme.Prefix, http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		themes.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, tc.path, nil))
		if w.Code != tc.want {
			t.Errorf("GET %s: %d, want %d", tc.path, w.Code, tc.want)
		}
		if tc.want == http.StatusOK && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("GET %s may not be kept", tc.path)
		}
	}
}

func TestThemes_answersHeadWithoutBody(t *testing.T) {
	t.Parallel()
	themes := theme.New()
	w := httptest.NewRecorder()
	themes.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodHead, themes.URL("#123456"), nil))
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestThemes_hasNoAddressForWhatIsNoColor(t *testing.T) {
	t.Parallel()
	if got := theme.New().URL("blue"); got != "" {
		t.Errorf("URL(blue) = %q", got)
	}
}
