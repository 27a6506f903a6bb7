package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// HTTP holds the pages of log-in and log-out. The web floor mounts its methods:
//
//	GET  /login                 Login
//	GET  /login/callback        Callback
//	POST /logout                Logout (behind the site's CSRF check)
//	GET  /logout/front-channel  FrontChannelLogout (framed by the provider, no cookies)
//	POST /session/extend        ExtendSession (behind the site's CSRF check)
type HTTP struct {
	service *Service
	secure  bool
	down    DownPage
}

// DownPage answers a log-in that failed because ID-porten does not answer: it says
// so and what can be done all the same. ReturnTo is the local path the person
// wanted to come back to.
type DownPage func(w http.ResponseWriter, r *http.Request, returnTo string, cause error) error

// NewHTTP returns the pages. Secure says that the site is served over https;
// only a demonstration on localhost is not.
func NewHTTP(s *Service, secure bool) *HTTP { return &HTTP{service: s, secure: secure} }

// OnDown sets what answers while ID-porten does not. Without it the error's page does.
func (h *HTTP) OnDown(page DownPage) { h.down = page }

// fail answers with the page of an outage when it is one.
func (h *HTTP) fail(w http.ResponseWriter, r *http.Request, returnTo string, err error) error {
	if h.down == nil || !isDown(err) {
		return err
	}
	noStore(w)
	return h.down(w, r, LocalPath(returnTo), err)
}

const (
	sessionCookie = "torg"
	loginCookie   = "torg_login"
)

// Session returns the living session of the request's cookie, and notes that
// the person was here; ErrNoSession when there is none.
func (h *HTTP) Session(r *http.Request) (Session, error) {
	return h.service.Lookup(r.Context(), h.cookie(r, sessionCookie))
}

// Peek is Session for requests that a page makes by itself.
func (h *HTTP) Peek(r *http.Request) (Session, error) {
	return h.service.Peek(r.Context(), h.cookie(r, sessionCookie))
}

// Login sends the browser to the provider. Parameters: return (a local path),
// level ("high" for idporten-loa-high), prompt ("login" to be asked anew),
// login_hint (who is about to log in, where the provider takes our hints).
func (h *HTTP) Login(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	request := LoginRequest{
		ReturnTo: q.Get("return"), Reauthenticate: q.Get("prompt") == promptLogin,
		Lang: i18n.LangOf(r.Context()), Hint: q.Get("login_hint"), Browser: h.cookie(r, loginCookie),
	}
	if q.Get("level") == "high" {
		request.ACR = ACRHigh
	}
	if h.suffices(r, request) {
		return redirect(w, LocalPath(request.ReturnTo))
	}
	target, browser, err := h.service.BeginLogin(r.Context(), request)
	if err != nil {
		return h.fail(w, r, request.ReturnTo, err)
	}
	h.setCookie(w, loginCookie, browser, attemptLife)
	return redirect(w, target)
}

// suffices reports whether the browser's session is already what is asked for.
func (h *HTTP) suffices(r *http.Request, request LoginRequest) bool {
	if request.Reauthenticate {
		return false
	}
	session, err := h.Session(r)
	return err == nil && acrRank(session.Actor.ACR) >= acrRank(request.ACR)
}

// Callback receives the provider's answer and opens the session.
func (h *HTTP) Callback(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	for _, name := range []string{"code", "state", "iss", "error"} {
		if len(q[name]) > 1 {
			return errs.Invalid("errs.invalid_input") // RFC 6749 section 3.1: once at most
		}
	}
	login, err := h.service.FinishLogin(r.Context(), LoginResponse{
		Code: q.Get("code"), State: q.Get("state"), Issuer: q.Get("iss"), Error: q.Get("error"),
		Browser: h.cookie(r, loginCookie), OldSecret: h.cookie(r, sessionCookie), Agent: r.UserAgent(),
	})
	if e := errs.Of(err); e != nil && e.Key == "identity.login_expired" {
		// The back button after a log-in leads here; who is logged in needs no error.
		if _, lookup := h.Session(r); lookup == nil {
			return redirect(w, "/")
		}
	}
	if err != nil {
		return h.fail(w, r, "/", err)
	}
	h.setCookie(w, sessionCookie, login.Secret, 0)
	return redirect(w, login.ReturnTo)
}

// Logout ends the session here and then, by a page that posts itself, at the provider.
func (h *HTTP) Logout(w http.ResponseWriter, r *http.Request) error {
	forward, err := h.service.Logout(r.Context(), h.cookie(r, sessionCookie))
	h.dropCookie(w, sessionCookie)
	if err != nil {
		return err
	}
	if forward.Action == "" {
		return redirect(w, "/")
	}
	return renderForward(w, r, forward)
}

// FrontChannelLogout is called by the provider in a frame when the person logs
// out from any service.
func (h *HTTP) FrontChannelLogout(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if err := h.service.FrontChannelLogout(r.Context(), q.Get("iss"), q.Get("sid")); err != nil {
		return err
	}
	header := w.Header()
	header.Del("X-Frame-Options")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors "+strings.Join(h.service.framers(r.Context()), " "))
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	noStore(w)
	w.WriteHeader(http.StatusOK)
	return nil
}

// ExtendSession keeps the session alive when the person answers the warning.
// Scripts get the new ends as JSON, forms are sent back to "return".
func (h *HTTP) ExtendSession(w http.ResponseWriter, r *http.Request) error {
	session, err := h.service.Extend(r.Context(), h.cookie(r, sessionCookie))
	if errors.Is(err, ErrNoSession) {
		return errs.Login()
	}
	if err != nil {
		return err
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		return redirect(w, LocalPath(r.PostFormValue("return")))
	}
	noStore(w)
	w.Header().Set("Content-Type", "application/json")
	err = json.NewEncoder(w).Encode(struct {
		ExpiresAt time.Time `json:"expiresAt"`
		EndsAt    time.Time `json:"endsAt"`
	}{session.ExpiresAt, session.EndsAt})
	if err != nil {
		return fmt.Errorf("identity: write session's end: %w", err)
	}
	return nil
}

// name returns the cookie's name: the prefix __Host- makes browsers refuse it
// from another host or without encryption, which plain http cannot have.
func (h *HTTP) name(cookie string) string {
	if h.secure {
		return "__Host-" + cookie
	}
	return cookie
}

func (h *HTTP) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(h.name(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie sets a cookie for a time, or for as long as the browser is open.
func (h *HTTP) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	http.SetCookie(w, h.newCookie(name, value, int(life/time.Second)))
}

func (h *HTTP) dropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, h.newCookie(name, "", -1))
}

func (h *HTTP) newCookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure is missing only on plain http, where browsers would drop the cookie
		Name: h.name(name), Value: value, Path: "/", MaxAge: maxAge,
		Secure: h.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func noStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// redirect sends the browser on with GET. The target is a checked local path or
// the provider's own address.
func redirect(w http.ResponseWriter, target string) error {
	noStore(w)
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
