package cases

import (
	"context"
	"errors"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// PartySearch is whom the head of a department wants to make a party.
type PartySearch struct {
	// Number is a national number, or the number of an organisation.
	Number string
	// Name is of an organisation that the municipality does not know yet.
	Name   string
	Role   Role
	Reason string
}

// Arranged is what the page about the parties shows.
type Arranged struct {
	Case    Case
	Kind    Kind
	Parties []Party
	// Applicants are those who can take over as the applicant.
	Applicants []identity.Person
	// Dead are the ids of those who have died.
	Dead map[string]bool
	May  Possible
}

// Arranged reads the parties of a case for whoever may change them.
func (s *Service) Arranged(ctx context.Context, id string) (v Arranged, err error) {
	if err := s.Allow(ctx, id, PermParties); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		v = Arranged{Dead: map[string]bool{}}
		if v.Case, err = load(ctx, tx, id, false); err != nil {
			return err
		}
		if v.Kind, err = s.kinds.Get(v.Case.Kind); err != nil {
			return err
		}
		if v.Parties, err = partiesOf(ctx, tx, id); err != nil {
			return err
		}
		if v.May, err = s.unbiased(ctx, tx, v.Case, s.possible(ctx, v.Case)); err != nil || v.Case.Anonymised() {
			return err
		}
		for _, person := range v.Case.owners() {
			p, err := s.Identity.PersonIn(ctx, tx, person)
			if err != nil {
				return err
			}
			v.Dead[p.ID] = p.Deceased()
			if p.ID != v.Case.Applicant && !p.Deceased() {
				v.Applicants = append(v.Applicants, p)
			}
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.look(ctx, v.Case)
}

// FindParty finds who is to become a party by her number, and asks the population
// register when the municipality does not know her. The look is recorded, and she can
// see it.
func (s *Service) FindParty(ctx context.Context, id string, q PartySearch) (p identity.Person, err error) {
	if err := s.Allow(ctx, id, PermParties); err != nil {
		return p, err
	}
	if err := checkReason(clean(q.Reason)); err != nil {
		return p, err
	}
	if q.Role == RoleOrganisation {
		p, err = s.findOrganisation(ctx, q)
	} else {
		p, err = s.findPerson(ctx, q.Number)
	}
	if err != nil {
		return p, err
	}
	// Who is refused as a party was looked at all the same, and what is refused is rolled
	// back: the look stands in a transaction of its own.
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return audit.Look(ctx, tx, audit.Ref{Type: "person", ID: p.ID}, p.ID)
	})
	if err != nil {
		return identity.Person{}, err
	}
	if kept(ctx, p) { // as if nobody had the number
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: "cases.parties.unknown"})
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.heldForParties(ctx, tx, id)
		if err != nil {
			return err
		}
		_, err = s.newParty(ctx, tx, c, p.ID, q.Role)
		return err
	})
	if err != nil {
		return identity.Person{}, err
	}
	return p, nil
}

// partyNamed is whom a change of the parties is about, for the page that shows it again
// when it was refused. The look is recorded.
func (s *Service) partyNamed(ctx context.Context, id, person string) (p identity.Person, err error) {
	if err := s.Allow(ctx, id, PermParties); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if p, err = s.Identity.PersonIn(ctx, tx, person); err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "person", ID: p.ID}, p.ID)
	})
	return p, err
}

func (s *Service) findPerson(ctx context.Context, typed string) (identity.Person, error) {
	refuse := func(key string) (identity.Person, error) {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: key})
	}
	number, err := pid.Parse(strings.ReplaceAll(typed, " ", ""))
	if err != nil {
		return refuse("cases.parties.bad_number")
	}
	p, err := s.Identity.EnsurePerson(ctx, number)
	switch e := errs.Of(err); {
	case errs.Is(err, errs.KindUnavailable):
		// What the register said last serves until it answers.
		known, notKnown := s.Identity.FindByNumber(ctx, number)
		if notKnown != nil {
			return p, errors.Join(err, notKnown)
		}
		p = known
	case e != nil && e.Kind == errs.KindForbidden:
		return refuse(e.Key)
	case err != nil:
		return p, err
	}
	if p.RegisterUpdatedAt.IsZero() {
		return refuse("cases.parties.unknown")
	}
	return p, nil
}

func (s *Service) findOrganisation(ctx context.Context, q PartySearch) (p identity.Person, err error) {
	number, err := pid.ParseOrg(strings.ReplaceAll(q.Number, " ", ""))
	if err != nil {
		return p, errs.InvalidFields(errs.Field{Name: "number", Key: "cases.parties.bad_organisation"})
	}
	p, err = s.Identity.FindOrganisation(ctx, number)
	if !errs.Is(err, errs.KindNotFound) {
		return p, err
	}
	name := clean(q.Name)
	if n := len([]rune(name)); n < 2 || n > 200 {
		return p, errs.InvalidFields(errs.Field{Name: "name", Key: "cases.parties.need_name"})
	}
	id, err := s.Identity.EnsureOrganisation(ctx, identity.RegisterOrganisation{Number: number, Name: name})
	if err != nil {
		return p, err
	}
	return s.Identity.Person(ctx, id)
}
