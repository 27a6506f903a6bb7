package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// methodError says that an address is there and is used in another way (RFC 9110
// section 15.5.6).
type methodError struct{ allow []string }

// Error implements error.
func (e *methodError) Error() string {
	return "web: this address allows " + strings.Join(e.allow, ", ")
}

// Unwrap gives the person's words.
func (e *methodError) Unwrap() error { return errs.NotFound("errs.method") }

// Status returns the HTTP status of an error.
func Status(err error) int {
	if _, ok := errors.AsType[*methodError](err); ok {
		return http.StatusMethodNotAllowed
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	if own, ok := errors.AsType[*statusError](err); ok {
		return own.status
	}
	e := errs.Of(err)
	if e == nil {
		return http.StatusInternalServerError
	}
	switch e.Kind {
	case errs.KindInvalid:
		return http.StatusUnprocessableEntity
	case errs.KindNotFound:
		return http.StatusNotFound
	case errs.KindForbidden:
		return http.StatusForbidden
	case errs.KindConflict:
		return http.StatusConflict
	case errs.KindTooMany:
		return http.StatusTooManyRequests
	case errs.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.KindUnavailable:
		return http.StatusServiceUnavailable
	case errs.KindLogin:
		return http.StatusUnauthorized
	case errs.KindInternal:
	}
	return http.StatusInternalServerError
}

// Words returns what the person is told of an error, without internal text.
func Words(ctx context.Context, err error) string {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return i18n.T(ctx, "errs.too_large")
	}
	e := errs.Of(err)
	if e == nil || e.Kind == errs.KindInternal {
		return i18n.T(ctx, "errs.internal")
	}
	return i18n.T(ctx, e.Key, e.Args...)
}

// Fail answers with the page of an error, programs with its problem document.
// Somebody who must log in first is sent there and comes back; a script of a
// page is only told, since a log-in that it starts leads nowhere.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	v := visitOf(r.Context())
	if !began(w) {
		ShareAnswer(w, r) // the reason is for the one who wrote the question
	}
	if wantsProblem(r, v) && !began(w) {
		v.site.apiProblem(w, r, err)
		return
	}
	v.note(r.Context(), err)
	if began(w) {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	status := Status(err)
	for name, values := range headersOf(err) {
		w.Header()[name] = values
	}
	switch {
	case wantsNoPage(r, v):
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(Words(r.Context(), err))) //nolint:gosec // plain text of ours; and the visitor may have gone
	case status == http.StatusUnauthorized && v.route != nil:
		http.Redirect(w, r, "/login?return="+queryEscape(returnPath(r)), http.StatusSeeOther) //nolint:gosec // our own log-in, with a local path
	default:
		v.errorPage(w, r, status, Words(r.Context(), err))
	}
}

// headersOf returns the headers that go with an error, on pages and in problem
// documents alike.
func headersOf(err error) http.Header {
	h := http.Header{}
	if e := errs.Of(err); e != nil && e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	}
	if e, ok := errors.AsType[*methodError](err); ok {
		h.Set("Allow", strings.Join(e.allow, ", "))
	}
	return h
}

// returnPath is where the person was; a form that was sent cannot be sent again
// by a redirect, so she comes back to the page it stood on.
func returnPath(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return LocalPath(r.URL.RequestURI(), "/")
	}
	if referer := r.Header.Get("Referer"); referer != "" {
		if u, err := r.URL.Parse(referer); err == nil && u.Host == r.Host {
			return LocalPath(u.RequestURI(), "/")
		}
	}
	return "/"
}

// wantsNoPage knows the scripts' requests, which show the words themselves.
func wantsNoPage(r *http.Request, v *visit) bool {
	return v.route != nil && v.route.Kind == KindStream || r.Header.Get("X-Requested-With") != ""
}

// note logs what is our fault, and records who was refused and who asked for what
// is not there.
func (v *visit) note(ctx context.Context, err error) {
	if denied, ok := errors.AsType[*access.Denied](err); ok && v.site.deps.Denied != nil {
		if e := v.site.deps.Denied(ctx, denied); e != nil {
			v.site.deps.Log.ErrorContext(ctx, "a refusal was not recorded", "request", v.id, "error", e)
		}
	}
	v.noteUnknown(ctx, err)
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
	case Status(err) == http.StatusInternalServerError:
		v.site.deps.Log.ErrorContext(ctx, "request failed", "request", v.id, "route", v.pattern(), "tenant", v.tenant.ID, "error", err)
	case Status(err) == http.StatusServiceUnavailable:
		v.site.deps.Log.WarnContext(ctx, "neighbour unavailable", "request", v.id, "route", v.pattern(), "tenant", v.tenant.ID, "error", err)
	}
}

func (v *visit) pattern() string {
	if v.route == nil {
		return ""
	}
	return v.route.Method + " " + v.route.Path
}

func (v *visit) errorPage(w http.ResponseWriter, r *http.Request, status int, words string) {
	title := i18n.T(r.Context(), "web.error.title."+titleOf(status))
	props := Props(w, r, ui.Resident, title)
	props.NoIndex = true
	e := ui.ErrorProps{Page: props, Status: status, Title: title, Text: words}
	if status == http.StatusInternalServerError {
		e.Reference = v.id
	}
	if err := Render(w, r, status, ui.ErrorPage(e)); err != nil {
		v.site.deps.Log.ErrorContext(r.Context(), "the error page failed", "request", v.id, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func titleOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "not_found"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusTooManyRequests:
		return "too_many"
	case http.StatusServiceUnavailable:
		return "unavailable"
	case http.StatusInternalServerError:
		return "internal"
	default:
		return "other"
	}
}
