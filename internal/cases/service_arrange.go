package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Arrangement is a change of who the parties to a case are, by the head of its
// department.
type Arrangement struct {
	Version int64
	Person  string // whom it is about
	Role    Role   // of a new party
	// Reason stands in the journal, which the parties read.
	Reason string
	// Considered says that it is weighed what the change means for somebody whose
	// address is protected (folkeregisterloven § 10-4).
	Considered bool
}

const (
	leastReason = 10
	mostReason  = 2000
)

// checkReason refuses a change that nobody could understand afterwards.
func checkReason(reason string) error {
	switch n := len([]rune(reason)); {
	case n < leastReason:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "cases.parties.need_reason", Args: []any{"least", leastReason}})
	case n > mostReason:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "cases.too_long", Args: []any{"most", mostReason}})
	}
	return nil
}

// arrangeable reports whether the parties can still be changed: also when the case is
// decided, since somebody may have to be told of it or appeal.
func (c Case) arrangeable() bool { return c.Status != Withdrawn && !c.Anonymised() }

// arrange is how every change of the parties happens: the case is read and locked,
// access and impartiality are asked, the version must fit, then the change.
func (s *Service) arrange(ctx context.Context, id string, a Arrangement, do func(context.Context, *store.Tx, Case, Arrangement) (Case, error)) (changed Case, err error) {
	if !ids.Valid(id) {
		return Case{}, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Case{}, fmt.Errorf("cases: keys: %w", err)
	}
	a.Reason = clean(a.Reason)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.heldForParties(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Version != c.Version {
			return errs.Conflict("errs.conflict")
		}
		if err := checkReason(a.Reason); err != nil {
			return err
		}
		changed, err = do(ctx, tx, c, a)
		return err
	})
	return changed, err
}

// heldForParties reads and locks a case whose parties the actor may change.
func (s *Service) heldForParties(ctx context.Context, tx *store.Tx, id string) (Case, error) {
	c, err := load(ctx, tx, id, true)
	if err != nil {
		return c, err
	}
	if err := s.Access.Check(ctx, PermParties, c.resource()); err != nil {
		return c, err
	}
	if err := s.impartial(ctx, tx, identity.From(ctx), PermParties, c); err != nil {
		return c, err
	}
	if !c.arrangeable() {
		return c, errs.Conflict("cases.not_now.parties")
	}
	return c, nil
}

// Include makes somebody a party to a case whom the registers do not tell of: an heir,
// an agent, an organisation, a guardian. She reads the case from the commit on, and is
// told, as the other parties are (forvaltningsloven §§ 2 first paragraph letter e and
// 16).
func (s *Service) Include(ctx context.Context, id string, a Arrangement) (Case, error) {
	return s.arrange(ctx, id, a, func(ctx context.Context, tx *store.Tx, c Case, a Arrangement) (Case, error) {
		p, err := s.newParty(ctx, tx, c, a.Person, a.Role)
		if err != nil {
			return c, err
		}
		if err := weighed(a, c.Restricted || p.Protection.Protected()); err != nil {
			return c, err
		}
		others := c.told()
		c, err = s.addParty(ctx, tx, c, Party{Person: p.ID, Name: p.Name.Full(), Role: a.Role}, a.Reason)
		if err != nil {
			return c, err
		}
		if err := s.tellSome(ctx, tx, c, "party_added", a.Reason, p.ID); err != nil {
			return c, err
		}
		return c, s.tellSome(ctx, tx, c, "parties", a.Reason, others...)
	})
}

// newParty reads who is to become a party, and refuses whom it cannot be.
func (s *Service) newParty(ctx context.Context, tx *store.Tx, c Case, person string, role Role) (identity.Person, error) {
	refuse := func(field, key string) (identity.Person, error) {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: field, Key: key})
	}
	if !role.Valid() {
		return refuse("role", "cases.parties.need_role")
	}
	if !ids.Valid(person) {
		return refuse("number", "cases.parties.bad_number")
	}
	p, err := s.Identity.PersonIn(ctx, tx, person)
	switch {
	case err != nil:
		return p, err
	case kept(ctx, p):
		return identity.Person{}, errs.NotFound("errs.not_found")
	case c.IsParty(p.ID):
		return refuse("number", "cases.parties.is_party")
	case p.Deceased():
		return refuse("number", "cases.parties.deceased")
	case p.IsOrganisation() != (role == RoleOrganisation):
		return refuse("role", "cases.parties.wrong_role")
	case role != RoleGuardian:
		return p, nil
	}
	// Who is a guardian the register knows: it would end again what it does not tell.
	guardian, err := s.Identity.GuardianIn(ctx, tx, p.ID, c.Subject)
	if err == nil && !guardian {
		return refuse("role", "cases.parties.not_guardian")
	}
	return p, err
}

