package applications

import (
	"context"

	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/store"
)

// Newer tells what a draft would lose by moving to the newest version of its form.
func (s *Service) Newer(ctx context.Context, id string) (o Opened, look forms.Outlook, err error) {
	if err := s.warm(ctx); err != nil {
		return o, look, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if o, err = s.open(ctx, tx, id, PermRead); err != nil {
			return err
		}
		look, err = s.forms.Outlook(ctx, tx, id)
		return err
	})
	return o, look, err
}

// MoveToNewest moves a draft to the newest version of its form, which is for the
// one who writes to decide: questions may have come and gone.
func (s *Service) MoveToNewest(ctx context.Context, id string) (draft forms.Draft, err error) {
	if err := s.warm(ctx); err != nil {
		return draft, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.open(ctx, tx, id, PermWrite); err != nil {
			return err
		}
		draft, _, err = s.forms.MoveDraft(ctx, tx, id)
		return err
	})
	return draft, err
}
