package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// Whose says of whom a copy is made, and who reads it: the person herself, a
// guardian for a child (barnelova § 47), whoever leads an organisation, or an
// agent within the mandate (forvaltningsloven § 12).
type Whose struct {
	Person string
	// Own says that the person has asked for it herself.
	Own bool
	// Reader is as whom the cases are read: what the reader cannot open on the pages
	// does not stand in the copy either.
	Reader identity.Actor
}

// Whole reports whether the copy is of all that is kept about the person: for
// oneself, one's child and one's organisation, but not by a mandate, which is for
// cases.
func (w Whose) Whole() bool { return w.Own || w.Reader.Represents("") }

// reach is how far a mandate reaches; empty for every other right. A copy that was
// made under a wider mandate is not handed out under a narrower one.
func (w Whose) reach() string {
	if w.Own || w.Reader.Basis != identity.ByMandate {
		return ""
	}
	return strings.Join(slices.Sorted(slices.Values(w.Reader.Scopes)), " ")
}

// may reports whether the reader may read a case.
func (s *Service) may(ctx context.Context, w Whose, c cases.Case) (bool, error) {
	err := s.Cases.CheckCase(identity.With(ctx, w.Reader), cases.PermRead, c)
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return false, nil
	}
	return err == nil, err
}

// reader is the actor as whom somebody reads her own cases, or by a right to
// represent another those of the other. Her roles as staff rest.
func reader(asker identity.Actor, r identity.Represented) identity.Actor {
	asker.Kind, asker.Grants = identity.Resident, nil
	asker.OnBehalfOf, asker.OnBehalfName, asker.Basis, asker.Scopes = r.Person.ID, r.Person.Name.Full(), r.Basis, r.Scopes
	return asker
}

// whose tells by what right somebody asks for a copy of a person's data today;
// errs.NotFound, which does not tell that the person exists, when by none.
func (s *Service) whose(ctx context.Context, asker identity.Actor, person string) (Whose, error) {
	if person == "" || person == asker.PersonID {
		return Whose{Person: asker.PersonID, Own: true, Reader: reader(asker, identity.Represented{})}, nil
	}
	list, err := s.Identity.Represented(identity.With(ctx, asker))
	if err != nil {
		return Whose{}, err
	}
	i := slices.IndexFunc(list, func(r identity.Represented) bool { return r.Person.ID == person })
	if i < 0 {
		return Whose{}, errs.NotFound("errs.not_found")
	}
	return Whose{Person: person, Reader: reader(asker, list[i])}, nil
}

// whoseIs tells the same of a copy that was asked for: a right that has ended
// since then reaches no copy.
func (s *Service) whoseIs(ctx context.Context, t Takeout) (Whose, error) {
	asker, err := s.Identity.Person(ctx, t.AskedBy)
	if err != nil {
		return Whose{}, fmt.Errorf("retention: who asked for a copy: %w", err)
	}
	return s.whose(ctx, identity.Actor{Kind: identity.Resident, PersonID: asker.ID, Name: asker.Name.Full(), ACR: identity.ACRSubstantial}, t.Person)
}

// Choice is somebody of whose data the actor may have a copy.
type Choice struct {
	Person, Name string
	Basis        identity.Basis // empty for oneself
	Chosen       bool           // for whom the actor acts just now
}

// Choices returns of whom the actor may have a copy, herself first.
func (s *Service) Choices(ctx context.Context) ([]Choice, error) {
	actor := identity.From(ctx)
	if _, err := s.own(ctx); err != nil {
		return nil, err
	}
	represented, err := s.Identity.Represented(ctx)
	if err != nil {
		return nil, err
	}
	list := []Choice{{Person: actor.PersonID, Name: actor.Name, Chosen: actor.OnBehalfOf == ""}}
	for _, r := range represented {
		list = append(list, Choice{Person: r.Person.ID, Name: r.Person.Name.Full(), Basis: r.Basis, Chosen: actor.OnBehalfOf == r.Person.ID})
	}
	return list, nil
}
