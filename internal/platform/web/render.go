package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

type navEntry struct {
	area ui.Area
	key  string
	href string
	perm access.Permission
	// count tells how many things wait behind the entry; nil when nothing does.
	count func(ctx context.Context) (int, error)
}

// Render writes a whole page, or nothing of it when it cannot be made.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return fmt.Errorf("web: render: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = page.WriteTo(w) // the visitor may have gone; there is nobody to tell
	return nil
}

// Redirect sends the browser on with GET.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther) //nolint:gosec // the handler's own target; what comes from outside goes through LocalPath
	return nil
}

// Props returns what the shell of a page needs, for the person and the
// municipality of the request. The title is text, not a key.
func Props(w http.ResponseWriter, r *http.Request, area ui.Area, title string) ui.PageProps {
	v := visitOf(r.Context())
	t, d := v.tenant, v.site.deps
	lang, back := i18n.LangOf(r.Context()), returnPath(r)
	p := ui.PageProps{
		Title: title, Lang: lang, Path: back, Area: area, Wide: area == ui.Staff,
		Tenant:   ui.Tenant{Name: i18n.T(r.Context(), "web.municipality", "name", t.Name.In(lang)), Initial: firstLetter(t.Name.In(lang)), Color: t.Color, ThemeURL: v.site.themes.URL(t.Color)},
		LoginURL: "/login?return=" + queryEscape(back),
		Flash:    takeFlash(w, r),
		Footer:   ui.Footer{AccessibilityURL: "/accessibility", PrivacyURL: "/privacy", HelpURL: "/help", Contact: ContactLines(t)},
	}
	if d.Banner != nil {
		p.Banner = d.Banner
	}
	p.Nav = v.site.counted(r.Context(), v.site.menu(r, area))
	if actor := identity.From(r.Context()); actor.LoggedIn() {
		p.User = &ui.User{Name: actor.Name, LogoutURL: "/logout", Detail: roleDetail(r.Context(), actor), Links: v.site.areas(r)}
		p.Session = &ui.Session{ExpiresAt: v.session.ExpiresAt, Now: d.Clock.Now(), LoginURL: p.LoginURL}
		if actor.OnBehalfOf != "" {
			p.Acting = &ui.Acting{Name: actor.OnBehalfName, EndURL: actingPath, SwitchURL: actingPath}
		} else {
			p.User.Links = append(p.User.Links, ui.NavItem{Label: i18n.T(r.Context(), "ui.acting.switch"), Href: actingPath})
		}
	}
	return p
}

// actingPath is where one chooses for whom one acts; a post of nobody ends it.
const actingPath = "/my/acting"

// SettingContact is the municipality's setting with the lines that stand at the
// foot of every page: telephone, e-mail, address, opening hours.
const SettingContact = "web.contact"

// ContactLines returns them, also for letters.
func ContactLines(t tenant.Tenant) []string {
	return strings.FieldsFunc(t.Settings[SettingContact], func(r rune) bool { return r == '\n' || r == '\r' })
}

func firstLetter(name string) string {
	for _, r := range name {
		return strings.ToUpper(string(r))
	}
	return ""
}

func roleDetail(ctx context.Context, a identity.Actor) string {
	if len(a.Grants) == 0 {
		return ""
	}
	return i18n.T(ctx, "access.role."+a.Grants[0].Role)
}

// menu returns the entries of an area that the person may use. The entry with
// the longest path above the request is the current one.
func (s *Site) menu(r *http.Request, area ui.Area) []ui.NavItem {
	var items []ui.NavItem
	best := -1
	for _, e := range s.inOrder() {
		if e.area != area || !s.may(r.Context(), e.perm) {
			continue
		}
		if under(r.URL.Path, e.href) && (best < 0 || len(e.href) > len(items[best].Href)) {
			best = len(items)
		}
		items = append(items, ui.NavItem{Label: i18n.T(r.Context(), e.key), Href: e.href})
	}
	if best >= 0 {
		items[best].Current = true
	}
	return items
}

// inOrder returns the entries of all menus in the order of Deps.Menu.
func (s *Site) inOrder() []navEntry {
	place := func(e navEntry) int {
		if i := slices.Index(s.deps.Menu, e.href); i >= 0 {
			return i
		}
		return len(s.deps.Menu)
	}
	list := slices.Clone(s.nav)
	slices.SortStableFunc(list, func(a, b navEntry) int { return cmp.Compare(place(a), place(b)) })
	return list
}

// counted adds the numbers to the entries of a menu. One that cannot be told is
// left out: a page is worth more than its menu's number.
func (s *Site) counted(ctx context.Context, items []ui.NavItem) []ui.NavItem {
	for i := range items {
		for _, e := range s.nav {
			if e.count == nil || e.href != items[i].Href {
				continue
			}
			n, err := e.count(ctx)
			if err != nil {
				s.deps.Log.WarnContext(ctx, "a number of the menu cannot be told", "error", err)
			}
			items[i].Count = n
		}
	}
	return items
}

// areas lets a person who has both a private and a working side move between them.
func (s *Site) areas(r *http.Request) []ui.NavItem {
	var links []ui.NavItem
	for _, area := range []ui.Area{ui.Resident, ui.Staff} {
		if items := s.menu(r, area); len(items) > 0 {
			links = append(links, ui.NavItem{Label: i18n.T(r.Context(), "web.area."+string(area)), Href: items[0].Href})
		}
	}
	if len(links) < 2 {
		return nil
	}
	return links
}

func (s *Site) may(ctx context.Context, perm access.Permission) bool {
	return perm == access.Public || s.deps.Access.Check(ctx, perm, access.Resource{Type: perm.Type()}) == nil
}

func under(path, href string) bool {
	return path == href || href != "/" && strings.HasPrefix(path, href+"/")
}

// Address returns the visitor's address as the limits know it.
func Address(ctx context.Context) string { return visitOf(ctx).address }

// IsSecure reports whether people come by https.
func IsSecure(ctx context.Context) bool { return visitOf(ctx).site.deps.Secure }

// SessionEnds returns when the log-in runs out, the zero time without one.
func SessionEnds(ctx context.Context) time.Time { return visitOf(ctx).session.ExpiresAt }
