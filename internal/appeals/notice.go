package appeals

import (
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// persons are those by whom a party is told: herself, or who acts for an organisation.
func (s *Service) persons(ctx context.Context, tx *store.Tx, c cases.Case, party string) ([]string, error) {
	p, err := s.Identity.PersonIn(ctx, tx, party)
	if err != nil {
		return nil, err
	}
	list := []string{party}
	if !p.IsOrganisation() {
		return list, nil
	}
	recipients, err := s.Cases.Recipients(ctx, tx, c)
	for _, r := range recipients {
		if r.For == party {
			list = append(list, r.Person.ID)
		}
	}
	return list, err
}

// posted tells the clock over a party's letters that one was posted. It goes on while
// another lies in the print room: from when that was made, when it is the younger one.
func (s *Service) posted(ctx context.Context, tx *store.Tx, c cases.Case, party string) error {
	persons, err := s.persons(ctx, tx, c, party)
	if err != nil {
		return err
	}
	letters, err := s.Notify.Unposted(ctx, tx, thread(c.ID))
	if err != nil {
		return err
	}
	gone := deadlines.Act{Event: deadline.Posted, Party: party, Apart: true}
	lies := slices.IndexFunc(letters, func(m notify.Moved) bool { return watched(m.Kind) && slices.Contains(persons, m.Way.Person) })
	if lies < 0 {
		return s.Deadlines.Hear(ctx, tx, c, gone)
	}
	since := letters[lies].MadeAt // the oldest
	clocks, err := s.Deadlines.ForCase(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, d := range clocks {
		if d.Party == party && d.Timer.Rule.Key == rulePost && d.Timer.EndedOn.IsZero() && !d.Timer.Started.Before(clock.DateIn(since)) {
			return nil
		}
	}
	if err := s.Deadlines.Hear(ctx, tx, c, gone); err != nil {
		return err
	}
	return s.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Queued, Party: party, Apart: true, At: since})
}

// othersTold lets the limit of an organisation run from when another of those who act for
// it was told, when what one of them was sent came back.
func (s *Service) othersTold(ctx context.Context, tx *store.Tx, c cases.Case, n deadlines.Notice, m notify.Moved) error {
	persons, err := s.persons(ctx, tx, c, n.Party)
	if err != nil || len(persons) == 1 {
		return err
	}
	ways, err := s.Notify.Ways(ctx, tx, thread(c.ID), m.Kind)
	if err != nil {
		return err
	}
	slices.SortStableFunc(ways, func(a, b notify.Way) int { return a.SentAt.Compare(b.SentAt) })
	for _, w := range ways {
		if w.Person == m.Way.Person || !w.Sent() || w.MadeAt.Before(m.MadeAt) || !slices.Contains(persons, w.Person) {
			continue
		}
		n.At, n.Letter = w.SentAt, w.OnPaper()
		return s.notified(ctx, tx, c, n, w.MadeAt)
	}
	return nil
}

// notified lets the limits run that a notice, made at an instant, starts. The others are
// told of a rejection too, but it is hers whose appeal was rejected.
func (s *Service) notified(ctx context.Context, tx *store.Tx, c cases.Case, n deadlines.Notice, made time.Time) error {
	if n.Event == "" {
		return nil
	}
	if n.Event == deadline.Told {
		return s.toldOf(ctx, tx, c, n)
	}
	m, err := s.matterOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if n.Event == deadline.Rejected {
		var rejected bool
		if n.Since, rejected = m.rejected(n.Party, made); !rejected {
			return nil
		}
	}
	if n.Event == deadline.ReasonsGiven && !m.askedFor(n.Party) {
		return nil
	}
	if err := s.Deadlines.Notified(ctx, tx, c, n); err != nil || n.Event != deadline.ReasonsGiven {
		return err
	}
	// One that came back and was sent anew begins a limit that had fallen away.
	return s.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Told, Party: n.Party, Apart: true, Letter: n.Letter, At: n.At})
}

// rejected is when the rejection was made that a notice to a party tells of; ok is false
// when none of her appeals is rejected.
func (m matter) rejected(party string, made time.Time) (at time.Time, ok bool) {
	for _, a := range m.Appeals {
		if a.State == Rejected && a.Round == m.Round && m.told(a.Appellant) == party && !a.PreparedAt.After(made) && !a.PreparedAt.Before(at) {
			at, ok = a.PreparedAt, true
		}
	}
	return at, ok
}

// askedFor reports whether the reasons were asked for by a party, or by one who is told
// by her notice.
func (m matter) askedFor(party string) bool {
	return slices.ContainsFunc(m.Reasons, func(r reasons) bool { return m.told(r.AskedBy) == party })
}
