package appeals

import (
	"io"
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, typed{})
}

// typed is what was written in one of the page's forms that was refused.
type typed struct {
	form   string // "late", "prepare", "approval", "handed" or "answer"
	values url.Values
	wrong  ui.Errors
}

func (t typed) of(form, name string) string {
	if t.form != form {
		return ""
	}
	return t.values.Get(name)
}

func (t typed) errors(form string) ui.Errors {
	if t.form != form {
		return nil
	}
	return t.wrong
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, t typed) error {
	ctx := r.Context()
	v, err := p.View(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Case.IsParty(appellant(ctx, v.Case)) {
		return web.Redirect(w, r, "/my/cases/"+v.Case.ID)
	}
	title := i18n.T(ctx, "appeals.page.title", "number", v.Case.Label())
	props := web.Props(w, r, ui.Staff, title)
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "appeals.nav"), Href: "/work/appeals"}, {Label: v.Case.Label(), Href: "/work/cases/" + v.Case.ID}, {Label: i18n.T(ctx, "appeals.panel.title")},
	}
	return web.Render(w, r, status, appealPage(props, workView{View: v, typed: t, kinds: p.Cases.Kinds()}))
}

// done answers an act on an appeal: with the page again when what was written was
// refused, otherwise with a word about it.
func (p *pages) done(w http.ResponseWriter, r *http.Request, form string, values url.Values, err error, flash string) error {
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.showWith(w, r, web.Status(err), typed{form, values, wrong})
	}
	return cases.Back(w, r, err, flash, "/work/appeals/"+url.PathEscape(r.PathValue("id")))
}

func (p *pages) acceptLate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.Unreadable(err)
	}
	_, err := p.AcceptLate(r.Context(), r.PathValue("id"), version(r.PostForm), r.PostForm.Get("late_answer"))
	return p.done(w, r, "late", r.PostForm, err, "appeals.flash.late_accepted")
}

func (p *pages) prepare(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.Unreadable(err)
	}
	v := r.PostForm
	a, err := p.Prepare(r.Context(), r.PathValue("id"), version(v), Preparation{
		Verdict: Verdict(v.Get("verdict")), Statement: v.Get("statement"), Body: v.Get("body"), Address: v.Get("address"),
	})
	flash := "appeals.flash." + string(a.State)
	if a.State == Changed {
		flash += a.variant()
	}
	if a.Proposed != "" {
		flash = "appeals.flash.proposed"
	}
	return p.done(w, r, "prepare", v, err, flash)
}

func (p *pages) registerWithdrawal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.Unreadable(err)
	}
	_, err := p.RegisterWithdrawal(r.Context(), r.PathValue("id"), version(r.PostForm))
	return p.done(w, r, "", nil, err, "appeals.flash.withdrawn_by_staff")
}

func (p *pages) approve(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.Unreadable(err)
	}
	id, v := r.PathValue("id"), r.PostForm
	if v.Get("do") == "back" {
		_, err := p.SendBack(r.Context(), id, version(v), v.Get("comment"))
		return p.done(w, r, "approval", v, err, "appeals.flash.sent_back")
	}
	a, err := p.Approve(r.Context(), id, version(v))
	return p.done(w, r, "approval", v, err, "appeals.flash."+string(a.State))
}

func (p *pages) handOver(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.Unreadable(err)
	}
	h := Handed{How: How(r.PostForm.Get("handed_how"))}
	if day, err := clock.ParseDate(r.PostForm.Get("handed_on")); err == nil {
		h.On = day
	}
	_, err := p.HandOver(r.Context(), r.PathValue("id"), version(r.PostForm), h)
	return p.done(w, r, "handed", r.PostForm, err, "appeals.flash.forwarded")
}

func (p *pages) answer(w http.ResponseWriter, r *http.Request) error {
	v, err := p.View(r.Context(), r.PathValue("id"))
	if err == nil {
		err = p.check(r.Context(), PermPrepare, v.Appeal.ID, v.Case)
	}
	if err != nil {
		return err // before any file is taken in
	}
	in, err := p.read(r)
	if err == nil {
		answer := BodyAnswer{Answer: Answer(in.values.Get("answer")), Text: in.values.Get("text"), Files: in.files}
		if day, e := clock.ParseDate(in.values.Get("answered_on")); e == nil {
			answer.On = day
		}
		_, err = p.RegisterAnswer(r.Context(), r.PathValue("id"), version(in.values), answer)
	}
	return p.done(w, r, "answer", in.values, err, "appeals.flash.answered")
}

// takePackage sends the package, as it is read from the store.
func (p *pages) takePackage(w http.ResponseWriter, r *http.Request) error {
	content, d, err := p.OpenPackage(r.Context(), r.PathValue("id"))
	if errs.Is(err, errs.KindConflict) {
		return p.done(w, r, "", nil, err, "")
	}
	if err != nil {
		return err
	}
	blob.SetHeaders(w.Header(), d)
	web.TakesTime(w)
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, content); err != nil {
		p.Log.InfoContext(r.Context(), "a package was not sent whole", "error", err)
	}
	return content.Close()
}

