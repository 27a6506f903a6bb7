package nursing

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/store"
)

// Forget takes the person out of what a case gave; that a place was given, where
// and when, stays for the statistics.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	_, err := tx.Exec(ctx, `update nursing_places set person_id = $3 where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID, nobody)
	if err != nil {
		return fmt.Errorf("nursing: forget whose place it was: %w", err)
	}
	return nil
}

// Holds keeps a case as it is as long as somebody lives in a home by it, or waits for a
// place: the municipality must know who it is (personvernforordningen article 5 no. 1 e,
// for as long as is necessary). Of whom is dead that need not be known; the place is freed
// among those of which nobody knows whose they are.
func (s *Service) Holds(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	if c.Kind != Name {
		return false, nil
	}
	_, stands, err := standingIn(ctx, tx, c.ID)
	if err != nil || !stands {
		return false, err
	}
	subject, err := s.Identity.PersonIn(ctx, tx, c.Subject)
	return err == nil && !subject.Deceased(), err
}
