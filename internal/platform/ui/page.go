package ui

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// Area says whom a page is made for; it sets density and width.
type Area string

// The areas of the product.
const (
	Resident Area = "resident"
	Staff    Area = "staff"
)

// Tenant is what the shell shows of a municipality.
type Tenant struct {
	Name     string // "Nordvik kommune"
	Home     string // address of its front page, "/" when empty
	Initial  string // letter of the emblem, the first of Name when empty
	Color    string // "#rrggbb", for the emblem in the browser's tab
	ThemeURL string // address of the stylesheet made by ui/theme
}

// NavItem is one entry of a menu.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	Count   int // shown as a small number when above zero
}

// navShown is how many entries of a menu stand in the row of a wide screen when
// not all of them do; two more than that are still shown.
const navShown = 7

// foldNav parts a menu in what the row shows and what stands behind "more".
func foldNav(items []NavItem) (shown, rest []NavItem) {
	if len(items) <= navShown+2 {
		return items, nil
	}
	return items[:navShown], items[navShown:]
}

func anyCurrent(items []NavItem) bool {
	return slices.ContainsFunc(items, func(i NavItem) bool { return i.Current })
}

func countOf(items []NavItem) (n int) {
	for _, item := range items {
		n += item.Count
	}
	return n
}

// User is the person who is logged in.
type User struct {
	Name      string
	Detail    string // role or whom the person acts for
	Links     []NavItem
	LogoutURL string // POST
}

// Acting says for whom the person who is logged in acts just now.
type Acting struct {
	Name      string
	EndURL    string // POST, ends it
	SwitchURL string // a page to choose somebody else
}

// Crumb is one step of the path to a page; the last one is the page itself.
type Crumb struct {
	Label string
	Href  string
}

// Flash is a message shown once, above the heading.
type Flash struct {
	Kind Kind
	Text string
}

// Session lets the page warn before a log-in runs out (WCAG 2.2.1).
type Session struct {
	ExpiresAt time.Time
	Now       time.Time // the server's clock, to correct the visitor's
	ExtendURL string    // POST, "/session/extend" when empty
	LoginURL  string    // shown when it is too late, PageProps.LoginURL when empty
}

// Footer holds the addresses every page must offer: the accessibility
// statement (forskrift om universell utforming av IKT § 10), the privacy
// statement (personvernforordningen art. 13) and help.
type Footer struct {
	AccessibilityURL string
	PrivacyURL       string
	HelpURL          string
	Contact          []string // lines such as address and telephone
	Links            []NavItem
}

// PageProps is all the shell needs to know.
type PageProps struct {
	Title       string
	Lang        i18n.Lang   // the context's language when empty
	Languages   []i18n.Lang // i18n.Offered when nil; none when empty but not nil
	LanguageURL string      // POST with lang and return, "/language" when empty
	Path        string      // where language switch and session come back to
	Tenant      Tenant
	Area        Area
	Nav         []NavItem
	User        *User
	LoginURL    string  // shown when User is nil
	Acting      *Acting // for whom the person acts, on every page as long as it lasts
	Breadcrumbs []Crumb
	Banner      templ.Component // demo banner, above the header
	Hero        templ.Component // full width block between header and content
	Flash       []Flash
	Session     *Session
	Footer      Footer
	Wide        bool // uses the whole screen, for tables with many columns
	Bleed       bool // the content touches the edges of the screen, as a map does
	// Styles and Scripts name bundled files that this page needs besides those of
	// every page.
	Styles, Scripts []string
	NoIndex         bool
}

func (p PageProps) lang(ctx context.Context) i18n.Lang {
	if p.Lang != "" {
		return p.Lang
	}
	return i18n.LangOf(ctx)
}

func (p PageProps) languages() []i18n.Lang {
	if p.Languages == nil {
		return i18n.Offered()
	}
	return p.Languages
}

func (p PageProps) languageURL() templ.SafeURL { return templ.URL(orElse(p.LanguageURL, "/language")) }

func (p PageProps) title() string {
	if p.Title == "" || p.Title == p.Tenant.Name {
		return p.Tenant.Name
	}
	if p.Tenant.Name == "" {
		return p.Title
	}
	return p.Title + " – " + p.Tenant.Name
}

func (p PageProps) mainClass() string {
	if p.Bleed {
		return "t-main t-main--bleed"
	}
	if p.Wide {
		return "t-main t-container t-container--full"
	}
	return "t-main t-container"
}

func (p PageProps) hasMenu() bool {
	return len(p.Nav) > 0 || p.User != nil || p.LoginURL != "" || len(p.languages()) > 1
}

// bodyAttributes carries what the scripts need; scripts themselves are files.
func (p PageProps) bodyAttributes(ctx context.Context) templ.Attributes {
	attrs := templ.Attributes{"data-area": string(orElse(p.Area, Resident))}
	if p.Area == Staff {
		attrs["data-size"] = "sm" // more on a screen for those who work all day
	}
	if s := p.Session; s != nil {
		attrs["data-session-expires"] = s.ExpiresAt.UTC().Format(time.RFC3339)
		attrs["data-session-now"] = s.Now.UTC().Format(time.RFC3339)
		attrs["data-session-extend"] = s.extendURL()
	}
	if token := tokenOf(ctx); token.Name != "" {
		attrs["data-token-name"], attrs["data-token-value"] = token.Name, token.Value
	}
	return attrs
}

func (s *Session) extendURL() string { return orElse(s.ExtendURL, "/session/extend") }

func (t Tenant) home() templ.SafeURL { return templ.URL(orElse(t.Home, "/")) }

func (t Tenant) initial() string {
	if t.Initial != "" {
		return t.Initial
	}
	r, _ := utf8.DecodeRuneInString(t.Name)
	if r == utf8.RuneError {
		return ""
	}
	return strings.ToUpper(string(r))
}

// icon is the emblem as a data address, which the content security policy
// allows for images.
func (t Tenant) icon() templ.SafeURL {
	color := t.Color
	if !isHexColor(color) {
		color = "#1e2b3c"
	}
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 46"><path d="` + shieldPath + `" fill="` + color + `"/>` +
		`<path d="M2 28c7-6 11-6 18 0s11 6 18 0" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2.5"/></svg>`
	return templ.SafeURL("data:image/svg+xml," + url.PathEscape(svg))
}

// shieldPath is the outline of a Norwegian municipal coat of arms.
const shieldPath = "M2 2h36v24c0 10-8 15-18 18C10 41 2 36 2 26z"

func isHexColor(s string) bool {
	if len(s) != 7 || s[0] != '#' {
		return false
	}
	return strings.Trim(s[1:], "0123456789abcdefABCDEF") == ""
}

func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// languageName is the language's own name, which its speakers look for.
func languageName(l i18n.Lang) string {
	switch l {
	case i18n.NN:
		return "Nynorsk"
	case i18n.EN:
		return "English"
	case i18n.SE:
		return "Davvisámegiella"
	default:
		return "Bokmål"
	}
}

// Token is a hidden field that every form of a page carries, such as the one
// against cross-site requests.
type Token struct{ Name, Value string }

type tokenKey struct{}

// WithToken returns a context whose forms carry the token.
func WithToken(ctx context.Context, t Token) context.Context {
	return context.WithValue(ctx, tokenKey{}, t)
}

func tokenOf(ctx context.Context) Token {
	t, _ := ctx.Value(tokenKey{}).(Token)
	return t
}