func (p *pages) registerForm(w http.ResponseWriter, r *http.Request) error {
	return p.registerWith(w, r, http.StatusOK, nil, nil)
}

func (p *pages) registerWith(w http.ResponseWriter, r *http.Request, status int, values url.Values, wrong ui.Errors) error {
	desk, err := p.Desk(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !desk.Decided {
		return cases.Back(w, r, errs.Conflict("appeals.no_decision"), "", caseURL(r, "work"))
	}
	props := deskProps(w, r, desk, "appeals.register.title")
	return web.Render(w, r, status, registerPage(props, formView{Mine: desk, typed: values, wrong: wrong, action: caseURL(r, "work") + "/appeal", staff: true}))
}

func deskProps(w http.ResponseWriter, r *http.Request, desk Mine, title string) ui.PageProps {
	ctx := r.Context()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, title))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: desk.Case.Label(), Href: caseURL(r, "work")}, {Label: props.Title}}
	return props
}

func (p *pages) register(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Desk(r.Context(), r.PathValue("id")); err != nil {
		return err // before any file is taken in
	}
	in, err := p.read(r)
	var a Appeal
	if err == nil {
		a, err = p.Register(r.Context(), r.PathValue("id"), newOf(in))
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.registerWith(w, r, web.Status(err), in.values, wrong)
	}
	if err != nil {
		return cases.Back(w, r, err, "", caseURL(r, "work"))
	}
	return cases.Back(w, r, nil, "appeals.flash.registered", "/work/appeals/"+a.ID)
}

func (p *pages) reasonsForm(w http.ResponseWriter, r *http.Request) error {
	return p.reasonsWith(w, r, http.StatusOK, "", nil)
}

func (p *pages) reasonsWith(w http.ResponseWriter, r *http.Request, status int, text string, wrong ui.Errors) error {
	desk, err := p.Desk(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !desk.ReasonsAsked && text == "" {
		return cases.Back(w, r, errs.Conflict("appeals.not_now.give_reasons"), "", caseURL(r, "work"))
	}
	return web.Render(w, r, status, reasonsPage(deskProps(w, r, desk, "appeals.give.title"), caseURL(r, "work")+"/reasons", text, wrong))
}

func (p *pages) giveReasons(w http.ResponseWriter, r *http.Request) error {
	text := r.PostFormValue("reasons")
	err := p.GiveReasons(r.Context(), r.PathValue("id"), text)
	wrong, refused := web.FormErrors(r, err, "reasons")
	if errs.Is(err, errs.KindConflict) { // a colleague was first: what was typed is not lost
		wrong, refused = ui.Errors{{Name: "reasons", Text: web.Words(r.Context(), err)}}, true
	}
	if refused {
		return p.reasonsWith(w, r, web.Status(err), text, wrong)
	}
	return cases.Back(w, r, err, "appeals.flash.reasons_given", caseURL(r, "work"))
}

// registerReasons writes down that a party asks for the reasons.
func (p *pages) registerReasons(w http.ResponseWriter, r *http.Request) error {
	day, err := clock.ParseDate(r.PostFormValue("asked_on"))
	if err != nil || day.IsZero() {
		err = errs.InvalidFields(errs.Field{Name: "asked_on", Key: "appeals.need.asked_on"})
	} else {
		err = p.RegisterReasons(r.Context(), r.PathValue("id"), r.PostFormValue("party"), day)
	}
	if wrong, ok := web.FormErrors(r, err, "party"); ok {
		return p.registerWith(w, r, web.Status(err), r.PostForm, wrong)
	}
	return cases.Back(w, r, err, "appeals.flash.reasons_registered", caseURL(r, "work"))
}

func (p *pages) bodies(w http.ResponseWriter, r *http.Request) error {
	return p.bodiesWith(w, r, http.StatusOK, nil, nil)
}

func (p *pages) bodiesWith(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong ui.Errors) error {
	ctx := r.Context()
	department := r.FormValue("department")
	list, err := p.Bodies(ctx, department)
	if err != nil {
		return err
	}
	departments, err := p.Arranged(ctx)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "appeals.bodies.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "appeals.nav"), Href: "/work/appeals"}, {Label: props.Title}}
	return web.Render(w, r, status, bodiesPage(props, bodiesView{department, list, departments, p.Cases.Kinds(), typed, wrong}))
}

func (p *pages) setBody(w http.ResponseWriter, r *http.Request) error {
	b := Body{Department: r.PostFormValue("department"), Kind: r.PostFormValue("kind"), Name: r.PostFormValue("name"), Address: r.PostFormValue("address")}
	err := p.SetBody(r.Context(), b)
	if wrong, ok := web.FormErrors(r, err, "name"); ok {
		for i := range wrong {
			wrong[i].Name += "-" + b.Kind // every kind has its own form
		}
		return p.bodiesWith(w, r, web.Status(err), r.PostForm, wrong)
	}
	return cases.Back(w, r, err, "appeals.flash.body_named", "/work/appeal-bodies?department="+url.QueryEscape(b.Department))
}
