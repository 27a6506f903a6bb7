package forms

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Bind makes a submission somebody's that was sent before it was known whose it
// is. The answers stay as they are. The caller has made sure of who it is.
func (s *Service) Bind(ctx context.Context, tx *store.Tx, submission, person, subject string) (Submission, error) {
	sent, err := s.Submission(ctx, tx, submission)
	if err != nil {
		return sent, err
	}
	for _, statement := range []string{
		`update forms_submissions set submitted_by = $3, subject_id = $4 where tenant_id = $1 and id = $2`,
		`update forms_drafts set person_id = $3, subject_id = $4 where tenant_id = $1 and submission_id = $2 and submitted_at is not null`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, submission, person, subject); err != nil {
			return sent, fmt.Errorf("forms: bind a submission: %w", err)
		}
	}
	sent.SubmittedBy, sent.Subject = person, subject
	return sent, nil
}

// Erase deletes a submission with its draft: of one that nobody may keep any
// longer (personvernforordningen article 5 no. 1 e). Erasing it again does nothing.
func (*Service) Erase(ctx context.Context, tx *store.Tx, submission string) error {
	for _, statement := range []string{
		`delete from forms_drafts where tenant_id = $1 and submission_id = $2`,
		`delete from forms_submissions where tenant_id = $1 and id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, submission); err != nil {
			return fmt.Errorf("forms: erase a submission: %w", err)
		}
	}
	return nil
}

// Outlook is what a draft would lose by moving to the live version of its form.
type Outlook struct {
	Draft    Draft
	From, To *Definition
	Losses   []Loss
}

// Outlook shows what MoveDraft would do, without doing it.
func (s *Service) Outlook(ctx context.Context, tx *store.Tx, id string) (o Outlook, err error) {
	if o.Draft, err = s.find(ctx, tx, id, false); err != nil {
		return o, err
	}
	if o.From, err = s.Definition(ctx, tx, o.Draft.Form, o.Draft.FormVersion); err != nil {
		return o, err
	}
	if o.To, err = s.Live(ctx, tx, o.Draft.Form); err != nil {
		return o, err
	}
	_, o.Losses = moved(o.From, o.To, o.Draft.Answers)
	return o, nil
}
