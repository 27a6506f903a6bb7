package access

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Holder is somebody with roles in a department, and for whom she stands in there.
type Holder struct {
	PersonID string
	Grants   []identity.Grant
}

// Holders returns who holds a role in the department today, also those whose role
// is for the whole municipality and those who stand in for one of them, sorted by
// person; with the department "" everybody who holds any role. It is for services
// that choose among colleagues and have asked access themselves.
func (*Service) Holders(ctx context.Context, tx *store.Tx, department string) ([]Holder, error) {
	today := clock.DateIn(tx.Now.Time)
	rows, err := store.All(ctx, tx, grantFields, `select `+grantColumns+` from access_grants
		where tenant_id = $1 and ($2 = '' or department_id in ($2, '')) and ended_at is null order by id limit $3`, tx.Tenant, department, listLimit)
	if err != nil {
		return nil, fmt.Errorf("access: who holds roles: %w", err)
	}
	held := map[string][]identity.Grant{}
	for _, g := range rows {
		if g.holds(today) {
			held[g.PersonID] = append(held[g.PersonID], identity.Grant{Role: string(g.Role), Department: g.Department})
		}
	}
	standins, err := store.All(ctx, tx, substituteFields, `select `+substituteColumns+` from access_substitutes
		where tenant_id = $1 and to_date >= $2 and from_date <= $2 and ended_at is null order by id limit $3`, tx.Tenant, today.String(), listLimit)
	if err != nil {
		return nil, fmt.Errorf("access: who stands in: %w", err)
	}
	return holders(held, standins), nil
}

// holders passes the roles of the absent on. Only their own: standing in does
// not pass on.
func holders(held map[string][]identity.Grant, standins []Substitute) []Holder {
	all := map[string][]identity.Grant{}
	for person, grants := range held {
		all[person] = slices.Clone(grants)
	}
	for _, s := range standins {
		for _, g := range held[s.AbsentID] {
			g.SubstituteFor = s.AbsentID
			all[s.SubstituteID] = append(all[s.SubstituteID], g)
		}
	}
	list := make([]Holder, 0, len(all))
	for person, grants := range all {
		list = append(list, Holder{PersonID: person, Grants: grants})
	}
	slices.SortFunc(list, func(a, b Holder) int {
		if a.PersonID < b.PersonID {
			return -1
		}
		return 1
	})
	return list
}
