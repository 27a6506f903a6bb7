package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/transparency-dev/merkle/compact"

	"github.com/torg-no/torg/internal/platform/store"
)

const entryColumns = `id, at, actor_kind, actor_id, on_behalf_of, action, object_type, object_id, subject_id,
	case_id, request_id, details_digest`

func entryFields(e *Entry) []any {
	return []any{
		&e.ID, &e.At, &e.ActorKind, &e.ActorID, &e.OnBehalfOf, &e.Action, &e.Object.Type, &e.Object.ID, &e.Subject,
		&e.Case, &e.Request, &e.DetailsDigest,
	}
}

const insertEntry = `insert into audit_entries (tenant_id, ` + entryColumns + `)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// save writes an entry and its details. On PostgreSQL both go in one statement:
// every act writes an entry, and each statement costs a round trip.
func save(ctx context.Context, tx *store.Tx, e Entry, d details) error {
	args := []any{
		tx.Tenant, e.ID, e.At, e.ActorKind, e.ActorID, e.OnBehalfOf, e.Action, e.Object.Type, e.Object.ID, e.Subject,
		e.Case, e.Request, e.DetailsDigest,
	}
	query, together := insertEntry, d.text != "" && tx.Dialect() == store.Postgres
	if together {
		query = `with entry as (` + insertEntry + `) insert into audit_details (tenant_id, entry_id, salt, details) values ($1, $2, $14, $15)`
		args = append(args, d.salt, d.text)
	}
	if err := tx.Queue(ctx, query, args...); err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	if d.text != "" && !together {
		err := tx.Queue(ctx, `insert into audit_details (tenant_id, entry_id, salt, details) values ($1, $2, $3, $4)`,
			tx.Tenant, e.ID, d.salt, d.text)
		if err != nil {
			return fmt.Errorf("audit: record details of %s: %w", e.Action, err)
		}
	}
	tx.Wake(topic)
	return nil
}

func lookedInRequest(ctx context.Context, tx *store.Tx, object Ref, subject, request, actor string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from audit_entries
		where tenant_id = $1 and object_type = $2 and object_id = $3 and subject_id = $4 and request_id = $5
			and actor_id = $6 and action = $7 and at >= $8`,
		tx.Tenant, object.Type, object.ID, subject, request, actor, Looked, store.At(tx.Now.Add(-longestRequest)))
	if err != nil {
		return false, fmt.Errorf("audit: earlier looks of the page view: %w", err)
	}
	return n > 0, nil
}

func eraseDetails(ctx context.Context, tx *store.Tx, personID string) (int64, error) {
	n, err := tx.Exec(ctx, `delete from audit_details where tenant_id = $1 and entry_id in (
		select id from audit_entries where tenant_id = $1
			and (subject_id = $2 or (actor_id = $2 and actor_kind = 'resident')))`, tx.Tenant, personID)
	if err != nil {
		return 0, fmt.Errorf("audit: erase details: %w", err)
	}
	return n, nil
}

// unsealedTenants looks across municipalities, hence the platform transaction.
func unsealedTenants(ctx context.Context, db *store.DB) ([]string, error) {
	var tenants []string
	err := db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		tenants, err = store.All(ctx, tx, store.Value[string],
			`select distinct tenant_id from audit_entries where seq is null order by tenant_id limit $1`, tenantBatch)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("audit: find unsealed entries: %w", err)
	}
	return tenants, nil
}

// unsealed passes over entries that have a leaf: an entry that was marked
// unsealed by hand is for Verify to find, and must not stop the sealer.
func unsealed(ctx context.Context, tx *store.Tx, limit int) ([]Entry, error) {
	list, err := store.All(ctx, tx, entryFields, `select `+entryColumns+` from audit_entries e
		where tenant_id = $1 and seq is null and not exists (
			select 1 from audit_leaves l where l.tenant_id = e.tenant_id and l.entry_id = e.id)
		order by id limit $2`, tx.Tenant, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: read unsealed entries: %w", err)
	}
	return list, nil
}

// loadTree locks the municipality's tree, and plants it when it is new.
func loadTree(ctx context.Context, tx *store.Tx) (*tree, error) {
	_, err := tx.Exec(ctx, `insert into audit_trees (tenant_id, size, range_hashes) values ($1, 0, $2)
		on conflict (tenant_id) do nothing`, tx.Tenant, []byte{})
	if err != nil {
		return nil, fmt.Errorf("audit: plant a tree: %w", err)
	}
	row, err := readTree(ctx, tx, tx.ForUpdate(false))
	if err != nil {
		return nil, fmt.Errorf("audit: lock the tree: %w", err)
	}
	return newTree(row.size, row.hashes)
}

// treeRow is the stored state of a tree.
type treeRow struct {
	size   int64
	hashes []byte
}

func readTree(ctx context.Context, tx *store.Tx, lock string) (treeRow, error) {
	return store.One(ctx, tx, func(r *treeRow) []any { return []any{&r.size, &r.hashes} },
		`select size, range_hashes from audit_trees where tenant_id = $1`+lock, tx.Tenant)
}

