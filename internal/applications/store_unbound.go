package applications

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxUnbound bounds every list of applications without log-in.
const maxUnbound = 200

type unboundRow struct {
	Unbound
	sealed                          []byte
	differs                         string
	begun, received, ended, expires store.Time
}

func unboundFields(r *unboundRow) []any {
	u := &r.Unbound
	return []any{
		&u.ID, &u.Draft, &u.Form, &u.Status, &u.Department, &u.device, &u.origin, &u.code, &u.Reference, &r.sealed,
		&u.Submission, &r.differs, &u.Case, &u.Person, &r.begun, &r.received, &r.ended, &r.expires,
	}
}

const selectUnbound = `select id, draft_id, form, status, department_id, device_digest, origin_digest, code_digest, reference,
	about_cipher, submission_id, differs, case_id, person_id, begun_at, received_at, ended_at, expires_at
	from applications_unbound where tenant_id = $1 and `

func (r unboundRow) unbound() Unbound {
	u := r.Unbound
	u.Differs = strings.Fields(r.differs)
	u.BegunAt, u.ReceivedAt, u.EndedAt, u.ExpiresAt = r.begun.Time, r.received.Time, r.ended.Time, r.expires.Time
	return u
}

// oneUnbound returns the row that a condition chooses, with what was typed; the
// zero Unbound when there is none.
func (s *Service) oneUnbound(ctx context.Context, tx *store.Tx, condition string, args ...any) (Unbound, error) {
	row, err := store.One(ctx, tx, unboundFields, selectUnbound+condition, append([]any{tx.Tenant}, args...)...)
	if errors.Is(err, store.ErrNoRows) {
		return Unbound{}, nil
	}
	if err != nil {
		return Unbound{}, fmt.Errorf("applications: read what was sent without log-in: %w", err)
	}
	u := row.unbound()
	return u, s.openAbout(ctx, tx, &u, row.sealed)
}

// listUnbound returns the rows that a condition chooses, with what was typed.
func (s *Service) listUnbound(ctx context.Context, tx *store.Tx, condition string, args ...any) ([]Unbound, error) {
	rows, err := store.All(ctx, tx, unboundFields, selectUnbound+condition, append([]any{tx.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("applications: list what was sent without log-in: %w", err)
	}
	list := make([]Unbound, len(rows))
	for i, row := range rows {
		list[i] = row.unbound()
		if err := s.openAbout(ctx, tx, &list[i], row.sealed); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) unboundOfDraft(ctx context.Context, tx *store.Tx, draft string) (Unbound, error) {
	return s.oneUnbound(ctx, tx, `draft_id = $2`, draft)
}

// unboundOfSubmission is read when a case is made late; for all else the zero Unbound.
func (s *Service) unboundOfSubmission(ctx context.Context, tx *store.Tx, submission string) (Unbound, error) {
	return s.oneUnbound(ctx, tx, `submission_id = $2 and submission_id <> ''`, submission)
}

// unboundInCase is what a case was made of.
func (s *Service) unboundInCase(ctx context.Context, tx *store.Tx, caseID string) (Unbound, error) {
	return s.oneUnbound(ctx, tx, `case_id = $2 and case_id <> ''`, caseID)
}

// countUnbound counts what was begun since an instant; by a device or an address,
// or by everybody with "".
func countUnbound(ctx context.Context, tx *store.Tx, column, value string, since time.Time) (n int64, err error) {
	query, args := `select count(*) from applications_unbound where tenant_id = $1 and begun_at > $2`, []any{tx.Tenant, store.At(since)}
	if column != "" {
		query, args = query+` and `+column+` = $3`, append(args, value)
	}
	if n, err = store.One(ctx, tx, store.Value[int64], query, args...); err != nil {
		return 0, fmt.Errorf("applications: count what was begun without log-in: %w", err)
	}
	return n, nil
}

func insertUnbound(ctx context.Context, tx *store.Tx, u Unbound, sealed []byte) error {
	_, err := tx.Exec(ctx, `insert into applications_unbound (tenant_id, id, draft_id, form, status, department_id, device_digest,
		origin_digest, code_digest, reference, about_cipher, submission_id, differs, case_id, person_id, begun_at, expires_at)
		values ($1, $2, $3, $4, $5, '', $6, $7, '', '', $8, '', '', '', '', $9, $10)`,
		tx.Tenant, u.ID, u.Draft, u.Form, string(u.Status), u.device, u.origin, sealed, tx.Now, store.At(u.ExpiresAt))
	if err != nil {
		return fmt.Errorf("applications: begin without log-in: %w", err)
	}
	return nil
}

// sentUnbound notes that it was sent. Where it came from is forgotten then.
func sentUnbound(ctx context.Context, tx *store.Tx, u Unbound) error {
	_, err := tx.Exec(ctx, `update applications_unbound set status = $1, department_id = $2, code_digest = $3, reference = $4,
		submission_id = $5, received_at = $6, expires_at = $7, origin_digest = ''
		where tenant_id = $8 and id = $9 and status = $10`,
		string(UnboundReceived), u.Department, u.code, u.Reference, u.Submission, tx.Now, store.At(u.ExpiresAt), tx.Tenant, u.ID, string(UnboundDraft))
	if err != nil {
		return fmt.Errorf("applications: send without log-in: %w", err)
	}
	return nil
}

func setUnboundCode(ctx context.Context, tx *store.Tx, id, digest string) error {
	_, err := tx.Exec(ctx, `update applications_unbound set code_digest = $1 where tenant_id = $2 and id = $3 and status = $4`,
		digest, tx.Tenant, id, string(UnboundReceived))
	if err != nil {
		return fmt.Errorf("applications: give a code: %w", err)
	}
	return nil
}

// endUnbound notes what became of it. The device's digest goes, and what was typed, unless
// it is handed in again.
func endUnbound(ctx context.Context, tx *store.Tx, u Unbound, sealed []byte) error {
	device := ""
	if sealed != nil {
		device = u.device // who holds the device can still read why
	}
	_, err := tx.Exec(ctx, `update applications_unbound set status = $1, case_id = $2, person_id = $3, differs = $4, ended_at = $5,
		about_cipher = $6, device_digest = $7, code_digest = $8, origin_digest = '' where tenant_id = $9 and id = $10`,
		string(u.Status), u.Case, u.Person, strings.Join(u.Differs, " "), tx.Now, sealed, device, u.code, tx.Tenant, u.ID)
	if err != nil {
		return fmt.Errorf("applications: end what was sent without log-in: %w", err)
	}
	return nil
}

func deleteUnbound(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `delete from applications_unbound where tenant_id = $1 and id = $2 and status = $3`, tx.Tenant, id, string(UnboundDraft))
	if err != nil {
		return fmt.Errorf("applications: delete a draft without log-in: %w", err)
	}
	return nil
}

// unboundDepartments are those to which something has come that is nobody's yet.
func unboundDepartments(ctx context.Context, tx *store.Tx) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct department_id from applications_unbound
		where tenant_id = $1 and status = $2 order by department_id limit $3`, tx.Tenant, string(UnboundReceived), maxUnbound)
	if err != nil {
		return nil, fmt.Errorf("applications: departments with applications without log-in: %w", err)
	}
	return list, nil
}

func countUnboundIn(ctx context.Context, tx *store.Tx, department string) (n int64, err error) {
	n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from applications_unbound
		where tenant_id = $1 and status = $2 and department_id = $3`, tx.Tenant, string(UnboundReceived), department)
	if err != nil {
		return 0, fmt.Errorf("applications: count applications without log-in: %w", err)
	}
	return n, nil
}
