package mypage

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Sent is a message of a conversation with the ways it went.
type Sent struct {
	Item     notify.Item
	Channels []notify.Channel
}

// Conversation is all that was said in a case between the person and the
// municipality, whichever way it went.
type Conversation struct {
	View cases.View
	Sent []Sent // the newest first
}

// Conversation returns what was said in a case. That the person sees a message
// here is as good as opening it in the inbox, and is noted there.
func (s *Service) Conversation(ctx context.Context, id string) (c Conversation, err error) {
	if c.View, err = s.cases.View(ctx, id); err != nil || !c.View.Party {
		return c, err
	}
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return c, err
	}
	thread := "case:" + id
	ways, err := s.ways(ctx, thread)
	if err != nil {
		return c, err
	}
	for _, person := range readers(ctx) {
		items, err := s.notify.List(ctx, notify.Filter{PersonID: person, Thread: thread})
		if err != nil {
			return c, err
		}
		for _, item := range items {
			if item.Class == notify.Staff {
				continue
			}
			if isNew(item) || person != identity.From(ctx).PersonID { // each look at another's is recorded
				if item, err = s.notify.Open(ctx, item.ID); err != nil {
					return c, err
				}
			}
			c.Sent = append(c.Sent, Sent{Item: item, Channels: ways[item.ID]})
		}
	}
	return c, nil
}

// readers are those whose messages the actor may read: her own, and those of the
// one she acts for in everything. A mandate does not reach the inbox.
func readers(ctx context.Context) []string {
	actor := identity.From(ctx)
	list := []string{actor.PersonID}
	if actor.OnBehalfOf != "" && actor.OnBehalfOf != actor.PersonID && actor.Represents("") {
		list = append(list, actor.OnBehalfOf)
	}
	return list
}

// ways are the channels that the messages of a thread went by.
func (s *Service) ways(ctx context.Context, thread string) (map[string][]notify.Channel, error) {
	proofs, err := s.notify.ProofOf(ctx, thread)
	if err != nil {
		return nil, err
	}
	all := map[string][]notify.Channel{}
	for _, p := range proofs {
		for _, step := range p.Steps {
			if !slices.Contains(all[p.ID], step.Channel) {
				all[p.ID] = append(all[p.ID], step.Channel)
			}
		}
	}
	return all, nil
}

// timeline puts the journal and the messages together, the newest first.
func (c Conversation) timeline(ctx context.Context) []ui.TimelineEntry {
	words := i18n.From(ctx)
	list := cases.Timeline(ctx, c.View)
	for _, sent := range c.Sent {
		list = append(list, ui.TimelineEntry{
			At: sent.Item.CreatedAt, Title: sent.Item.Subject, By: sent.by(words), Text: strings.Join(textOf(sent.Item), "\n\n"), Icon: "message", Kind: ui.Info,
		})
	}
	slices.SortStableFunc(list, func(a, b ui.TimelineEntry) int { return b.At.Compare(a.At) })
	return list
}

// by tells which ways a message went; the inbox is one of them always.
func (s Sent) by(words *i18n.Localizer) string {
	names := []string{words.T("notify.channel." + string(notify.Inbox))}
	for _, c := range s.Channels {
		if name := words.T("notify.channel." + string(c)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return words.T("mypage.conversation.sent_by", "channels", strings.Join(names, ", "))
}

// conversationCards are the person's cases with what was last said.
func conversationCards(ctx context.Context, list []cases.Case, kinds *cases.Kinds) []ui.LinkCardProps {
	words := i18n.From(ctx)
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b cases.Case) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	cards := make([]ui.LinkCardProps, 0, len(list))
	for _, c := range list {
		title := c.Label()
		if kind, err := kinds.Get(c.Kind); err == nil {
			title = words.T(kind.Title) + " " + c.Label()
		}
		cards = append(cards, ui.LinkCardProps{
			Title: title, Href: "/my/conversations/" + c.ID, Text: c.SubjectName, Icon: "message", Level: 2, Status: cases.Tag(ctx, c),
			Meta: words.T("mypage.conversation.last", "date", words.Date(clock.DateIn(c.UpdatedAt))),
		})
	}
	return cards
}
