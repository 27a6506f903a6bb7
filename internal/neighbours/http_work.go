package neighbours

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := Filter{Asked: q.Get("show") == "asked", Property: q.Get("property")}
	list, err := p.List(ctx, f)
	if err != nil {
		return err
	}
	props := ui.ListProps{
		Page: web.Props(w, r, ui.Staff, i18n.T(ctx, "neighbours.list.title")), Intro: i18n.T(ctx, "neighbours.list.intro"),
		Tabs: []ui.Tab{
			{Label: i18n.T(ctx, "neighbours.list.sent"), Href: "/work/notices", Current: !f.Asked},
			{Label: i18n.T(ctx, "neighbours.list.asked"), Href: "/work/notices?show=asked", Current: f.Asked},
		},
		Summary: i18n.T(ctx, "neighbours.list.summary", "count", len(list)),
	}
	return web.Render(w, r, http.StatusOK, listPage(listView{props: props, list: list, filter: f}))
}

func (p *pages) work(w http.ResponseWriter, r *http.Request) error {
	return p.workWith(w, r, http.StatusOK, typed{})
}

func (p *pages) workWith(w http.ResponseWriter, r *http.Request, status int, t typed) error {
	v, err := p.View(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Own {
		return web.Redirect(w, r, noticeURL(v.Notice.ID))
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "neighbours.page.title", "address", placeOf(v.Notice)))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "neighbours.nav_staff"), Href: "/work/notices"}, {Label: placeOf(v.Notice)}}
	return web.Render(w, r, status, workPage(props, senderView{View: v, typed: t}))
}

func workURL(r *http.Request) string { return "/work/notices/" + url.PathEscape(r.PathValue("id")) }

func (p *pages) register(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := p.read(r.Context(), r.PathValue("id"), PermRegister); err != nil {
		return err // before any file is taken in
	}
	in, err := p.posted(r)
	if err == nil {
		_, err = p.Register(r.Context(), r.PathValue("id"), r.PathValue("recipient"), replyOf(in))
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.workWith(w, r, web.Status(err), typed{form: r.PathValue("recipient"), values: in.values, wrong: wrong})
	}
	return cases.Back(w, r, err, "neighbours.flash.registered", workURL(r))
}

func (p *pages) answerExemption(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	grant := r.PostForm.Get("do") == "grant"
	_, err := p.AnswerExemption(r.Context(), r.PathValue("id"), version(r.PostForm), grant, r.PostForm.Get("reason"))
	wrong, ok := web.FormErrors(r, err, "files")
	if !ok {
		wrong, ok = p.meanwhile(r, err, r.PathValue("id"), PermExempt, "reason")
	}
	if ok {
		return p.workWith(w, r, web.Status(err), typed{form: "exemption", values: r.PostForm, wrong: wrong})
	}
	done := "neighbours.flash.refused"
	if grant {
		done = "neighbours.flash.exempted"
	}
	return cases.Back(w, r, err, done, workURL(r))
}
