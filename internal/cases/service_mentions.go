package cases

import (
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxMentions bounds how many colleagues one note is for.
const maxMentions = 10

// Mention says that a note in a case is for somebody.
type Mention struct {
	Case   Case
	At     time.Time
	ByName string
	Seen   bool
}

// mention tells colleagues that the note just written is for them. They must be
// able to read the case.
func (s *Service) mention(ctx context.Context, tx *store.Tx, c Case, persons []string) error {
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	if len(persons) > maxMentions {
		return errs.InvalidFields(errs.Field{Name: "mention", Key: "cases.too_many_mentions", Args: []any{"most", maxMentions}})
	}
	for _, id := range persons {
		if id == "" || id == actorID(ctx) {
			continue
		}
		colleague, err := s.colleague(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if err := insertMention(ctx, tx, c, colleague.ID, colleague.Name.Full(), identity.From(ctx).Name); err != nil {
			return err
		}
		if err := s.tellWorker(ctx, tx, c, id, "mentioned"); err != nil {
			return err
		}
	}
	return nil
}

// colleague returns a person with a role that lets her read the case.
func (s *Service) colleague(ctx context.Context, tx *store.Tx, c Case, id string) (identity.Person, error) {
	refused := errs.InvalidFields(errs.Field{Name: "mention", Key: "cases.cannot_read"})
	if !ids.Valid(id) {
		return identity.Person{}, refused
	}
	grants, err := s.Roles.GrantsOf(ctx, tx, id)
	if err != nil {
		return identity.Person{}, err
	}
	if c.IsParty(id) || !s.mayAs(ctx, identity.Actor{Kind: identity.Staff, PersonID: id, Grants: grants}, PermRead, c) {
		return identity.Person{}, refused
	}
	return s.Identity.PersonIn(ctx, tx, id)
}

// mayAs asks the policies about a colleague. It tells nobody of a refusal: it is
// not she who asks.
func (s *Service) mayAs(ctx context.Context, actor identity.Actor, perm access.Permission, c Case) bool {
	return s.Access.Check(identity.With(ctx, actor), perm, c.resource()) == nil
}

// Mentions returns the notes that are for the actor, the newest first, in the
// cases she may read now.
func (s *Service) Mentions(ctx context.Context) (list []Mention, err error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "case"}); err != nil {
		return nil, err
	}
	scope, err := s.Access.Scope(ctx, PermRead, "case")
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = mentionsOf(ctx, tx, actorID(ctx), scope)
		return err
	})
	return list, err
}