// kept reports whether somebody is kept from the actor: a machine does not weigh a
// protected address, and does not learn who has one.
func kept(ctx context.Context, p identity.Person) bool {
	return p.Protection.Protected() && identity.From(ctx).Kind != identity.Staff
}

// weighed refuses a change that opens a case with a protected address without
// somebody having thought of it.
func weighed(a Arrangement, protected bool) error {
	if protected && !a.Considered {
		return errs.InvalidFields(errs.Field{Name: "considered", Key: "cases.parties.need_considered"})
	}
	return nil
}

// told are those who are told of what happens to a case.
func (c Case) told() []string { return append([]string{c.Applicant}, c.parties()...) }

// Exclude ends somebody's being a further party. The registers do not make her one
// again.
func (s *Service) Exclude(ctx context.Context, id string, a Arrangement) (Case, error) {
	return s.arrange(ctx, id, a, func(ctx context.Context, tx *store.Tx, c Case, a Arrangement) (Case, error) {
		if !slices.Contains(c.parties(), a.Person) || a.Person == c.Applicant {
			return c, errs.InvalidFields(errs.Field{Name: "person", Key: "cases.not_a_party"})
		}
		c, err := s.endParty(ctx, tx, c, a.Person, a.Reason)
		if err != nil {
			return c, err
		}
		if err := s.tellEnded(ctx, tx, c, a.Person); err != nil {
			return c, err
		}
		return c, s.tellSome(ctx, tx, c, "parties", a.Reason, c.told()...)
	})
}

// Replace lets another party be the applicant: who takes over after one who has died,
// or acts for a child whose guardian has lost the right to. Whoever was it reads the
// case no more, unless it is about her.
func (s *Service) Replace(ctx context.Context, id string, a Arrangement) (Case, error) {
	return s.arrange(ctx, id, a, func(ctx context.Context, tx *store.Tx, c Case, a Arrangement) (Case, error) {
		if a.Person == c.Applicant || !c.IsParty(a.Person) {
			return c, errs.InvalidFields(errs.Field{Name: "person", Key: "cases.not_a_party"})
		}
		p, err := s.Identity.PersonIn(ctx, tx, a.Person)
		if err != nil {
			return c, err
		}
		if p.Deceased() {
			return c, errs.InvalidFields(errs.Field{Name: "person", Key: "cases.parties.deceased"})
		}
		if err := weighed(a, c.Restricted); err != nil {
			return c, err
		}
		before, others := c.Applicant, slices.DeleteFunc(c.parties(), func(id string) bool { return id == a.Person })
		if c, err = s.makeApplicant(ctx, tx, c, p.ID, p.Name.Full(), a.Reason); err != nil {
			return c, err
		}
		if c.IsParty(before) {
			others = append(others, before)
		} else if err := s.tellEnded(ctx, tx, c, before); err != nil {
			return c, err
		}
		if err := s.tellSome(ctx, tx, c, "applicant", a.Reason, p.ID); err != nil {
			return c, err
		}
		return c, s.tellSome(ctx, tx, c, "parties", a.Reason, others...)
	})
}

// Lapse lets a case fall away without a decision (bortfall): the one it was about has
// died or moved, and nobody can go on with it. Of the posting only the text, which is
// why, and the key are used. The deadlines end, an offer that nobody has answered is
// free for others, and the parties that are left are told.
func (s *Service) Lapse(ctx context.Context, id string, version int64, p Posting) (Case, error) {
	p = Posting{Text: clean(p.Text), Key: p.Key}
	digest := p.digest(ctx, EntryLapsed)
	return s.perform(ctx, deed{id: id, version: version, perm: PermParties, act: actLapse, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := checkReason(p.Text); err != nil {
			return "", err
		}
		if c.Status == Decided {
			if err := s.takeResponse(ctx, tx, c, Declined); err != nil {
				return "", err
			}
		}
		c.Status, c.Outcome, c.Answer, c.ClosedAt, c.ProposedBy = Withdrawn, OutcomeLapsed, "", tx.Now.Time, ""
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryLapsed, Text: p.Text, posting: digest}); err != nil {
			return "", err
		}
		if err := s.tellWhole(ctx, tx, *c, string(EntryLapsed), onPaper{text: p.Text}); err != nil {
			return "", err
		}
		return actLapse, s.tellOthers(ctx, tx, *c, string(EntryLapsed))
	}})
}
