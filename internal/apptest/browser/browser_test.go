package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asChild makes a copy of this test binary start a browser and tell its process id.
const asChild = "TORG_BROWSER_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		b, err := start()
		if err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Println(b.pid)
		io.Copy(io.Discard, os.Stdin)
		return
	}
	m.Run()
}

// witness is a test that may fail: it collects what Page reports.
type witness struct {
	testing.TB
	said     []string
	cleanups []func()
}

type fatal struct{}

func (w *witness) Helper()          {}
func (w *witness) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }
func (w *witness) Errorf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func (w *witness) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	panic(fatal{})
}

// watchTest runs a test and returns all that it failed with.
func watchTest(t *testing.T, test func(tb testing.TB)) string {
	t.Helper()
	w := &witness{TB: t}
	func() {
		defer func() {
			if r := recover(); r != nil && r != (fatal{}) {
				panic(r)
			}
		}()
		test(w)
	}()
	for _, f := range w.cleanups {
		f()
	}
	return strings.Join(w.said, "\n")
}

// site serves pages by their path.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; script-src 'nonce-x'")
		body, ok := pages[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprintf(w, `<!doctype html><html lang="nb"><title>Prøve</title><link rel="icon" href="data:,"><main><h1>Prøve</h1>%s</main>`, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// show opens a page with one body.
func show(t *testing.T, tb testing.TB, body string, options ...Option) *Page {
	t.Helper()
	p := Start(t).Page(tb, options...)
	p.Goto(site(t, map[string]string{"/": body, "/sendt": "<p>Takk for\n søknaden</p>"}))
	return p
}

const form = `<form action="/sendt">
	<p><label>Fullt navn <input name="n" value="gammelt"></label>
	<p><label>Melding <textarea name="m"></textarea></label>
	<p><label>Fødselsdato <input type="date" name="d"></label>
	<p><label>Barnehage <select name="b"><option value="1">Solsikken<option value="2">Eventyrskogen</select></label>
	<p><label><input type="checkbox" name="c"> Jeg bekrefter</label>
	<fieldset><legend>Plass</legend><label><input type="radio" name="r" value="h"> Hel</label><label><input type="radio" name="r" value="d"> Delt</label></fieldset>
	<p><label>Vedlegg <input type="file" name="f"></label>
	<p><button>Send inn</button> <a href="/sendt">Til forsiden</a></form>`

func TestPage_fillsAndSendsAForm(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]Option{"with scripts": nil, "without scripts": {WithoutJavaScript()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := show(t, t, form, options...)
			p.Fill("Fullt navn", "Åse Ødegård")
			p.Fill("Melding", "linje én\nlinje to")
			p.Fill("Fødselsdato", "2024-02-29")
			p.Select("Barnehage", "Eventyrskogen")
			p.Check("Jeg bekrefter")
			p.Check("Delt")
			if got := p.Value("Fullt navn"); got != "Åse Ødegård" {
				t.Errorf("the field holds %q", got)
			}
			p.Click("button", "Send inn")
			p.WaitText("Takk for søknaden")
			const want = "/sendt?n=%C3%85se+%C3%98deg%C3%A5rd&m=linje+%C3%A9n%0D%0Alinje+to&d=2024-02-29&b=2&c=on&r=d&f="
			if got := p.URL(); !strings.HasSuffix(got, want) {
				t.Errorf("sent %s, want …%s", got, want)
			}
			p.Back()
			p.WaitFor("button", "Send inn")
		})
	}
}

