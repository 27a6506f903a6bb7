package notify

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Follow gives the letters of a thread the department, the restriction and the
// assignee that the matter has now, in the transaction that changes them: they
// decide who sees the letters in the print room, also those that are posted. Of
// about only these, the thread and the person are read; with a person only her letters
// follow.
func (*Service) Follow(ctx context.Context, tx *store.Tx, about About) error {
	if about.Thread == "" {
		return nil
	}
	err := tx.Queue(ctx, `update notify_deliveries set department = $4, restricted = $5, assignee = $6
		where tenant_id = $1 and channel = $3 and message_id in (select id from notify_messages where tenant_id = $1 and thread = $2 and ($7 = '' or person_id = $7))
			and (department <> $4 or restricted <> $5 or assignee <> $6)`,
		tx.Tenant, about.Thread, string(Letter), about.Department, about.Restricted, about.Assignee, about.Person)
	if err != nil {
		return fmt.Errorf("notify: follow who may see letters: %w", err)
	}
	return nil
}
