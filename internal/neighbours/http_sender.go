package neighbours

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) mine(w http.ResponseWriter, r *http.Request) error {
	m, err := p.Mine(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, minePage(web.Props(w, r, ui.Resident, i18n.T(r.Context(), "neighbours.mine.title")), m))
}

// begin asks what is to be built on, or whether to look up the neighbours of what
// the address names: opening a page begins nothing.
func (p *pages) begin(w http.ResponseWriter, r *http.Request) error {
	return p.beginWith(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (p *pages) beginWith(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong ui.Errors) error {
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "neighbours.begin.title"))
	props.Breadcrumbs = crumbs(r, props.Title)
	return web.Render(w, r, status, beginPage(props, typed.Get("property"), typed.Get("draft"), typed.Get("again"), wrong))
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	n, err := p.Begin(r.Context(), Source{DraftID: r.PostForm.Get("draft"), Property: r.PostForm.Get("property"), Again: r.PostForm.Get("again") != ""})
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.beginWith(w, r, web.Status(err), r.PostForm, wrong)
	}
	if errs.Is(err, errs.KindConflict) {
		return cases.Back(w, r, err, "", "/my/notices")
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, noticeURL(n.ID))
}

func noticeURL(id string) string { return "/my/notices/" + url.PathEscape(id) }

func crumbs(r *http.Request, title string) []ui.Crumb {
	return []ui.Crumb{
		{Label: i18n.T(r.Context(), "mypage.title"), Href: "/my"}, {Label: i18n.T(r.Context(), "neighbours.nav"), Href: "/my/notices"}, {Label: title},
	}
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, typed{})
}

// typed is what was written in one of a page's forms that was refused.
type typed struct {
	form   string // "write", "exemption", or the id of a recipient
	values url.Values
	wrong  ui.Errors
}

// of returns what was typed, or else what stands.
func (t typed) of(form, name, stands string) string {
	if t.form != form {
		return stands
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
	v, err := p.View(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Own {
		return web.Redirect(w, r, "/work/notices/"+url.PathEscape(v.Notice.ID))
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "neighbours.page.title", "address", placeOf(v.Notice)))
	props.Breadcrumbs = crumbs(r, placeOf(v.Notice))
	if v.Notice.State == Draft {
		return web.Render(w, r, status, writePage(props, senderView{View: v, typed: t}))
	}
	return web.Render(w, r, status, statusPage(props, senderView{View: v, typed: t}))
}

// write keeps what is written, and shows what would be sent when that was pressed. What is
// missing is told then.
func (p *pages) write(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if _, _, err := p.read(ctx, id, PermWrite); err != nil {
		return err // before any file is taken in
	}
	in, err := p.posted(r)
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.showWith(w, r, web.Status(err), typed{form: "write", values: in.values, wrong: wrong})
	}
	if err != nil {
		return err
	}
	written := Writing{
		Description: in.values.Get("description"), Dispensations: in.values.Get("dispensations"), Contact: in.values.Get("contact"),
		Files: in.files, Remove: in.values.Get("remove"),
	}
	_, err = p.Write(ctx, id, version(in.values), written)
	onward := in.values.Get("do") == "send"
	if onward && p.writtenBefore(r, err, version(in.values), written) {
		return web.Redirect(w, r, noticeURL(id)+"/send")
	}
	if err == nil && onward {
		_, err = p.Ready(ctx, id)
	}
	wrong, ok := web.FormErrors(r, err, "files")
	if !ok {
		wrong, ok = p.meanwhile(r, err, id, PermWrite, "description")
	}
	switch {
	case ok:
		return p.showWith(w, r, web.Status(err), typed{form: "write", values: in.values, wrong: wrong})
	case err == nil && onward:
		return web.Redirect(w, r, noticeURL(id)+"/send")
	}
	return cases.Back(w, r, err, "neighbours.flash.saved", noticeURL(id))
}

// writtenBefore reports whether a conflict is the second of two presses: what stands is what
// was written, and it was written over the same version; or it is sent already.
func (p *pages) writtenBefore(r *http.Request, err error, version int64, w Writing) bool {
	if !errs.Is(err, errs.KindConflict) {
		return false
	}
	n, _, err := p.read(r.Context(), r.PathValue("id"), PermWrite)
	if err != nil || n.State == Sent {
		return err == nil
	}
	return n.State == Draft && n.Version == version+1 && n.Texts.Description == clean(w.Description) && n.Texts.Contact == clean(w.Contact) &&
		slices.Equal(n.Texts.Dispensations, lines(w.Dispensations, maxDispensations))
}

