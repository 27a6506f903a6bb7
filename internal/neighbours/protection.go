package neighbours

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
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
// letters to her, and an owner's those to her guardians. From then on her name does not
// stand beside the number of her property either. A notice that belongs to a case follows
// the case. It happens in the transaction of the change, with the letters that lie in the
// print room already.
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
	if err := s.followOwner(ctx, tx, p); err != nil {
		return err
	}
	threads, err := s.Notify.ThreadsTo(ctx, tx, p.ID, threadOfNotice)
	if err != nil {
		return err
	}
	for _, of := range threads { // also of those who only have a copy, as who owns what is built on
		if err := s.followLettersTo(ctx, tx, strings.TrimPrefix(of, threadOfNotice), p.ID); err != nil {
			return err
		}
	}
	return nil
}

// followOwner hides and shows an owner's name as her protection comes and goes, and closes
// and opens the letters to whoever is notified on her behalf.
func (s *Service) followOwner(ctx context.Context, tx *store.Tx, p identity.Person) error {
	list, err := s.ofPerson(ctx, tx, p.ID, true)
	if err != nil {
		return err
	}
	before, err := s.ofPerson(ctx, tx, p.ID, false)
	if err != nil {
		return err
	}
	for _, r := range before {
		if r.OwnerID == "" && r.Kind == Person { // of before owners were written down
			list = append(list, r)
		}
	}
	for i := range list {
		r := &list[i]
		if r.cover(p.Protection.Protected()) {
			if err := s.saveRecipient(ctx, tx, r); err != nil {
				return err
			}
		}
		if r.PersonID == "" || r.PersonID == p.ID {
			continue
		}
		if err := s.followLettersTo(ctx, tx, r.NoticeID, r.PersonID); err != nil {
			return err
		}
	}
	return nil
}

// cover lets an owner be protected from now on, or no longer, and reports whether that is
// new. What the register said as she was listed stays: it may know of more than the
// population register does.
func (r *Recipient) cover(protected bool) bool {
	switch {
	case protected && !r.About.Protected:
		r.About.Protected, r.About.Followed = true, true
	case !protected && r.About.Followed:
		r.About.Protected, r.About.Followed = false, false
	default:
		return false
	}
	return true
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
	if errs.Is(err, errs.KindNotFound) {
		return nil // it is deleted
	}
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
	for _, r := range list {
		if r.PersonID != person || r.Kind != Ward {
			continue
		}
		if r.About.Protected {
			return true, nil
		}
		if r.OwnerID == "" {
			continue
		}
		owner, err := s.Identity.PersonIn(ctx, tx, r.OwnerID)
		if err != nil || owner.Protection.Protected() {
			return err == nil, err
		}
	}
	return false, nil
}
