package mypage

import (
	"context"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Inbox returns the messages that were sent to the person, the newest first, or to
// the one she acts for in everything, which is recorded.
func (s *Service) Inbox(ctx context.Context) ([]notify.Item, error) {
	if _, err := s.self(ctx); err != nil {
		return nil, err
	}
	id := reader(ctx)
	if err := s.access.Check(ctx, access.MessageRead, access.Resource{Type: "message", Owners: []string{id}}); err != nil {
		return nil, err
	}
	return s.notify.Inbox(ctx, id)
}

// reader is whose inbox the actor reads: that of the one she acts for just now,
// when she does so in everything, as a child's guardian or whoever leads a
// business. A mandate does not reach the inbox; what its agent is told lies in her
// own.
func reader(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Represents("") {
		return actor.OnBehalfOf
	}
	return actor.PersonID
}

// introOf says whose inbox it is.
func introOf(ctx context.Context) string {
	words, actor := i18n.From(ctx), identity.From(ctx)
	switch {
	case actor.OnBehalfOf == "":
		return words.T("mypage.messages.intro")
	case actor.Represents(""):
		return words.T("mypage.messages.intro_for", "name", actor.OnBehalfName)
	default:
		return words.T("mypage.messages.intro_agent", "name", actor.OnBehalfName)
	}
}

// OpenMessage returns a message of the inbox and notes that she looked at it.
func (s *Service) OpenMessage(ctx context.Context, id string) (notify.Item, error) {
	if !ids.Valid(id) {
		return notify.Item{}, errs.NotFound("errs.not_found")
	}
	return s.notify.Open(ctx, id)
}

// unread is the number beside the inbox in the menu.
func (s *Service) unread(ctx context.Context) (int, error) {
	if identity.From(ctx).PersonID == "" {
		return 0, nil
	}
	return s.notify.Unread(ctx, reader(ctx))
}

// Channels is how the person can be reached, and how she wants to be.
type Channels struct {
	Person      identity.Person
	Register    contact.Record
	Asked       bool // there is a contact register, and it has told
	Reserved    bool
	Stale       bool // an address is too old for decisions
	Preferences notify.Preferences
}

// Channels returns how the person can be reached. It asks the contact register.
func (s *Service) Channels(ctx context.Context) (c Channels, err error) {
	id, err := s.self(ctx)
	if err != nil {
		return c, err
	}
	if c.Person, err = s.identity.Person(ctx, id); err != nil {
		return c, err
	}
	if s.contacts != nil {
		if c.Register, c.Asked, err = s.contacts.Of(ctx, id); err != nil {
			return c, err
		}
		c.Reserved, c.Stale = c.Register.PaperFor(contact.ForDecision), c.Register.Stale(s.db.Clock().Now())
	}
	c.Preferences, err = s.notify.Preferences(ctx)
	return c, err
}

// SetChannels stores how the person wants to be told.
func (s *Service) SetChannels(ctx context.Context, p notify.Preferences) error {
	if _, err := s.self(ctx); err != nil {
		return err
	}
	return s.notify.Prefer(ctx, p)
}

func messageCards(ctx context.Context, items []notify.Item) []ui.LinkCardProps {
	words := i18n.From(ctx)
	cards := make([]ui.LinkCardProps, 0, len(items))
	for _, m := range items {
		card := ui.LinkCardProps{Title: m.Subject, Href: "/my/messages/" + m.ID, Meta: words.DateTime(m.CreatedAt), Icon: "folder", Level: 2}
		if isNew(m) {
			card.Status = ui.TagProps{Status: ui.StatusReceived, Label: words.T("mypage.messages.new")}
		}
		cards = append(cards, card)
	}
	return cards
}

// isNew is of who reads: of two guardians each has her own. It leaves out messages from before it was noted who has looked at what.
func isNew(m notify.Item) bool { return m.ReadAt.IsZero() && m.Class != "" && m.Class != notify.Staff }

// actionOf is where a message leads, as an address on these pages: the message
// names the municipality's host, which may be another today.
func actionOf(m notify.Item) string {
	if m.Body.Action == nil {
		return ""
	}
	u, err := url.Parse(m.Body.Action.URL)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return ""
	}
	return web.LocalPath(u.RequestURI(), "")
}

// textOf is the paragraphs of a message.
func textOf(m notify.Item) []string {
	if len(m.Body.Paragraphs) > 0 {
		return m.Body.Paragraphs
	}
	return paragraphs(m.Text)
}

// wishes are the choices of a class, "" being the municipality's own order.
func wishes(ctx context.Context, class notify.Class) []ui.Option {
	words := i18n.From(ctx)
	list := []ui.Option{{Value: "", Label: words.T("mypage.channels.usual"), Hint: words.T("mypage.channels.usual_hint")}}
	for _, c := range notify.Wishes(class) {
		list = append(list, ui.Option{Value: string(c), Label: words.T("notify.channel." + string(c))})
	}
	return list
}

// terms are the addresses that count.
func (c Channels) terms(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	or := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return words.T("mypage.channels.none")
	}
	list := []ui.Term{
		{Label: words.T("mypage.contact.email"), Value: or(c.Person.Email)}, {Label: words.T("mypage.contact.phone"), Value: or(c.Person.Phone)},
	}
	if c.Asked {
		list = append(list,
			ui.Term{Label: words.T("mypage.channels.krr_email"), Value: or(c.Register.Email.Value)},
			ui.Term{Label: words.T("mypage.channels.krr_mobile"), Value: or(c.Register.Mobile.Value)})
	}
	return list
}
