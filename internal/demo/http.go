package demo

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Portal returns what answers a host that is no municipality's: the portal on
// localhost and the ID-porten on its own. The bundled assets and themes are
// served by the site around it.
func (d *Demo) Portal(host string) (http.Handler, bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return d.portal, true
	case providerHost:
		return d.provider, true
	case registerHost:
		return d.reach.krr, true
	case gatewayHost:
		return d.reach.gateway, true
	}
	return nil, false
}

// portal is the pages that belong to no municipality. They only show things, so
// that they need neither session nor cookies: the language stands in the address.
type portal struct {
	demo   *Demo
	mux    *http.ServeMux
	routes []string
}

// PortalRoutes returns the patterns of the pages that belong to no municipality;
// tests walk them.
func (d *Demo) PortalRoutes() []string { return slices.Clone(d.portal.routes) }

func newPortal(d *Demo) *portal {
	p := &portal{demo: d, mux: http.NewServeMux()}
	p.handle("GET /{$}", p.front)
	p.handle("GET /outbox", p.outbox)
	p.handle("GET /outbox/{town}/{id}", p.message)
	p.handle("/", func(http.ResponseWriter, *http.Request) error { return errs.NotFound("errs.not_found") })
	return p
}

// policy forbids all that the pages do not do, forms and frames among it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
	lang := i18n.Lang(r.URL.Query().Get("lang"))
	if !lang.Valid() {
		lang = i18n.Match(r.Header.Get("Accept-Language"), i18n.NB)
	}
	p.mux.ServeHTTP(w, r.WithContext(i18n.With(r.Context(), p.demo.options.Bundle.For(lang))))
}

func (p *portal) handle(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	p.routes = append(p.routes, pattern)
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			p.fail(w, r, err)
		}
	})
}

func (p *portal) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, key := http.StatusInternalServerError, "errs.internal"
	switch e := errs.Of(err); {
	case e != nil && e.Kind == errs.KindNotFound:
		status, key = http.StatusNotFound, e.Key
	case e != nil && e.Kind == errs.KindUnavailable:
		status, key = http.StatusServiceUnavailable, e.Key
	default:
		p.demo.options.Log.ErrorContext(r.Context(), "a page of the demonstration failed", "error", err)
	}
	props := p.props(r, "demo.error.title")
	page := ui.ErrorPage(ui.ErrorProps{Page: props, Status: status, Title: props.Title, Text: i18n.T(r.Context(), key)})
	if err := p.show(w, r, status, page); err != nil {
		p.demo.options.Log.ErrorContext(r.Context(), "the error page of the demonstration failed", "error", err)
		w.WriteHeader(status)
	}
}

// show writes a whole page, or nothing of it when it cannot be made.
func (p *portal) show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = page.WriteTo(w) // the visitor may have gone; there is nobody to tell
	}
	return nil
}

// color is the portal's own: neither municipality's.
const color = "#4a3f8c"

// props is the shell of a page. The switch of language in the shell posts a
// form; here it is links.
func (p *portal) props(r *http.Request, title string) ui.PageProps {
	ctx := r.Context()
	return ui.PageProps{
		Title: i18n.T(ctx, title), Lang: i18n.LangOf(ctx), Languages: []i18n.Lang{}, Path: r.URL.Path, NoIndex: true,
		Tenant: ui.Tenant{Name: i18n.T(ctx, "demo.name"), Home: p.path(r, "/"), Initial: "T", Color: color, ThemeURL: p.theme(color)},
		Nav: []ui.NavItem{
			{Label: i18n.T(ctx, "demo.nav.front"), Href: p.path(r, "/"), Current: r.URL.Path == "/"},
			{Label: i18n.T(ctx, "demo.nav.outbox"), Href: p.path(r, "/outbox"), Current: strings.HasPrefix(r.URL.Path, "/outbox")},
		},
		Banner: Banner(),
	}
}

func (p *portal) theme(color string) string { return p.demo.themes.URL(color) }

// path is the address of a page in the reader's language.
func (p *portal) path(r *http.Request, path string) string {
	return path + "?" + url.Values{"lang": {string(i18n.LangOf(r.Context()))}}.Encode()
}

// switchTo is this page in another language.
func switchTo(r *http.Request, lang i18n.Lang) string {
	q := r.URL.Query()
	q.Set("lang", string(lang))
	return r.URL.Path + "?" + q.Encode()
}

// language is this page in a language, under the language's own name.
type language struct {
	Tag, Name, Href string
	Current         bool
}

func languages(r *http.Request) []language {
	names := map[i18n.Lang]string{i18n.NB: "Bokmål", i18n.NN: "Nynorsk", i18n.EN: "English"}
	var list []language
	for _, lang := range i18n.Offered() {
		list = append(list, language{Tag: lang.Tag(), Name: names[lang], Href: switchTo(r, lang), Current: lang == i18n.LangOf(r.Context())})
	}
	return list
}
