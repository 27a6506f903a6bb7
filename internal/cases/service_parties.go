package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Parties returns the further parties of a case, those who were too, for a
// service or page that has asked access to the case.
func (*Service) Parties(ctx context.Context, tx *store.Tx, caseID string) ([]Party, error) {
	return partiesOf(ctx, tx, caseID)
}

// AddParty makes somebody a party, in the caller's transaction; the caller is Torg
// itself following a register. Nothing happens when she is one already, or when the
// staff have ended it by hand: what they found out is more than the register knows.
// The new party may read the case from the commit on, and the journal tells both
// sides.
func (s *Service) AddParty(ctx context.Context, tx *store.Tx, caseID string, p Party) (Case, error) {
	c, err := load(ctx, tx, caseID, true)
	if err != nil || c.IsParty(p.Person) {
		return c, err
	}
	out, err := keptOut(ctx, tx, c.ID, p.Person)
	if err != nil || out {
		return c, err
	}
	return s.addParty(ctx, tx, c, p, "")
}

// addParty writes a new party down, with why when somebody has found it out.
func (s *Service) addParty(ctx context.Context, tx *store.Tx, c Case, p Party, why string) (Case, error) {
	if !p.Role.Valid() || p.Person == "" {
		return c, fmt.Errorf("cases: a party needs a person and a role, got %q", p.Role)
	}
	if len(c.parties()) >= maxParties {
		return c, errs.Conflict("cases.too_many_parties")
	}
	if err := insertParty(ctx, tx, c.ID, p); err != nil {
		return c, err
	}
	var err error
	if c.Restricted, err = s.restrictedBy(ctx, tx, c, p.Person); err != nil {
		return c, err
	}
	if err := addWords(ctx, tx, c.ID, words(Case{ApplicantName: p.Name})); err != nil {
		return c, err
	}
	c.Further = join(append(c.parties(), p.Person))
	return s.partiesChanged(ctx, tx, c, Entry{Kind: EntryPartyAdded, Text: because(p.Name, why)})
}

// FoundBy makes a case to be found by the words of some texts too: the number and
// the address of the property that is built on. They go with the personal data.
func FoundBy(ctx context.Context, tx *store.Tx, caseID string, texts ...string) error {
	return addWords(ctx, tx, caseID, words(Case{}, texts...))
}

func namesOf(parties []Party) []string {
	names := make([]string, len(parties))
	for i, p := range parties {
		names[i] = p.Name
	}
	return names
}

// because is a line of the journal about somebody, with why.
func because(name, why string) string {
	if why == "" {
		return name
	}
	return name + ". " + why
}

// EndParty ends somebody's being a party, as AddParty: what she has read she has
// read, from the commit on she reads no more.
func (s *Service) EndParty(ctx context.Context, tx *store.Tx, caseID, person string) (Case, error) {
	c, err := load(ctx, tx, caseID, true)
	if err != nil || !slices.Contains(c.parties(), person) {
		return c, err
	}
	return s.endParty(ctx, tx, c, person, "")
}

// endParty ends it; with why the staff have, and the registers do not undo it.
func (s *Service) endParty(ctx context.Context, tx *store.Tx, c Case, person, why string) (Case, error) {
	list, err := partiesOf(ctx, tx, c.ID)
	if err != nil {
		return c, err
	}
	if err := endParty(ctx, tx, c.ID, person, why != ""); err != nil {
		return c, err
	}
	c.Further = join(slices.DeleteFunc(c.parties(), func(id string) bool { return id == person }))
	name := ""
	for _, p := range list {
		if p.Person == person {
			name = p.Name
		}
	}
	return s.partiesChanged(ctx, tx, c, Entry{Kind: EntryPartyEnded, Text: because(name, why)})
}

func (s *Service) partiesChanged(ctx context.Context, tx *store.Tx, c Case, e Entry) (Case, error) {
	if err := setFurther(ctx, tx, c); err != nil {
		return c, err
	}
	if err := restrict(ctx, tx, c.ID, c.Restricted); err != nil {
		return c, err
	}
	c, err := s.Touch(ctx, tx, c.ID, e, nil)
	if err != nil {
		return c, err
	}
	return c, s.happened(ctx, tx, HappenedParties, c)
}

// restrictedBy reports whether a case is restricted when the person is in it too.
func (s *Service) restrictedBy(ctx context.Context, tx *store.Tx, c Case, person string) (bool, error) {
	if c.Restricted {
		return true, nil
	}
	p, err := s.Identity.PersonIn(ctx, tx, person)
	if err != nil {
		return false, err
	}
	return p.Protection.Protected(), nil
}

// OpenCasesOf returns the cases that somebody still works on and in which the
// person is a party, for services that follow the registers.
func (*Service) OpenCasesOf(ctx context.Context, tx *store.Tx, person string) ([]Case, error) {
	list, err := ofPersons(ctx, tx, []string{person})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(c Case) bool { return !c.Status.Open() && c.Status != Decided }), nil
}

// CasesOf is OpenCasesOf with those that are closed: whoever loses a right loses
// it there too.
func (*Service) CasesOf(ctx context.Context, tx *store.Tx, person string) ([]Case, error) {
	return ofPersons(ctx, tx, []string{person})
}

// MakeApplicant lets a party become the applicant: a child who has come of age
// takes over from the guardian who applied (vergemålsloven § 8).
func (s *Service) MakeApplicant(ctx context.Context, tx *store.Tx, caseID, person, name string) (Case, error) {
	c, err := load(ctx, tx, caseID, true)
	if err != nil || c.Applicant == person {
		return c, err
	}
	return s.makeApplicant(ctx, tx, c, person, name, "")
}

func (s *Service) makeApplicant(ctx context.Context, tx *store.Tx, c Case, person, name, why string) (Case, error) {
	if !c.IsParty(person) {
		return c, errs.Conflict("cases.not_a_party")
	}
	_, err := tx.Exec(ctx, `update cases set applicant_id = $3, applicant_name = $4 where tenant_id = $1 and id = $2`, tx.Tenant, c.ID, person, name)
	if err != nil {
		return c, fmt.Errorf("cases: applicant: %w", err)
	}
	if err := FoundBy(ctx, tx, c.ID, name); err != nil {
		return c, err
	}
	if c, err = s.Touch(ctx, tx, c.ID, Entry{Kind: EntryApplicant, Text: because(name, why)}, nil); err != nil {
		return c, err
	}
	return c, s.happened(ctx, tx, HappenedParties, c)
}
