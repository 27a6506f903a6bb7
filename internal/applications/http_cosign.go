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

// cosignRoutes registers the pages on which the other guardian signs.
func (p *pages) cosignRoutes(r *web.Routes) {
	r.Page("GET /my/signatures", access.LoggedIn, p.signatures)
	r.Page("GET /my/signatures/{id}", PermSignatureRead, p.signature)
	r.Form("POST /my/signatures/{id}", PermSignatureAnswer, p.sign)
	r.Page("GET /my/signatures/{id}/decline", PermSignatureRead, p.confirmDecline)
	r.Form("POST /my/signatures/{id}/decline", PermSignatureAnswer, p.decline)
	r.Form("POST /my/signatures/{id}/withdraw", PermSignatureWithdraw, p.takeBack)
}

func (p *pages) signatures(w http.ResponseWriter, r *http.Request) error {
	toSign, asked, err := p.Signatures(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.sign.title"))
	return web.Render(w, r, http.StatusOK, signaturesPage(props, p.signatureRows(r.Context(), toSign, false), p.signatureRows(r.Context(), asked, true)))
}

// signatureRows are the signatures as a list of cards shows them.
func (p *pages) signatureRows(ctx context.Context, list []Signature, asked bool) []ui.LinkCardProps {
	words := i18n.From(ctx)
	rows := make([]ui.LinkCardProps, 0, len(list))
	for _, g := range list {
		title := g.Form
		if kind, ok := p.cases.Kinds().ByForm(g.Form); ok {
			title = words.T(kind.Title)
		}
		who, key := g.ApplicantName, "applications.sign.from"
		if asked {
			who, key = g.SignerName, "applications.sign.by"
		}
		rows = append(rows, ui.LinkCardProps{
			Title: title + ": " + g.SubjectName, Href: "/my/signatures/" + g.Submission, Icon: "pencil",
			Text:   words.T(key, "name", who, "date", words.Date(clock.DateIn(g.AskedAt))),
			Status: ui.TagProps{Status: tagOf(g.Status), Label: words.T("applications.signature." + string(g.Status))},
		})
	}
	return rows
}

func (p *pages) signature(w http.ResponseWriter, r *http.Request) error {
	return p.signatureWith(w, r, http.StatusOK, nil)
}

func (p *pages) signatureWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	v, err := p.Signature(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Signature.Case != "" && wrong == nil {
		return web.Redirect(w, r, "/my/cases/"+v.Signature.Case)
	}
	props := web.Props(w, r, ui.Resident, v.Title+": "+v.Signature.SubjectName)
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "applications.sign.title"), Href: "/my/signatures"}, {Label: props.Title}}
	return web.Render(w, r, status, signaturePage(props, v, wrong))
}

func (p *pages) sign(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("confirm") != "true" {
		// The page asks access, and records the look, before it shows what is missing.
		return p.signatureWith(w, r, http.StatusUnprocessableEntity, ui.Errors{{Name: "confirm", Text: i18n.T(r.Context(), "applications.sign.need_confirm")}})
	}
	c, err := p.Sign(r.Context(), r.PathValue("id"))
	if err != nil {
		return p.conflicted(w, r, err)
	}
	if c.ID == "" {
		web.SetFlash(w, r, ui.Success, "applications.flash.signed")
		return web.Redirect(w, r, "/my/signatures")
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.signed_sent")
	return web.Redirect(w, r, "/my/cases/"+c.ID)
}

// conflicted shows the page as it now is when somebody was first.
func (p *pages) conflicted(w http.ResponseWriter, r *http.Request, err error) error {
	if !errs.Is(err, errs.KindConflict) {
		return err
	}
	return p.signatureWith(w, r, http.StatusConflict, ui.Errors{{Text: web.Words(r.Context(), err)}})
}

func (p *pages) confirmDecline(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Signature(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Mine || v.Signature.Status != SignatureWaiting {
		return web.Redirect(w, r, "/my/signatures/"+v.Signature.Submission)
	}
	ctx := r.Context()
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "applications.sign.decline_title"))
	return web.Render(w, r, http.StatusOK, ui.ConfirmPage(ui.ConfirmProps{
		Page: props, Text: i18n.T(ctx, "applications.sign.decline_text"), CancelURL: "/my/signatures/" + v.Signature.Submission,
		Form: ui.FormProps{Action: "/my/signatures/" + v.Signature.Submission + "/decline"},
		Yes:  ui.ButtonProps{Label: i18n.T(ctx, "applications.sign.decline_yes"), Danger: true},
	}))
}

func (p *pages) decline(w http.ResponseWriter, r *http.Request) error {
	if err := p.Decline(r.Context(), r.PathValue("id")); err != nil {
		return p.conflicted(w, r, err)
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.declined")
	return web.Redirect(w, r, "/my/signatures")
}

func (p *pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	if err := p.WithdrawSignature(r.Context(), r.PathValue("id")); err != nil {
		return p.conflicted(w, r, err)
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.taken_back")
	return web.Redirect(w, r, "/my/signatures")
}

// alreadyThere shows whoever comes second the first guardian's case.
func (p *pages) alreadyThere(w http.ResponseWriter, r *http.Request, err error) error {
	first, ok := alreadyIn(err)
	if !ok {
		return err
	}
	href, label := "/my/cases/"+first.Case.ID, "applications.already.open_case"
	if first.Signature != "" {
		href, label = "/my/signatures/"+first.Signature, "applications.already.open_signature"
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.already.title"))
	return web.Render(w, r, http.StatusConflict, alreadyPage(props, web.Words(r.Context(), err), href, i18n.T(r.Context(), label), first))
}
