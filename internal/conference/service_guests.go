package conference

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// What a guest is told.
const (
	guestInvited   = "invited"
	guestMoved     = "moved"
	guestCancelled = "cancelled" // she need not come, or nobody does
)

// Invite asks somebody beside the parties to the meeting that is called. She is told by
// e-mail which property it is about, when and where, and is told again when it is moved.
// Where somebody in the case has a protected address that would tell it
// (folkeregisterloven § 10-4), so it is refused there.
func (s *Service) Invite(ctx context.Context, w Which, in Invitation) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	in = in.tidy()
	if err := in.check(); err != nil {
		return cases.Case{}, err
	}
	if w.Key != "" {
		w.Key += "\n" + in.Email // which the journal does not tell: another address is another invitation
	}
	g := Guest{ID: ids.New(), Name: in.Name, Email: in.Email}
	return s.take(ctx, w, deed{
		entry: EntryInvited, text: in.text(s.Cases.Bundle.For(st.Case.Lang)),
		check: func(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting) error {
			return s.mayCome(ctx, tx, c, m, in)
		},
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting) error {
			if err := s.insertGuest(ctx, tx, c.ID, g); err != nil {
				return err
			}
			return s.tellGuest(ctx, tx, c, m, g, guestInvited, in.Text)
		},
	})
}

// mayCome refuses an invitation as the conference stands.
func (s *Service) mayCome(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting, in Invitation) error {
	switch {
	case c.Restricted:
		return errs.Conflict("conference.protected")
	case !m.Called():
		return errs.Conflict("conference.not_called")
	case !m.Held.IsZero():
		return errs.Conflict("conference.is_held")
	}
	guests, err := s.guests(ctx, tx, c.ID)
	switch {
	case err != nil:
		return err
	case len(guests) >= mostGuests:
		return errs.Conflict("conference.too_many_guests", "most", mostGuests)
	case slices.ContainsFunc(guests, func(g Guest) bool { return strings.EqualFold(g.Email, in.Email) }):
		return errs.InvalidFields(errs.Field{Name: "guest_email", Key: "conference.wrong.guest_twice"})
	}
	return nil
}

// Uninvite takes an invitation back: she is told that she need not come.
func (s *Service) Uninvite(ctx context.Context, w Which, guest string) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	i := slices.IndexFunc(st.Guests, func(g Guest) bool { return g.ID == guest })
	if i < 0 {
		return cases.Case{}, errs.Conflict("conference.no_guest")
	}
	g := st.Guests[i]
	return s.take(ctx, w, deed{
		entry: EntryUninvited, text: s.Cases.Bundle.For(st.Case.Lang).T("conference.text.uninvited", "name", g.Name), check: notHeld,
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting) error {
			if err := deleteGuest(ctx, tx, c.ID, g.ID); err != nil {
				return err
			}
			return s.tellGuest(ctx, tx, c, m, g, guestCancelled, "")
		},
	})
}

// tellGuests tells everybody who was asked to come that the meeting is moved or off.
func (s *Service) tellGuests(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting, what string) error {
	guests, err := s.guests(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, g := range guests {
		if err := s.tellGuest(ctx, tx, c, m, g, what, ""); err != nil {
			return err
		}
	}
	return nil
}

// tellGuest writes to one of them, in the municipality's language. Once somebody's address
// is protected she is told that there is a change, and to ask.
func (s *Service) tellGuest(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting, g Guest, what, more string) error {
	t := tenant.From(ctx)
	words, key := s.Cases.Bundle.For(t.Lang()), "conference.mail.guest_"+what
	args := []any{"municipality", words.T("web.municipality", "name", t.Name.In(t.Lang())), "number", c.Label()}
	body := notify.Body{Heading: words.T(key+".heading", args...), Paragraphs: []string{words.T(key+".text", args...)}}
	add := func(text string) {
		if text != "" {
			body.Paragraphs = append(body.Paragraphs, text)
		}
	}
	if what != guestCancelled && !c.Restricted {
		place, err := s.placeOf(ctx, tx, c)
		if err != nil {
			return err
		}
		if place != "" {
			add(words.T("conference.mail.about", "property", place))
		}
		add(words.T("conference.text.called", "when", words.DateTime(m.At), "way", words.T("conference.way."+string(m.Way)), "place", m.Place))
		add(more)
	}
	add(strings.Join(append([]string{words.T("conference.mail.contact", args...)}, web.ContactLines(t)...), "\n"))
	_, err := s.Cases.Notify.Send(ctx, tx, notify.Message{
		Email: g.Email, Kind: "conference.guest_" + what, Thread: "case:" + c.ID, Lang: t.Lang(), Subject: words.T(key+".subject", args...), Body: body,
		Dedupe: fmt.Sprintf("conference:%s:%s:%d:%s", c.ID, what, c.Entries, g.ID),
	})
	if err != nil {
		return fmt.Errorf("conference: tell %s: %w", what, err)
	}
	return nil
}
