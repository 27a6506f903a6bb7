package fakeidporten

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/platform/i18n"
)

//go:embed style.css
var stylesheet []byte

//go:embed pages.gohtml
var pages string

var parsed = sync.OnceValue(func() *template.Template { return template.Must(template.New("pages").Parse(pages)) })

// listed is how many people stand on the page at once.
const listed = 40

// view is what the templates get.
type view struct {
	T                         func(key string, args ...any) string
	Lang                      string
	Style, Action, Handle     string
	Client, OnBehalfOf, Query string
	Hinted                    *choice // whom the client thinks it is
	People                    []choice
	Levels                    []level
	Langs                     []langLink
	More                      bool
	Message, Back             string
	Frames                    []string
}

type choice struct{ PID, Name, Description string }

type level struct {
	Value, Text string
	Checked     bool
}

type langLink struct{ Code, Name, Address string }

func (p *Provider) view(lang i18n.Lang) view {
	if !lang.Valid() {
		lang = i18n.NB
	}
	local := p.texts.For(lang)
	return view{
		T:    func(key string, args ...any) string { return local.T("identity.idporten_"+key, args...) },
		Lang: lang.Tag(), Style: p.address("/style.css"), Action: p.address("/authorize/login"),
	}
}

func (p *Provider) showPeople(w http.ResponseWriter, status int, handle string, a authRequest, query string) {
	if len(query) > 100 {
		query = ""
	}
	v := p.view(a.lang)
	v.Handle, v.Query, v.Client, v.OnBehalfOf = handle, query, a.client.Name, a.onBehalfOf
	hinted, known := p.options.People.ByHint(a.hint)
	if known && query == "" {
		v.Hinted = &choice{hinted.PID.Digits(), hinted.Name, hinted.Description}
	}
	found := p.options.People.List(query, listed+1)
	v.More = len(found) > listed
	slices.SortStableFunc(found, func(x, y Person) int { return y.rank(a.client) - x.rank(a.client) })
	for _, person := range found[:min(len(found), listed)] {
		if v.Hinted == nil || person.PID != hinted.PID {
			v.People = append(v.People, choice{person.PID.Digits(), person.Name, person.Description})
		}
	}
	for _, name := range levels() {
		if rank(name) >= rank(a.level) {
			short := strings.TrimPrefix(name, "idporten-loa-")
			v.Levels = append(v.Levels, level{Value: name, Text: v.T("level_" + short), Checked: name == a.level})
		}
	}
	v.Langs = p.langLinks(handle, query, a.lang)
	p.render(w, status, "people", v, "form-action 'self' "+originOf(a.redirectURI))
}

func (p *Provider) langLinks(handle, query string, current i18n.Lang) []langLink {
	names := map[i18n.Lang]string{i18n.NB: "Bokmål", i18n.NN: "Nynorsk", i18n.EN: "English"}
	var links []langLink
	for _, lang := range i18n.Offered() {
		if lang != current {
			q := url.Values{"request": {handle}, "lang": {string(lang)}}
			if query != "" {
				q.Set("q", query)
			}
			links = append(links, langLink{lang.Tag(), names[lang], p.address("/authorize/login") + "?" + q.Encode()})
		}
	}
	return links
}

func (p *Provider) showLogout(w http.ResponseWriter, lang i18n.Lang, frames []string, back string) {
	v := p.view(lang)
	v.Frames, v.Back = frames, back
	sources := make([]string, 0, len(frames))
	for _, f := range frames {
		sources = append(sources, originOf(f))
	}
	p.render(w, http.StatusOK, "logout", v, "frame-src 'self' "+strings.Join(sources, " "))
}

// problem shows a person what went wrong.
func (p *Provider) problem(w http.ResponseWriter, lang i18n.Lang, key string) {
	v := p.view(lang)
	v.Message = v.T(strings.TrimPrefix(key, "identity.idporten_"))
	p.render(w, http.StatusBadRequest, "problem", v, "form-action 'none'")
}

func (p *Provider) render(w http.ResponseWriter, status int, name string, v view, policy string) {
	var page bytes.Buffer
	if err := parsed().ExecuteTemplate(&page, name, v); err != nil {
		p.options.Log.Error("the fake ID-porten could not render a page", "page", name, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+policy)
	w.WriteHeader(status)
	if _, err := page.WriteTo(w); err != nil {
		p.options.Log.Warn("the fake ID-porten could not answer", "error", err)
	}
}

func (p *Provider) style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	if _, err := w.Write(stylesheet); err != nil {
		p.options.Log.WarnContext(r.Context(), "the fake ID-porten could not answer", "error", err)
	}
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "'none'"
	}
	return u.Scheme + "://" + u.Host
}
