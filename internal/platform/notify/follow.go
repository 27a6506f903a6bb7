package notify

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// mostThreads bounds how many threads with a person are told at once.
const mostThreads = 1000

// ThreadsTo returns the threads that begin with a word and in which a person has been sent
// something, so that who answers for them can let them follow her. At most 1,000.
func (*Service) ThreadsTo(ctx context.Context, tx *store.Tx, person, prefix string) ([]string, error) {
	if person == "" {
		return nil, nil
	}
	list, err := store.All(ctx, tx, store.Value[string], `select distinct thread from notify_messages
		where tenant_id = $1 and person_id = $2 and substr(thread, 1, $3) = $4 order by thread desc limit $5`,
		tx.Tenant, person, int64(len(prefix)), prefix, int64(mostThreads))
	if err != nil {
		return nil, fmt.Errorf("notify: threads with a person: %w", err)
	}
	return list, nil
}

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
