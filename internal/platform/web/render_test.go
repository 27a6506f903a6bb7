package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var (
	navPart  = regexp.MustCompile(`(?s)<nav class="t-nav".*?</nav>`)
	navLink  = regexp.MustCompile(`<a class="t-nav__link" href="([^"]+)"( aria-current="page")?`)
	userPart = regexp.MustCompile(`(?s)<details class="t-user".*?</details>`)
)

// links lists the entries of a part of a page, the current one with a star.
func links(part string) []string {
	list := []string{}
	for _, m := range navLink.FindAllStringSubmatch(part, -1) {
		if m[2] != "" {
			m[1] += "*"
		}
		list = append(list, m[1])
	}
	return list
}

func TestMenu_showsWhatThePersonMayUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		who, path string
		want      []string
	}{
		{"", "/open", []string{"/open*"}},
		{"", "/help", []string{"/open"}},
		{"kari", "/open", []string{"/mine", "/mine/deep", "/open*"}},
		{"kari", "/mine", []string{"/mine*", "/mine/deep", "/open"}},
		{"kari", "/mine/deep/7", []string{"/mine", "/mine/deep*", "/open"}},
		{"kari", "/mine/deeper", []string{"/mine*", "/mine/deep", "/open"}},
		{"kari", "/miner", []string{"/mine", "/mine/deep", "/open"}},
		{"chief", "/desk", []string{"/desk*"}},
	} {
		body := w.ask(request{path: tt.path, who: tt.who}).Body.String()
		if diff := cmp.Diff(tt.want, links(navPart.FindString(body))); diff != "" {
			t.Errorf("%s at %s: %s", tt.who, tt.path, diff)
		}
	}
}

func TestMenu_standsInTheOrderOfTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Menu = []string{"/open", "/nowhere", "/mine/deep"} })
	body := w.ask(request{path: "/mine", who: "kari"}).Body.String()
	if diff := cmp.Diff([]string{"/open", "/mine/deep", "/mine*"}, links(navPart.FindString(body))); diff != "" {
		t.Error(diff)
	}
}

func TestMenu_leadsBetweenTheTwoSides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chief := userPart.FindString(w.ask(request{path: "/desk", who: "chief"}).Body.String())
	if diff := cmp.Diff([]string{"/mine", "/desk", actingPath}, links(chief)); diff != "" {
		t.Errorf("staff: %s", diff)
	}
	for _, words := range []string{"Mine sider", "Saksbehandling", "Administrator"} {
		if !strings.Contains(chief, words) {
			t.Errorf("the menu of staff lacks %q: %s", words, chief)
		}
	}
	if got := links(userPart.FindString(w.ask(request{path: "/open", who: "kari"}).Body.String())); len(got) != 1 || got[0] != actingPath {
		t.Errorf("a resident has %v", got)
	}
}

func TestProps_tellOfThePageAndItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Banner = templ.Raw("<b>Only a demo</b>") })
	body := w.ask(request{host: sørli, path: "/mine?a=1", who: "kari"}).Body.String()
	for _, part := range []string{
		"<title>Mine – Sørli kommune</title>", `data-session-expires="2026-11-23T08:30:00Z"`, `data-session-now="2026-11-23T08:00:00Z"`,
		"/login?return=%2Fmine%3Fa%3D1", "<b>Only a demo</b>", `href="/accessibility"`, `href="/privacy"`, `href="/help"`, ">S</text>",
	} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	if strings.Contains(body, "99 00 11 22") {
		t.Error("a page shows another municipality's telephone")
	}
	expect(t, w.get("/open"), http.StatusOK, "Telefon 99 00 11 22", "post@nordvik.example.no")
	if body := w.get("/open").Body.String(); strings.Contains(body, "data-session-expires") || strings.Contains(body, "/logout") {
		t.Error("a visitor has a session")
	}
}

func TestSessionEnds_isKnownToHandlers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	expect(t, w.ask(request{path: "/ends", who: "kari"}), http.StatusOK, w.Clock.Now().Add(30*time.Minute).Format(time.RFC3339))
	expect(t, w.get("/ends"), http.StatusOK, "0001-01-01T00:00:00Z")
}

func TestRender_sendsNothingOfAPageThatFails(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	half := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<p>half")
		return errors.New("the other half is lost")
	})
	err := Render(rec, httptest.NewRequest(http.MethodGet, "/", http.NoBody), http.StatusOK, half)
	if err == nil || rec.Body.Len() != 0 || rec.Header().Get("Content-Type") != "" {
		t.Errorf("sent %q, %v", rec.Body.String(), err)
	}
}

func TestFirstLetter_isWhole(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"ørland": "Ø", "Åsnes": "Å", "": "", "áltá": "Á"} {
		if got := firstLetter(name); got != want {
			t.Errorf("%q begins with %q", name, got)
		}
	}
}
