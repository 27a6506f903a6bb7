package cases

import (
	"context"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxParties bounds how many further parties a case has.
const maxParties = 20

func insertParty(ctx context.Context, tx *store.Tx, caseID string, p Party) error {
	_, err := tx.Exec(ctx, `insert into cases_parties (tenant_id, case_id, person_id, name, role, since, until) values ($1, $2, $3, $4, $5, $6, null)
		on conflict (tenant_id, case_id, person_id) do update set name = excluded.name, role = excluded.role, until = null, kept_out = $7`,
		tx.Tenant, caseID, p.Person, p.Name, string(p.Role), tx.Now, false)
	if err != nil {
		return fmt.Errorf("cases: insert party: %w", err)
	}
	return nil
}

// endParty notes that somebody is a party no more, and whether the staff found it so.
func endParty(ctx context.Context, tx *store.Tx, caseID, person string, byHand bool) error {
	n, err := tx.Exec(ctx, `update cases_parties set until = $4, kept_out = $5 where tenant_id = $1 and case_id = $2 and person_id = $3 and until is null`,
		tx.Tenant, caseID, person, tx.Now, byHand)
	if err != nil {
		return fmt.Errorf("cases: end party: %w", err)
	}
	if n == 0 {
		return errs.NotFound("errs.not_found")
	}
	return nil
}

// keptOut reports whether the staff have ended somebody's being a party.
func keptOut(ctx context.Context, tx *store.Tx, caseID, person string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases_parties
		where tenant_id = $1 and case_id = $2 and person_id = $3 and kept_out = $4`, tx.Tenant, caseID, person, true)
	if err != nil {
		return false, fmt.Errorf("cases: whether somebody is kept out: %w", err)
	}
	return n > 0, nil
}

type partyRow struct {
	Party
	since, until store.Time
}

func (r *partyRow) fields() []any {
	return []any{&r.Person, &r.Name, (*string)(&r.Role), &r.since, &r.until}
}

// partiesOf reads the further parties of a case, those who were too, in the
// order they came.
func partiesOf(ctx context.Context, tx *store.Tx, caseID string) ([]Party, error) {
	rows, err := store.All(ctx, tx, (*partyRow).fields, `select person_id, name, role, since, until from cases_parties
		where tenant_id = $1 and case_id = $2 order by since, person_id limit 100`, tx.Tenant, caseID)
	if err != nil {
		return nil, fmt.Errorf("cases: parties: %w", err)
	}
	list := make([]Party, len(rows))
	for i, r := range rows {
		list[i] = r.Party
		list[i].Since, list[i].Until = r.since.Time, r.until.Time
	}
	return list, nil
}

// setFurther writes who are parties now; the words of their names are found by
// search.
func setFurther(ctx context.Context, tx *store.Tx, c Case) error {
	_, err := tx.Exec(ctx, `update cases set further = $3 where tenant_id = $1 and id = $2`, tx.Tenant, c.ID, c.Further)
	if err != nil {
		return fmt.Errorf("cases: parties: %w", err)
	}
	return nil
}

// ofParty is the statement that reads the newest cases in which a person is a
// further party now, with the parameters of ofColumn.
const ofParty = `select c.id, c.year, c.number, c.kind, c.status, c.outcome, c.answer, c.department_id, c.assignee_id, c.assignee_name,
	c.applicant_id, c.applicant_name, c.subject_id, c.subject_name, c.restricted, c.lang, c.submission_id, c.entries,
	c.received_at, c.updated_at, c.decided_at, c.closed_at, c.version, c.further, c.proposed_by
	from cases_parties p join cases c on c.tenant_id = p.tenant_id and c.id = p.case_id
	where p.tenant_id = $1 and p.person_id = $2 and p.until is null order by c.received_at desc, c.id desc limit $3`

func join(ids []string) string { return strings.Join(ids, " ") }
