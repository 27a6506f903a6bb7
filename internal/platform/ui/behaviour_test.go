package ui_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// script serves one page whose form uses every script, and remembers what it
// was sent.
type script struct {
	mu       sync.Mutex
	saved    []string
	sent     []string
	extended int
	version  int
	refuse   bool
	events   chan struct{}
}

func (s *script) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *script) handler(tb testing.TB) http.Handler {
	tb.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET "+ui.AssetPrefix, ui.Assets())
	mux.HandleFunc("POST /draft", s.draft)
	mux.HandleFunc("POST /send", func(w http.ResponseWriter, r *http.Request) {
		s.do(func() { s.sent = append(s.sent, r.FormValue("name")+"/"+r.FormValue("go")) })
		time.Sleep(500 * time.Millisecond) // so slow that the visitor presses again
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /session/extend", func(w http.ResponseWriter, r *http.Request) {
		s.do(func() {
			if r.FormValue("token") == "s3cret" {
				s.extended++
			}
		})
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("POST /files", s.files(tb))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.page(tb, w, r, "") })
	return mux
}

func (s *script) draft(w http.ResponseWriter, r *http.Request) {
	name, refuse := r.FormValue("name"), false
	s.do(func() { s.saved, refuse = append(s.saved, name), s.refuse })
	if refuse {
		w.WriteHeader(http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *script) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, ": open\n\n")
	_ = http.NewResponseController(w).Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-s.events:
			_, _ = io.WriteString(w, "data: changed\n\n")
			_ = http.NewResponseController(w).Flush()
		}
	}
}

func (s *script) files(tb testing.TB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, header, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.page(tb, w, r, "received "+header.Filename)
	}
}

func (s *script) page(tb testing.TB, w http.ResponseWriter, r *http.Request, flash string) {
	ctx := ui.WithToken(i18n.With(r.Context(), bundle(tb).For(i18n.NB)), ui.Token{Name: "token", Value: "s3cret"})
	props := testPage(theme.New())
	props.Tenant.ThemeURL = ""
	if r.URL.Query().Has("short") {
		props.Session.ExpiresAt = props.Session.Now.Add(100 * time.Second)
	}
	if flash != "" {
		props.Flash = []ui.Flash{{Kind: ui.Success, Text: flash}}
	}
	version := 0
	s.do(func() { version = s.version })
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := ui.Page(props).Render(templ.WithChildren(ctx, scriptPage(version)), w); err != nil {
		tb.Error(err)
	}
}

func scriptPage(version int) templ.Component {
	when := `{"op":"eq","args":[{"field":"kind"},"b"]}`
	form := ui.Form(ui.FormProps{ID: "form", Action: "/send", Autosave: "/draft"})
	fields := join(
		ui.TextField(ui.Field{Name: "name", Label: "Navn"}),
		ui.TextArea(ui.Field{Name: "text", Label: "Tekst", MaxLength: 10}),
		ui.RadioGroup(ui.Field{Name: "kind", Label: "Slag", Value: "a", Options: []ui.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}}),
		ui.TextField(ui.Field{Name: "more", Label: "Mer", When: when}),
		ui.Button(ui.ButtonProps{Label: "Send", Name: "go", Value: "yes", Attrs: templ.Attributes{"id": "send"}}),
	)
	upload := ui.Form(ui.FormProps{ID: "upload", Action: "/files", Upload: true})
	files := join(
		ui.FileUpload(ui.FileProps{Field: ui.Field{Name: "file", Label: "Fil"}, MaxBytes: 1000}),
		ui.Button(ui.ButtonProps{Label: "Last opp", Attrs: templ.Attributes{"id": "up"}}),
	)
	live := ui.Live("/events", "status")
	return join(around(form, fields), around(upload, files), around(live, templ.Raw(fmt.Sprintf(`<p id="version">version %d</p>`, version))))
}

func join(list ...templ.Component) templ.Component { return templ.Join(list...) }

func around(outer, inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, inner), w)
	})
}

