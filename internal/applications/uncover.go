package applications

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Uncovered lets the cases follow that somebody's address is protected no longer.
// Whose part the protection had ended has it again, also in a case that is closed,
// as if the address had never been protected (forvaltningsloven § 2 first paragraph
// letter e, barnelova § 30); but only when nobody else of the family is protected,
// and when nothing was written in the case meanwhile. What was written then was so
// in the belief that the other does not read it, and can tell where they lived: the
// staff decide (forvaltningsloven § 19). A protection that comes anew ends it anew.
func (s *Service) Uncovered(ctx context.Context, tx *store.Tx, p identity.Person) error {
	children, err := s.identity.ChildrenIn(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, of := range append([]identity.Relative{{Person: p}}, children...) {
		list, err := s.cases.CasesOf(ctx, tx, of.Person.ID)
		if err != nil {
			return err
		}
		for _, c := range list {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			if err := s.letIn(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// letIn undoes in a case what a protected address did, when none is left.
func (s *Service) letIn(ctx context.Context, tx *store.Tx, c cases.Case) error {
	f, err := s.familyOf(ctx, tx, c)
	if err != nil || f.apart() {
		return err
	}
	out, err := lifted(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, p := range f.responsible {
		i := slices.IndexFunc(out, func(o putOut) bool { return o.person == p.ID })
		switch {
		case i < 0 || f.grown || c.IsParty(p.ID):
		case c.Entries > out[i].entries:
			_, err = once(ctx, tx, c.ID, p.ID, lifeHeld)
		default:
			_, err = s.cases.AddParty(ctx, tx, c.ID, cases.Party{Person: p.ID, Name: p.Name.Full(), Role: cases.RoleGuardian})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leaveOut notes who is no party to a new case since an address is protected: all
// of it was written in the belief that they do not read it.
func (s *Service) leaveOut(ctx context.Context, tx *store.Tx, c cases.Case, applicant, subject identity.Person) error {
	others, err := s.others(ctx, tx, applicant.ID, subject)
	if err != nil || !apart(append(others, applicant, subject)...) {
		return err
	}
	for _, p := range others {
		if _, err := once(ctx, tx, c.ID, p.ID, lifeProtected); err != nil {
			return err
		}
	}
	return nil
}

// heldNotes tell of the guardians who are not let in again by themselves.
func (*Service) heldNotes(ctx context.Context, tx *store.Tx, f family, c cases.Case) (notes []lifeNote, err error) {
	outside := func(p identity.Person) bool { return !c.IsParty(p.ID) }
	if f.grown || f.apart() || !slices.ContainsFunc(f.responsible, outside) {
		return nil, nil
	}
	held, err := heldIn(ctx, tx, c.ID)
	for _, p := range f.responsible {
		if outside(p) && slices.Contains(held, p.ID) {
			notes = append(notes, lifeNote{"applications.life.held", []any{"name", p.Name.Full()}})
		}
	}
	return notes, err
}
