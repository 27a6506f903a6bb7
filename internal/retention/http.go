package retention

import (
	"io"
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	takeoutPath = "/my/takeout"
	rulesPath   = "/my/retention"
	reportPath  = "/admin/retention"
)

// Routes registers the pages: a person's own, and those of the staff.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET "+rulesPath, access.LoggedIn, p.ruleList)
	r.Page("GET "+takeoutPath, PermAsk, p.takeouts)
	r.Form("POST "+takeoutPath, PermAsk, p.ask)
	r.Page("GET "+takeoutPath+"/{id}/file", PermTakeout, p.fetch)
	r.Page("GET "+reportPath, PermReport, p.report)
	r.Form("POST /work/cases/{id}/hold", PermHold, p.setHold)
	r.Form("POST /work/cases/{id}/hold/release", PermHold, p.release)
}

type pages struct{ *Service }

// mine is the shell of a page below the person's own.
func (*pages) mine(w http.ResponseWriter, r *http.Request, key string) ui.PageProps {
	ctx := r.Context()
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, key))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "retention.my_page"), Href: "/my"}, {Label: props.Title}}
	return props
}

// ruleList tells how long what is kept. The rules are nobody's data.
func (p *pages) ruleList(w http.ResponseWriter, r *http.Request) error {
	props := p.mine(w, r, "retention.rules.title")
	return web.Render(w, r, http.StatusOK, rulesPage(props, rulesTable(r.Context(), p.Cases.Kinds(), p.Rules(r.Context()))))
}

func (p *pages) takeouts(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Takeouts(r.Context())
	if err != nil {
		return err
	}
	fresh, err := p.Fresh(r.Context())
	if err != nil {
		return err
	}
	choices, err := p.Choices(r.Context())
	if err != nil {
		return err
	}
	v := takeoutView{list: list, choices: choices, fresh: fresh, now: p.DB.Clock().Now()}
	return web.Render(w, r, http.StatusOK, takeoutsPage(p.mine(w, r, "retention.takeout.title"), v))
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Ask(r.Context(), r.PostFormValue("person")); err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "retention.flash.asked")
	return web.Redirect(w, r, takeoutPath)
}

// loginAnew is where one proves once more who one is.
func loginAnew() string {
	return "/login?prompt=login&return=" + url.QueryEscape(takeoutPath)
}

func (p *pages) fetch(w http.ResponseWriter, r *http.Request) error {
	content, d, err := p.Fetch(r.Context(), r.PathValue("id"))
	if e := errs.Of(err); e != nil && e.Key == errStale.Key {
		return web.Redirect(w, r, loginAnew())
	}
	if err != nil {
		return err
	}
	blob.SetHeaders(w.Header(), d)
	w.Header().Set("Cache-Control", "no-store")
	web.TakesTime(w)
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, content); err != nil {
		p.Log.InfoContext(r.Context(), "a copy was not sent whole", "error", err)
	}
	return content.Close()
}

func (p *pages) report(w http.ResponseWriter, r *http.Request) error {
	report, err := p.Report(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "retention.report.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "staff.title"), Href: "/admin"}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, reportPage(props, reportView{Report: report, kinds: p.Cases.Kinds()}))
}

func (p *pages) setHold(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := p.SetHold(r.Context(), id, Reason(r.PostFormValue("reason")))
	if errs.Is(err, errs.KindInvalid) {
		web.SetFlash(w, r, ui.Warning, "retention.hold.need_reason")
		return web.Redirect(w, r, "/work/cases/"+id)
	}
	return cases.Back(w, r, err, "retention.flash.held", "/work/cases/"+id)
}

func (p *pages) release(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	return cases.Back(w, r, p.Release(r.Context(), id), "retention.flash.released", "/work/cases/"+id)
}
