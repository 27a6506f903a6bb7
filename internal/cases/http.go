package cases

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the case workers' pages.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Staff, "cases.nav.work", "/work", PermList)
	r.Page("GET /work", PermList, p.list)
	r.Page("GET /work/cases/{id}", PermRead, p.show)
	r.Stream("GET /work/cases/{id}/live", PermRead, p.live)
	r.Page("GET /work/cases/{id}/documents/{document}", PermRead, p.document)
	r.Page("GET /work/cases/{id}/log", PermLog, p.log)
	r.Form("POST /work/cases/{id}/assign", PermAssign, p.assign)
	r.Form("POST /work/cases/{id}/release", PermAssign, p.release)
	r.Form("POST /work/cases/{id}/ask", PermAsk, p.ask)
	r.Form("POST /work/cases/{id}/note", PermNote, p.note)
	r.Page("GET /work/cases/{id}/decision", PermDecide, p.editor)
	r.Form("POST /work/cases/{id}/decision", PermDecide, p.decide)
}

type pages struct{ *Service }

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := Filter{Text: q.Get("q"), Status: Status(q.Get("status")), Kind: q.Get("kind"), Assignee: q.Get("assignee")}
	f.Offset = (pageNumber(q) - 1) * pageSize
	if f.Assignee == "me" {
		f.Assignee = actorID(r.Context())
	}
	page, err := p.List(r.Context(), f)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(p.listProps(w, r, q, page), listTable(r.Context(), page.Cases, p.kinds)))
}

// maxPages bounds how far one can leaf: a search is the better way.
const maxPages = 200

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, maxPages)
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, message{})
}

// message is what was typed in one of the page's forms that was refused.
type message struct {
	form   string // "ask" or "note"
	text   string
	errors ui.Errors
}

func (m message) of(form string) (string, ui.Errors) {
	if m.form == form {
		return m.text, m.errors
	}
	return "", nil
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, m message) error {
	v, err := p.View(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Party {
		// A case worker who is a party to the case sees it as such, on her own pages.
		return web.Redirect(w, r, "/my/cases/"+v.Case.ID)
	}
	sent, err := p.sent(r.Context(), v.Case)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, workPage(p.caseProps(w, r, v), v, sent, m))
}

func (p *pages) live(w http.ResponseWriter, r *http.Request) error {
	return p.Follow(w, r, r.PathValue("id"))
}

// Follow streams the changes of a case to whoever may read it.
func (s *Service) Follow(w http.ResponseWriter, r *http.Request, id string) error {
	if err := s.mayRead(r.Context(), id); err != nil {
		return err
	}
	return web.Live(w, r, s.DB, Topic(id))
}

func (p *pages) document(w http.ResponseWriter, r *http.Request) error {
	return p.ServeDocument(w, r, r.PathValue("id"), r.PathValue("document"))
}

func (p *pages) log(w http.ResponseWriter, r *http.Request) error {
	c, looks, err := p.AccessLog(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "cases.log.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "cases.nav.work"), Href: "/work"}, {Label: c.Label(), Href: "/work/cases/" + c.ID}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, LogPage(props, c, looks))
}

func (p *pages) assign(w http.ResponseWriter, r *http.Request) error {
	_, err := p.AssignToMe(r.Context(), r.PathValue("id"), version(r))
	return p.back(w, r, err, "cases.flash.assigned")
}

func (p *pages) release(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Release(r.Context(), r.PathValue("id"), version(r))
	return p.back(w, r, err, "cases.flash.released")
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Ask(r.Context(), r.PathValue("id"), version(r), r.PostFormValue("text"))
	if errs.Is(err, errs.KindInvalid) {
		return p.showWith(w, r, http.StatusUnprocessableEntity, message{"ask", r.PostFormValue("text"), renamed(ui.ErrorsOf(r.Context(), err), "text", "ask")})
	}
	return p.back(w, r, err, "cases.flash.asked")
}

func (p *pages) note(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Note(r.Context(), r.PathValue("id"), r.PostFormValue("text"))
	if errs.Is(err, errs.KindInvalid) {
		return p.showWith(w, r, http.StatusUnprocessableEntity, message{"note", r.PostFormValue("text"), renamed(ui.ErrorsOf(r.Context(), err), "text", "note")})
	}
	return p.back(w, r, err, "cases.flash.noted")
}

// renamed makes the error summary link to the right one of two fields that are
// both posted as "text".
func renamed(list ui.Errors, from, to string) ui.Errors {
	for i := range list {
		if list[i].Name == from {
			list[i].Name = to
		}
	}
	return list
}

// back returns to the case after an act. Whoever was second sees the case as the
// first has left it, with a word about why.
func (p *pages) back(w http.ResponseWriter, r *http.Request, err error, done string) error {
	return Back(w, r, err, done, "/work/cases/"+url.PathEscape(r.PathValue("id")))
}

// Back answers an act on a case with a redirect to its page and a message.
func Back(w http.ResponseWriter, r *http.Request, err error, done, path string) error {
	switch {
	case errs.Is(err, errs.KindConflict):
		web.SetFlash(w, r, ui.Warning, errs.Of(err).Key)
	case err != nil:
		return err
	default:
		web.SetFlash(w, r, ui.Success, done)
	}
	return web.Redirect(w, r, path)
}

func version(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		// A form without a version is a conflict with whatever stands: -1 is no version.
		return -1
	}
	return n
}
