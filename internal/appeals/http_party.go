package appeals

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) form(w http.ResponseWriter, r *http.Request) error {
	return p.formWith(w, r, http.StatusOK, nil, nil)
}

func (p *pages) formWith(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong ui.Errors) error {
	mine, err := p.Mine(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !mine.Decided {
		return cases.Back(w, r, errs.Conflict("appeals.no_decision"), "", caseURL(r, "my"))
	}
	title := mine.about() + ".title"
	if mine.shows() {
		title = "appeals.mine.title"
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), title))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "mypage.title"), Href: "/my"}, {Label: mine.Case.Label(), Href: caseURL(r, "my")}, {Label: props.Title}}
	return web.Render(w, r, status, partyPage(props, formView{Mine: mine, typed: typed, wrong: wrong, action: caseURL(r, "my") + "/appeal"}))
}

func (p *pages) lodge(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Mine(r.Context(), r.PathValue("id")); err != nil {
		return err // before any file is taken in
	}
	in, err := p.read(r)
	if err == nil {
		_, err = p.Lodge(r.Context(), r.PathValue("id"), newOf(in))
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.formWith(w, r, web.Status(err), in.values, wrong)
	}
	return cases.Back(w, r, err, "appeals.flash.lodged", caseURL(r, "my"))
}

// confirm asks before something that is not done by mistake.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request, what string, can func(Mine) error, danger bool) error {
	ctx := r.Context()
	mine, err := p.Mine(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := can(mine); err != nil {
		return cases.Back(w, r, err, "", caseURL(r, "my"))
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "appeals."+what+".title"))
	return web.Render(w, r, http.StatusOK, ui.ConfirmPage(ui.ConfirmProps{
		Page: props, Text: i18n.T(ctx, "appeals."+what+".text"), CancelURL: caseURL(r, "my"), Form: ui.FormProps{Action: caseURL(r, "my") + "/appeal/" + what},
		Yes: ui.ButtonProps{Label: i18n.T(ctx, "appeals."+what+".yes"), Danger: danger},
	}))
}

func (p *pages) confirmWithdraw(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "withdraw", func(m Mine) error {
		if m.Appeal == nil || !m.Appeal.waiting() {
			return errs.Conflict("appeals.nothing_to_withdraw")
		}
		return nil
	}, true)
}

func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := p.Withdraw(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "appeals.flash.withdrawn", caseURL(r, "my"))
}

func (p *pages) confirmReasons(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "reasons", func(m Mine) error {
		if !m.MayAsk {
			return errs.Conflict("appeals.not_now.reasons")
		}
		return nil
	}, false)
}

func (p *pages) askReasons(w http.ResponseWriter, r *http.Request) error {
	err := p.AskReasons(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "appeals.flash.reasons_asked", caseURL(r, "my"))
}