func TestPage_uploadsAFile(t *testing.T) {
	t.Parallel()
	p := show(t, t, form)
	path := filepath.Join(t.TempDir(), "brev.pdf")
	if err := os.WriteFile(path, []byte("%PDF-"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload("Vedlegg", path)
	if got := string(p.Eval(`document.querySelector("[type=file]").files[0].name`)); got != `"brev.pdf"` {
		t.Errorf("the field holds %s", got)
	}
}

func TestPage_worksWithTheKeyboard(t *testing.T) {
	t.Parallel()
	p := show(t, t, form)
	p.Press("Tab")
	if got := p.Focused(); got != `textbox "Fullt navn"` {
		t.Errorf("the focus is on %s", got)
	}
	p.Press("Control+a")
	p.Type("Kåre")
	if got := p.Value("Fullt navn"); got != "Kåre" {
		t.Errorf("typed %q", got)
	}
	p.Press("Tab")
	p.Press("Shift+Tab")
	p.Press("Enter")
	p.WaitURL("/sendt?n=K%C3%A5re")
}

func TestTabWalk_tellsTheOrder(t *testing.T) {
	t.Parallel()
	p := show(t, t, `<a href="/a">Hopp til innhold</a><button>Lukk</button><button disabled>Låst</button><button>Lukk</button>`)
	want := []string{`link "Hopp til innhold"`, `button "Lukk"`, `button "Lukk"`}
	if diff := cmp.Diff(want, p.TabWalk(20)); diff != "" {
		t.Error(diff)
	}
}

func TestPage_checksAndUnchecks(t *testing.T) {
	t.Parallel()
	p := show(t, t, form)
	checked := func() string { return string(p.Eval(`document.querySelector("[type=checkbox]").checked`)) }
	for range 2 { // the second time there is nothing to do
		p.Check("Jeg bekrefter")
		if checked() != "true" {
			t.Error("not ticked")
		}
	}
	p.Uncheck("Jeg bekrefter")
	if checked() != "false" {
		t.Error("still ticked")
	}
	p.ClickText("Jeg bekrefter")
	if checked() != "true" {
		t.Error("a click on the words does not tick")
	}
}

func TestPage_keepsCookiesApart(t *testing.T) {
	t.Parallel()
	url := site(t, map[string]string{"/": "<p>her</p>"})
	first, second := Start(t).Page(t), Start(t).Page(t)
	first.Goto(url)
	second.Goto(url)
	first.Eval(`document.cookie = "who=first"`)
	if got := string(second.Eval("document.cookie")); got != `""` {
		t.Errorf("the second page sees %s", got)
	}
}

func TestPage_reachesMunicipalitiesOnLocalhost(t *testing.T) {
	t.Parallel()
	p := Start(t).Page(t)
	url := site(t, map[string]string{"/": "<p>Velkommen</p>"})
	p.Goto(strings.Replace(url, "127.0.0.1", "kristiansand.localhost", 1))
	p.WaitText("Velkommen")
	if got := p.Title(); got != "Prøve" {
		t.Errorf("the title is %q", got)
	}
}

func TestPage_showsAsAsked(t *testing.T) {
	t.Parallel()
	p := show(t, t, `<p>bredde</p>`)
	p.Viewport(320, 640)
	if got := string(p.Eval("innerWidth")); got != "320" {
		t.Errorf("the window is %s wide", got)
	}
	p.Viewport(1280, 800)
	p.Zoom(4)
	if got := string(p.Eval("[innerWidth, devicePixelRatio]")); got != "[320,4]" {
		t.Errorf("zoomed to %s", got)
	}
	for _, dark := range []bool{true, false} {
		p.DarkMode(dark)
		if got := string(p.Eval(`matchMedia("(prefers-color-scheme: dark)").matches`)); got != strconv.FormatBool(dark) {
			t.Errorf("dark %t, the page sees %s", dark, got)
		}
	}
	p.Offline(true)
	if got := string(p.Eval("navigator.onLine")); got != "false" {
		t.Error("the page thinks it is online")
	}
	p.Offline(false)
	p.Reload()
	p.WaitText("bredde")
}

func TestScreenshot_savesAPicture(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "bilder")
	t.Setenv(screenshots, folder)
	p := show(t, t, `<p>bilde</p>`)
	path := p.Screenshot("forside")
	if path != filepath.Join(folder, "forside.png") {
		t.Errorf("saved as %s", path)
	}
	picture, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Errorf("no picture: %v", err)
	}
}

