package audit

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
)

// DoneFor returns what others have done on behalf of a person, newest first: for
// the person, and whoever acts for her as guardian. Looks are not among it.
func (s *Service) DoneFor(ctx context.Context, personID string, limit int) ([]LookEntry, error) {
	own := access.Resource{Type: "self", ID: personID, Owners: []string{personID}}
	if err := s.access.Check(ctx, access.SelfLog, own); err != nil {
		return nil, err
	}
	return s.read(ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
		return doneFor(ctx, tx, personID, "", atMost(limit))
	})
}

// DoneBy returns what one person has done on behalf of another, newest first,
// for the one who did it.
func (s *Service) DoneBy(ctx context.Context, actorID, forWhom string, limit int) ([]LookEntry, error) {
	own := access.Resource{Type: "self", ID: actorID, Owners: []string{actorID}}
	if err := s.access.Check(ctx, access.SelfLog, own); err != nil {
		return nil, err
	}
	return s.read(ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
		return doneFor(ctx, tx, forWhom, actorID, atMost(limit))
	})
}

// doneFor reads by the person concerned, for which there is an index; by whom is
// "" for anybody else than the person.
func doneFor(ctx context.Context, tx *store.Tx, personID, byWhom string, limit int) ([]storedRow, error) {
	list, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.subject_id = $2 and e.action <> $3 and e.actor_id <> $2
		and (e.on_behalf_of = $2 or e.action = 'identity.acting') and ($4 = '' or e.actor_id = $4)
		order by e.id desc limit $5`, tx.Tenant, personID, Looked, byWhom, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: what was done for a person: %w", err)
	}
	return list, nil
}
