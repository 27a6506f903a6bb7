package identity

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxNames bounds how many names one question asks for.
const maxNames = 500

// NamesIn returns the full names of persons by id, for a list of colleagues. Ids
// that are nobody's are left out; at most 500 are looked up. Whether the actor
// may see them is the caller's question to package access.
func (*Service) NamesIn(ctx context.Context, tx *store.Tx, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	marks, args := among(tx, ids)
	type row struct {
		id   string
		name Name
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.id, &r.name.Given, &r.name.Middle, &r.name.Family} },
		`select id, given_name, middle_name, family_name from identity_persons where tenant_id = $1 and id in (`+marks+`) order by id limit $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("identity: names: %w", err)
	}
	for _, r := range rows {
		names[r.id] = r.name.Full()
	}
	return names, nil
}

// ProtectedIn returns who of some people have a protected address: where somebody
// is told what others have done, they are not named. Ids that are nobody's are
// left out; at most 500 are looked up. The caller has asked access.
func (*Service) ProtectedIn(ctx context.Context, tx *store.Tx, ids []string) (map[string]bool, error) {
	protected := map[string]bool{}
	if len(ids) == 0 {
		return protected, nil
	}
	marks, args := among(tx, ids)
	list, err := store.All(ctx, tx, store.Value[string], `select id from identity_persons
		where tenant_id = $1 and protection <> '`+string(Unprotected)+`' and id in (`+marks+`) order by id limit $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("identity: who has a protected address: %w", err)
	}
	for _, id := range list {
		protected[id] = true
	}
	return protected, nil
}

// among are the marks of ids in a statement, after those of the tenant and the
// limit, and its arguments.
func among(tx *store.Tx, ids []string) (marks string, args []any) {
	ids = ids[:min(len(ids), maxNames)]
	args = []any{tx.Tenant, len(ids)}
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		args = append(args, id)
		list = append(list, "$"+strconv.Itoa(len(args)))
	}
	return strings.Join(list, ", "), args
}
