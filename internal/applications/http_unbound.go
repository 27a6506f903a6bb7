package applications

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxUnboundUpload bounds one post of a page by somebody who has not logged in.
const maxUnboundUpload = 12 << 20

// deviceCookie holds the secret of a device on which somebody writes without
// logging in. It says nothing of who she is.
const deviceCookie = "torg_device"

// unboundRoutes registers what is open to those who have not logged in. The
// service asks whether they sit at the device it is written on.
func (p *pages) unboundRoutes(r *web.Routes) {
	r.Page("GET /without-login/{form}", access.Public, p.onDevice(p.beginUnbound))
	r.Form("POST /without-login/{form}", access.Public, p.startUnboundPage)
	r.Page("GET /unbound/{id}", access.Public, p.onDevice(p.resume))
	r.Page("GET /unbound/{id}/pages/{page}", access.Public, p.onDevice(p.show))
	r.Upload("POST /unbound/{id}/pages/{page}", access.Public, maxUnboundUpload, p.onDevice(p.save))
	r.Page("GET /unbound/{id}/summary", access.Public, p.onDevice(p.summary))
	r.Form("POST /unbound/{id}/submit", access.Public, p.onDevice(p.submitUnbound))
	r.Page("GET /unbound/{id}/receipt", access.Public, p.onDevice(p.receiptPage))
	r.Form("POST /unbound/{id}/code", access.Public, p.onDevice(p.newCode))
	r.Page("GET /unbound/{id}/delete", access.Public, p.onDevice(p.confirmDelete))
	r.Form("POST /unbound/{id}/delete", access.Public, p.onDevice(p.delete))
	r.Form("POST /unbound/forget", access.Public, p.forget)
}

func cookieName(ctx context.Context) string {
	if web.IsSecure(ctx) {
		return "__Host-" + deviceCookie
	}
	return deviceCookie
}

func setDevice(w http.ResponseWriter, r *http.Request, secret string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is missing only on plain http, where browsers would drop the cookie
		Name: cookieName(r.Context()), Value: secret, Path: "/", MaxAge: seconds,
		Secure: web.IsSecure(r.Context()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func deviceIn(r *http.Request) Device {
	d := Device{Origin: web.Address(r.Context())}
	if c, err := r.Cookie(cookieName(r.Context())); err == nil && len(c.Value) == codeLength {
		d.Secret = c.Value
	}
	return d
}

// onDevice lets a handler know the device. Whoever comes from another one is told
// that it is not here, whether or not it is anywhere.
func (p *pages) onDevice(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		r = r.WithContext(WithDevice(r.Context(), deviceIn(r)))
		err := h(w, r)
		if errs.Is(err, errs.KindLogin) {
			return errs.NotFound("applications.unbound.not_here").Because(err)
		}
		return err
	}
}

// aboutForm is what was typed, as it was typed.
type aboutForm struct{ Name, Born, Number, Email, ChildName, ChildBorn, ChildNumber, Other string }

func aboutOf(r *http.Request) aboutForm {
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return aboutForm{
		Name: text("name"), Born: text("born"), Number: text("number"), Email: text("email"),
		ChildName: text("child_name"), ChildBorn: text("child_born"), ChildNumber: text("child_number"), Other: text("other_guardian"),
	}
}

func (f aboutForm) about() About {
	bare := strings.NewReplacer(" ", "", "\u00a0", "").Replace
	a := About{
		Name: f.Name, Number: bare(f.Number), Email: f.Email, ChildName: f.ChildName, ChildNumber: bare(f.ChildNumber), OtherGuardian: f.Other == "true",
	}
	a.Born, _ = clock.ParseDate(f.Born)           // what cannot be read is asked for again
	a.ChildBorn, _ = clock.ParseDate(f.ChildBorn) // likewise
	return a
}

func (p *pages) beginUnbound(w http.ResponseWriter, r *http.Request) error {
	return p.beginUnboundWith(w, r, http.StatusOK, aboutForm{}, nil)
}

func (p *pages) beginUnboundWith(w http.ResponseWriter, r *http.Request, status int, f aboutForm, wrong ui.Errors) error {
	ctx := r.Context()
	begun, err := p.BegunOnDevice(ctx, r.PathValue("form"))
	if err != nil {
		return err
	}
	definition, err := p.UnboundForm(ctx, r.PathValue("form"))
	switch {
	case err != nil && !errs.Is(err, errs.KindLogin) && !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound):
		return err
	case err != nil && len(begun) == 0:
		return p.closed(w, r)
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "applications.unbound.title"))
	return web.Render(w, r, status, unboundBeginPage(props, definition, begunCards(ctx, begun), f, wrong))
}

// closed leads to log-in: it works, and the form is not taken without it just now.
func (p *pages) closed(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.kind(r.Context(), r.PathValue("form")); err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.unbound.closed"))
	return web.Render(w, r, http.StatusOK, unboundClosedPage(props, "/apply/"+url.PathEscape(r.PathValue("form"))))
}

func begunCards(ctx context.Context, begun []Unbound) []ui.LinkCardProps {
	words := i18n.From(ctx)
	cards := make([]ui.LinkCardProps, 0, len(begun))
	for _, u := range begun {
		cards = append(cards, ui.LinkCardProps{
			Title: words.T("applications.unbound.begun_one", "name", u.About.subject("").Name.Full()), Icon: "pencil",
			Text: words.T("applications.unbound.begun_text", "date", words.Date(clock.DateIn(u.ExpiresAt))), Href: "/unbound/" + u.Draft,
		})
	}
	return cards
}

