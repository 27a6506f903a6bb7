package applications

import (
	"context"
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// bindRoutes registers the pages on which one makes an application one's own.
func (p *pages) bindRoutes(r *web.Routes) {
	r.Page("GET /my/bind", access.LoggedIn, p.withDevice(p.bindPage))
	r.Form("POST /my/bind", access.LoggedIn, p.withDevice(p.lookToBind))
	r.Form("POST /my/bind/confirm", access.LoggedIn, p.withDevice(p.confirmBind))
}

// withDevice is onDevice for those who have logged in.
func (*pages) withDevice(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return h(w, r.WithContext(WithDevice(r.Context(), deviceIn(r))))
	}
}

func (p *pages) bindPage(w http.ResponseWriter, r *http.Request) error {
	return p.bindWith(w, r, http.StatusOK, nil)
}

func (p *pages) bindWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	here, err := p.OnDevice(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.bind.title"))
	return web.Render(w, r, status, bindFormPage(props, here, p.titles(r.Context(), here), wrong))
}

func (p *pages) titles(ctx context.Context, list []Unbound) map[string]string {
	titles := map[string]string{}
	for _, u := range list {
		if kind, ok := p.cases.Kinds().ByForm(u.Form); ok {
			titles[u.ID] = i18n.T(ctx, kind.Title)
		}
	}
	return titles
}

func proofOf(r *http.Request) Proof {
	return Proof{Code: r.PostFormValue("code"), ID: r.PostFormValue("id")}
}

func (p *pages) lookToBind(w http.ResponseWriter, r *http.Request) error {
	proof := proofOf(r)
	claim, err := p.Claim(r.Context(), proof)
	if errs.Is(err, errs.KindInvalid) {
		return p.bindWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	if claim.Done != nil {
		return toOutcome(w, r, *claim.Done)
	}
	return p.claimWith(w, r, http.StatusOK, claim, proof)
}

// toOutcome leads to what became of an application that is hers already.
func toOutcome(w http.ResponseWriter, r *http.Request, sent Sent) error {
	if sent.Waiting != "" {
		return web.Redirect(w, r, "/my/signatures/"+sent.Waiting)
	}
	return web.Redirect(w, r, "/my/cases/"+sent.Case.ID)
}

func (p *pages) claimWith(w http.ResponseWriter, r *http.Request, status int, c Claim, proof Proof) error {
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.bind.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "applications.bind.title"), Href: "/my/bind"}, {Label: c.Unbound.Reference}}
	return web.Render(w, r, status, claimPage(props, c, proof))
}

func (p *pages) confirmBind(w http.ResponseWriter, r *http.Request) error {
	proof := proofOf(r)
	sent, err := p.Bind(r.Context(), proof)
	switch _, there := alreadyIn(err); {
	case errs.Is(err, errs.KindInvalid):
		return p.bindWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	case there:
		return p.alreadyThere(w, r, err)
	case errs.Is(err, errs.KindConflict):
		claim, again := p.Claim(r.Context(), proof)
		if again != nil {
			return again
		}
		return p.claimWith(w, r, http.StatusConflict, claim, proof)
	case err != nil:
		return err
	case sent.Waiting != "":
		web.SetFlash(w, r, ui.Success, "applications.flash.waiting")
	default:
		web.SetFlash(w, r, ui.Success, "applications.flash.bound")
	}
	return toOutcome(w, r, sent)
}

func claimTerms(ctx context.Context, c Claim) []ui.Term {
	words := i18n.From(ctx)
	terms := []ui.Term{
		{Label: words.T("applications.receipt.reference"), Value: c.Unbound.Reference},
		{Label: words.T("applications.receipt.received"), Value: words.DateTime(c.Unbound.ReceivedAt)},
	}
	if c.Title != "" {
		terms = append([]ui.Term{{Label: words.T("applications.receipt.form"), Value: words.T(c.Title)}}, terms...)
	}
	if len(c.Wrong) == 0 {
		terms = append(terms, ui.Term{Label: words.T("applications.bind.about"), Value: personLabel(ctx, c.Subject)})
	}
	return terms
}

// wrongTexts say why an application cannot become hers.
func wrongTexts(ctx context.Context, c Claim) []string {
	list := make([]string, 0, len(c.Wrong))
	for _, key := range c.Wrong {
		list = append(list, i18n.T(ctx, key, "reason", c.Unbound.About.Reason, "reference", c.Unbound.Reference))
	}
	return list
}

// staffTerms are what was typed of the people, for the staff.
func staffTerms(ctx context.Context, v UnboundView) []ui.Term {
	words, a := i18n.From(ctx), v.Unbound.About
	given := func(number string) string {
		if number == "" {
			return words.T("applications.unbound.no_number")
		}
		return words.T("applications.unbound.has_number")
	}
	terms := []ui.Term{
		{Label: words.T("applications.receipt.received"), Value: words.DateTime(v.Unbound.ReceivedAt)},
		{Label: words.T("applications.receipt.until"), Value: words.Date(clock.DateIn(v.Unbound.ExpiresAt))},
		{Label: words.T("applications.unbound.name"), Value: a.Name},
		{Label: words.T("applications.unbound.born"), Value: words.Date(a.Born)},
		{Label: words.T("applications.unbound.number"), Value: given(a.Number)},
	}
	if a.Email != "" {
		terms = append(terms, ui.Term{Label: words.T("applications.unbound.email"), Value: a.Email})
	}
	if a.ChildName != "" {
		terms = append(terms,
			ui.Term{Label: words.T("applications.unbound.child_name"), Value: a.ChildName},
			ui.Term{Label: words.T("applications.unbound.child_born"), Value: words.Date(a.ChildBorn)},
			ui.Term{Label: words.T("applications.unbound.child_number"), Value: given(a.ChildNumber)})
	}
	return terms
}
