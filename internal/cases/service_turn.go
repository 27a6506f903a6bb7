package cases

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxAhead is how far a place in line is counted.
const maxAhead = 100

// AheadOf counts the cases of the same kind and department that came in before
// and are still open, up to 100; exact is false when there are more. The caller
// has asked access to the case. It says nothing of whose cases they are.
func (*Service) AheadOf(ctx context.Context, tx *store.Tx, c Case) (ahead int64, exact bool, err error) {
	ahead, err = store.One(ctx, tx, store.Value[int64], `select count(*) from (select 1 as one from cases
		where tenant_id = $1 and department_id = $2 and status in ($3, $4, $5) and kind = $6
			and (received_at < $7 or received_at = $7 and id < $8) order by received_at limit $9) as before`,
		tx.Tenant, c.Department, string(Received), string(InProgress), string(Waiting), c.Kind, at(c.ReceivedAt), c.ID, maxAhead+1)
	if err != nil {
		return 0, false, fmt.Errorf("cases: place in line: %w", err)
	}
	return min(ahead, maxAhead), ahead <= maxAhead, nil
}
