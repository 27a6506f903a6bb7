package applications

import (
	"context"
	"fmt"
	"slices"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// What is done once about a person in a case.
const (
	lifeDeceased  = "deceased"
	lifeProtected = "protected"
	lifeHeld      = "held"   // the protection is lifted, and the staff decide who is let in again
	lifeParted    = "parted" // who applied is guardian no more, and is kept apart from the others
)

// EntryDeceased is the journal's word for the death of a party.
const EntryDeceased cases.EntryKind = "deceased"

// PersonChanged lets the cases follow a death or a protected address, in the
// transaction in which the population register's word is written. Other changes
// are FamilyChanged's.
func (s *Service) PersonChanged(ctx context.Context, tx *store.Tx, p identity.Person) error {
	if !p.Deceased() && !p.Protection.Protected() {
		return nil
	}
	list, err := s.cases.CasesOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if p.Deceased() && c.Status.Open() {
			if err := s.flagDeath(ctx, tx, c, p); err != nil {
				return err
			}
		}
		if err := s.follow(ctx, tx, c); err != nil {
			return err
		}
	}
	return s.followSignatures(ctx, tx, p.ID)
}

// FamilyChanged lets the cases about a child follow who its guardians are, also
// when it has come of age and has none.
func (s *Service) FamilyChanged(ctx context.Context, tx *store.Tx, childID string) error {
	list, err := s.cases.CasesOf(ctx, tx, childID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := s.follow(ctx, tx, c); err != nil {
			return err
		}
	}
	return s.followSignatures(ctx, tx, childID)
}

// flagDeath tells the staff in the journal, once, that a party has died. What
// then happens to the case is theirs to decide: an application for oneself
// falls away, one for a child may go on.
func (s *Service) flagDeath(ctx context.Context, tx *store.Tx, c cases.Case, p identity.Person) error {
	first, err := once(ctx, tx, c.ID, p.ID, lifeDeceased)
	if err != nil || !first {
		return err
	}
	_, err = s.cases.Touch(ctx, tx, c.ID, cases.Entry{Kind: EntryDeceased, Text: p.Name.Full()}, nil)
	return err
}

// family is who is concerned by a case about a child.
type family struct {
	child, applicant identity.Person
	grown            bool // the child has come of age
	responsible      []identity.Person
	wasGuardian      bool // the applicant is or was the child's guardian
	parted           bool // see lifeParted
}

func (f family) guardian(id string) bool {
	return slices.ContainsFunc(f.responsible, func(p identity.Person) bool { return p.ID == id })
}

// apart reports whether a protected address keeps the family apart.
func (f family) apart() bool {
	return f.parted || apart(append(slices.Clone(f.responsible), f.child, f.applicant)...)
}

func (s *Service) familyOf(ctx context.Context, tx *store.Tx, c cases.Case) (f family, err error) {
	if f.child, err = s.identity.PersonIn(ctx, tx, c.Subject); err != nil {
		return f, err
	}
	if f.applicant, err = s.identity.PersonIn(ctx, tx, c.Applicant); err != nil {
		return f, err
	}
	f.grown = !f.child.BirthDate.IsZero() && !f.child.MinorOn(clock.DateIn(tx.Now.Time))
	if f.responsible, err = s.responsible(ctx, tx, c.Subject); err != nil {
		return f, err
	}
	if f.wasGuardian, err = s.identity.WasGuardianIn(ctx, tx, c.Applicant, c.Subject); err != nil || c.Applicant != c.Subject {
		return f, err
	}
	f.parted, err = isParted(ctx, tx, c.ID)
	return f, err
}

