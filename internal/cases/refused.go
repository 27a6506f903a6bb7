package cases

import (
	"context"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// fileRefused tells both sides of a file that the scanner refused, in the
// transaction that records the verdict. The file stays where it is and nobody
// opens it; its name stands in the journal, so that the party knows which one to
// send anew.
func (s *Service) fileRefused(ctx context.Context, tx *store.Tx, r blob.Refusal) error {
	if r.Document.Owner.Type != ownerType {
		return nil // of a draft the form itself tells
	}
	c, err := s.Touch(ctx, tx, r.Document.Owner.ID, Entry{Kind: EntryRefused, Text: r.Document.Name}, nil)
	if err != nil {
		return err
	}
	if err := s.tellWhole(ctx, tx, c, string(EntryRefused), onPaper{text: r.Document.Name}); err != nil {
		return err
	}
	return s.tellAssignee(ctx, tx, c, string(EntryRefused))
}
