package blob

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// RemoveSome takes away at most limit documents of an owner, and forgets who put
// them there. It returns how many. Their files go with the next clearing up.
func (*Store) RemoveSome(ctx context.Context, tx *store.Tx, owner Owner, limit int) (int, error) {
	n, err := tx.Exec(ctx, `update blob_documents set deleted_at = $4, uploaded_by = '' where tenant_id = $1 and id in (
			select id from blob_documents where tenant_id = $1 and owner_type = $2 and owner_id = $3 and deleted_at is null
			order by id limit $5)`, tx.Tenant, owner.Type, owner.ID, tx.Now, limit)
	if err != nil {
		return 0, fmt.Errorf("blob: remove documents: %w", err)
	}
	return int(n), nil
}

// UploadsBefore returns the uploads in parts that were begun before an instant
// and never became a document, in order of id, after one.
func (*Store) UploadsBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from blob_uploads
		where tenant_id = $1 and created_at < $2 and id > $3 and document = '' order by id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("blob: old uploads: %w", err)
	}
	return list, nil
}

// ForgetUpload removes an upload and what came of it; its parts' files go with
// the next clearing up.
func (*Store) ForgetUpload(ctx context.Context, tx *store.Tx, id string) error {
	for _, statement := range []string{
		`delete from blob_upload_parts where tenant_id = $1 and upload = $2`,
		`delete from blob_uploads where tenant_id = $1 and id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, id); err != nil {
			return fmt.Errorf("blob: forget an upload: %w", err)
		}
	}
	return nil
}
