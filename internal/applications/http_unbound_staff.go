package applications

import (
	"context"
	"net/http"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// unboundStaffRoutes registers what the staff see of applications without log-in.
func (p *pages) unboundStaffRoutes(r *web.Routes) {
	r.NavCount(ui.Staff, "applications.nav.unbound", "/work/unbound", PermUnboundList, p.UnboundWaiting)
	r.Page("GET /work/unbound", PermUnboundList, p.unboundList)
	r.Page("GET /work/unbound/{id}", PermUnboundRead, p.unboundOne)
	r.Form("POST /work/unbound/{id}/bind", PermUnboundBind, p.bindForVisitor)
	r.Form("POST /work/unbound/{id}/reject", PermUnboundReject, p.reject)
}

func (p *pages) unboundList(w http.ResponseWriter, r *http.Request) error {
	list, err := p.UnboundList(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "applications.unbound.list"))
	return web.Render(w, r, http.StatusOK, unboundListPage(props, p.unboundTable(r.Context(), list)))
}

func (p *pages) unboundTable(ctx context.Context, list []Unbound) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("applications.unbound.list"), HideCaption: true, RowHeader: true, Empty: words.T("applications.unbound.none"),
		Columns: []ui.Column{
			{Label: words.T("applications.receipt.reference"), Tight: true},
			{Label: words.T("applications.receipt.form")},
			{Label: words.T("applications.unbound.name")},
			{Label: words.T("applications.receipt.received"), Tight: true},
			{Label: words.T("applications.receipt.until"), Tight: true},
		},
	}
	titles := p.titles(ctx, list)
	for _, u := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: u.Reference, Href: "/work/unbound/" + u.ID},
			{Text: titles[u.ID]},
			{Text: u.About.Name},
			{Text: words.DateTime(u.ReceivedAt)},
			{Text: words.Date(clock.DateIn(u.ExpiresAt))},
		}})
	}
	return t
}

func (p *pages) unboundOne(w http.ResponseWriter, r *http.Request) error {
	return p.unboundOneWith(w, r, http.StatusOK, nil)
}

func (p *pages) unboundOneWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	v, err := p.UnboundByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), v.Kind.Title)+" "+v.Unbound.Reference)
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "applications.unbound.list"), Href: "/work/unbound"}, {Label: props.Title}}
	return web.Render(w, r, status, unboundStaffPage(props, v, r.PostFormValue("reason"), wrong))
}

func (p *pages) bindForVisitor(w http.ResponseWriter, r *http.Request) error {
	sent, err := p.BindAtCounter(r.Context(), r.PathValue("id"), Identified{Applicant: r.PostFormValue("applicant"), Subject: r.PostFormValue("subject")})
	if err != nil {
		return p.unboundWrong(w, r, err)
	}
	if sent.Waiting != "" {
		web.SetFlash(w, r, ui.Success, "applications.flash.bound_waiting")
		return web.Redirect(w, r, "/work/unbound")
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.registered")
	return web.Redirect(w, r, "/work/cases/"+sent.Case.ID)
}

func (p *pages) reject(w http.ResponseWriter, r *http.Request) error {
	if err := p.RejectUnbound(r.Context(), r.PathValue("id"), r.PostFormValue("reason")); err != nil {
		return p.unboundWrong(w, r, err)
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.rejected")
	return web.Redirect(w, r, "/work/unbound")
}

// unboundWrong shows the page again with what is wrong.
func (p *pages) unboundWrong(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.unboundOneWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	case errs.Is(err, errs.KindConflict):
		return p.unboundOneWith(w, r, http.StatusConflict, ui.Errors{{Text: web.Words(r.Context(), err)}})
	}
	return err
}
