package applications

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxUpload bounds one post of a page: a file of 50 MB and the answers beside it.
const maxUpload = 52 << 20

// Routes registers the applicants' pages.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /{$}", access.Public, p.front)
	r.Page("GET /apply/{form}", PermStart, p.begin)
	r.Form("POST /apply/{form}", PermStart, p.start)
	r.Page("GET /drafts/{id}", PermRead, p.resume)
	r.Page("GET /drafts/{id}/pages/{page}", PermRead, p.show)
	r.Upload("POST /drafts/{id}/pages/{page}", PermWrite, maxUpload, p.save)
	p.uploadRoutes(r)
	r.Page("GET /drafts/{id}/summary", PermRead, p.summary)
	r.Form("POST /drafts/{id}/submit", PermSubmit, p.submit)
	r.Page("GET /drafts/{id}/delete", PermWrite, p.confirmDelete)
	r.Form("POST /drafts/{id}/delete", PermWrite, p.delete)
	p.cosignRoutes(r)
	p.counterRoutes(r)
	p.unboundRoutes(r)
	p.bindRoutes(r)
	p.unboundStaffRoutes(r)
	p.newerRoutes(r)
}

type pages struct{ *Service }

// What the buttons of a form page say.
const (
	buttonName   = "do"
	doNext       = "next"
	doPrevious   = "previous"
	doLater      = "later"
	doUpload     = "upload"
	removeFile   = "remove_file" // value: field/document
	versionField = "version"
	versionReply = "X-Draft-Version"
)

// front is the municipality's front page: what one can do here.
func (p *pages) front(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	props := web.Props(w, r, ui.Resident, "")
	props.Title = props.Tenant.Name
	front := ui.FrontProps{Page: props, Title: i18n.T(ctx, "applications.front.services"), Hero: ui.HeroProps{
		Title: i18n.T(ctx, "applications.front.title"), Intro: i18n.T(ctx, "applications.front.intro", "municipality", props.Tenant.Name),
		Actions: []ui.LinkButtonProps{{Label: i18n.T(ctx, "applications.front.my_page"), Href: "/my", Icon: "person"}},
	}}
	for _, kind := range p.Offered(ctx) {
		front.Services = append(front.Services, ui.LinkCardProps{Title: i18n.T(ctx, kind.Title), Text: i18n.T(ctx, kind.Intro), Href: "/apply/" + kind.Form, Icon: kind.Icon})
	}
	for _, kind := range p.Offered(ctx) {
		if also := kind.Also; also.Href != "" {
			front.Services = append(front.Services, ui.LinkCardProps{Title: i18n.T(ctx, also.Title), Text: i18n.T(ctx, also.Text), Href: also.Href, Icon: "building"})
		}
	}
	front.Services = append(front.Services, ui.LinkCardProps{Title: i18n.T(ctx, "applications.front.map"), Text: i18n.T(ctx, "applications.front.map_text"), Href: "/map", Icon: "map"})
	front.Services = append(front.Services, ui.LinkCardProps{Title: i18n.T(ctx, "applications.front.follow"), Text: i18n.T(ctx, "applications.front.follow_text"), Href: "/my", Icon: "folder"})
	return web.Render(w, r, http.StatusOK, frontPage(front, unboundCards(ctx, p.UnboundKinds(ctx))))
}

func (p *pages) begin(w http.ResponseWriter, r *http.Request) error {
	return p.beginWith(w, r, http.StatusOK, nil)
}

func (p *pages) beginWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	definition, children, err := p.Subjects(r.Context(), r.PathValue("form"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, definition.Title.In(i18n.LangOf(r.Context())))
	register, err := p.RegisterState(r.Context())
	if err != nil {
		return err
	}
	register.Unbound = p.TakesUnbound(r.Context(), definition.Key)
	return web.Render(w, r, status, beginPage(props, definition, children, register, append(p.carried(r), forWhom(r.Context())), wrong))
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	form, subject := r.PathValue("form"), r.PostFormValue("subject")
	if made := r.PostFormValue(forField); made != "" && made != identity.From(r.Context()).Author() {
		return p.beginWith(w, r, http.StatusConflict, ui.Errors{{Text: otherAuthor(r.Context())}})
	}
	if subject == "" {
		definition, _, err := p.Subjects(r.Context(), form)
		if err != nil {
			return err
		}
		if definition.Subject == forms.SubjectChild {
			wrong := ui.Errors{{Name: "subject", Text: i18n.T(r.Context(), "applications.begin.need_child")}}
			return p.beginWith(w, r, http.StatusUnprocessableEntity, wrong)
		}
	}
	begin := p.Start
	if r.PostFormValue("anyway") == "true" {
		begin = p.StartAnyway
	}
	draft, err := begin(r.Context(), form, subject)
	if err != nil {
		return p.alreadyThere(w, r, err)
	}
	return web.Redirect(w, r, p.firstPage(r, draft))
}

