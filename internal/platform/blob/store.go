package blob

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's tables.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// maxDocuments is how many documents of one owner are listed.
const maxDocuments = 500

const documentColumns = `id, owner_type, owner_id, name, media_type, size, digest, scan_state, flags, uploaded_by, created_at`

// documentRow is a row whose name is still encrypted.
type documentRow struct {
	Document
	name []byte
	at   store.Time
}

func (d *documentRow) columns() []any {
	return []any{
		&d.ID, &d.Owner.Type, &d.Owner.ID, &d.name, &d.MediaType, &d.Size, &d.Digest, &d.Scan, (*string)(&d.Flags), &d.Owner.Person, &d.at,
	}
}

func (s *Store) document(ctx context.Context, tenant string, row documentRow) (Document, error) {
	name, err := s.Keys.Decrypt(ctx, tenant, purposeName, row.name, []byte(row.ID))
	if err != nil {
		return Document{}, fmt.Errorf("blob: document %s: %w", row.ID, err)
	}
	d := row.Document
	d.Name, d.CreatedAt = string(name), row.at.Time
	return d, nil
}

func (s *Store) insert(ctx context.Context, tx *store.Tx, d Document) error {
	name, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeName, []byte(d.Name), []byte(d.ID))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into blob_documents (tenant_id, `+documentColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.Tenant, d.ID, d.Owner.Type, d.Owner.ID, name, d.MediaType, d.Size, d.Digest, string(d.Scan),
		string(d.Flags), d.Owner.Person, tx.Now)
	if err != nil {
		return fmt.Errorf("blob: keep document: %w", err)
	}
	return nil
}

// Get returns what is known of a document, in the caller's transaction.
func (s *Store) Get(ctx context.Context, tx *store.Tx, id string) (Document, error) {
	row, err := store.One(ctx, tx, (*documentRow).columns, `
		select `+documentColumns+` from blob_documents
		where tenant_id = $1 and id = $2 and deleted_at is null`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Document{}, errs.NotFound("blob.not_found")
	}
	if err != nil {
		return Document{}, fmt.Errorf("blob: read document: %w", err)
	}
	return s.document(ctx, tx.Tenant, row)
}

// ListFor returns the documents of an owner, oldest first.
func (s *Store) ListFor(ctx context.Context, tx *store.Tx, owner Owner) ([]Document, error) {
	rows, err := store.All(ctx, tx, (*documentRow).columns, `
		select `+documentColumns+` from blob_documents
		where tenant_id = $1 and owner_type = $2 and owner_id = $3 and deleted_at is null
		order by id limit $4`, tx.Tenant, owner.Type, owner.ID, maxDocuments)
	if err != nil {
		return nil, fmt.Errorf("blob: list documents: %w", err)
	}
	list := make([]Document, 0, len(rows))
	for _, row := range rows {
		d, err := s.document(ctx, tx.Tenant, row)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// Move gives a document another owner, as when a draft becomes a case. Who
// uploaded it stays.
func (s *Store) Move(ctx context.Context, tx *store.Tx, id string, owner Owner) error {
	n, err := tx.Exec(ctx, `
		update blob_documents set owner_type = $3, owner_id = $4
		where tenant_id = $1 and id = $2 and deleted_at is null`, tx.Tenant, id, owner.Type, owner.ID)
	return changedOne(n, err)
}

// Remove takes a document away. Its file goes with the next clearing up, unless
// another document has the same content.
func (s *Store) Remove(ctx context.Context, tx *store.Tx, id string) error {
	n, err := tx.Exec(ctx, `
		update blob_documents set deleted_at = $3
		where tenant_id = $1 and id = $2 and deleted_at is null`, tx.Tenant, id, tx.Now)
	return changedOne(n, err)
}

func changedOne(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("blob: change document: %w", err)
	}
	if n == 0 {
		return errs.NotFound("blob.not_found")
	}
	return nil
}

// setScan records a scanner's verdict and reports whether it was news; a final
// verdict stays.
func setScan(ctx context.Context, tx *store.Tx, id string, state ScanState, flags Flags) (bool, error) {
	n, err := tx.Exec(ctx, `
		update blob_documents set scan_state = $3, scanned_at = $4, flags = $5
		where tenant_id = $1 and id = $2 and scan_state in ($6, $7, $8)`,
		tx.Tenant, id, string(state), tx.Now, string(flags), string(Unscanned), string(Scanning), string(TooLarge))
	if err != nil {
		return false, fmt.Errorf("blob: record verdict: %w", err)
	}
	return n > 0, nil
}

// unscanned returns documents of all tenants that wait for a scanner.
func unscanned(ctx context.Context, tx *store.Tx, after documentKey) ([]documentKey, error) {
	return store.All(ctx, tx, (*documentKey).columns, `
		select tenant_id, id from blob_documents
		where scan_state in ($1, $2, $3) and deleted_at is null and (tenant_id, id) > ($4, $5)
		order by tenant_id, id limit $6`, string(Unscanned), string(Scanning), string(TooLarge), after.tenant, after.id, batch)
}

type documentKey struct{ tenant, id string }

func (k *documentKey) columns() []any { return []any{&k.tenant, &k.id} }

// purge forgets the rows of documents removed before an instant.
func purge(ctx context.Context, tx *store.Tx, before store.Time) error {
	_, err := tx.Exec(ctx, `
		delete from blob_documents where tenant_id = $1 and deleted_at < $2`, tx.Tenant, before)
	if err != nil {
		return fmt.Errorf("blob: forget removed documents: %w", err)
	}
	return nil
}

// inUse returns which of some files of a tenant a document or an upload names.
func inUse(ctx context.Context, tx *store.Tx, digests []string) (map[string]bool, error) {
	marks, args := make([]string, 0, len(digests)), []any{tx.Tenant}
	for _, digest := range digests {
		args = append(args, digest)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	in := "digest in (" + strings.Join(marks, ", ") + ")"
	list, err := store.All(ctx, tx, store.Value[string], `
		select digest from blob_documents where tenant_id = $1 and deleted_at is null and `+in+`
		union select digest from blob_upload_parts where tenant_id = $1 and `+in+`
		order by digest limit `+strconv.Itoa(batch), args...)
	if err != nil {
		return nil, fmt.Errorf("blob: look for documents: %w", err)
	}
	used := make(map[string]bool, len(list))
	for _, digest := range list {
		used[digest] = true
	}
	return used, nil
}
