package cases

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

func ended(ctx context.Context, tx *store.Tx, kind string, before store.Time, after string, limit int) ([]Case, error) {
	rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from cases
		where tenant_id = $1 and kind = $2 and anonymised_at is null and (closed_at is not null or decided_at is not null)
			and status in ($3, $4, $5) and coalesce(closed_at, decided_at) < $6 and id > $7
		order by id limit $8`, tx.Tenant, kind, string(Decided), string(Closed), string(Withdrawn), before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("cases: that are over: %w", err)
	}
	return toCases(rows), nil
}

// emptyEntries takes texts, names and documents out of at most limit entries that
// still have something of the sort.
func emptyEntries(ctx context.Context, tx *store.Tx, id string, limit int) (int, error) {
	n, err := tx.Exec(ctx, `update cases_entries set text_cipher = null, documents = '[]', actor_id = '', actor_name = '', behalf_id = '', behalf_name = '', posting = ''
		where tenant_id = $1 and case_id = $2 and seq in (
			select seq from cases_entries where tenant_id = $1 and case_id = $2
				and (text_cipher is not null or documents <> '[]' or actor_id <> '' or actor_name <> '' or behalf_id <> '' or behalf_name <> '' or posting <> '')
			order by seq limit $3)`, tx.Tenant, id, limit)
	if err != nil {
		return 0, fmt.Errorf("cases: empty the journal: %w", err)
	}
	return int(n), nil
}

func emptyDecisions(ctx context.Context, tx *store.Tx, id string, cipher []byte) error {
	_, err := tx.Exec(ctx, `update cases_decisions set content_cipher = $3, decided_by = '', decider_name = '', approved_by = '', approver_name = '',
			saved_by = '', saver_name = '', letter_id = '' where tenant_id = $1 and case_id = $2`, tx.Tenant, id, cipher)
	if err != nil {
		return fmt.Errorf("cases: empty the decision: %w", err)
	}
	_, err = tx.Exec(ctx, `update cases_past_decisions set content_cipher = null, decided_by = '', decider_name = '', approved_by = '', approver_name = '', letter_id = ''
		where tenant_id = $1 and case_id = $2`, tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("cases: empty past decisions: %w", err)
	}
	return nil
}

// forgetPersons removes by whom and about whom a case is found.
func forgetPersons(ctx context.Context, tx *store.Tx, id string) error {
	for _, statement := range []string{
		`delete from cases_words where tenant_id = $1 and case_id = $2`,
		`delete from cases_parties where tenant_id = $1 and case_id = $2`,
		`delete from cases_mentions where tenant_id = $1 and case_id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, id); err != nil {
			return fmt.Errorf("cases: forget persons: %w", err)
		}
	}
	return nil
}

// anonymise takes the persons out of the case itself. A dash stands where pages
// show a name.
func anonymise(ctx context.Context, tx *store.Tx, id string, entries int64) error {
	_, err := tx.Exec(ctx, `update cases set applicant_id = $3, applicant_name = '–', subject_id = $3, subject_name = '–', further = '',
			assignee_id = '', assignee_name = '', proposed_by = '', anonymised_at = $4, entries = $5, version = version + 1
		where tenant_id = $1 and id = $2`, tx.Tenant, id, Nobody(id), tx.Now, entries)
	if err != nil {
		return fmt.Errorf("cases: anonymise: %w", err)
	}
	tx.Wake(Topic(id))
	return nil
}

// casesOf reads the cases to which a person is a party now, in order of id, after
// one.
func casesOf(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]Case, error) {
	rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from cases
		where tenant_id = $1 and id > $3 and (applicant_id = $2 or subject_id = $2 or id in (
			select case_id from cases_parties where tenant_id = $1 and person_id = $2 and until is null))
		order by id limit $4`, tx.Tenant, person, after, limit)
	if err != nil {
		return nil, fmt.Errorf("cases: of a person: %w", err)
	}
	return toCases(rows), nil
}