// forField holds for whom a page was made. Whoever ends acting for another in one tab,
// or loses the right to, must not begin an application in her own name in the next.
const forField = "for"

func forWhom(ctx context.Context) ui.HiddenValue {
	return ui.HiddenValue{Name: forField, Value: identity.From(ctx).Author()}
}

// otherAuthor tells that one acts for somebody else now than when the page was made.
func otherAuthor(ctx context.Context) string {
	if actor := identity.From(ctx); actor.Author() != actor.PersonID {
		return i18n.T(ctx, "applications.begin.now_for", "name", actor.OnBehalfName)
	}
	return i18n.T(ctx, "applications.begin.now_self")
}

// base is below which the draft's pages stand.
func (o Opened) base() string {
	if o.Unbound.ID != "" {
		return "/unbound/" + url.PathEscape(o.Draft.ID)
	}
	return "/drafts/" + url.PathEscape(o.Draft.ID)
}

// page is the address of one of its pages.
func (o Opened) page(page string) string { return o.base() + "/pages/" + url.PathEscape(page) }

// sent is where one is led who comes back to what is sent.
func (o Opened) sent() string {
	if o.Unbound.ID != "" {
		return o.base() + "/receipt"
	}
	return "/my"
}

func pagePath(draft, page string) string {
	return "/drafts/" + url.PathEscape(draft) + "/pages/" + url.PathEscape(page)
}

func (p *pages) resume(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if o.Draft.Submission != "" {
		return web.Redirect(w, r, o.sent())
	}
	return web.Redirect(w, r, o.page(o.Draft.Page))
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if o.Draft.Submission != "" {
		// The back button after sending leads here; what was sent is on My page.
		return web.Redirect(w, r, o.sent())
	}
	var wrong []errs.Field
	if r.URL.Query().Has("check") {
		wrong = o.Definition.ValidatePage(r.PathValue("page"), o.Draft.Answers, o.Env)
	}
	return p.showWith(w, r, http.StatusOK, o, wrong)
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, o Opened, wrong []errs.Field) error {
	view, err := o.Definition.View(r.PathValue("page"), o.Draft.Answers, wrong, o.Env, i18n.From(r.Context()))
	if err != nil {
		return err
	}
	props := formProps(r.Context(), o.note(r.Context(), web.Props(w, r, ui.Resident, view.PageTitle)), o, view)
	for _, e := range wrong {
		if e.Name == "" { // what concerns the page and no field, as that another tab was first
			props.Errors = append(props.Errors, ui.FieldError{Text: i18n.T(r.Context(), e.Key, e.Args...)})
		}
	}
	return web.Render(w, r, status, formPage(props, view))
}

