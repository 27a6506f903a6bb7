package applications

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Forget removes what the package knows of how a case came: who was asked to
// sign, who filled it in at the counter, what was done about lives.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, caseID, submission, nobody string) error {
	for _, statement := range []string{
		`delete from applications_signatures where tenant_id = $1 and case_id = $2`,
		`delete from applications_counter where tenant_id = $1 and case_id = $2`,
		`delete from applications_life where tenant_id = $1 and case_id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, caseID); err != nil {
			return fmt.Errorf("applications: forget how a case came: %w", err)
		}
	}
	return s.forms.Forget(ctx, tx, submission, nobody)
}

// ForgetDraft throws a draft away with its files: nobody has touched it for as
// long as it is kept. A draft that is gone is no error.
func (s *Service) ForgetDraft(ctx context.Context, tx *store.Tx, id string) error {
	err := s.throwAway(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}
