package appeals

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// kindDecided is what package cases calls the message that a case is decided.
const kindDecided = "case.decided"

// kindProvisional is what package deadlines calls the message with a provisional answer.
const kindProvisional = "deadline.provisional_answer"

func thread(caseID string) string { return "case:" + caseID }

// limits are the messages that a party's limit runs from, with what they are to the
// clocks.
func limits() map[string]string {
	return map[string]string{kindDecided: deadline.Told, "appeal.reasons_given": deadline.ReasonsGiven, "appeal.rejected": deadline.Rejected}
}

// watched are the messages that must not lie forgotten in the print room: those, and
// what else the law wants sent.
func watched(kind string) bool {
	_, is := limits()[kind]
	return is || slices.Contains([]string{"appeal.answered", "appeal.changed", "appeal.overtaken", "deadline.deemed_given", kindProvisional}, kind)
}

// Moved hears how what the parties are sent about a case stands: that it was sent,
// lies in the print room, or came back. A limit runs from when notice has reached the
// party (forvaltningsloven § 29), and the municipality has answered when it has sent
// the answer. The caller is Torg itself, in the transaction of what happened.
func (s *Service) Moved(ctx context.Context, tx *store.Tx, m notify.Moved) error {
	id, ok := strings.CutPrefix(m.Thread, thread(""))
	if !ok || !watched(m.Kind) {
		return nil
	}
	c, err := s.Cases.CaseIn(ctx, tx, id)
	if err != nil {
		return err
	}
	parties, err := s.noticed(ctx, tx, c, m.Person)
	if err != nil {
		return err
	}
	for _, party := range parties {
		if err := s.movedFor(ctx, tx, c, party, m); err != nil {
			return err
		}
	}
	return nil
}

// noticed are the parties who are told by a message to a person: herself, or the
// organisation that she acts for, since it opens no inbox.
func (s *Service) noticed(ctx context.Context, tx *store.Tx, c cases.Case, person string) ([]string, error) {
	if person == c.Applicant || slices.Contains(fields(c.Further), person) {
		return []string{person}, nil
	}
	recipients, err := s.Cases.Recipients(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range recipients {
		if r.Person.ID != person || r.For == "" {
			continue
		}
		party, err := s.Identity.PersonIn(ctx, tx, r.For)
		if err != nil {
			return nil, err
		}
		if party.IsOrganisation() {
			list = append(list, r.For)
		}
	}
	return list, nil
}

func (s *Service) movedFor(ctx context.Context, tx *store.Tx, c cases.Case, party string, m notify.Moved) error {
	event := limits()[m.Kind]
	if m.Kind == kindDecided && !stands(c, m) {
		event = "" // it tells of a decision that was set aside: no limit runs from it
	}
	notice := deadlines.Notice{Event: event, Party: party, At: m.SentAt, Letter: m.OnPaper()}
	if m.Back && event != "" {
		if err := s.cameBack(ctx, tx, c, notice); err != nil {
			return err
		}
		if err := s.othersTold(ctx, tx, c, notice, m); err != nil {
			return err
		}
	}
	switch {
	case m.Queued():
		return s.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Queued, Party: party, Apart: true})
	case !m.Sent() && m.SeenAt.IsZero():
		return nil
	case !m.Sent(): // it came back or never left, but she has read it on her page
		notice.At, notice.Letter = m.SeenAt, false
	case m.OnPaper():
		if err := s.posted(ctx, tx, c, party); err != nil {
			return err
		}
	}
	if m.Kind == kindProvisional {
		return s.Deadlines.Provisionally(ctx, tx, c, party, notice.At)
	}
	return s.notified(ctx, tx, c, notice, m.MadeAt)
}

// stands reports whether a message tells of the decision that stands: a letter may lie in
// the print room until the case is taken up again, or decided anew.
func stands(c cases.Case, m notify.Moved) bool {
	return c.Outcome != "" && !m.MadeAt.Before(c.DecidedAt)
}

// toldOf lets the limit of a party run who is told of the decision. Who has read it on
// her page and asked for the reasons before her letter was posted waits for them first.
func (s *Service) toldOf(ctx context.Context, tx *store.Tx, c cases.Case, n deadlines.Notice) error {
	if err := s.Deadlines.Notified(ctx, tx, c, n); err != nil {
		return err
	}
	m, err := s.matterOf(ctx, tx, c.ID)
	if err != nil || !m.askedFor(n.Party) {
		return err
	}
	persons, err := s.persons(ctx, tx, c, n.Party)
	if err != nil {
		return err
	}
	ways, err := s.Notify.Ways(ctx, tx, thread(c.ID), "appeal.reasons_given")
	if err != nil || slices.ContainsFunc(ways, func(w notify.Way) bool {
		return slices.Contains(persons, w.Person) && w.Sent() && !w.MadeAt.Before(c.DecidedAt)
	}) {
		return err
	}
	return s.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.ReasonsAsked, Party: n.Party, Apart: true})
}

// cameBack lets a limit that ran from a notice not have begun. Who was to be told the
// reasons waits for them again, as if her limit had not begun at all.
func (s *Service) cameBack(ctx context.Context, tx *store.Tx, c cases.Case, n deadlines.Notice) error {
	if n.Event == deadline.ReasonsGiven {
		n.Event = deadline.Told
	}
	return s.Deadlines.Returned(ctx, tx, c, deadlines.Notice{Event: n.Event, Party: n.Party})
}
