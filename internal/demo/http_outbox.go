package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/ui"
)

// listed is how many messages of a municipality the outbox shows.
const listed = 100

// envelope is a message with the municipality it came from.
type envelope struct {
	notify.Item
	Slug, Town string
}

// letterbox returns the messages to read, once there are any.
func (d *Demo) letterbox() (Mail, error) {
	m, ok := d.mail.Load().(mailBox)
	if !ok {
		return nil, errs.Unavailable(time.Second, "demo.outbox.not_ready")
	}
	return m.Mail, nil
}

func (p *portal) outbox(w http.ResponseWriter, r *http.Request) error {
	list, err := p.sent(r.Context())
	if err != nil {
		return err
	}
	props := p.props(r, "demo.outbox.title")
	props.Wide = true
	rows := make([]ui.Row, 0, len(list))
	for _, e := range list {
		rows = append(rows, p.row(r, e))
	}
	return p.show(w, r, http.StatusOK, outboxPage(props, languages(r), rows))
}

// sent returns the messages of both municipalities, the newest first.
func (p *portal) sent(ctx context.Context) ([]envelope, error) {
	mail, err := p.demo.letterbox()
	if err != nil {
		return nil, err
	}
	var list []envelope
	for _, town := range Towns() {
		bound, t, ok := p.demo.tenantOf(ctx, town.Slug)
		if !ok {
			continue
		}
		items, err := mail.Outbox(bound, listed)
		if err != nil {
			return nil, fmt.Errorf("demo: outbox of %s: %w", town.Slug, err)
		}
		for _, item := range items {
			list = append(list, envelope{item, town.Slug, t.Name.In(i18n.LangOf(ctx))})
		}
	}
	slices.SortStableFunc(list, func(a, b envelope) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list, nil
}

func (p *portal) row(r *http.Request, e envelope) ui.Row {
	ctx := r.Context()
	return ui.Row{ID: "m-" + e.ID, Cells: []ui.Cell{
		{Text: e.Subject, Href: p.path(r, "/outbox/"+e.Slug+"/"+url.PathEscape(e.ID))},
		{Text: e.recipient(ctx)},
		{Text: e.way(ctx)},
		{Text: e.Town},
		{Text: i18n.From(ctx).DateTime(e.CreatedAt)},
	}}
}

// way is how the message went, or would have gone.
func (e envelope) way(ctx context.Context) string {
	channel := e.Channel
	if channel == notify.Outbox {
		channel = notify.Email
	}
	return i18n.T(ctx, "notify.channel."+string(channel))
}

// recipient is the address, or that there was none.
func (e envelope) recipient(ctx context.Context) string {
	if e.Channel == notify.Letter {
		return e.way(ctx)
	}
	if e.Address == "" {
		return i18n.T(ctx, "demo.outbox.inbox_only")
	}
	return e.Address
}

// letter is a message as its page shows it.
type letter struct {
	Terms      []ui.Term
	Text, HTML string
	Links      []string
}

func (p *portal) message(w http.ResponseWriter, r *http.Request) error {
	mail, err := p.demo.letterbox()
	if err != nil {
		return err
	}
	ctx, t, ok := p.demo.tenantOf(r.Context(), r.PathValue("town"))
	if !ok || !slices.ContainsFunc(Towns(), func(town Town) bool { return town.Slug == t.Slug }) || !ids.Valid(r.PathValue("id")) {
		return errs.NotFound("errs.not_found")
	}
	item, _, err := mail.Message(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	e := envelope{item, t.Slug, t.Name.In(i18n.LangOf(ctx))}
	props := p.props(r, "demo.outbox.title")
	props.Title = e.Subject
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "demo.nav.front"), Href: p.path(r, "/")},
		{Label: i18n.T(ctx, "demo.nav.outbox"), Href: p.path(r, "/outbox")},
		{Label: e.Subject},
	}
	return p.show(w, r, http.StatusOK, messagePage(props, languages(r), p.letter(ctx, e)))
}

func (p *portal) letter(ctx context.Context, e envelope) letter {
	text, html := e.Text, e.HTML
	if e.Channel == notify.SMS {
		text, html = e.Short, ""
	}
	return letter{
		Terms: []ui.Term{
			{Label: i18n.T(ctx, "demo.outbox.to"), Value: e.recipient(ctx)},
			{Label: i18n.T(ctx, "demo.outbox.how"), Value: e.way(ctx)},
			{Label: i18n.T(ctx, "demo.outbox.from"), Value: e.Town},
			{Label: i18n.T(ctx, "demo.outbox.at"), Value: i18n.From(ctx).DateTime(e.CreatedAt)},
		},
		Text: text, HTML: html, Links: p.demo.linksIn(text),
	}
}

var addresses = regexp.MustCompile(`https?://[^\s<>"']+`)

// linksIn returns the addresses in a text that lead into the demonstration. What
// somebody has written into a form may stand in a message: addresses that lead
// elsewhere are read, not followed.
func (d *Demo) linksIn(text string) []string {
	var list []string
	for _, found := range addresses.FindAllString(text, -1) {
		found = strings.TrimRight(found, ".,;:!?)")
		u, err := url.Parse(found)
		if err != nil || u.User != nil || slices.Contains(list, found) {
			continue
		}
		for _, town := range Towns() {
			if u.Scheme+"://"+u.Host == d.site(town.Host()) {
				list = append(list, found)
			}
		}
	}
	return list
}

// paragraphs parts a text at empty lines, and each part into its lines.
func paragraphs(text string) [][]string {
	var list [][]string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.Trim(part, "\n"); part != "" {
			list = append(list, strings.Split(part, "\n"))
		}
	}
	return list
}