// follow makes the parties of a case those whom the register says: guardians
// with responsibility come and go, and a child that has come of age stands for
// itself (vergemålsloven § 8).
func (s *Service) follow(ctx context.Context, tx *store.Tx, c cases.Case) error {
	f, err := s.familyOf(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := s.endGuardians(ctx, tx, c, f); err != nil {
		return err
	}
	if f.wasGuardian && !f.guardian(c.Applicant) {
		if err := s.replaceApplicant(ctx, tx, c, f); err != nil {
			return err
		}
	}
	if f.grown || !f.wasGuardian || !c.Status.Open() || f.apart() {
		return nil
	}
	held, err := heldIn(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, p := range f.responsible {
		if slices.Contains(held, p.ID) {
			continue
		}
		if _, err := s.cases.AddParty(ctx, tx, c.ID, cases.Party{Person: p.ID, Name: p.Name.Full(), Role: cases.RoleGuardian}); err != nil {
			return err
		}
	}
	return nil
}

// endGuardians ends what rests on a responsibility that is no more. When a
// protected address has come, the other guardian's part ends, once: if the
// municipality lets her back in, that stands.
func (s *Service) endGuardians(ctx context.Context, tx *store.Tx, c cases.Case, f family) error {
	parties, err := s.cases.Parties(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	ended := false
	for _, p := range parties {
		if p.Role != cases.RoleGuardian || !p.Until.IsZero() {
			continue
		}
		ends := !f.guardian(p.Person)
		if !ends && f.apart() {
			if ends, err = once(ctx, tx, c.ID, p.Person, lifeProtected); err != nil {
				return err
			}
		}
		if !ends {
			continue
		}
		if c, err = s.cases.EndParty(ctx, tx, c.ID, p.Person); err != nil {
			return err
		}
		ended = true
	}
	if !ended {
		return nil
	}
	return howLong(ctx, tx, c)
}

// replaceApplicant lets the case go on with whoever now stands for the child:
// the child itself when it has come of age, else another guardian. Without any
// it is the child's, and the staff must find out who acts. So it is where a
// protected address keeps the family apart: whoever takes an application over
// reads all of it, and what stands there can tell where they live.
func (s *Service) replaceApplicant(ctx context.Context, tx *store.Tx, c cases.Case, f family) error {
	next := f.child
	switch {
	case f.grown:
	case f.apart():
		if _, err := once(ctx, tx, c.ID, c.Applicant, lifeParted); err != nil {
			return err
		}
	case len(f.responsible) > 0:
		next = f.responsible[0]
		if _, err := s.cases.AddParty(ctx, tx, c.ID, cases.Party{Person: next.ID, Name: next.Name.Full(), Role: cases.RoleGuardian}); err != nil {
			return err
		}
	}
	_, err := s.cases.MakeApplicant(ctx, tx, c.ID, next.ID, next.Name.Full())
	return err
}

// followSignatures ends the signatures that nobody can give or use any more. When
// the one whose signature was waited for is a guardian no longer, it is not
// needed.
func (s *Service) followSignatures(ctx context.Context, tx *store.Tx, childID string) error {
	waiting, err := waitingFor(ctx, tx, "", childID)
	if err != nil {
		return err
	}
	for _, g := range waiting {
		applicant, err := s.identity.GuardianIn(ctx, tx, g.Applicant, g.Subject)
		if err != nil {
			return err
		}
		signer, err := s.identity.GuardianIn(ctx, tx, g.Signer, g.Subject)
		if err != nil {
			return err
		}
		switch {
		case applicant && signer:
			continue
		case !applicant:
			err = s.giveUp(ctx, tx, g, SignatureLapsed)
		default:
			err = answerSignature(ctx, tx, g, SignatureLapsed)
			if err == nil {
				_, err = s.complete(ctx, tx, g.Submission)
			}
		}
		if err == nil {
			err = s.tellApplicant(ctx, tx, "lapsed", g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// once reports whether something is done for the first time about a person in a case.
func once(ctx context.Context, tx *store.Tx, caseID, personID, what string) (bool, error) {
	n, err := tx.Exec(ctx, `insert into applications_life (tenant_id, case_id, person_id, what, at)
		values ($1, $2, $3, $4, $5) on conflict (tenant_id, case_id, person_id, what) do nothing`,
		tx.Tenant, caseID, personID, what, tx.Now)
	if err != nil {
		return false, fmt.Errorf("applications: note a change in life: %w", err)
	}
	return n == 1, nil
}

// isParted reports whether whoever applied is guardian no more and kept apart from
// the others: that stands until the staff decide, also when nobody is protected now.
func isParted(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from applications_life
		where tenant_id = $1 and case_id = $2 and what = $3`, tx.Tenant, caseID, lifeParted)
	if err != nil {
		return false, fmt.Errorf("applications: a family kept apart: %w", err)
	}
	return n > 0, nil
}

// Companion shows the staff what the register says of a case's people that
// changes how it is handled.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: "applications", Panel: s.panel}
}

func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	var parts []templ.Component
	life, err := s.lifeOf(ctx, tx, c, audience)
	if err != nil {
		return nil, err
	}
	if life != nil {
		parts = append(parts, life)
	}
	if audience == cases.ForStaff {
		signed, err := s.signedTerms(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if len(signed) > 0 {
			parts = append(parts, signedPanel(signed))
		}
	}
	u, err := s.unboundInCase(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	if u.ID != "" {
		parts = append(parts, unboundPanel(u, audience == cases.ForStaff))
	}
	if len(parts) == 0 {
		return nil, nil //nolint:nilnil // nothing to show
	}
	return templ.Join(parts...), nil
}

func (s *Service) lifeOf(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if audience != cases.ForStaff {
		return nil, nil //nolint:nilnil // nothing to show
	}
	f, err := s.familyOf(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	notes := notesOf(f, c)
	held, err := s.heldNotes(ctx, tx, f, c)
	if err != nil {
		return nil, err
	}
	notes = append(notes, held...)
	if len(notes) == 0 {
		return nil, nil //nolint:nilnil // nothing to show
	}
	return lifePanel(notes), nil
}

// lifeNote is one thing the staff must know.
type lifeNote struct {
	Key  string
	Args []any
}

func notesOf(f family, c cases.Case) []lifeNote {
	var notes []lifeNote
	for _, p := range []identity.Person{f.applicant, f.child} {
		if p.Deceased() && (p.ID == c.Applicant || c.Applicant != c.Subject) {
			notes = append(notes, lifeNote{"applications.life.deceased", []any{"name", p.Name.Full(), "day", p.DeceasedOn}})
		}
	}
	if c.Applicant == c.Subject && len(notes) == 2 {
		notes = notes[:1]
	}
	if !c.Status.Open() || f.grown {
		return notes
	}
	if f.wasGuardian && f.apart() && len(f.responsible) > 1 {
		notes = append(notes, lifeNote{"applications.life.apart", nil})
	}
	if f.parted && len(f.responsible) > 0 {
		notes = append(notes, lifeNote{"applications.life.parted", []any{"name", f.child.Name.Full()}})
	}
	if c.Applicant == c.Subject && len(f.responsible) == 0 && !f.child.BirthDate.IsZero() && !f.child.IsOrganisation() {
		notes = append(notes, lifeNote{"applications.life.no_guardian", []any{"name", f.child.Name.Full()}})
	}
	return notes
}