// confirm shows what is sent, to how many, by which ways and until when, before it is. What
// is missing is told on the page where it is written.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	n, err := p.Ready(ctx, id)
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.showWith(w, r, web.Status(err), typed{form: "write", values: writtenIn(n), wrong: wrong})
	}
	if errs.Is(err, errs.KindConflict) {
		return cases.Back(w, r, err, "", noticeURL(id))
	}
	if err != nil {
		return err
	}
	v, err := p.View(ctx, id)
	if err != nil {
		return err
	}
	if v.Notice.State != Draft {
		return web.Redirect(w, r, noticeURL(id))
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "neighbours.confirm.title"))
	props.Breadcrumbs = append(crumbs(r, placeOf(v.Notice)), ui.Crumb{Label: props.Title})
	props.Breadcrumbs[len(props.Breadcrumbs)-2].Href = noticeURL(id)
	return web.Render(w, r, http.StatusOK, confirmPage(props, senderView{View: v}))
}

// writtenIn is what a notice says as its form holds it.
func writtenIn(n Notice) url.Values {
	return url.Values{"description": {n.Texts.Description}, "dispensations": {joined(n.Texts.Dispensations)}, "contact": {n.Texts.Contact}}
}

// send sends what was shown: a notice that has been changed since is shown anew.
func (p *pages) send(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if _, _, err := p.read(ctx, id, PermWrite); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	_, err := p.Send(ctx, id, version(r.PostForm))
	if p.sentBefore(r, id, err) {
		err = nil
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		n, _, e := p.read(ctx, id, PermWrite)
		if e != nil {
			return e
		}
		return p.showWith(w, r, web.Status(err), typed{form: "write", values: writtenIn(n), wrong: wrong})
	}
	if e := errs.Of(err); e != nil && e.Key == "errs.conflict" {
		return cases.Back(w, r, err, "", noticeURL(id)+"/send")
	}
	return cases.Back(w, r, err, "neighbours.flash.sent", noticeURL(id))
}

// meanwhile is what is said of a field when somebody else's change came before, while the
// notice can still be written: what was typed then stays in the form.
func (p *pages) meanwhile(r *http.Request, err error, id string, perm access.Permission, field string) (ui.Errors, bool) {
	if e := errs.Of(err); e == nil || e.Key != "errs.conflict" {
		return nil, false
	}
	n, _, e := p.read(r.Context(), id, perm)
	return ui.Errors{{Name: field, Text: web.Words(r.Context(), err)}}, e == nil && n.State == Draft
}

// sentBefore reports whether a conflict is the second of two presses on "send".
func (p *pages) sentBefore(r *http.Request, id string, err error) bool {
	if !errs.Is(err, errs.KindConflict) {
		return false
	}
	n, _, err := p.read(r.Context(), id, PermWrite)
	return err == nil && n.State == Sent
}

func (p *pages) refresh(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Refresh(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "neighbours.flash.listed", noticeURL(r.PathValue("id")))
}

func (p *pages) bind(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Bind(r.Context(), r.PathValue("id"), r.PostFormValue("draft"))
	return cases.Back(w, r, err, "neighbours.flash.bound", noticeURL(r.PathValue("id")))
}

func (p *pages) comment(w http.ResponseWriter, r *http.Request) error {
	recipient := r.PostFormValue("recipient")
	_, err := p.Comment(r.Context(), r.PathValue("id"), recipient, r.PostFormValue("comment"))
	return p.back(w, r, err, recipient, "neighbours.flash.commented")
}

func (p *pages) brought(w http.ResponseWriter, r *http.Request) error {
	recipient := r.PostFormValue("recipient")
	_, err := p.Brought(r.Context(), r.PathValue("id"), recipient, r.PostFormValue("how"), dayIn(r.PostForm, "on"))
	return p.back(w, r, err, recipient, "neighbours.flash.brought")
}

func (p *pages) askExemption(w http.ResponseWriter, r *http.Request) error {
	_, err := p.AskExemption(r.Context(), r.PathValue("id"), r.PostFormValue("why"))
	return p.back(w, r, err, "exemption", "neighbours.flash.asked")
}

// back answers an act with the page again when what was written was refused.
func (p *pages) back(w http.ResponseWriter, r *http.Request, err error, form, done string) error {
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.showWith(w, r, web.Status(err), typed{form: form, values: r.PostForm, wrong: wrong})
	}
	return cases.Back(w, r, err, done, noticeURL(r.PathValue("id")))
}

func (p *pages) receipt(w http.ResponseWriter, r *http.Request) error {
	var out bytes.Buffer
	if err := p.Receipt(r.Context(), r.PathValue("id"), &out); err != nil {
		return err
	}
	servePDF(w, i18n.T(r.Context(), "neighbours.receipt.file")+".pdf", out.Bytes())
	return nil
}

func (p *pages) handLetter(w http.ResponseWriter, r *http.Request) error {
	var out bytes.Buffer
	if err := p.HandLetter(r.Context(), r.PathValue("id"), r.PathValue("recipient"), &out); err != nil {
		return err
	}
	servePDF(w, i18n.T(r.Context(), "neighbours.hand.file")+".pdf", out.Bytes())
	return nil
}

func (p *pages) document(w http.ResponseWriter, r *http.Request) error {
	content, d, err := p.OpenFor(r.Context(), r.PathValue("id"), r.PathValue("drawing"))
	return serve(w, content, d, err)
}