// sealed is a leaf of the tree.
type sealed struct {
	seq     int64
	entryID string
	hash    []byte
}

func saveGrowth(ctx context.Context, tx *store.Tx, t *tree, leaves []sealed, h Head) error {
	rows := newRows(tx.Tenant)
	for _, l := range leaves {
		rows.add(l.seq, l.entryID, l.hash)
	}
	if err := rows.insert(ctx, tx, "audit_leaves (tenant_id, seq, entry_id, leaf_hash)"); err != nil {
		return err
	}
	if err := markSealed(ctx, tx, leaves); err != nil {
		return err
	}
	rows = newRows(tx.Tenant)
	for _, n := range t.nodes {
		rows.add(int64(n.id.Level), int64(n.id.Index), n.hash)
	}
	if err := rows.insert(ctx, tx, "audit_nodes (tenant_id, level, pos, hash)"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update audit_trees set size = $2, range_hashes = $3 where tenant_id = $1`,
		tx.Tenant, t.size(), t.hashes())
	if err != nil {
		return fmt.Errorf("audit: save the tree: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into audit_heads (tenant_id, size, root, at, key_id, signature)
		values ($1, $2, $3, $4, $5, $6)`, tx.Tenant, h.Size, h.Root, h.At, h.KeyID, h.Signature)
	if err != nil {
		return fmt.Errorf("audit: save the head: %w", err)
	}
	return nil
}

// markSealed gives entries their places. Which they are is handed over once more:
// PostgreSQL takes "from this leaf on" for a third of the log, and would read the
// whole of it for each batch.
func markSealed(ctx context.Context, tx *store.Tx, leaves []sealed) error {
	entries := make([]string, len(leaves))
	for i, l := range leaves {
		entries[i] = l.entryID
	}
	list, args := store.InList([]any{tx.Tenant}, entries)
	marked, err := tx.Exec(ctx, `update audit_entries set seq = (
			select l.seq from audit_leaves l where l.tenant_id = $1 and l.entry_id = audit_entries.id)
		where tenant_id = $1 and id in `+list, args...)
	if err != nil {
		return fmt.Errorf("audit: mark entries as sealed: %w", err)
	}
	if marked != int64(len(leaves)) {
		return fmt.Errorf("audit: %d of %d entries could be marked as sealed", marked, len(leaves))
	}
	return nil
}

// rows collects what one insert statement writes: a statement for each row
// would make a batch several hundred round trips.
type rows struct {
	args   []any
	values []string
}

func newRows(tenant string) *rows { return &rows{args: []any{tenant}} }

func (r *rows) add(columns ...any) {
	var value strings.Builder
	value.WriteString("($1")
	for _, c := range columns {
		r.args = append(r.args, c)
		fmt.Fprintf(&value, ", $%d", len(r.args))
	}
	value.WriteString(")")
	r.values = append(r.values, value.String())
}

func (r *rows) insert(ctx context.Context, tx *store.Tx, into string) error {
	if len(r.values) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `insert into `+into+` values `+strings.Join(r.values, ", "), r.args...); err != nil {
		return fmt.Errorf("audit: grow the tree: %w", err)
	}
	return nil
}

func headFields(h *Head) []any {
	return []any{&h.Tenant, &h.Size, &h.Root, &h.At, &h.KeyID, &h.Signature}
}

const headColumns = `tenant_id, size, root, at, key_id, signature`

func lastHead(ctx context.Context, tx *store.Tx) (Head, error) {
	return store.One(ctx, tx, headFields, `select `+headColumns+` from audit_heads
		where tenant_id = $1 order by size desc limit 1`, tx.Tenant)
}

func headsFrom(ctx context.Context, tx *store.Tx, above int64, limit int) ([]Head, error) {
	return store.All(ctx, tx, headFields, `select `+headColumns+` from audit_heads
		where tenant_id = $1 and size > $2 order by size limit $3`, tx.Tenant, above, limit)
}

func keptNode(ctx context.Context, tx *store.Tx, id compact.NodeID) ([]byte, error) {
	hash, err := store.One(ctx, tx, store.Value[[]byte], `select hash from audit_nodes
		where tenant_id = $1 and level = $2 and pos = $3`, tx.Tenant, int64(id.Level), int64(id.Index))
	if err != nil {
		return nil, fmt.Errorf("audit: a node of the tree: %w", err)
	}
	return hash, nil
}

func leafHashes(ctx context.Context, tx *store.Tx, begin, end int64) ([][]byte, error) {
	list, err := store.All(ctx, tx, store.Value[[]byte], `select leaf_hash from audit_leaves
		where tenant_id = $1 and seq >= $2 and seq < $3 order by seq limit $4`, tx.Tenant, begin, end, end-begin)
	if err != nil {
		return nil, fmt.Errorf("audit: leaves of the tree: %w", err)
	}
	return list, nil
}
