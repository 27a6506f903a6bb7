package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// EntriesIn reads the journal of a case, without the notes of the staff, for
// another service, which has asked access or is Torg itself.
func (s *Service) EntriesIn(ctx context.Context, tx *store.Tx, caseID string) ([]Entry, error) {
	return s.entries(ctx, tx, caseID, false)
}

// NeedsSecond reports whether decisions in a case need a second person's approval.
func (*Service) NeedsSecond(ctx context.Context, tx *store.Tx, c Case) (bool, error) {
	return fourEyes(ctx, tx, c)
}

// Reopen takes a decided case up again for a new decision (omgjøring,
// forvaltningsloven §§ 33 and 35), in the caller's transaction; the caller has
// asked access. The decision that stood is kept as a past one, with its letter
// among the documents, and the case goes its usual way again. What a kind has
// given away with it stays given until the new decision.
func (s *Service) Reopen(ctx context.Context, tx *store.Tx, id string, e Entry) (Case, error) {
	c, err := load(ctx, tx, id, true)
	if err != nil {
		return c, err
	}
	if c.Status != Decided && c.Status != Closed || c.Outcome == "" {
		return c, errs.Conflict("cases.not_now.reopen")
	}
	if err := setAside(ctx, tx, c); err != nil {
		return c, err
	}
	c.Status, c.Outcome, c.Answer, c.ProposedBy = InProgress, "", "", ""
	c.DecidedAt, c.ClosedAt = time.Time{}, time.Time{}
	if c.Assignee == "" {
		c.Status = Received
	}
	if err := s.journal(ctx, tx, &c, e); err != nil {
		return c, err
	}
	if err := save(ctx, tx, c); err != nil {
		return c, err
	}
	c.Version++
	tx.Wake(Topic(c.ID))
	if err := s.record(ctx, tx, c, act(e.Kind)); err != nil {
		return c, err
	}
	return c, s.happened(ctx, tx, HappenedReopened, c)
}

// setAside keeps the decision that stood as a past one. One that the law made has
// no row and no text (plan- og bygningsloven § 21-7).
func setAside(ctx context.Context, tx *store.Tx, c Case) error {
	number, err := countPast(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	stood, err := store.One(ctx, tx, (*decisionRow).fields, `select outcome, content_cipher, final, decided_by, decider_name, decided_at, letter_id,
			approved_by, approver_name, saved_by, saver_name, saved_at, version from cases_decisions where tenant_id = $1 and case_id = $2`, tx.Tenant, c.ID)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return fmt.Errorf("cases: read the decision that stood: %w", err)
	}
	d := stood.Decision
	_, err = tx.Exec(ctx, `insert into cases_past_decisions (tenant_id, case_id, number, outcome, content_cipher, decided_by, decider_name, decided_at,
			approved_by, approver_name, letter_id, replaced_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.Tenant, c.ID, number+1, c.Outcome, stood.cipher, d.DecidedBy, d.DeciderName, at(c.DecidedAt), d.ApprovedBy, d.ApproverName, d.Letter, tx.Now)
	if err != nil {
		return fmt.Errorf("cases: keep the decision that stood: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from cases_decisions where tenant_id = $1 and case_id = $2`, tx.Tenant, c.ID); err != nil {
		return fmt.Errorf("cases: make room for a new decision: %w", err)
	}
	return nil
}

// PastDecisions counts the decisions of a case that no longer stand, for a
// service that has asked access to the case.
func (*Service) PastDecisions(ctx context.Context, tx *store.Tx, caseID string) (int64, error) {
	return countPast(ctx, tx, caseID)
}

func countPast(ctx context.Context, tx *store.Tx, caseID string) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases_past_decisions where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if err != nil {
		return 0, fmt.Errorf("cases: count past decisions: %w", err)
	}
	return n, nil
}
