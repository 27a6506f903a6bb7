package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

const (
	apiPrefix    = "/api"
	bearerScheme = "token"
	maxAPIBody   = 1 << 20
)

// newAPI mounts the JSON API on the site's mux.
func newAPI(s *Site) huma.API {
	neverTell()
	version := s.deps.Version
	if version == "" {
		version = "0"
	}
	config := huma.DefaultConfig("Torg", version)
	config.OpenAPIPath = apiPrefix + "/openapi"
	config.DocsPath = "" // its page loads scripts from elsewhere
	config.SchemasPath = apiPrefix + "/schemas"
	config.CreateHooks = nil // answers carry no $schema links
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearerScheme: {Type: "http", Scheme: "bearer", Description: "torg token create --tenant … --role … --days …"},
	}
	s.names = newSchemaNames()
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", s.names.name)
	return humago.New(s.mux, config)
}

// serveAPI binds the token's actor and answers an operation or the description.
func (s *Site) serveAPI(w http.ResponseWriter, r *http.Request) {
	ctx := identity.With(r.Context(), identity.Actor{Kind: identity.Anonymous})
	if secret, ok := bearer(r); ok {
		bound, err := s.deps.Token(ctx, secret)
		if err != nil {
			s.apiProblem(w, r, err)
			return
		}
		if wait, ok := s.limit.person(visitOf(ctx).tenant.ID, "token:"+identity.From(bound).TokenID); !ok {
			s.apiProblem(w, r, tooMany(wait))
			return
		}
		ctx = bound
	}
	if _, pattern := s.mux.Handler(r); pattern == "/" {
		s.apiProblem(w, r, s.nowhere(r))
		return
	}
	s.mux.ServeHTTP(w, r.WithContext(ctx))
}

// bearer returns the token of a request (RFC 6750 section 2.1).
func bearer(r *http.Request) (string, bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

// problem is a problem document (RFC 9457).
type problem struct {
	Type     string         `json:"type" example:"about:blank"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Code     string         `json:"code,omitempty" doc:"Stable name of what was wrong"`
	Instance string         `json:"instance,omitempty" doc:"The request, to name when asking about a fault of ours"`
	Errors   []problemField `json:"errors,omitempty"`
	header   http.Header
}

type problemField struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
	Code   string `json:"code,omitempty"`
}

// Error implements error.
func (p *problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// newProblem turns an error into a problem document in the reader's language,
// without internal text.
func newProblem(ctx context.Context, err error) *problem {
	p := &problem{Type: "about:blank", Status: Status(err), Detail: Words(ctx, err), header: headersOf(err)}
	p.speak(ctx)
	if p.Status == http.StatusInternalServerError {
		p.Code, p.Instance = "errs.internal", instance(ctx)
		return p
	}
	if p.Status == http.StatusUnauthorized {
		p.header.Set("WWW-Authenticate", "Bearer")
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		p.Code = "errs.too_large"
		return p
	}
	e := errs.Of(err)
	p.Code = e.Key
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, problemField{Name: f.Name, Code: f.Key, Detail: i18n.T(ctx, f.Key, f.Args...)})
	}
	return p
}

// speak gives the problem its title in the reader's language, which RFC 9457
// (section 3.1.4, with section 4.2.1) allows and a person who is shown it needs.
func (p *problem) speak(ctx context.Context) {
	key := "web.problem.other"
	if slices.Contains(titled, p.Status) {
		key = "web.problem." + strconv.Itoa(p.Status)
	}
	p.Title = i18n.T(ctx, key)
	p.header.Set("Content-Language", i18n.LangOf(ctx).Tag())
}

// titled are the statuses that have a title of their own.
var titled = []int{400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 429, 500, 503}

// instance names the request as an address that leads nowhere (RFC 9562 section 4).
func instance(ctx context.Context) string {
	if id := requestID(ctx); id != "" {
		return "urn:uuid:" + id
	}
	return ""
}

func (s *Site) apiProblem(w http.ResponseWriter, r *http.Request, err error) {
	visitOf(r.Context()).note(r.Context(), err)
	p := newProblem(r.Context(), err)
	if _, sent := bearer(r); sent && p.Status == http.StatusUnauthorized {
		p.header.Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 section 3.1
	}
	s.writeProblem(w, p)
}

func (s *Site) writeProblem(w http.ResponseWriter, p *problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // it can be written; the client may have gone
}

// neverTell replaces huma's own errors, whose 500 carries the internal text.
// They are a package variable of huma's, hence once.
var neverTell = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, list ...error) huma.StatusError {
		p := ownError(ctx.Context(), status, list)
		for name := range p.header {
			ctx.SetHeader(name, p.header.Get(name)) // huma writes those of handlers only
		}
		return p
	}
	huma.NewError = func(status int, _ string, list ...error) huma.StatusError {
		return ownError(context.TODO(), status, list) //nolint:forbidigo // huma asks without a request only while describing itself
	}
})

// ownError is for what huma finds itself: unreadable input and the like.
func ownError(ctx context.Context, status int, list []error) *problem {
	p := &problem{Type: "about:blank", Status: status, Code: "errs.invalid_input", header: http.Header{}}
	p.speak(ctx)
	switch {
	case status >= http.StatusInternalServerError:
		p.Code, p.Instance, list = "errs.internal", instance(ctx), nil
	case status == http.StatusRequestEntityTooLarge:
		p.Code = "errs.too_large"
	}
	p.Detail = i18n.T(ctx, p.Code)
	for _, err := range list {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			p.Errors = append(p.Errors, complaint(ctx, d))
		}
	}
	return p
}

// Operation registers a JSON operation with the permission it needs. The
// handler's errors become problem documents.
func Operation[I, O any](r *Routes, op huma.Operation, perm access.Permission, handler func(context.Context, *I) (*O, error)) {
	route := Route{Module: r.module, Method: op.Method, Path: op.Path, Permission: perm, Kind: KindAPI, MaxBytes: op.MaxBodyBytes}
	if route.MaxBytes == 0 {
		op.MaxBodyBytes, route.MaxBytes = maxAPIBody, maxAPIBody
	}
	r.site.table = append(r.site.table, route)
	op.Tags = append(op.Tags, r.module)
	op.Description = strings.TrimSpace(op.Description + "\n\nPermission: `" + string(perm) + "`")
	if perm != access.Public {
		op.Security = []map[string][]string{{bearerScheme: {}}}
	}
	r.site.names.module = r.module
	op.Middlewares = append(huma.Middlewares{r.site.admitAPI(&route)}, op.Middlewares...)
	huma.Register(r.site.api, op, func(ctx context.Context, input *I) (*O, error) {
		out, err := handler(ctx, input)
		if err != nil {
			visitOf(ctx).note(ctx, err)
			return nil, newProblem(ctx, err)
		}
		return out, nil
	})
}

// admitAPI asks for a token before the input is read: a stranger learns nothing
// from what is wrong with it.
func (s *Site) admitAPI(route *Route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		v := visitOf(ctx.Context())
		v.route, v.value = route, ctx.Param
		setPattern(ctx.Context(), v.pattern())
		if route.Permission != access.Public && identity.From(ctx.Context()).Kind == identity.Anonymous {
			r, w := humago.Unwrap(ctx)
			s.apiProblem(w, r, errs.Login())
			return
		}
		next(ctx)
	}
}
