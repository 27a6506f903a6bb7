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
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: string(kind) + ":" + key, Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: IsSecure(r.Context()), SameSite: http.SameSiteLaxMode,
	})
}

func takeFlash(w http.ResponseWriter, r *http.Request) []ui.Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil || r.Method != http.MethodGet {
		return nil
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: IsSecure(r.Context()), SameSite: http.SameSiteLaxMode,
	})
	kind, key, _ := strings.Cut(c.Value, ":")
	known := slices.Contains([]ui.Kind{ui.Info, ui.Success, ui.Warning, ui.Danger}, ui.Kind(kind))
	if !known || !visitOf(r.Context()).site.deps.Bundle.Has(key) {
		return nil
	}
	return []ui.Flash{{Kind: ui.Kind(kind), Text: i18n.T(r.Context(), key)}}
}

func queryEscape(s string) string { return url.QueryEscape(s) }
