package neighbours

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// A letter to a neighbour tells where she lives: it names her beside the number of her
// property. When her address is protected (folkeregisterloven § 10-4), and when the
// developer's is, the letter is as closed in the print room as one of a protected case:
// open to the head of the department and to whoever has the case.

// PersonChanged lets notices follow a person's protection, one that comes and one that
// is lifted: the developer's closes the notice with all its letters, a neighbour's the
// letters to her. A notice that belongs to a case follows the case. It happens in the
// transaction of the change.
func (s *Service) PersonChanged(ctx context.Context, tx *store.Tx, p identity.Person) error {
	mine, err := s.ofSender(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, n := range mine {
		if n.CaseID != "" || n.Restricted == p.Protection.Protected() {
			continue
		}
		n.Restricted = p.Protection.Protected()
		if err := follow(ctx, tx, n); err != nil {
			return err
		}
		if err := s.followLetters(ctx, tx, n, ""); err != nil {
			return err
		}
	}
	told, err := s.findRecipients(ctx, tx, `person_id = $2`, p.ID)
	if err != nil {
		return err
	}
	var seen []string
	for _, r := range told {
		if slices.Contains(seen, r.NoticeID) {
			continue // a guardian is told for each owner
		}
		seen = append(seen, r.NoticeID)
		if err := s.followLettersTo(ctx, tx, r.NoticeID, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// closedAsCase keeps the notices of a case, and their letters, as closed as the case.
func (s *Service) closedAsCase(ctx context.Context, tx *store.Tx, c cases.Case) error {
	list, err := s.ofCase(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		n.Department, n.Restricted = c.Department, c.Restricted
		if err := follow(ctx, tx, n); err != nil {
			return err
		}
		if err := s.followLetters(ctx, tx, n, c.Assignee); err != nil {
			return err
		}
	}
	return nil
}

// followLetters closes or opens the letters of a notice, and keeps closed those to
// whoever is protected herself.
func (s *Service) followLetters(ctx context.Context, tx *store.Tx, n Notice, assignee string) error {
	about := notify.About{Thread: thread(n.ID), Department: n.Department, Restricted: n.Restricted, Assignee: assignee}
	if err := s.Notify.Follow(ctx, tx, about); err != nil {
		return err
	}
	if n.Restricted {
		return nil
	}
	list, err := s.recipients(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.PersonID == "" || r.message == "" {
			continue
		}
		if about.Restricted, err = s.hidden(ctx, tx, list, r.PersonID); err != nil {
			return err
		}
		if !about.Restricted {
			continue
		}
		about.Person = r.PersonID
		if err := s.Notify.Follow(ctx, tx, about); err != nil {
			return err
		}
	}
	return nil
}

// followLettersTo closes or opens the letters of a notice to one person.
func (s *Service) followLettersTo(ctx context.Context, tx *store.Tx, notice, person string) error {
	n, err := s.load(ctx, tx, notice, false)
	if err != nil {
		return err
	}
	about, err := s.closed(ctx, tx, n, notify.About{Thread: thread(n.ID), Person: person})
	if err != nil {
		return err
	}
	return s.Notify.Follow(ctx, tx, about)
}

// closed fills in whose letters of a notice to a person are, and how closed.
func (s *Service) closed(ctx context.Context, tx *store.Tx, n Notice, about notify.About) (notify.About, error) {
	about.Department, about.Restricted = n.Department, n.Restricted
	if n.CaseID != "" {
		c, err := s.Cases.CaseIn(ctx, tx, n.CaseID)
		if err != nil {
			return about, err
		}
		about.Assignee = c.Assignee
	}
	if about.Restricted || about.Person == "" {
		return about, nil
	}
	list, err := s.recipients(ctx, tx, n.ID)
	if err == nil {
		about.Restricted, err = s.hidden(ctx, tx, list, about.Person)
	}
	return about, err
}

// hidden reports whether a letter to somebody tells of a protected address: her own, or
// that of an owner whose guardian she is.
func (s *Service) hidden(ctx context.Context, tx *store.Tx, list []Recipient, person string) (bool, error) {
	p, err := s.Identity.PersonIn(ctx, tx, person)
	if err != nil || p.Protection.Protected() {
		return err == nil, err
	}
	return slices.ContainsFunc(list, func(r Recipient) bool { return r.PersonID == person && r.Kind == Ward && r.About.Protected }), nil
}
