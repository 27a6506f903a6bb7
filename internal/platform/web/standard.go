package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// standardPages registers what every municipality's site must have: the
// accessibility statement (forskrift om universell utforming av IKT § 10), the
// privacy statement (personvernforordningen art. 13), help, and the pages
// without which a visit cannot end well.
func (s *Site) standardPages() {
	r := s.Routes("web")
	for _, name := range []string{"accessibility", "privacy", "help"} {
		r.Page("GET /"+name, access.Public, article(name))
	}
	r.Page("GET /help/developers", access.Public, article("developers"))
	r.Page("GET /offline", access.Public, offline)
	r.Page("GET /components", access.Public, s.components)
	r.Page("GET /components/{name}", access.Public, componentPage)
	r.Form("POST /language", access.Public, s.chooseLanguage)
	r.Page("GET /robots.txt", access.Public, robots)
	s.mux.Handle("GET "+ui.AssetPrefix, ui.Assets())
	s.mux.Handle("GET /sw.js", ui.ServiceWorker())
	s.mux.Handle("GET "+theme.Prefix, s.themes)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		Fail(w, req, s.nowhere(req))
	})
}

// nowhere is the error for a path that no route has: 404, or 405 when another
// method would do.
func (s *Site) nowhere(r *http.Request) error {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); method != r.Method && pattern != "/" && pattern != "" {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 {
		return errs.NotFound("errs.not_found")
	}
	return &methodError{allow: allow}
}

type section struct{ Title, Text string }

// article is a page of plain text: web.<name>.title, .intro and sections
// .1.title, .1.text and so on as long as there are any; blocks says how a text
// is written.
func article(name string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, v := r.Context(), visitOf(r.Context())
		args := []any{"municipality", i18n.T(ctx, "web.municipality", "name", v.tenant.Name.In(i18n.LangOf(ctx))), "host", v.tenant.MainHost(), "kept", v.site.kept(ctx)}
		key := "web." + name + "."
		var sections []section
		for i := 1; v.site.deps.Bundle.Has(key + strconv.Itoa(i) + ".title"); i++ {
			n := key + strconv.Itoa(i)
			sections = append(sections, section{Title: i18n.T(ctx, n+".title", args...), Text: i18n.T(ctx, n+".text", args...)})
		}
		props := Props(w, r, ui.Resident, i18n.T(ctx, key+"title", args...))
		return Render(w, r, http.StatusOK, articlePage(props, i18n.T(ctx, key+"intro", args...), sections))
	}
}

// kept is a list of how long what is kept, a line each, as blocks reads it
// (personvernforordningen article 13 no. 2 a).
func (s *Site) kept(ctx context.Context) string {
	if s.deps.Kept == nil {
		return ""
	}
	var list []string
	for _, t := range s.deps.Kept(ctx) {
		list = append(list, "- "+t.Label+": "+t.Value)
	}
	return strings.Join(list, "\n")
}

// offline is kept by the browser and shown without a net; it must hold nothing
// of the person who was logged in when it was fetched.
func offline(w http.ResponseWriter, r *http.Request) error {
	ctx := identity.With(r.Context(), identity.Actor{Kind: identity.Anonymous})
	r = r.WithContext(ctx)
	props := Props(w, r, ui.Resident, i18n.T(ctx, "ui.offline.title"))
	props.LoginURL, props.Nav, props.Flash = "", nil, nil
	return Render(w, r, http.StatusOK, ui.OfflinePage(props))
}

// components shows every part that pages are made of, in every state.
func (s *Site) components(w http.ResponseWriter, r *http.Request) error {
	props := Props(w, r, ui.Resident, i18n.T(r.Context(), "web.components.title"))
	props.NoIndex = true
	story := ui.StoryProps{Page: props, PageURL: func(name string) string { return "/components/" + name }}
	for _, lang := range i18n.Offered() {
		story.Languages = append(story.Languages, s.deps.Bundle.For(lang))
	}
	return Render(w, r, http.StatusOK, ui.Storybook(story))
}

func componentPage(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if !slices.Contains(ui.StoryPages(), name) {
		return errs.NotFound("errs.not_found")
	}
	props := Props(w, r, ui.Resident, i18n.T(r.Context(), "web.components.title"))
	props.NoIndex = true
	return Render(w, r, http.StatusOK, ui.StoryPage(name, props))
}

func robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /my\nDisallow: /work\nDisallow: /admin\nDisallow: /drafts\nDisallow: /api\n")) // the robot may have gone
	return nil
}

// unknownHost answers a host that no municipality has, without telling which ones
// there are.
func (s *Site) unknownHost(w http.ResponseWriter, r *http.Request) {
	ctx := i18n.With(r.Context(), s.deps.Bundle.For(i18n.Match(r.Header.Get("Accept-Language"), i18n.NB)))
	s.bare(w, r.WithContext(ctx), http.StatusNotFound, "web.unknown_host_title", "web.unknown_host")
}

// plainFailure is the answer when even the shell may be what failed.
func (s *Site) plainFailure(w http.ResponseWriter, r *http.Request) {
	lang := holderOf(r.Context()).lang
	if lang == "" {
		lang = s.language(r, tenant.Tenant{}, "")
	}
	ctx := i18n.With(r.Context(), s.deps.Bundle.For(lang))
	if isAPI(r) {
		s.writeProblem(w, newProblem(ctx, errPanic))
		return
	}
	s.bare(w, r.WithContext(ctx), http.StatusInternalServerError, "web.error.title.internal", "errs.internal")
}

// errPanic stands for a panic, whose own text went to the log.
var errPanic = errors.New("web: a handler panicked")

func (s *Site) bare(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	props := ui.PageProps{Title: i18n.T(r.Context(), title), Languages: []i18n.Lang{}, Tenant: ui.Tenant{Name: "Torg", ThemeURL: s.themes.URL(tenant.DefaultColor)}, NoIndex: true}
	reference := ""
	if status == http.StatusInternalServerError {
		reference = requestID(r.Context())
	}
	if err := Render(w, r, status, barePage(props, i18n.T(r.Context(), text), reference)); err != nil {
		s.deps.Log.ErrorContext(r.Context(), "the plain page failed", "error", err)
		w.WriteHeader(status)
	}
}
