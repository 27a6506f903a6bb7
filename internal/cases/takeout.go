package cases

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// Owned is a case as one of its parties may read it: never with the notes of the
// staff. The journal is read apart, since it may be long.
type Owned struct {
	Case      Case
	Kind      Kind
	Decision  *Decision  // nil before it is made
	Past      []Decision // that stood before it, the first first
	Documents []blob.Document
}

// CaseAsParty returns the first case of a person after one, in order of id, with
// what she may read of it, for the copy of her data that she has asked for; false
// when there is none. The caller has asked access; the tenant's keys must be in
// memory.
func (s *Service) CaseAsParty(ctx context.Context, tx *store.Tx, person, after string) (o Owned, found bool, err error) {
	list, err := casesOf(ctx, tx, person, after, 1)
	if err != nil || len(list) == 0 {
		return o, false, err
	}
	o, err = s.asParty(ctx, tx, list[0])
	return o, true, err
}

// NextCaseOf returns the first case of a person after one, in order of id, as
// CaseAsParty, without what is in it. The caller has asked access.
func (*Service) NextCaseOf(ctx context.Context, tx *store.Tx, person, after string) (c Case, found bool, err error) {
	list, err := casesOf(ctx, tx, person, after, 1)
	if err != nil || len(list) == 0 {
		return c, false, err
	}
	return list[0], true, nil
}

func (s *Service) asParty(ctx context.Context, tx *store.Tx, c Case) (o Owned, err error) {
	o.Case = c
	if o.Kind, err = s.kinds.Get(c.Kind); err != nil {
		return o, err
	}
	if o.Documents, err = s.DocumentsIn(ctx, tx, c.ID); err != nil {
		return o, err
	}
	if o.Past, err = s.pastDecisions(ctx, tx, c.ID); err != nil {
		return o, err
	}
	d, err := s.decision(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) || err == nil && !d.Final {
		return o, nil
	}
	o.Decision = &d
	return o, err
}

// EntriesAfter reads the journal of a case without the notes of the staff, in
// order, after a line: at most limit lines, of which a caller who asks again and
// again gets all. The caller has asked access; the tenant's keys must be in
// memory.
func (s *Service) EntriesAfter(ctx context.Context, tx *store.Tx, caseID string, after int64, limit int) ([]Entry, error) {
	return s.entriesAfter(ctx, tx, caseID, after, limit)
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