func (p *pages) startUnboundPage(w http.ResponseWriter, r *http.Request) error {
	device := deviceIn(r)
	if device.Secret == "" {
		device.Secret = ids.Secret()
	}
	ctx := WithDevice(r.Context(), device)
	r = r.WithContext(ctx)
	f := aboutOf(r)
	draft, err := p.StartUnbound(ctx, r.PathValue("form"), f.about())
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.beginUnboundWith(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(ctx, err))
	case errs.Is(err, errs.KindLogin) || errs.Is(err, errs.KindForbidden):
		return p.closed(w, r)
	case err != nil:
		return err
	}
	setDevice(w, r, device.Secret, int(unboundDraftLife.Seconds()))
	return web.Redirect(w, r, Opened{Draft: draft, Unbound: Unbound{ID: draft.Person}}.page(draft.Page))
}

// submitUnbound sends, and shows the receipt at once: the code is shown this time
// only.
func (p *pages) submitUnbound(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if r.PostFormValue("declaration") != "true" && o.Draft.Submission == "" {
		wrong := ui.Errors{{Name: "declaration", Text: i18n.T(r.Context(), "applications.summary.need_declaration")}}
		return p.summaryWith(w, r, http.StatusUnprocessableEntity, o, wrong)
	}
	receipt, err := p.SendUnbound(r.Context(), o.Draft.ID)
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.summaryWith(w, r, http.StatusUnprocessableEntity, o, nil)
	case err != nil:
		return err
	case receipt.Code == "":
		return web.Redirect(w, r, o.sent())
	}
	setDevice(w, r, deviceOf(r.Context()).Secret, int(unboundDraftLife.Seconds()))
	return p.receiptWith(w, r, receipt)
}

func (p *pages) receiptPage(w http.ResponseWriter, r *http.Request) error {
	receipt, err := p.ReceiptOf(r.Context(), r.PathValue("id"))
	if errs.Is(err, errs.KindNotFound) {
		if o, e := p.Open(r.Context(), r.PathValue("id")); e == nil && o.Unbound.Status == UnboundDraft {
			return web.Redirect(w, r, o.base())
		}
	}
	if err != nil {
		return err
	}
	return p.receiptWith(w, r, receipt)
}

func (p *pages) newCode(w http.ResponseWriter, r *http.Request) error {
	receipt, err := p.NewCode(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.receiptWith(w, r, receipt)
}

func (p *pages) receiptWith(w http.ResponseWriter, r *http.Request, receipt Receipt) error {
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.receipt.title"))
	return web.Render(w, r, http.StatusOK, receiptView(props, receipt))
}

// forget lets the device go: the next who sits there sees nothing of it. The code
// still opens what was sent.
func (*pages) forget(w http.ResponseWriter, r *http.Request) error {
	setDevice(w, r, "", -1)
	web.SetFlash(w, r, ui.Success, "applications.flash.forgotten")
	return web.Redirect(w, r, "/")
}

// grouped writes a code so that one can read it out.
func grouped(code string) string {
	var b strings.Builder
	for i, c := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func receiptTerms(ctx context.Context, r Receipt) []ui.Term {
	words, u := i18n.From(ctx), r.Unbound
	return []ui.Term{
		{Label: words.T("applications.receipt.form"), Value: r.Title},
		{Label: words.T("applications.receipt.reference"), Value: u.Reference},
		{Label: words.T("applications.receipt.received"), Value: words.DateTime(u.ReceivedAt)},
		{Label: words.T("applications.receipt.until"), Value: words.Date(clock.DateIn(u.ExpiresAt))},
	}
}

func unboundCards(ctx context.Context, kinds []cases.Kind) []ui.LinkCardProps {
	cards := make([]ui.LinkCardProps, 0, len(kinds))
	for _, k := range kinds {
		cards = append(cards, ui.LinkCardProps{Title: i18n.T(ctx, k.Title), Text: i18n.T(ctx, "applications.unbound.card"), Href: "/without-login/" + k.Form, Icon: k.Icon})
	}
	return cards
}

// LoginDown is the page of a log-in that ID-porten does not answer. It says so, that
// those who are inside go on, and what can be done without.
func (s *Service) LoginDown(w http.ResponseWriter, r *http.Request, returnTo string, cause error) error {
	ctx := r.Context()
	kinds := s.UnboundKinds(ctx)
	if form, ok := strings.CutPrefix(returnTo, "/apply/"); ok {
		for i, k := range kinds { // what she came for stands first
			if k.Form == form {
				kinds[0], kinds[i] = kinds[i], kinds[0]
			}
		}
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "applications.down.title"))
	props.LoginURL = "/login?return=" + url.QueryEscape(returnTo)
	w.Header().Set("Retry-After", "60")
	return web.Render(w, r, http.StatusServiceUnavailable, loginDownPage(props, web.Words(ctx, cause), unboundCards(ctx, kinds)))
}

// wantsChild reports whether a form is about a child; a form that is closed asks
// nothing.
func wantsChild(d *forms.Definition) bool { return d != nil && d.Subject == forms.SubjectChild }