// startScript returns a tab on the page.
func startScript(t *testing.T, query string) (context.Context, *script) {
	t.Helper()
	needBrowser(t)
	s := &script{events: make(chan struct{}, 1)}
	server := httptest.NewServer(s.handler(t))
	ctx := browser(t, time.Minute)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	if err := open(ctx, server.URL+"/"+query, view{width: 800}); err != nil {
		t.Fatal(err)
	}
	return ctx, s
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// until waits for an expression of the page to become true.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := chromedp.Run(limited, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("wait for %s: %v", expression, err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func TestScripts_saveCountAndShowWhileOneWrites(t *testing.T) {
	t.Parallel()
	ctx, s := startScript(t, "")
	until(t, ctx, `document.querySelector("#f-text-counter").textContent === "10 tegn igjen"`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("f-name"), "Kari"), chromedp.SendKeys(chromedp.ID("f-text"), "tolv tegn her"))
	until(t, ctx, `document.querySelector("#f-text-counter").textContent === "3 tegn for mye"`)
	until(t, ctx, `document.querySelector("[data-autosave-state]").textContent.startsWith("Lagret kl. ")`)
	s.do(func() {
		if len(s.saved) == 0 || s.saved[len(s.saved)-1] != "Kari" {
			t.Errorf("saved %q", s.saved)
		}
		s.refuse = true
	})
	if eval[bool](t, ctx, `document.getElementById("f-more").checkVisibility()`) {
		t.Error("a field whose condition does not hold is shown")
	}
	do(t, ctx, chromedp.Click(chromedp.ID("f-kind-2")))
	until(t, ctx, `document.getElementById("f-more").checkVisibility()`)
	until(t, ctx, `document.querySelector("[data-autosave-state]").dataset.state === "refused"`)
}

func TestScripts_sendOnce(t *testing.T) {
	t.Parallel()
	ctx, s := startScript(t, "")
	eval[bool](t, ctx, `const send = document.getElementById("send");
		document.getElementById("f-name").value = "Kari";
		send.click();
		setTimeout(() => { send.click(); send.click(); }, 100);
		true`)
	until(t, ctx, `document.getElementById("send").getAttribute("aria-disabled") === "true"`)
	time.Sleep(1500 * time.Millisecond)
	s.do(func() {
		if len(s.sent) != 1 || s.sent[0] != "Kari/yes" {
			t.Errorf("sent %q, want it once, with the button's value", s.sent)
		}
	})
}

func TestScripts_renewWhatIsLive(t *testing.T) {
	t.Parallel()
	ctx, s := startScript(t, "")
	until(t, ctx, `document.getElementById("version").textContent === "version 0"`)
	s.do(func() { s.version = 7 })
	s.events <- struct{}{}
	until(t, ctx, `document.getElementById("version").textContent === "version 7"`)
}

func TestScripts_uploadAndShowTheAnswer(t *testing.T) {
	t.Parallel()
	ctx, _ := startScript(t, "")
	large, small := filepath.Join(t.TempDir(), "stor.pdf"), filepath.Join(t.TempDir(), "liten.pdf")
	for name, size := range map[string]int{large: 2000, small: 100} {
		if err := os.WriteFile(name, []byte(strings.Repeat("x", size)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do(t, ctx, chromedp.SetUploadFiles(chromedp.ID("f-file"), []string{large}))
	until(t, ctx, `document.querySelector("[data-upload-text]").textContent === "Filen stor.pdf er for stor."`)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.ID("f-file"), []string{small}), chromedp.Click(chromedp.ID("up")))
	until(t, ctx, `document.querySelector(".t-flash")?.textContent.trim() === "received liten.pdf"`)
	until(t, ctx, `document.querySelector("#f-text-counter").textContent === "10 tegn igjen"`)
}

func TestScripts_warnBeforeTheSessionEnds(t *testing.T) {
	t.Parallel()
	ctx, s := startScript(t, "?short")
	until(t, ctx, `document.getElementById("t-session").open`)
	until(t, ctx, `/^Tid igjen: 1:[34]\d$/.test(document.querySelector("[data-session-left]").textContent)`)
	screenshot(ctx, t, "session")
	if said := eval[string](t, ctx, `document.activeElement.textContent.trim()`); said != "Fortsett å være innlogget" {
		t.Errorf("the focus is on %q", said)
	}
	eval[bool](t, ctx, `document.querySelector("[data-session-form] button").click(); true`)
	until(t, ctx, `performance.getEntriesByType("resource").some((e) => e.name.endsWith("/session/extend"))`)
	s.do(func() {
		if s.extended != 1 {
			t.Errorf("extended %d times", s.extended)
		}
	})
}

func TestScripts_openTheUsersMenu(t *testing.T) {
	t.Parallel()
	ctx, _ := startScript(t, "")
	do(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Click(chromedp.CSS(".t-user > summary")))
	until(t, ctx, `document.querySelector(".t-user").open`)
	screenshot(ctx, t, "user")
	do(t, ctx, chromedp.Click(chromedp.ID("f-name")))
	until(t, ctx, `!document.querySelector(".t-user").open`)
}

func TestScripts_closeMenusByEscape(t *testing.T) {
	t.Parallel()
	ctx, _ := startScript(t, "")
	eval[bool](t, ctx, `document.querySelector(".t-menu summary").click(); document.querySelector(".t-menu").open`)
	until(t, ctx, `document.querySelector(".t-menu").open`)
	screenshot(ctx, t, "menu")
	do(t, ctx, chromedp.KeyEvent("\u001b"))
	until(t, ctx, `!document.querySelector(".t-menu").open`)
}
