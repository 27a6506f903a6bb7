package appeals

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Unsettled reports whether an appeal in a case is being prepared or lies with the
// appeal body: then nothing of the case may be erased.
func (*Service) Unsettled(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from appeals where tenant_id = $1 and case_id = $2 and state in ($3, $4)`,
		tx.Tenant, caseID, string(Received), string(Forwarded))
	if err != nil {
		return false, fmt.Errorf("appeals: look for open ones: %w", err)
	}
	return n > 0, nil
}

// Forget takes persons and texts out of the appeals of a case; that there was one,
// when, and how it ended stays for the statistics.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	list, err := store.All(ctx, tx, store.Value[string], `select id from appeals where tenant_id = $1 and case_id = $2 order by id limit 200`, tx.Tenant, caseID)
	if err != nil {
		return fmt.Errorf("appeals: of a case: %w", err)
	}
	for _, id := range list {
		cipher, err := s.encrypt(ctx, tx, Appeal{ID: id})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update appeals set applicant_id = $3, subject_id = $3, appellant_id = $4, appellant_name = '–', further = '', assignee_id = '',
				lodged_by = '', lodged_by_name = '', posting = '', documents = '[]', content_cipher = $5, proposed_by = '', proposed_name = '',
				prepared_by = '', prepared_name = '', approved_name = '', letter_id = '', package_id = ''
			where tenant_id = $1 and id = $2`, tx.Tenant, id, nobody, nobody+"/"+id, cipher)
		if err != nil {
			return fmt.Errorf("appeals: forget: %w", err)
		}
	}
	_, err = tx.Exec(ctx, `update appeals_reasons set asked_by = '', asked_name = '', given_by = '', given_name = '' where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if err != nil {
		return fmt.Errorf("appeals: forget who asked for reasons: %w", err)
	}
	return nil
}
