package apptest

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
)

// Visitor is a person with a browser that runs no scripts: it keeps cookies,
// follows redirects and sends only forms that stand on a page.
type Visitor struct {
	tb     testing.TB
	h      *Harness
	slug   string
	client *http.Client
	bearer string
}

// Visitor returns a fresh browser at a municipality, "torgoy" or "fjordbygda".
func (h *Harness) Visitor(slug string) *Visitor {
	h.TB.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.TB.Fatal(err)
	}
	client := demo.LocalClient()
	client.Jar, client.Timeout = jar, time.Minute
	if transport, is := client.Transport.(*http.Transport); is {
		transport.ResponseHeaderTimeout = client.Timeout // a busy machine with the race detector is no outage
	}
	h.TB.Cleanup(client.CloseIdleConnections)
	return &Visitor{tb: h.TB, h: h, slug: slug, client: client}
}

// In returns the visitor failing another test: a subtest.
func (v *Visitor) In(tb testing.TB) *Visitor {
	other := *v
	other.tb = tb
	return &other
}

// Machine returns a client without cookies that holds an API token.
func (h *Harness) Machine(slug, token string) *Visitor {
	v := h.Visitor(slug)
	v.bearer = token
	return v
}

// As returns the browser after a player of the demonstration has logged in.
func (v *Visitor) As(part demo.Part) *Visitor {
	v.tb.Helper()
	v.LogIn(part).Must(http.StatusOK)
	return v
}

// Still returns the visitor with a browser that does not follow redirects.
func (v *Visitor) Still() *Visitor {
	other, client := *v, *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	other.client = &client
	return &other
}

// Get opens a page.
func (v *Visitor) Get(path string) *Page {
	v.tb.Helper()
	return v.Send(http.MethodGet, path, nil, nil)
}

const formType = "application/x-www-form-urlencoded"

// Post sends values that stand in no form, as an attacker or a program would.
func (v *Visitor) Post(path string, values url.Values) *Page {
	v.tb.Helper()
	return v.Send(http.MethodPost, path, strings.NewReader(values.Encode()), http.Header{"Content-Type": {formType}})
}

// Submit fills the form of the page that is sent to the address, and sends it. A
// field, option or button that does not stand there ends the test.
func (v *Visitor) Submit(p *Page, action string, fill Fill) *Page {
	v.tb.Helper()
	f := p.Form(action)
	values, err := f.fill(fill)
	if err != nil {
		v.tb.Fatalf("%s, form %s: %v", p, f.Action, err)
	}
	target, err := p.URL.Parse(f.Action)
	if err != nil {
		v.tb.Fatal(err)
	}
	if f.Method == http.MethodGet {
		target.RawQuery = values.Encode()
		return v.Get(target.String())
	}
	body, contentType, err := f.encode(values, fill.Files)
	if err != nil {
		v.tb.Fatal(err)
	}
	return v.Send(http.MethodPost, target.String(), body, http.Header{
		"Content-Type": {contentType}, "Referer": {p.URL.String()}, "Sec-Fetch-Site": {"same-origin"},
	})
}

// Autosave sends the form of the page as its script does while one types.
func (v *Visitor) Autosave(p *Page, action string, fill Fill) *Page {
	v.tb.Helper()
	f := p.Form(action)
	values, err := f.fill(fill)
	if err != nil {
		v.tb.Fatalf("%s, form %s: %v", p, f.Action, err)
	}
	return v.Send(http.MethodPost, f.Action, strings.NewReader(values.Encode()), http.Header{
		"Content-Type": {formType}, "X-Requested-With": {"fetch"}, "Sec-Fetch-Site": {"same-origin"},
	})
}

// LogIn goes through ID-porten as a player of the demonstration, to My page.
func (v *Visitor) LogIn(part demo.Part) *Page {
	v.tb.Helper()
	return v.LogInAs(v.player(part), "/my")
}

func (v *Visitor) player(part demo.Part) demo.Resident {
	v.tb.Helper()
	for i, town := range demo.Towns() {
		if town.Slug != v.slug {
			continue
		}
		if r, ok := v.h.Demo.Population().Player(i, part); ok {
			return r
		}
	}
	v.tb.Fatalf("nobody plays %s in %s", part, v.slug)
	return demo.Resident{}
}

// LogInAs logs in as any resident of the demonstration, on the way to a page.
func (v *Visitor) LogInAs(r demo.Resident, path string) *Page {
	v.tb.Helper()
	return v.Pick(v.Get("/login?return="+url.QueryEscape(path)), r)
}

// Pick searches ID-porten's page for a person, chooses it and goes back to the
// municipality.
func (v *Visitor) Pick(p *Page, r demo.Resident) *Page {
	v.tb.Helper()
	p.Must(http.StatusOK)
	q := p.URL.Query()
	q.Set("q", r.Name.Full())
	found := *p.URL
	found.RawQuery = q.Encode()
	list := v.Get(found.String()).Must(http.StatusOK)
	return v.Submit(list, "", Fill{Button: "pid=" + r.Number.Digits()})
}

// Speak chooses a language with the switch that stands on every page.
func (v *Visitor) Speak(lang string) *Page {
	v.tb.Helper()
	return v.Submit(v.Get("/help").Must(http.StatusOK), "/language", Fill{Button: "lang=" + lang}).Must(http.StatusOK)
}

// Cookies returns the secrets that the browser holds for the municipality.
func (v *Visitor) Cookies() []string {
	v.tb.Helper()
	u, err := url.Parse(v.h.URL(v.slug, "/"))
	if err != nil {
		v.tb.Fatal(err)
	}
	var list []string
	for _, c := range v.client.Jar.Cookies(u) {
		list = append(list, c.Value)
	}
	return list
}

// Send makes any request. A path is one of the visitor's municipality.
func (v *Visitor) Send(method, path string, body io.Reader, header http.Header) *Page {
	v.tb.Helper()
	p, err := v.Try(v.tb.Context(), method, path, body, header)
	if err != nil {
		v.tb.Fatalf("%s %s: %v", method, path, err)
	}
	return p
}

// Try makes a request that may fail, as one to a server that is killed does. It
// may be used from any goroutine.
func (v *Visitor) Try(ctx context.Context, method, path string, body io.Reader, header http.Header) (*Page, error) {
	if strings.HasPrefix(path, "/") {
		path = v.h.URL(v.slug, path)
	}
	request, err := http.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if v.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	response, err := v.client.Do(request)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(response.Body)
	if e := response.Body.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	return newPage(v.tb, response, content), nil
}

// Open makes a request and returns its answer without the body, as for a stream
// that does not end.
func (v *Visitor) Open(path string) *Page {
	v.tb.Helper()
	ctx, cancel := context.WithCancel(v.tb.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.h.URL(v.slug, path), http.NoBody)
	if err != nil {
		v.tb.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	if v.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.tb.Fatalf("GET %s: %v", path, err)
	}
	cancel() // nobody waits for its end
	_ = response.Body.Close()
	return newPage(v.tb, response, nil)
}
