package audit

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// storedRow is an entry with its details and its place in the tree.
type storedRow struct {
	Entry
	d   details
	seq int64 // -1 = not sealed
}

const storedColumns = `e.id, e.at, e.actor_kind, e.actor_id, e.on_behalf_of, e.action, e.object_type, e.object_id,
	e.subject_id, e.case_id, e.request_id, e.details_digest, coalesce(d.salt, ''), coalesce(d.details, ''),
	coalesce(e.seq, -1)`

const storedFrom = ` from audit_entries e
	left join audit_details d on d.tenant_id = e.tenant_id and d.entry_id = e.id `

func storedFields(r *storedRow) []any {
	return append(entryFields(&r.Entry), &r.d.salt, &r.d.text, &r.seq)
}

func entryByID(ctx context.Context, tx *store.Tx, id string) (storedRow, error) {
	return store.One(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.id = $2`, tx.Tenant, id)
}

// looksAt leaves out the person's own looks at himself or herself.
func looksAt(ctx context.Context, tx *store.Tx, personID string, limit int) ([]storedRow, error) {
	list, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and e.subject_id = $2 and e.action = $3 and e.actor_id <> $2
		order by e.id desc limit $4`, tx.Tenant, personID, Looked, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: looks at a person: %w", err)
	}
	return list, nil
}

// about picks the entries about a thing and, when it is a case, of what belongs to it:
// $2 and $3 are the thing, $4 the case, $5 how many. Each of the two goes by its own
// index; asked for with "or", SQLite reads the municipality's whole log.
func about(more, order string) string {
	one := func(which string) string {
		return `select id from (select id from audit_entries where tenant_id = $1 and ` + which + more + ` order by id ` + order + ` limit $5) ` + order + `_part`
	}
	return storedFrom + ` where e.tenant_id = $1 and e.id in (` + one(`object_type = $2 and object_id = $3`) + `
		union ` + one(`case_id = $4 and case_id <> ''`) + `) order by e.id ` + order + ` limit $5`
}

func forObject(ctx context.Context, tx *store.Tx, object Ref, caseID string, limit int) ([]storedRow, error) {
	list, err := store.All(ctx, tx, storedFields, `select `+storedColumns+about("", "desc"),
		tx.Tenant, object.Type, object.ID, caseID, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: entries of a thing: %w", err)
	}
	return list, nil
}

func latest(ctx context.Context, tx *store.Tx, before string, limit int) ([]storedRow, error) {
	list, err := store.All(ctx, tx, storedFields, `select `+storedColumns+storedFrom+`
		where e.tenant_id = $1 and ($2 = '' or e.id < $2) order by e.id desc limit $3`, tx.Tenant, before, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: latest entries: %w", err)
	}
	return list, nil
}

// leafRow is a leaf with the entry and details it was made of, as far as they
// are still there.
type leafRow struct {
	leaf sealed
	storedRow
}

func leafRows(ctx context.Context, tx *store.Tx, from int64, limit int) ([]leafRow, error) {
	fields := func(r *leafRow) []any {
		return append([]any{&r.leaf.seq, &r.leaf.entryID, &r.leaf.hash}, storedFields(&r.storedRow)...)
	}
	list, err := store.All(ctx, tx, fields, `select l.seq, l.entry_id, l.leaf_hash, coalesce(e.id, ''), e.at,
		coalesce(e.actor_kind, ''), coalesce(e.actor_id, ''), coalesce(e.on_behalf_of, ''), coalesce(e.action, ''),
		coalesce(e.object_type, ''), coalesce(e.object_id, ''), coalesce(e.subject_id, ''), coalesce(e.case_id, ''),
		coalesce(e.request_id, ''), coalesce(e.details_digest, ''), coalesce(d.salt, ''), coalesce(d.details, ''),
		coalesce(e.seq, -1)
		from audit_leaves l
		left join audit_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
		left join audit_details d on d.tenant_id = l.tenant_id and d.entry_id = l.entry_id
		where l.tenant_id = $1 and l.seq >= $2 order by l.seq limit $3`, tx.Tenant, from, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: read leaves: %w", err)
	}
	return list, nil
}

// placed is an entry's claim to a place in the tree.
type placed struct {
	seq int64
	id  string
}

func placedFields(p *placed) []any { return []any{&p.seq, &p.id} }

// entriesBetween tells which entries claim the places [from, to).
func entriesBetween(ctx context.Context, tx *store.Tx, from, to int64, limit int) ([]placed, error) {
	return store.All(ctx, tx, placedFields, `select seq, id from audit_entries
		where tenant_id = $1 and seq >= $2 and seq < $3 order by seq limit $4`, tx.Tenant, from, to, limit)
}

// withoutLeaf returns entries that claim to be sealed and were not.
func withoutLeaf(ctx context.Context, tx *store.Tx, limit int) ([]placed, error) {
	return store.All(ctx, tx, placedFields, `select e.seq, e.id from audit_entries e
		left join audit_leaves l on l.tenant_id = e.tenant_id and l.entry_id = e.id
		where e.tenant_id = $1 and e.seq is not null and l.seq is null order by e.seq limit $2`, tx.Tenant, limit)
}

// keptNodes returns the kept nodes above (level, pos), in that order.
func keptNodes(ctx context.Context, tx *store.Tx, level, pos int64, limit int) ([]nodeRow, error) {
	return store.All(ctx, tx, func(n *nodeRow) []any { return []any{&n.level, &n.pos, &n.hash} },
		`select level, pos, hash from audit_nodes
		where tenant_id = $1 and (level > $2 or (level = $2 and pos > $3)) order by level, pos limit $4`,
		tx.Tenant, level, pos, limit)
}

// nodeRow is a kept node as it is stored.
type nodeRow struct {
	level, pos int64
	hash       []byte
}
