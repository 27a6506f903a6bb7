package identity

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxFamily bounds the relations of one person.
const maxFamily = 200

// relation is a tie between a child and a guardian that holds today.
type relation struct {
	childID, guardianID    string
	kind                   GuardianKind
	responsible, livesWith bool
	validFrom              clock.Date
	childBirth, childDeath clock.Date
	guardianDeath          clock.Date
}

func relationFields(r *relation) []any {
	return []any{
		&r.childID, &r.guardianID, &r.kind, &r.responsible, &r.livesWith, &r.validFrom,
		&r.childBirth, &r.childDeath, &r.guardianDeath,
	}
}

// same reports whether two relations say the same, apart from since when.
func (r relation) same(o relation) bool {
	return r.childID == o.childID && r.guardianID == o.guardianID && r.kind == o.kind &&
		r.responsible == o.responsible && r.livesWith == o.livesWith
}

const selectRelations = `select f.child_id, f.guardian_id, f.kind, f.responsible, f.lives_with, f.valid_from,
	c.birth_date, c.deceased_on, g.deceased_on
	from identity_family f
	join identity_persons c on c.tenant_id = f.tenant_id and c.id = f.child_id
	join identity_persons g on g.tenant_id = f.tenant_id and g.id = f.guardian_id
	where f.tenant_id = $1 and f.valid_from <= $2 and (f.valid_to is null or f.valid_to > $2)`

// relationsOfChild returns who are guardians of a child on a day, in a fixed order.
func relationsOfChild(ctx context.Context, tx *store.Tx, childID string, day clock.Date) ([]relation, error) {
	return store.Recall(tx, "identity_", "guardians "+childID+" "+day.String(), func() ([]relation, error) {
		list, err := store.All(ctx, tx, relationFields, selectRelations+` and f.child_id = $3
			order by f.kind desc, f.guardian_id limit $4`, tx.Tenant, day, childID, maxFamily)
		if err != nil {
			return nil, fmt.Errorf("identity: read guardians: %w", err)
		}
		return list, nil
	})
}

// guardiansEver returns who is, or once was, tied to a child as guardian.
func guardiansEver(ctx context.Context, tx *store.Tx, childID string) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct guardian_id from identity_family
		where tenant_id = $1 and child_id = $2 order by guardian_id limit $3`, tx.Tenant, childID, maxFamily)
	if err != nil {
		return nil, fmt.Errorf("identity: read who was guardian: %w", err)
	}
	return list, nil
}

// relationsOfGuardian returns whose guardian somebody is on a day, oldest child first.
func relationsOfGuardian(ctx context.Context, tx *store.Tx, guardianID string, day clock.Date) ([]relation, error) {
	return store.Recall(tx, "identity_", "children "+guardianID+" "+day.String(), func() ([]relation, error) {
		list, err := store.All(ctx, tx, relationFields, selectRelations+` and f.guardian_id = $3
			order by c.birth_date, f.child_id, f.kind desc limit $4`, tx.Tenant, day, guardianID, maxFamily)
		if err != nil {
			return nil, fmt.Errorf("identity: read children: %w", err)
		}
		return list, nil
	})
}

// replaceRelations makes the child's relations of the day the given ones. What
// no longer holds is closed, not deleted: who was guardian when is part of the
// record of a case. It reports whether anything changed.
func replaceRelations(ctx context.Context, tx *store.Tx, childID string, want []relation, day clock.Date) (changed bool, err error) {
	have, err := relationsOfChild(ctx, tx, childID, day)
	if err != nil {
		return false, err
	}
	for _, old := range have {
		if !containsSame(want, old) {
			if err := closeRelation(ctx, tx, old, day); err != nil {
				return false, err
			}
			changed = true
		}
	}
	for _, r := range want {
		if !containsSame(have, r) {
			if err := openRelation(ctx, tx, r, day); err != nil {
				return false, err
			}
			changed = true
		}
	}
	return changed, nil
}

func containsSame(list []relation, r relation) bool {
	for _, other := range list {
		if other.same(r) {
			return true
		}
	}
	return false
}

func closeRelation(ctx context.Context, tx *store.Tx, r relation, day clock.Date) error {
	_, err := tx.Exec(ctx, `update identity_family set valid_to = $1, updated_at = $2
		where tenant_id = $3 and child_id = $4 and guardian_id = $5 and kind = $6 and valid_from = $7`,
		day, tx.Now, tx.Tenant, r.childID, r.guardianID, string(r.kind), r.validFrom)
	if err != nil {
		return fmt.Errorf("identity: close relation: %w", err)
	}
	return nil
}

// openRelation begins a relation; one that began the same day is rewritten,
// since days are all the register knows.
func openRelation(ctx context.Context, tx *store.Tx, r relation, day clock.Date) error {
	_, err := tx.Exec(ctx, `insert into identity_family (tenant_id, child_id, guardian_id, kind, valid_from,
		responsible, lives_with, valid_to, updated_at) values ($1, $2, $3, $4, $5, $6, $7, null, $8)
		on conflict (tenant_id, child_id, guardian_id, kind, valid_from) do update set
		responsible = excluded.responsible, lives_with = excluded.lives_with, valid_to = null, updated_at = excluded.updated_at`,
		tx.Tenant, r.childID, r.guardianID, string(r.kind), day, r.responsible, r.livesWith, tx.Now)
	if err != nil {
		return fmt.Errorf("identity: open relation: %w", err)
	}
	return nil
}
