package appeals

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// Unsettled reports whether an appeal in a case is being prepared or lies with the
// appeal body: then nothing of the case may be erased.
func (*Service) Unsettled(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from appeals where tenant_id = $1 and case_id = $2 and state in ($3, $4, $5)`,
		tx.Tenant, caseID, string(Received), string(Ready), string(Forwarded))
	if err != nil {
		return false, fmt.Errorf("appeals: look for open ones: %w", err)
	}
	return n > 0, nil
}

// maxPackages is how many documents of one appeal are taken away at a time: letters and
// packages, those before the last among them.
const maxPackages = 10

// OfPerson returns a person's own appeals in a case, as she may read them: what the
// municipality says of one that it still prepares is left out. The caller has
// asked access; the tenant's keys must be in memory.
func (s *Service) OfPerson(ctx context.Context, tx *store.Tx, caseID, person string) ([]Appeal, error) {
	all, err := s.ofCase(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(all, func(a Appeal) bool { return a.Appellant != person })
	for i := range list {
		list[i].Texts.SentBack = ""
		if list[i].waiting() {
			list[i].Texts.Statement, list[i].Body = "", ""
		}
	}
	return list, nil
}

// Forget takes persons and texts out of the appeals of a case, and the packages away;
// that there was one, when, and how it ended stays for the statistics.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	list, err := store.All(ctx, tx, store.Value[string], `select id from appeals where tenant_id = $1 and case_id = $2 order by id limit 200`, tx.Tenant, caseID)
	if err != nil {
		return fmt.Errorf("appeals: of a case: %w", err)
	}
	for _, id := range list {
		for n := maxPackages; n == maxPackages; { // it may have been prepared many times
			var err error
			if n, err = s.Blobs.RemoveSome(ctx, tx, blob.Owner{Type: ownerAppeal, ID: id}, maxPackages); err != nil {
				return fmt.Errorf("appeals: take the package away: %w", err)
			}
		}
		cipher, err := s.encrypt(ctx, tx, Appeal{ID: id})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update appeals set applicant_id = $3, subject_id = $3, appellant_id = $4, appellant_name = '–', further = '', assignee_id = '',
				lodged_by = '', lodged_by_name = '', posting = '', documents = '[]', content_cipher = $5, proposed_by = '', proposed_name = '',
				prepared_by = '', prepared_name = '', approved_name = '', handed_name = '', letter_id = '', package_id = ''
			where tenant_id = $1 and id = $2`, tx.Tenant, id, nobody, nobody+"/"+id, cipher)
		if err != nil {
			return fmt.Errorf("appeals: forget: %w", err)
		}
	}
	return forgetAskers(ctx, tx, caseID, nobody)
}
