package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// KindData is a route that answers people with a page and programs with data.
const KindData RouteKind = "data"

// keyHeader carries an access token where a program cannot send Authorization.
const keyHeader = "X-API-Key"

// Data registers an address that people read as a page and programs as data, as
// each asks (RFC 9110 section 12): "GET /geo/collections". Besides the session it
// takes an access token, and its errors are problem documents unless a page was
// asked for.
func (r *Routes) Data(pattern string, perm access.Permission, h Handler) {
	r.handle(pattern, perm, KindData, 0, h)
}

// asProgram lets the holder of a token act where a route takes tokens. A token is
// never taken from the address, which ends up in logs.
func (s *Site) asProgram(r *http.Request, route *Route) (*http.Request, error) {
	secret, sent := bearer(r)
	if !sent {
		secret = r.Header.Get(keyHeader)
	}
	if route.Kind != KindData || secret == "" && !sent {
		return r, nil
	}
	ctx, err := s.deps.Token(r.Context(), secret)
	if err != nil {
		return r, err
	}
	if wait, ok := s.limit.person(visitOf(ctx).tenant.ID, "token:"+identity.From(ctx).TokenID); !ok {
		return r, tooMany(wait)
	}
	return r.WithContext(ctx), nil
}

// wantsProblem reports whether an error is to be a problem document.
func wantsProblem(r *http.Request, v *visit) bool {
	return isAPI(r) || v.route != nil && v.route.Kind == KindData && !WantsPage(r)
}

// WantsPage reports whether a page is asked for rather than data: by f=html, or
// by what the reader accepts, as browsers do.
func WantsPage(r *http.Request) bool {
	if f, chosen := r.URL.Query()["f"]; chosen {
		return f[0] == "html"
	}
	best, _ := Negotiate(r.Header.Get("Accept"), "application/json", "text/html")
	return best == "text/html"
}

// Negotiate chooses the media type that an Accept header likes best among those
// offered, of equals the first (RFC 9110 section 12.5.1). It is false when none
// will do. Parameters of media types are not looked at.
func Negotiate(accept string, offered ...string) (string, bool) {
	if strings.TrimSpace(accept) == "" {
		return offered[0], true
	}
	best, quality := "", 0.0
	for _, offer := range offered {
		if q := qualityOf(accept, offer); q > quality {
			best, quality = offer, q
		}
	}
	return best, quality > 0
}

// qualityOf is how much an Accept header likes a media type: what it says of the
// type itself goes before what it says of its family, and that before */*.
func qualityOf(accept, offer string) float64 {
	family, _, _ := strings.Cut(offer, "/")
	quality, precision := 0.0, 0
	for part := range strings.SplitSeq(accept, ",") {
		fields := strings.Split(part, ";")
		p := 0
		switch strings.ToLower(strings.TrimSpace(fields[0])) {
		case offer:
			p = 3
		case family + "/*":
			p = 2
		case "*/*":
			p = 1
		}
		if p > precision {
			quality, precision = weight(fields[1:]), p
		}
	}
	return quality
}

// weight is the q among the parameters of a media type; 1 without one.
func weight(parameters []string) float64 {
	for _, p := range parameters {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 0
			}
			return q
		}
	}
	return 1
}

// statusError is an error that a standard gives a status of its own.
type statusError struct {
	status int
	err    *errs.Error
}

// Error implements error.
func (e *statusError) Error() string { return e.err.Error() }

// Unwrap gives the person's words.
func (e *statusError) Unwrap() error { return e.err }

// WithStatus gives an error another HTTP status than its kind has: 400 where a
// standard asks for that of wrong parameters, 406, 414.
func WithStatus(status int, err *errs.Error) error { return &statusError{status: status, err: err} }
