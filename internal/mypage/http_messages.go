package mypage

import (
	"context"
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// messageRoutes registers the inbox and the choice of channels.
func (p *pages) messageRoutes(r *web.Routes) {
	r.NavCount(ui.Resident, "mypage.nav.messages", "/my/messages", access.LoggedIn, p.unread)
	r.Page("GET /my/messages", access.LoggedIn, p.messages)
	r.Page("GET /my/messages/{message}", access.MessageRead, p.message)
	r.Page("GET /my/channels", access.LoggedIn, p.channels)
	r.Form("POST /my/channels", access.LoggedIn, p.setChannels)
}

func (p *pages) messages(w http.ResponseWriter, r *http.Request) error {
	items, err := p.Inbox(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.messages.title"))
	return web.Render(w, r, http.StatusOK, messagesPage(props, introOf(r.Context()), messageCards(r.Context(), items), p.slow(r.Context())))
}

// slow is a plain word when a way to reach people is out of order.
func (p *pages) slow(ctx context.Context) []string {
	var lines []string
	for _, n := range p.notify.Down() {
		lines = append(lines, i18n.T(ctx, "notify.slow", "name", i18n.T(ctx, "notify.neighbour."+n.Name)))
	}
	return lines
}

func (p *pages) message(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	m, err := p.OpenMessage(ctx, r.PathValue("message"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, m.Subject)
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "mypage.title"), Href: "/my"}, {Label: i18n.T(ctx, "mypage.messages.title"), Href: "/my/messages"}, {Label: m.Subject},
	}
	return web.Render(w, r, http.StatusOK, messagePage(props, m, actionOf(m)))
}

func (p *pages) channels(w http.ResponseWriter, r *http.Request) error {
	return p.channelsWith(w, r, http.StatusOK, nil, nil)
}

func (p *pages) channelsWith(w http.ResponseWriter, r *http.Request, status int, chosen notify.Preferences, wrong ui.Errors) error {
	c, err := p.Channels(r.Context())
	if err != nil {
		return err
	}
	if chosen != nil {
		c.Preferences = chosen
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.channels.title"))
	return web.Render(w, r, status, channelsPage(props, c, wrong))
}

func (p *pages) setChannels(w http.ResponseWriter, r *http.Request) error {
	chosen := notify.Preferences{}
	for _, class := range notify.Classes() {
		chosen[class] = notify.Channel(r.PostFormValue(string(class)))
	}
	err := p.SetChannels(r.Context(), chosen)
	if errs.Is(err, errs.KindInvalid) {
		return p.channelsWith(w, r, http.StatusUnprocessableEntity, chosen, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "mypage.flash.channels")
	return web.Redirect(w, r, "/my/channels")
}