// save keeps a page and goes where the button leads. What is wrong is kept too,
// and shown when one wants to go on.
func (p *pages) save(w http.ResponseWriter, r *http.Request) error {
	if err := p.mayWrite(r.Context(), r.PathValue("id")); err != nil {
		return err // before any file is taken in
	}
	posted, err := p.read(r)
	if err != nil {
		return err
	}
	id, page := r.PathValue("id"), r.PathValue("page")
	o, err := p.SavePage(r.Context(), id, posted.version(), page, posted.values)
	if err != nil {
		return p.refused(w, r, o, err)
	}
	if r.Header.Get("X-Requested-With") != "" {
		w.Header().Set(versionReply, strconv.FormatInt(o.Draft.Version, 10))
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	wrong, err := p.takeFiles(r.Context(), id, posted)
	if err != nil {
		return err
	}
	return p.onward(w, r, id, posted.values, wrong)
}

// refused shows the page again, with what the other tab has saved when both
// changed it.
func (p *pages) refused(w http.ResponseWriter, r *http.Request, o Opened, err error) error {
	if !errs.Is(err, errs.KindConflict) || r.Header.Get("X-Requested-With") != "" || o.Definition == nil {
		return err
	}
	if o.Draft.Submission != "" {
		return web.Redirect(w, r, o.sent())
	}
	return p.showWith(w, r, http.StatusConflict, o, []errs.Field{{Key: errs.Of(err).Key}})
}

// onward goes where the button leads after the page is saved.
func (p *pages) onward(w http.ResponseWriter, r *http.Request, id string, form url.Values, wrong []errs.Field) error {
	o, err := p.Open(r.Context(), id)
	if err != nil {
		return err
	}
	page, do := r.PathValue("page"), form.Get(buttonName)
	stays := form.Has(forms.AddButton) || form.Has(forms.RemoveButton) || form.Has(removeFile) || do == doUpload
	if !stays && do == doNext {
		wrong = append(wrong, o.Definition.ValidatePage(page, o.Draft.Answers, o.Env)...)
	}
	if len(wrong) > 0 {
		return p.showWith(w, r, http.StatusUnprocessableEntity, o, wrong)
	}
	view, err := o.Definition.View(page, o.Draft.Answers, nil, o.Env, i18n.From(r.Context()))
	if err != nil {
		return err
	}
	switch {
	case stays:
		return web.Redirect(w, r, o.page(page))
	case do == doLater:
		web.SetFlash(w, r, ui.Success, "applications.flash.saved")
		return web.Redirect(w, r, o.home())
	case do == doPrevious && view.Previous != "":
		return web.Redirect(w, r, o.page(view.Previous))
	case do == doNext && view.Next == "":
		return web.Redirect(w, r, o.base()+"/summary")
	case do == doNext:
		return web.Redirect(w, r, o.page(view.Next))
	}
	return web.Redirect(w, r, o.page(page))
}

func (p *pages) summary(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if o.Draft.Submission != "" {
		return web.Redirect(w, r, o.sent())
	}
	return p.summaryWith(w, r, http.StatusOK, o, nil)
}

func (p *pages) summaryWith(w http.ResponseWriter, r *http.Request, status int, o Opened, wrong ui.Errors) error {
	ctx := r.Context()
	props := o.note(ctx, web.Props(w, r, ui.Resident, i18n.T(ctx, "applications.summary.title")))
	signers, err := p.Signers(ctx, o)
	if err != nil {
		return err
	}
	missing := o.Definition.Validate(o.Draft.Answers, o.Env)
	summary := o.Definition.Summarise(o.Draft.Answers, o.Env, i18n.From(ctx))
	return web.Render(w, r, status, summaryPage(summaryProps(ctx, props, o, summary), o, summary, missingOf(ctx, o.Definition, missing), names(signers), wrong))
}

func (p *pages) submit(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if c, again, err := p.SentAtCounter(r.Context(), id); err != nil || again {
		return cases.Back(w, r, err, "applications.flash.registered", "/work/cases/"+c.ID)
	}
	o, err := p.Open(r.Context(), id)
	if err != nil {
		return err
	}
	if r.PostFormValue("declaration") != "true" && o.Draft.Submission == "" {
		wrong := ui.Errors{{Name: "declaration", Text: i18n.T(r.Context(), "applications.summary.need_declaration")}}
		return p.summaryWith(w, r, http.StatusUnprocessableEntity, o, wrong)
	}
	sent, err := p.Send(r.Context(), id)
	if errs.Is(err, errs.KindInvalid) {
		return p.summaryWith(w, r, http.StatusUnprocessableEntity, o, nil)
	}
	if err != nil {
		return p.alreadyThere(w, r, err)
	}
	return p.afterSending(w, r, o, sent)
}

func (p *pages) afterSending(w http.ResponseWriter, r *http.Request, o Opened, sent Sent) error {
	switch {
	case sent.Waiting != "":
		web.SetFlash(w, r, ui.Success, "applications.flash.waiting")
		return web.Redirect(w, r, "/my/signatures/"+sent.Waiting)
	case o.Counter.Draft != "":
		web.SetFlash(w, r, ui.Success, "applications.flash.registered")
		return web.Redirect(w, r, "/work/cases/"+sent.Case.ID)
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.sent")
	return web.Redirect(w, r, "/my/cases/"+sent.Case.ID)
}

func (p *pages) confirmDelete(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "applications.delete.title"))
	return web.Render(w, r, http.StatusOK, ui.ConfirmPage(ui.ConfirmProps{
		Page: props, Text: i18n.T(ctx, "applications.delete.text"), CancelURL: o.page(o.Draft.Page),
		Form: ui.FormProps{Action: o.base() + "/delete"},
		Yes:  ui.ButtonProps{Label: i18n.T(ctx, "applications.delete.yes"), Danger: true},
	}))
}

func (p *pages) delete(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := p.Delete(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.deleted")
	return web.Redirect(w, r, o.home())
}
