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
	ids = ids[:min(len(ids), maxNames)]
	names := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	args := []any{tx.Tenant, len(ids)}
	marks := make([]string, 0, len(ids))
	for _, id := range ids {
		args = append(args, id)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	type row struct {
		id   string
		name Name
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.id, &r.name.Given, &r.name.Middle, &r.name.Family} },
		`select id, given_name, middle_name, family_name from identity_persons where tenant_id = $1 and id in (`+strings.Join(marks, ", ")+`) order by id limit $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("identity: names: %w", err)
	}
	for _, r := range rows {
		names[r.id] = r.name.Full()
	}
	return names, nil
}
