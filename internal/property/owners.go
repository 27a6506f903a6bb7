package property

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// The bounds of a question for owners.
const (
	maxAsked     = 500
	registerTime = 10 * time.Second
	retryAfter   = time.Minute
)

// ActionOwners is what the log calls that somebody looked up owners of whom the
// municipality knows nobody.
const ActionOwners = "property.owners"

// HasRegister reports whether the municipality is connected to the property register.
func (s *Service) HasRegister() bool { return s.Register != nil }

// mayOwners asks whether the actor may see owners.
func (s *Service) mayOwners(ctx context.Context) error {
	department := ""
	if s.Department != nil {
		department = s.Department(ctx)
	}
	return s.Access.Check(ctx, PermOwners, access.Resource{Type: Name, Department: department})
}

// Owners asks the register who owns properties, at most 500 at a time, and records a
// look at each owner. It waits for the network and is therefore called outside
// transactions. Without a register, and when it does not answer within ten seconds,
// the error is errs.Unavailable with words to show.
//
// An address is left out when the register or the municipality's own record of the
// person says that it is protected.
func (s *Service) Owners(ctx context.Context, refs []Ref) (map[Ref][]Owner, error) {
	return s.owners(ctx, ctx, refs)
}

// OwnersOnBehalf is Owners as Torg itself asks for them, so that somebody who may not
// see them can be served. The looks are recorded as hers on whose behalf it is, so that
// each owner sees who made the municipality look. What is told must not be shown her.
func (s *Service) OwnersOnBehalf(ctx context.Context, part string, refs []Ref) (map[Ref][]Owner, error) {
	return s.owners(identity.AsSystem(ctx, part), ctx, refs)
}

// owners asks in the name of one, and records the looks in the name of another.
func (s *Service) owners(ctx, behalf context.Context, refs []Ref) (map[Ref][]Owner, error) {
	if err := s.mayOwners(ctx); err != nil {
		return nil, err
	}
	if s.Register == nil {
		return nil, errs.Unavailable(0, "property.no_register")
	}
	refs = slices.Clone(refs)
	sortRefs(refs)
	refs = slices.Compact(refs)
	if len(refs) > maxAsked {
		return nil, fmt.Errorf("property: owners of %d properties at once", len(refs))
	}
	told, err := s.askOwners(ctx, refs)
	if err != nil {
		return nil, err
	}
	found := make(map[Ref][]Owner, len(told))
	for ref, list := range told {
		found[ref] = slices.Clone(list)
	}
	s.recognise(ctx, found)
	return found, s.recordLooks(behalf, refs, found)
}

// askOwners asks the register and waits no longer than a person does.
func (s *Service) askOwners(ctx context.Context, refs []Ref) (map[Ref][]Owner, error) {
	ctx, cancel := context.WithTimeout(ctx, registerTime)
	defer cancel()
	told, err := s.Register.Owners(ctx, tenant.From(ctx).Number, refs)
	if err != nil {
		return nil, errs.Unavailable(retryAfter, "property.register_away").Because(fmt.Errorf("property: register: %w", err))
	}
	return told, nil
}

// recognise finds the owners among the persons that the municipality knows, and makes
// those known whom it does not: each has the right to see who looked. What the
// population register says of death and protection goes before what the property
// register does, when either says so.
func (s *Service) recognise(ctx context.Context, found map[Ref][]Owner) {
	seen := &known{s: s, persons: map[string]identity.Person{}}
	for _, list := range found {
		for i := range list {
			o := &list[i]
			if o.Number != "" && o.Organisation == "" {
				switch p, ok := seen.person(ctx, o.Number); {
				case ok:
					o.PersonID, o.Protected, o.Deceased = p.ID, o.Protected || p.Protection.Protected(), o.Deceased || p.Deceased()
				case seen.away:
					o.Address = nil // nobody can tell whether it is protected
				}
			}
			if o.Protected {
				o.Address = nil
			}
		}
	}
}

// known are the persons that have been looked up.
type known struct {
	s       *Service
	persons map[string]identity.Person
	away    bool // the population register does not answer
}

func (k *known) person(ctx context.Context, digits string) (identity.Person, bool) {
	if p, done := k.persons[digits]; done {
		return p, p.ID != ""
	}
	p := k.look(ctx, digits)
	k.persons[digits] = p
	return p, p.ID != ""
}

// look is the person with a number, the zero Person when nobody is found. An owner
// whom the population register cannot tell of is still an owner.
func (k *known) look(ctx context.Context, digits string) identity.Person {
	number, err := pid.Parse(digits)
	if err != nil {
		return identity.Person{}
	}
	p, err := k.s.Identity.FindByNumber(ctx, number)
	if errs.Is(err, errs.KindNotFound) && !k.away {
		p, err = k.s.Identity.EnsurePerson(ctx, number)
		k.away = errs.Is(err, errs.KindUnavailable)
	}
	if err != nil {
		k.s.DB.Log().InfoContext(ctx, "an owner is not recognised", "error", err)
		return identity.Person{}
	}
	return p
}

// recordLooks records a look at each owner that is known, with the property it was at,
// and once how many are not.
func (s *Service) recordLooks(ctx context.Context, refs []Ref, found map[Ref][]Owner) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, ref := range refs {
			strangers := 0
			for _, o := range found[ref] {
				switch {
				case o.Organisation != "":
				case o.PersonID == "":
					strangers++
				default:
					if err := audit.Look(ctx, tx, audit.Ref{Type: Name, ID: ref.String()}, o.PersonID); err != nil {
						return fmt.Errorf("property: record a look: %w", err)
					}
				}
			}
			if strangers > 0 {
				if err := audit.Record(ctx, tx, audit.Event{Action: ActionOwners, Object: audit.Ref{Type: Name, ID: ref.String()}}); err != nil {
					return fmt.Errorf("property: record a look: %w", err)
				}
			}
		}
		return nil
	})
}
