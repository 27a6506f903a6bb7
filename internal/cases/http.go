package cases

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
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
	r.Page("GET /work/cases/{id}/approval", PermApprove, p.approval)
	r.Form("POST /work/cases/{id}/approval", PermApprove, p.approve)
	r.Upload("POST /work/cases/{id}/answer", PermRegisterAnswer, maxSaid, p.registerAnswer)
	r.Form("POST /work/cases/{id}/respond", PermRegisterAnswer, p.registerResponse)
	r.Form("POST /work/cases/{id}/withdraw", PermRegisterAnswer, p.registerWithdrawal)
	r.Page("GET /work/cases/{id}/parties", PermParties, p.parties)
	r.Form("POST /work/cases/{id}/parties", PermParties, p.includeParty)
	r.Form("POST /work/cases/{id}/parties/end", PermParties, p.excludeParty)
	r.Form("POST /work/cases/{id}/parties/applicant", PermParties, p.replaceApplicant)
	r.Form("POST /work/cases/{id}/lapse", PermParties, p.lapse)
	r.Form("POST /work/assign", PermList, p.assignMany)
	r.Page("GET /work/mentions", PermList, p.mentions)
}

type pages struct{ *Service }

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := Filter{Text: q.Get("q"), Status: Status(q.Get("status")), Kind: q.Get("kind"), Assignee: q.Get("assignee")}
	f.Offset = (pageNumber(q) - 1) * pageSize
	if f.Assignee == "me" {
		f.Assignee = actorID(r.Context())
	}
	f.Proposed = q.Get("status") == keyProposed
	page, err := p.List(r.Context(), f)
	if err != nil {
		return err
	}
	v := p.listProps(w, r, q, page)
	if v.colleagues, err = p.AllColleagues(r.Context()); err != nil {
		return err
	}
	if v.standingIn, err = p.StandingInFor(r.Context()); err != nil {
		return err
	}
	if v.beside, err = p.beside(r.Context(), q); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(v, listTable(r.Context(), page.Cases, p.kinds)))
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
	form   string // "ask", "note", "assign", or one of those for what a party has said
	text   string
	typed  url.Values
	errors ui.Errors
	open   bool // nothing was refused: a text was put into it
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
	page := workView{View: v, message: m, today: clock.DateIn(p.DB.Clock().Now())}
	if page.sent, err = p.sent(r.Context(), v.Case); err != nil {
		return err
	}
	if page.colleagues, err = p.Colleagues(r.Context(), v.Case); err != nil {
		return err
	}
	if page.aid, err = p.aidFor(r.Context(), v); err != nil {
		return err
	}
	return web.Render(w, r, status, workPage(p.caseProps(w, r, v), page))
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

func (p *pages) release(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Release(r.Context(), r.PathValue("id"), version(r))
	return p.back(w, r, err, "cases.flash.released")
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("do") == doInsert+FieldQuestion {
		return p.insertQuestion(w, r)
	}
	_, err := p.PostQuestion(r.Context(), r.PathValue("id"), version(r), posting(r))
	if e := errs.Of(err); errs.Is(err, errs.KindInvalid) || e != nil && e.Key == "errs.conflict" {
		return p.askAgain(w, r, err)
	}
	return p.back(w, r, err, "cases.flash.asked")
}

// askAgain shows the case as it stands with the question that was refused in its form, and
// where none can be asked any more, what became of it.
func (p *pages) askAgain(w http.ResponseWriter, r *http.Request, err error) error {
	v, notRead := p.View(r.Context(), r.PathValue("id"))
	if notRead != nil {
		return notRead
	}
	if !v.May.Ask && errs.Is(err, errs.KindConflict) {
		return p.back(w, r, err, "")
	}
	return p.showWith(w, r, web.Status(err), refused(r, "ask", err))
}

func (p *pages) note(w http.ResponseWriter, r *http.Request) error {
	posting := posting(r)
	if person := r.PostFormValue("mention"); person != "" {
		posting.Mentions = []string{person}
	}
	_, err := p.PostNote(r.Context(), r.PathValue("id"), posting)
	if errs.Is(err, errs.KindInvalid) {
		return p.showWith(w, r, http.StatusUnprocessableEntity, refused(r, "note", err))
	}
	return p.back(w, r, err, "cases.flash.noted")
}

// posting is what was written in a form of a case's page.
func posting(r *http.Request) Posting {
	return Posting{Text: r.PostFormValue("text"), Key: r.PostFormValue(OnceField)}
}

// refused keeps what was written in a form that was refused.
func refused(r *http.Request, form string, err error) message {
	wrong, _ := web.FormErrors(r, err, "text")
	if e := errs.Of(err); e != nil && e.Kind == errs.KindConflict {
		wrong = ui.Errors{{Name: "text", Text: web.Words(r.Context(), err)}}
	}
	return message{form: form, text: r.PostFormValue("text"), errors: renamed(wrong, "text", form)}
}

// insertQuestion shows the page again with one of the department's texts in the
// question's form; nothing is asked yet.
func (p *pages) insertQuestion(w http.ResponseWriter, r *http.Request) error {
	var aid Aid
	err := p.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, r.PathValue("id"), false)
		if err != nil {
			return err
		}
		if err := p.Access.Check(ctx, PermAsk, c.resource()); err != nil {
			return err
		}
		aid, err = p.aid(ctx, tx, c, Decision{})
		return err
	})
	if err != nil {
		return err
	}
	text := aid.insert(FieldQuestion, r.PostFormValue("snippet_"+FieldQuestion), r.PostFormValue("text"))
	return p.showWith(w, r, http.StatusOK, message{form: "ask", text: text, open: true})
}

// aidFor is what helps to write the question.
func (p *pages) aidFor(ctx context.Context, v View) (aid Aid, err error) {
	if !v.May.Ask {
		return Aid{}, nil
	}
	err = p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		aid, err = p.aid(ctx, tx, v.Case, Decision{})
		return err
	})
	return aid, err
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

func version(r *http.Request) int64 { return versionOf(r.PostFormValue("version")) }

func versionOf(typed string) int64 {
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 1 {
		// A form without a version is a conflict with whatever stands: -1 is no version.
		return -1
	}
	return n
}
