package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxCases bounds the cases that looks are read of at once.
const maxCases = 500

// LooksInCases returns the looks at cases by others than a party to them, the newest
// first. A look is recorded once, with the applicant as its subject; it is a look at
// all whom the case is about. The caller has asked access to the cases.
func LooksInCases(ctx context.Context, tx *store.Tx, party string, cases []string, limit int) ([]LookEntry, error) {
	cases = cases[:min(len(cases), maxCases)]
	if len(cases) == 0 {
		return nil, nil
	}
	args, places := []any{tx.Tenant, Looked, party, atMost(limit)}, make([]string, 0, len(cases))
	for _, id := range cases {
		args = append(args, id)
		places = append(places, "$"+strconv.Itoa(len(args)))
	}
	rows, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.object_type = 'case' and e.object_id in (`+strings.Join(places, ", ")+`)
			and e.action = $2 and e.actor_id <> $3
		order by e.id desc limit $4`, args...)
	if err != nil {
		return nil, fmt.Errorf("audit: looks at cases: %w", err)
	}
	return lines(rows), nil
}
