package around

import (
	"net/http"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) newByMail(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readForm(r.Context(), mailPath, r.URL.Query())
	if err != nil {
		return err
	}
	return p.form(w, r, http.StatusOK, f)
}

func (p *pages) askByMail(w http.ResponseWriter, r *http.Request) error {
	f, err := p.posted(r, mailPath)
	if err != nil {
		return err
	}
	err = p.SubscribeByMail(r.Context(), f.email, web.Address(r.Context()), f.choice)
	if errs.Is(err, errs.KindInvalid) {
		f.wrong = append(f.wrong, ui.ErrorsOf(r.Context(), err)...)
		return p.form(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, mailPath+"/sent")
}

// sent tells what happens next, the same to everybody.
func (*pages) sent(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return web.Render(w, r, http.StatusOK, notePage(public(w, r, i18n.T(ctx, "around.sent.title")), note{
		kind: ui.Info, text: i18n.T(ctx, "around.sent.text"), more: i18n.T(ctx, "around.sent.more"),
	}))
}

// confirm asks for a press of a button: programs that look into mailboxes follow links,
// and press nothing.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request) error {
	a, err := p.WaitingByCode(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return p.confirmWith(w, r, a)
}

func (*pages) confirmWith(w http.ResponseWriter, r *http.Request, a Area) error {
	ctx := r.Context()
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is the key
	if a.State == Active {
		return web.Render(w, r, http.StatusOK, notePage(public(w, r, i18n.T(ctx, "around.confirmed.title")), note{
			kind: ui.Success, text: i18n.T(ctx, "around.confirmed.text", "area", a.title(i18n.From(ctx))), more: i18n.T(ctx, "around.confirmed.more"),
		}))
	}
	return web.Render(w, r, http.StatusOK, confirmPage(public(w, r, i18n.T(ctx, "around.confirm.title")), a, r.URL.Path))
}

func (p *pages) confirmed(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Confirm(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return p.confirmWith(w, r, a)
}

func (p *pages) stop(w http.ResponseWriter, r *http.Request) error {
	a, err := p.ByCode(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, http.StatusOK, stopPage(public(w, r, i18n.T(r.Context(), "around.stop.title")), a, r.URL.Path))
}

// stopped ends or renews an area. A mail program's one click posts to the same address
// with nothing but "List-Unsubscribe=One-Click" (RFC 8058 § 3.2), and ends it.
func (p *pages) stopped(w http.ResponseWriter, r *http.Request) error {
	ctx, code := r.Context(), r.PathValue("code")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if r.PostFormValue("do") == "renew" {
		if err := p.RenewByCode(ctx, code); err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, notePage(public(w, r, i18n.T(ctx, "around.renewed.title")), note{kind: ui.Success, text: i18n.T(ctx, "around.renewed.text")}))
	}
	if err := p.StopByCode(ctx, code); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, notePage(public(w, r, i18n.T(ctx, "around.stopped.title")), note{
		kind: ui.Success, text: i18n.T(ctx, "around.stopped.text"), more: i18n.T(ctx, "around.stopped.more"),
	}))
}
