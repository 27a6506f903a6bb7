package audit

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// EraseCase removes the details of at most limit entries of a case and returns
// how many. The entries with their ids and digests stay, so the log still
// verifies. The caller has checked that it may be done, and records that it was.
func EraseCase(ctx context.Context, tx *store.Tx, caseID string, limit int) (int, error) {
	total := 0
	for _, condition := range []string{`e.case_id = $2`, `e.object_type = 'case' and e.object_id = $2`} {
		n, err := tx.Exec(ctx, `delete from audit_details where tenant_id = $1 and entry_id in (
			select e.id from audit_entries e join audit_details d on d.tenant_id = e.tenant_id and d.entry_id = e.id
			where e.tenant_id = $1 and `+condition+` order by e.id limit $3)`, tx.Tenant, caseID, limit)
		if err != nil {
			return 0, fmt.Errorf("audit: erase details of a case: %w", err)
		}
		total += int(n)
	}
	return total, nil
}

// LooksIn returns who else has looked at a person's data, in the order it
// happened, after an entry; for the copy of her data that Torg makes for her.
// The caller has asked access.
func LooksIn(ctx context.Context, tx *store.Tx, personID, after string, limit int) ([]LookEntry, error) {
	rows, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.subject_id = $2 and e.action = $3 and e.actor_id <> $2 and e.id > $4
		order by e.id limit $5`, tx.Tenant, personID, Looked, after, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: looks at a person: %w", err)
	}
	return lines(rows), nil
}

// ActsIn returns what was done that concerns a person, by herself and by others,
// looks apart, in the order it happened, after an entry; for the copy of her data
// that Torg makes for her. The caller has asked access.
func ActsIn(ctx context.Context, tx *store.Tx, personID, after string, limit int) ([]LookEntry, error) {
	rows, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.subject_id = $2 and e.action <> $3 and e.id > $4
		order by e.id limit $5`, tx.Tenant, personID, Looked, after, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: what was done about a person: %w", err)
	}
	return lines(rows), nil
}

// CaseIn returns the log of a case, looks and acts, in the order it happened,
// after an entry: what ForObject returns the newest of. The caller has asked
// access.
func CaseIn(ctx context.Context, tx *store.Tx, caseID, after string, limit int) ([]LookEntry, error) {
	if caseID == "" {
		return nil, nil
	}
	rows, err := store.All(ctx, tx, storedFields, `select `+storedColumns+about(" and id > $6", "asc"),
		tx.Tenant, "case", caseID, caseID, limit, after)
	if err != nil {
		return nil, fmt.Errorf("audit: the log of a case: %w", err)
	}
	return lines(rows), nil
}
