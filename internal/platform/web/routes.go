package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Handler answers a request or returns an error that the Site turns into a page.
type Handler func(w http.ResponseWriter, r *http.Request) error

// RouteKind says what a route answers with.
type RouteKind string

// The kinds of routes.
const (
	KindPage   RouteKind = "page"   // a document to read
	KindForm   RouteKind = "form"   // a change, answered with a redirect or the form again
	KindStream RouteKind = "stream" // server-sent events
	KindAPI    RouteKind = "api"    // a JSON operation
)

// Route is a row of the route table.
type Route struct {
	Module     string
	Method     string
	Path       string // with {parameters}
	Permission access.Permission
	Kind       RouteKind
	// MaxBytes bounds the body.
	MaxBytes int64
}

// Routes registers a module's routes.
type Routes struct {
	site   *Site
	module string
}

// maxForm bounds a form without files.
const maxForm = 1 << 20

// Page registers a page: "GET /work/{id}". It is served without body.
func (r *Routes) Page(pattern string, perm access.Permission, h Handler) {
	r.handle(pattern, perm, KindPage, 0, h)
}

// Form registers a change by a form of at most 1 MiB: "POST /work/{id}/assign".
func (r *Routes) Form(pattern string, perm access.Permission, h Handler) {
	r.handle(pattern, perm, KindForm, maxForm, h)
}

// Upload registers a form that carries files of at most maxBytes together.
func (r *Routes) Upload(pattern string, perm access.Permission, maxBytes int64, h Handler) {
	r.handle(pattern, perm, KindForm, maxBytes, h)
}

// Stream registers server-sent events.
func (r *Routes) Stream(pattern string, perm access.Permission, h Handler) {
	r.handle(pattern, perm, KindStream, 0, h)
}

// Pieces says that what is read below a path are pieces of maps, of which a browser asks
// for dozens at once. They have a limit of their own.
func (r *Routes) Pieces(prefix string) { r.site.pieces = append(r.site.pieces, prefix) }

// Nav adds an entry to the menu of an area, for those who hold the permission.
func (r *Routes) Nav(area ui.Area, key, href string, perm access.Permission) {
	r.site.nav = append(r.site.nav, navEntry{area: area, key: key, href: href, perm: perm})
}

// NavCount is Nav with a number beside the entry, of what waits behind it. It is
// asked for each page of the area and must be quick.
func (r *Routes) NavCount(area ui.Area, key, href string, perm access.Permission, count func(ctx context.Context) (int, error)) {
	r.site.nav = append(r.site.nav, navEntry{area: area, key: key, href: href, perm: perm, count: count})
}

// Access tells pages which buttons to show; services ask it themselves.
func (r *Routes) Access() *access.Access { return r.site.deps.Access }

func (r *Routes) handle(pattern string, perm access.Permission, kind RouteKind, maxBytes int64, h Handler) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok || perm == "" || !strings.HasPrefix(path, "/") {
		panic("web: route " + pattern + " of " + r.module + " lacks its method, path or permission")
	}
	route := Route{Module: r.module, Method: method, Path: path, Permission: perm, Kind: kind, MaxBytes: maxBytes}
	r.site.table = append(r.site.table, route)
	r.site.mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) {
		r.site.serve(w, req, &route, h)
	})
}

// serve asks what every route must ask, runs the handler and turns its error
// into a page.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, route *Route, h Handler) {
	v := visitOf(r.Context())
	v.route, v.value = route, r.PathValue
	setPattern(r.Context(), v.pattern())
	r, err := s.asProgram(r, route)
	if err == nil {
		err = s.admit(w, r, route)
	}
	if err != nil {
		Fail(w, r, err)
		return
	}
	if err := h(w, r); err != nil {
		Fail(w, r, err)
	}
}

// admit keeps strangers' forms, too large bodies and visitors who have not
// logged in from the handler. Whether this person may do this to this thing is
// the service's question.
func (s *Site) admit(w http.ResponseWriter, r *http.Request, route *Route) error {
	if err := s.csrf.Check(r); err != nil {
		return errs.Forbidden("web.cross_origin").Because(err)
	}
	if route.Permission != access.Public && identity.From(r.Context()).Kind == identity.Anonymous {
		return errs.Login()
	}
	if route.Kind == KindForm && r.ContentLength > route.MaxBytes {
		return errs.TooLarge("errs.too_large")
	}
	if route.MaxBytes > maxForm {
		TakesTime(w)
	}
	r.Body = http.MaxBytesReader(w, r.Body, max(route.MaxBytes, 1))
	return nil
}

// TakesTime gives a request ten minutes to come in and be answered, for large
// files on slow lines. The server's own deadlines are for pages.
func TakesTime(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	until := time.Now().Add(10 * time.Minute) //nolint:forbidigo // a deadline of the connection, which keeps the machine's time
	_ = control.SetReadDeadline(until)        // not every writer has deadlines
	_ = control.SetWriteDeadline(until)
}
