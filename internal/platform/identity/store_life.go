package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// grownChildren returns who has come of age and is still tied to a parent.
func grownChildren(ctx context.Context, tx *store.Tx, day clock.Date, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct f.child_id from identity_family f
		join identity_persons c on c.tenant_id = f.tenant_id and c.id = f.child_id
		where f.tenant_id = $1 and f.kind = $2 and f.valid_to is null and c.birth_date <= $3
		order by f.child_id limit $4`, tx.Tenant, string(Parent), day.AddYears(-adultAge), limit)
	if err != nil {
		return nil, fmt.Errorf("identity: find who has come of age: %w", err)
	}
	return list, nil
}

func closeParents(ctx context.Context, tx *store.Tx, childID string, day clock.Date) error {
	_, err := tx.Exec(ctx, `update identity_family set valid_to = $1, updated_at = $2
		where tenant_id = $3 and child_id = $4 and kind = $5 and valid_to is null`,
		day, tx.Now, tx.Tenant, childID, string(Parent))
	if err != nil {
		return fmt.Errorf("identity: close the ties of who came of age: %w", err)
	}
	return nil
}

// stalePersons returns the living people of whom the register was last asked
// before an instant, the longest ago first.
func stalePersons(ctx context.Context, tx *store.Tx, before store.Time, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from identity_persons
		where tenant_id = $1 and kind = 'person' and deceased_on is null and register_updated_at < $2
		order by register_updated_at, id limit $3`, tx.Tenant, before, limit)
	if err != nil {
		return nil, fmt.Errorf("identity: find whom the register was not asked about lately: %w", err)
	}
	return list, nil
}

// everTied returns the people who are or were tied to somebody as parent, child
// or appointed guardian, or to the same child.
func everTied(ctx context.Context, tx *store.Tx, personID string) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select p.id from identity_persons p
		where p.tenant_id = $1 and p.id <> $2 and (
			p.id in (select child_id from identity_family where tenant_id = $1 and guardian_id = $2)
			or p.id in (select guardian_id from identity_family where tenant_id = $1 and child_id = $2)
			or p.id in (select o.guardian_id from identity_family o join identity_family m
				on m.tenant_id = o.tenant_id and m.child_id = o.child_id where o.tenant_id = $1 and m.guardian_id = $2))
		order by p.search_name, p.id limit $3`, tx.Tenant, personID, maxFamily)
	if err != nil {
		return nil, fmt.Errorf("identity: read the family: %w", err)
	}
	return list, nil
}

// everGuardian reports whether one person is or was tied to another as guardian.
func everGuardian(ctx context.Context, tx *store.Tx, guardianID, childID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from identity_family
		where tenant_id = $1 and guardian_id = $2 and child_id = $3`, tx.Tenant, guardianID, childID)
	if err != nil {
		return false, fmt.Errorf("identity: ask who was guardian: %w", err)
	}
	return n > 0, nil
}

// hold locks a person's row until the transaction ends, so that two who do the
// same for one person come one after the other.
func hold(ctx context.Context, tx *store.Tx, personID string) error {
	_, err := store.All(ctx, tx, store.Value[string], `select id from identity_persons
		where tenant_id = $1 and id = $2 order by id limit 1`+tx.ForUpdate(false), tx.Tenant, personID)
	if err != nil {
		return fmt.Errorf("identity: lock person: %w", err)
	}
	return nil
}

// insertEvent notes a life event and reports whether it is the first of its id.
func insertEvent(ctx context.Context, tx *store.Tx, id, digest string, outcome Outcome) (bool, error) {
	n, err := tx.Exec(ctx, `insert into identity_events (tenant_id, event_id, content_digest, outcome, at)
		values ($1, $2, $3, $4, $5) on conflict (tenant_id, event_id) do nothing`, tx.Tenant, id, digest, string(outcome), tx.Now)
	if err != nil {
		return false, fmt.Errorf("identity: note a life event: %w", err)
	}
	return n == 1, nil
}

// eventDigest returns what is kept of a life event; "" when there was none.
func eventDigest(ctx context.Context, tx *store.Tx, id string) (string, error) {
	digest, err := store.One(ctx, tx, store.Value[string], `select content_digest from identity_events
		where tenant_id = $1 and event_id = $2`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("identity: look for a life event: %w", err)
	}
	return digest, nil
}
