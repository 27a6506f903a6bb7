package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

const flashCookie = "torg_flash"

// SetFlash shows a message on the next page. The cookie carries only its key:
// a visitor who changes it reads another text of ours, nothing else.
func SetFlash(w http.ResponseWriter, r *http.Request, kind ui.Kind, key string) {
	setCookie(w, flashCookie, string(kind)+":"+key, 60, IsSecure(r.Context()))
}

func takeFlash(w http.ResponseWriter, r *http.Request) []ui.Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil || r.Method != http.MethodGet || r.Header.Get("X-Requested-With") != "" {
		// A script that fetches a part of the page shows no message: it stays for
		// the page that the person comes to.
		return nil
	}
	setCookie(w, flashCookie, "", -1, IsSecure(r.Context()))
	kind, key, _ := strings.Cut(c.Value, ":")
	known := slices.Contains([]ui.Kind{ui.Info, ui.Success, ui.Warning, ui.Danger}, ui.Kind(kind))
	if !known || !visitOf(r.Context()).site.deps.Bundle.Has(key) {
		return nil
	}
	return []ui.Flash{{Kind: ui.Kind(kind), Text: i18n.T(r.Context(), key)}}
}

// setCookie sets a cookie that no script reads, for a number of seconds.
func setCookie(w http.ResponseWriter, name, value string, seconds int, secure bool) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is missing only on plain http, where browsers would drop the cookie
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

func queryEscape(s string) string { return url.QueryEscape(s) }
