package web

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
)

const langCookie = "torg_lang"

// language chooses: what the visitor clicked, what the person has chosen, the
// browser's language when it is not Norwegian, the municipality's form. A
// browser set to bokmål says nothing about nynorsk: most are so from the shop.
func (s *Site) language(r *http.Request, t tenant.Tenant, own i18n.Lang) i18n.Lang {
	if c, err := r.Cookie(langCookie); err == nil && i18n.Lang(c.Value).Valid() {
		return i18n.Lang(c.Value)
	}
	if own.Valid() {
		return own
	}
	if wish := i18n.Match(r.Header.Get("Accept-Language"), t.Lang()); wish == i18n.EN || wish == i18n.NN {
		return wish
	}
	return t.Lang()
}

// speak returns the words of a language, and remembers it for the page that is
// shown when everything else has failed.
func (s *Site) speak(ctx context.Context, lang i18n.Lang) *i18n.Localizer {
	holderOf(ctx).lang = lang
	return s.deps.Bundle.For(lang)
}

// chooseLanguage keeps the visitor's choice for a year and goes back.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	lang := i18n.Lang(r.PostForm.Get("lang"))
	if lang.Valid() {
		setCookie(w, langCookie, string(lang), 365*24*3600, s.deps.Secure)
	}
	return Redirect(w, r, LocalPath(r.PostForm.Get("return"), "/"))
}

// LocalPath returns the path when it leads nowhere but to this host, else the
// fallback: an address from outside must not send people away.
func LocalPath(path, fallback string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, leadsAstray) {
		return fallback
	}
	return path
}

// leadsAstray knows the characters that browsers read as / or drop.
func leadsAstray(r rune) bool { return r == '\\' || r < 0x20 || r == 0x7f || r == utf8.RuneError }
