package appeals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

const purpose = "appeal"

const columns = `id, case_id, round, kind, state, department_id, assignee_id, applicant_id, subject_id, further, restricted,
	appellant_id, appellant_name, lodged_by, lodged_by_name, source, posting, lodged_at, sent_on, limit_on, late, late_accepted, documents, content_cipher,
	body, proposed, proposed_by, proposed_name, prepared_by, prepared_name, approved_name, prepared_at, letter_id, package_id, answer, answered_on,
	updated_at, version, against, handed_on, handed_how, handed_name`

// maxPerCase bounds how many appeals of one case are read.
const maxPerCase = 200

type row struct {
	Appeal
	lodged, prepared, updated store.Time
	documents                 store.JSON
	cipher                    []byte
}

func (r *row) fields() []any {
	a := &r.Appeal
	return []any{
		&a.ID, &a.CaseID, &a.Round, &a.Kind, (*string)(&a.State), &a.department, &a.assignee, &a.applicant, &a.subject, &a.further, &a.restricted,
		&a.Appellant, &a.AppellantName, &a.LodgedBy, &a.LodgedByName, &a.Source, &a.posting, &r.lodged, &a.SentOn, &a.LimitOn, &a.Late, &a.LateAccepted,
		&r.documents, &r.cipher, &a.Body, (*string)(&a.Proposed), &a.ProposedBy, &a.ProposedByName, &a.PreparedBy, &a.PreparedByName, &a.ApprovedByName,
		&r.prepared, &a.Letter, &a.Package, (*string)(&a.Answer), &a.AnsweredOn, &r.updated, &a.Version, &a.Against, &a.HandedOn, (*string)(&a.HandedHow),
		&a.HandedByName,
	}
}

// appeal decrypts a row.
func (s *Service) appeal(ctx context.Context, tx *store.Tx, r row) (Appeal, error) {
	a := r.Appeal
	a.LodgedAt, a.PreparedAt, a.UpdatedAt = r.lodged.Time, r.prepared.Time, r.updated.Time
	if err := json.Unmarshal(r.documents, &a.Documents); err != nil {
		return Appeal{}, fmt.Errorf("appeals: documents: %w", err)
	}
	plain, err := s.Keys.Decrypt(ctx, tx.Tenant, purpose, r.cipher, []byte(a.ID))
	if err != nil {
		return Appeal{}, fmt.Errorf("appeals: decrypt: %w", err)
	}
	if err := json.Unmarshal(plain, &a.Texts); err != nil {
		return Appeal{}, fmt.Errorf("appeals: read texts: %w", err)
	}
	return a, nil
}

func (s *Service) encrypt(ctx context.Context, tx *store.Tx, a Appeal) ([]byte, error) {
	plain, err := json.Marshal(a.Texts)
	if err != nil {
		return nil, fmt.Errorf("appeals: write texts: %w", err)
	}
	cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purpose, plain, []byte(a.ID))
	if err != nil {
		return nil, fmt.Errorf("appeals: encrypt: %w", err)
	}
	return cipher, nil
}

func (s *Service) insert(ctx context.Context, tx *store.Tx, a Appeal) error {
	cipher, err := s.encrypt(ctx, tx, a)
	if err != nil {
		return err
	}
	documents, err := json.Marshal(append([]string{}, a.Documents...))
	if err != nil {
		return fmt.Errorf("appeals: documents: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into appeals (tenant_id, id, case_id, round, kind, state, department_id, assignee_id, applicant_id, subject_id, further,
			restricted, appellant_id, appellant_name, lodged_by, lodged_by_name, source, posting, lodged_at, sent_on, limit_on, late, documents,
			content_cipher, against, updated_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $19, 1)`,
		tx.Tenant, a.ID, a.CaseID, a.Round, a.Kind, string(a.State), a.department, a.assignee, a.applicant, a.subject, a.further,
		a.restricted, a.Appellant, a.AppellantName, a.LodgedBy, a.LodgedByName, a.Source, a.posting, tx.Now, a.SentOn, a.LimitOn, a.Late,
		store.JSON(documents), cipher, a.Against)
	if err != nil {
		return fmt.Errorf("appeals: insert: %w", err)
	}
	return nil
}

// save writes an appeal over the version that was read. Two who prepare one appeal
// meet here: the second is told and sees the first's work.
func (s *Service) save(ctx context.Context, tx *store.Tx, a *Appeal) error {
	cipher, err := s.encrypt(ctx, tx, *a)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update appeals set state = $4, late_accepted = $5, content_cipher = $6, body = $7, proposed = $8, proposed_by = $9,
			proposed_name = $10, prepared_by = $11, prepared_name = $12, approved_name = $13, prepared_at = $14, letter_id = $15, package_id = $16,
			answer = $17, answered_on = $18, updated_at = $19, handed_on = $20, handed_how = $21, handed_name = $22, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`,
		tx.Tenant, a.ID, a.Version, string(a.State), a.LateAccepted, cipher, a.Body, string(a.Proposed), a.ProposedBy,
		a.ProposedByName, a.PreparedBy, a.PreparedByName, a.ApprovedByName, store.At(a.PreparedAt), a.Letter, a.Package,
		string(a.Answer), a.AnsweredOn, tx.Now, a.HandedOn, string(a.HandedHow), a.HandedByName)
	if err != nil {
		return fmt.Errorf("appeals: save: %w", err)
	}
	if n == 0 {
		return errs.Conflict("errs.conflict")
	}
	a.Version++
	a.UpdatedAt = tx.Now.Time
	return nil
}

// load reads an appeal, locked for the change that follows when the database has locks.
func (s *Service) load(ctx context.Context, tx *store.Tx, id string, lock bool) (Appeal, error) {
	query := `select ` + columns + ` from appeals where tenant_id = $1 and id = $2`
	if lock {
		query += tx.ForUpdate(false)
	}
	r, err := store.One(ctx, tx, (*row).fields, query, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Appeal{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Appeal{}, fmt.Errorf("appeals: read: %w", err)
	}
	return s.appeal(ctx, tx, r)
}

func (s *Service) ofCase(ctx context.Context, tx *store.Tx, caseID string) ([]Appeal, error) {
	rows, err := store.All(ctx, tx, (*row).fields, `select `+columns+` from appeals where tenant_id = $1 and case_id = $2 order by id limit $3`,
		tx.Tenant, caseID, maxPerCase)
	if err != nil {
		return nil, fmt.Errorf("appeals: of a case: %w", err)
	}
	return s.appeals(ctx, tx, rows)
}

func (s *Service) appeals(ctx context.Context, tx *store.Tx, rows []row) ([]Appeal, error) {
	list := make([]Appeal, 0, len(rows))
	for _, r := range rows {
		a, err := s.appeal(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// follow copies what the list is asked for by from the case.
func follow(ctx context.Context, tx *store.Tx, c cases.Case) error {
	err := tx.Queue(ctx, `update appeals set department_id = $3, assignee_id = $4, applicant_id = $5, subject_id = $6, further = $7, restricted = $8
		where tenant_id = $1 and case_id = $2`, tx.Tenant, c.ID, c.Department, c.Assignee, c.Applicant, c.Subject, c.Further, c.Restricted)
	if err != nil {
		return fmt.Errorf("appeals: follow the case: %w", err)
	}
	return nil
}
