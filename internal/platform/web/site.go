package web

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Session is who stands behind a request's cookie.
type Session struct {
	Actor     identity.Actor
	ExpiresAt time.Time
	Lang      i18n.Lang // the person's own choice; may be empty
}

// Deps is what the edge needs of the floors below and of the composition.
type Deps struct {
	Log       *slog.Logger
	Clock     clock.Clock
	Bundle    *i18n.Bundle
	Directory *tenant.Directory
	Access    *access.Access
	// Session finds the person behind the request's cookie; the zero Session
	// when there is none. The request, bound to its tenant, also tells whether
	// the person or a script of the page asks: what a page asks for by itself
	// (text/event-stream, X-Requested-With) need not keep a session alive.
	Session func(ctx context.Context, r *http.Request) (Session, error)
	// Token returns a context in which the machine behind a bearer token acts,
	// within the token's limits, or errs.Login.
	Token func(ctx context.Context, secret string) (context.Context, error)
	// Denied records that somebody was refused.
	Denied func(ctx context.Context, d *access.Denied) error
	// Unknown records that somebody who is logged in asked for what is not there.
	Unknown func(ctx context.Context, u Unknown) error
	// Portal answers requests that concern no municipality: the demo's own
	// page and its ID-porten. It reports whether the host is one of its.
	Portal func(host string) (http.Handler, bool)
	// Banner is shown above every page, as the demo's warning is.
	Banner templ.Component
	// Secure says that people come by https; cookies and headers then insist on it.
	Secure bool
	// TrustedProxies may tell the address of the visitor in X-Forwarded-For.
	TrustedProxies []netip.Prefix
	// FormTargets are origins that a form may lead to: ID-porten's, at log-out.
	FormTargets []string
	// Limits bounds how often one address or person may ask; zero chooses.
	Limits Limits
	// Menu is the addresses of the menus' entries in the order they stand in: what
	// is used every day first. Those it does not name follow, as they were registered.
	Menu []string
	// Kept tells how long what is kept in the context's municipality, for the privacy
	// page; nil tells nothing.
	Kept func(ctx context.Context) []ui.Term
	// Version of the program, in the API's description.
	Version string
}

// Site is the whole edge of one process.
type Site struct {
	deps    Deps
	mux     *http.ServeMux
	table   []Route
	nav     []navEntry
	api     huma.API
	names   *schemaNames
	limit   *limiter
	pieces  []string // where pieces of maps lie
	shared  []shared // what other web pages may read
	metrics *metrics
	csrf    *http.CrossOriginProtection
	themes  *theme.Themes

	unknowns *unknowns
	stopOnce sync.Once
	stopping chan struct{} // closed when the process is told to stop
}

// New returns a Site with the pages that every installation has.
func New(deps Deps) *Site {
	s := &Site{deps: deps, mux: http.NewServeMux(), csrf: http.NewCrossOriginProtection(), metrics: newMetrics(), themes: theme.New(), unknowns: newUnknowns(), stopping: make(chan struct{})}
	s.limit = newLimiter(deps.Limits, deps.Clock)
	s.api = newAPI(s)
	s.standardPages()
	return s
}

// EndStreams ends the live pages' streams, which would otherwise hold the server
// until they have run out. Their browsers come back to whoever answers then.
func (s *Site) EndStreams() { s.stopOnce.Do(func() { close(s.stopping) }) }

// Routes returns the registrar of a module.
func (s *Site) Routes(module string) *Routes { return &Routes{site: s, module: module} }

// API returns the registrar of the JSON operations; use Operation with it.
func (s *Site) API() huma.API { return s.api }

// Table returns every route and operation, in order of registration. Tests walk it.
func (s *Site) Table() []Route { return slices.Clone(s.table) }

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.observe(s.recoverer(http.HandlerFunc(s.dispatch))).ServeHTTP(w, r)
}

// dispatch finds out whom the request concerns: the operator, the demo's own
// pages or a municipality.
func (s *Site) dispatch(w http.ResponseWriter, r *http.Request) {
	secureHeaders(w.Header(), s.deps)
	if isAsset(r) {
		s.mux.ServeHTTP(w, r)
		return
	}
	if s.deps.Portal != nil {
		if h, ok := s.deps.Portal(r.Host); ok {
			h.ServeHTTP(w, r)
			return
		}
	}
	t, ok := s.deps.Directory.ByHost(r.Host)
	if !ok {
		s.unknownHost(w, r)
		return
	}
	ctx := tenant.Bind(r.Context(), t)
	s.visit(w, r.WithContext(ctx), t)
}

// isAsset knows the files that are the same for everybody.
func isAsset(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	path := r.URL.Path
	return strings.HasPrefix(path, ui.AssetPrefix) || strings.HasPrefix(path, theme.Prefix) || path == "/sw.js"
}

// isPiece knows the pieces of maps.
func (s *Site) isPiece(r *http.Request) bool {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method) {
		return false
	}
	return slices.ContainsFunc(s.pieces, func(prefix string) bool { return strings.HasPrefix(r.URL.Path, prefix) })
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, apiPrefix+"/") }

// visit answers a request to a municipality.
func (s *Site) visit(w http.ResponseWriter, r *http.Request, t tenant.Tenant) {
	v := &visit{site: s, tenant: t, address: s.address(r), id: requestID(r.Context())}
	ctx := context.WithValue(r.Context(), visitKey{}, v)
	ctx = i18n.With(ctx, s.speak(ctx, s.language(r, t, "")))
	r = r.WithContext(ctx)
	piece, take := s.isPiece(r), s.limit.address
	if piece {
		take = s.limit.piece
	}
	if wait, ok := take(v.address); !ok {
		Fail(w, r, tooMany(wait))
		return
	}
	if s.preflight(w, r) {
		return
	}
	if isAPI(r) {
		s.serveAPI(w, r)
		return
	}
	session, err := s.deps.Session(ctx, r)
	if err != nil {
		Fail(w, r, err)
		return
	}
	v.session = session
	ctx = identity.With(ctx, session.Actor)
	ctx = i18n.With(ctx, s.speak(ctx, s.language(r, t, session.Lang)))
	r = r.WithContext(ctx)
	if !piece {
		if wait, ok := s.limit.person(t.ID, session.Actor.PersonID); !ok {
			Fail(w, r, tooMany(wait))
			return
		}
	}
	s.mux.ServeHTTP(w, r)
}

// visit is what the edge knows of a request to a municipality.
type visit struct {
	id      string // of the request, which a person who calls can read out
	site    *Site
	tenant  tenant.Tenant
	session Session
	address string
	route   *Route
	value   func(parameter string) string // of the route, in this request
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}
