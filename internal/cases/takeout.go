package cases

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// Owned is a case as one of its parties may read it: never with the notes of the
// staff.
type Owned struct {
	Case      Case
	Kind      Kind
	Entries   []Entry
	Decision  *Decision // nil before it is made
	Documents []blob.Document
}

// CasesAsParty returns the cases of a person with all that she may read of them, in
// order of id, after one, for the copy of her data that she has asked for. The
// caller has asked access; the tenant's keys must be in memory.
func (s *Service) CasesAsParty(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]Owned, error) {
	list, err := casesOf(ctx, tx, person, after, limit)
	if err != nil {
		return nil, err
	}
	owned := make([]Owned, 0, len(list))
	for _, c := range list {
		o, err := s.asParty(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		owned = append(owned, o)
	}
	return owned, nil
}

func (s *Service) asParty(ctx context.Context, tx *store.Tx, c Case) (o Owned, err error) {
	o.Case = c
	if o.Kind, err = s.kinds.Get(c.Kind); err != nil {
		return o, err
	}
	if o.Entries, err = s.entries(ctx, tx, c.ID, false); err != nil {
		return o, err
	}
	if o.Documents, err = s.Blobs.ListFor(ctx, tx, blob.Owner{Type: ownerType, ID: c.ID}); err != nil {
		return o, fmt.Errorf("cases: documents: %w", err)
	}
	d, err := s.decision(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) || err == nil && !d.Final {
		return o, nil
	}
	o.Decision = &d
	return o, err
}

// DocumentsIn returns the documents of a case, for a service that has asked access
// to it. The tenant's keys must be in memory.
func (s *Service) DocumentsIn(ctx context.Context, tx *store.Tx, caseID string) ([]blob.Document, error) {
	list, err := s.Blobs.ListFor(ctx, tx, blob.Owner{Type: ownerType, ID: caseID})
	if err != nil {
		return nil, fmt.Errorf("cases: documents: %w", err)
	}
	return list, nil
}