func TestPage_failsItsTest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"console error":  {`<script nonce="x">console.error("feil", 7)</script>`, "console: feil 7"},
		"script error":   {`<script nonce="x">throw new Error("brast")</script>`, "brast"},
		"rejection":      {`<script nonce="x">Promise.reject(new Error("lovet"))</script>`, "lovet"},
		"inline script":  {`<script>document.title = "ond"</script>`, "content security policy: script-src"},
		"inline style":   {`<p style="color:red">rød</p>`, "content security policy: style-src"},
		"missing script": {`<script nonce="x" src="/mangler.js"></script>`, "404"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := watchTest(t, func(tb testing.TB) {
				show(t, tb, tt.body).WaitText("Prøve")
			})
			if !strings.Contains(said, tt.want) {
				t.Errorf("the test failed with %q, want %q", said, tt.want)
			}
			allowed := watchTest(t, func(tb testing.TB) {
				p := show(t, tb, tt.body)
				for line := range strings.SplitSeq(said, "\n") {
					p.AllowProblem(strings.SplitN(strings.TrimPrefix(line, "the browser reports: "), " http", 2)[0])
				}
			})
			if allowed != "" {
				t.Errorf("allowed, and yet: %s", allowed)
			}
		})
	}
}

func TestPage_acceptsACleanPageAndAnErrorPage(t *testing.T) {
	t.Parallel()
	said := watchTest(t, func(tb testing.TB) {
		p := show(t, tb, form)
		p.Goto(p.URL() + "finnes-ikke")
		p.WaitText("Prøve")
	})
	if said != "" {
		t.Errorf("the test failed with %s", said)
	}
}

func TestGoto_failsWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	said := watchTest(t, func(tb testing.TB) { Start(t).Page(tb).Goto("http://127.0.0.1:1/") })
	if !strings.Contains(said, "ERR_") {
		t.Errorf("the test failed with %q", said)
	}
}

func TestLocate_refusesWhatAPersonCannotUse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"none":    {`<button>Lagre</button>`, `there is no button "Send"; there are: [button "Lagre"]`},
		"several": {`<button>Send</button><button>Send</button>`, "there are 2 of button"},
		"hidden":  {`<button hidden>Send</button>`, `there is no button "Send"`},
		"locked":  {`<button disabled>Send</button>`, "it is locked"},
		"covered": {`<button>Send</button><canvas id="c" width="9000" height="9000"></canvas><script nonce="x">c.style = "position:fixed;inset:0"</script>`, "it is covered by <canvas"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := show(t, t, tt.body)
			n, err := byName(p.ctx, "button", "Send")
			if err == nil {
				err = press(p.ctx, n)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestRetry_givesUpWithTheLastRefusal(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	err := retry(ctx, func(context.Context) error {
		if tries++; tries == 3 {
			defer cancel()
		}
		return fmt.Errorf("try %d", tries)
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "try 2") {
		t.Errorf("got %v, want the last refusal that was not cut short", err)
	}
}

func TestAxe_findsWhatIsNotAccessible(t *testing.T) {
	t.Parallel()
	const bad = `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>`
	p := show(t, t, form)
	p.Axe(t)
	said := watchTest(t, func(tb testing.TB) {
		show(t, tb, bad).Axe(tb)
	})
	for _, want := range []string{"image-alt (critical)", "label (critical)", "<input>"} {
		if !strings.Contains(said, want) {
			t.Errorf("axe says %q, want %q", said, want)
		}
	}
}

func TestNoHorizontalScroll_namesWhatSticksOut(t *testing.T) {
	t.Parallel()
	show(t, t, `<p>smal</p>`).NoHorizontalScroll(t)
	said := watchTest(t, func(tb testing.TB) {
		p := show(t, tb, `<canvas id="bred" width="2000"></canvas>`)
		p.NoHorizontalScroll(tb)
	})
	if !strings.Contains(said, `id="bred"`) || !strings.Contains(said, "scrolls sideways") {
		t.Errorf("the test failed with %q", said)
	}
}

func TestStart_leavesNothingAfterKill(t *testing.T) {
	t.Parallel()
	// Chromium makes a socket in it, whose path has to be short: not TempDir.
	temp, err := os.MkdirTemp("", "torg-test-") //nolint:usetesting // its path is too long
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temp)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"=1", "TMPDIR="+temp)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the child says %q", line)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = retry(ctx, func(context.Context) error {
		left, _ := filepath.Glob(filepath.Join(temp, "torg-browser-*"))
		if len(left) > 0 || running(pid) {
			return fmt.Errorf("left: %v", left)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// running reports whether a process group has a member that is more than a
// zombie, which nobody can end but its parent.
func running(pid int) bool {
	if syscall.Kill(-pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(status), ") Z ")
}

func TestFind_tellsWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := find()
	if !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Errorf("got %v", err)
	}
}
