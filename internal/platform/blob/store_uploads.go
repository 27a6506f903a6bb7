package blob

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxPartsOf is how many parts an upload has at most: a sender of small ones is
// slower, not refused.
const maxPartsOf = 100_000

type uploadRow struct {
	Upload
	sealed  []byte
	expires store.Time
}

func (u *uploadRow) columns() []any {
	return []any{
		&u.ID, &u.Owner.Type, &u.Owner.ID, &u.Owner.Person, &u.Field, &u.sealed, &u.mediaType, &u.Size, &u.Received,
		&u.keepPosition, &u.document, &u.expires,
	}
}

func (s *Store) insertUpload(ctx context.Context, tx *store.Tx, u Upload) error {
	name, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeName, []byte(u.name), []byte(u.ID))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into blob_uploads (tenant_id, id, owner_type, owner_id, person, field, name, media_type, size, received,
			keep_position, document, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '', $11, $12)`,
		tx.Tenant, u.ID, u.Owner.Type, u.Owner.ID, u.Owner.Person, u.Field, name, u.mediaType, u.Size, u.keepPosition,
		tx.Now, store.At(u.ExpiresAt))
	if err != nil {
		return fmt.Errorf("blob: begin upload: %w", err)
	}
	return nil
}

// underWay counts what a person has under way; somebody who is not known has room
// for each thing that she writes.
func underWay(ctx context.Context, tx *store.Tx, o Owner) (count, bytes int64, err error) {
	type sum struct{ count, bytes int64 }
	total, err := store.One(ctx, tx, func(s *sum) []any { return []any{&s.count, &s.bytes} }, `
		select count(*), cast(coalesce(sum(size), 0) as bigint) from blob_uploads
		where tenant_id = $1 and person = $2 and document = '' and expires_at > $3 and ($2 <> '' or owner_id = $4)`,
		tx.Tenant, o.Person, tx.Now, o.ID)
	if err != nil {
		return 0, 0, fmt.Errorf("blob: count uploads: %w", err)
	}
	return total.count, total.bytes, nil
}

func (s *Store) upload(ctx context.Context, tx *store.Tx, owner Owner, id string) (Upload, error) {
	row, err := store.One(ctx, tx, (*uploadRow).columns, `
		select id, owner_type, owner_id, person, field, name, media_type, size, received, keep_position, document, expires_at
		from blob_uploads
		where tenant_id = $1 and id = $2 and owner_type = $3 and owner_id = $4 and person = $5 and expires_at > $6`,
		tx.Tenant, id, owner.Type, owner.ID, owner.Person, tx.Now)
	if errors.Is(err, store.ErrNoRows) {
		return Upload{}, errs.NotFound("blob.upload_gone")
	}
	if err != nil {
		return Upload{}, fmt.Errorf("blob: read upload: %w", err)
	}
	name, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeName, row.sealed, []byte(row.ID))
	if err != nil {
		return Upload{}, fmt.Errorf("blob: upload %s: %w", row.ID, err)
	}
	up := row.Upload
	up.name, up.ExpiresAt = string(name), row.expires.Time
	return up, nil
}

// appendPart counts a part that lies in its place, if no other came first.
func appendPart(ctx context.Context, tx *store.Tx, id string, p part) error {
	n, err := tx.Exec(ctx, `
		update blob_uploads set received = $3, expires_at = $4
		where tenant_id = $1 and id = $2 and received = $5 and document = ''`,
		tx.Tenant, id, p.start+p.size, store.At(tx.Now.Add(uploadLives)), p.start)
	if err != nil {
		return fmt.Errorf("blob: count part: %w", err)
	}
	if n == 0 {
		return errs.Conflict("blob.upload_offset")
	}
	_, err = tx.Exec(ctx, `
		insert into blob_upload_parts (tenant_id, upload, start, size, digest) values ($1, $2, $3, $4, $5)`,
		tx.Tenant, id, p.start, p.size, p.digest)
	if err != nil {
		return fmt.Errorf("blob: keep part: %w", err)
	}
	return nil
}

func (p *part) columns() []any { return []any{&p.start, &p.size, &p.digest} }

func partsOf(ctx context.Context, tx *store.Tx, id string) ([]part, error) {
	list, err := store.All(ctx, tx, (*part).columns, `
		select start, size, digest from blob_upload_parts
		where tenant_id = $1 and upload = $2 order by start limit $3`, tx.Tenant, id, maxPartsOf)
	if err != nil {
		return nil, fmt.Errorf("blob: list parts: %w", err)
	}
	return list, nil
}

// becomes notes which document an upload has become. Whoever comes second makes
// none.
func becomes(ctx context.Context, tx *store.Tx, id, document string) error {
	n, err := tx.Exec(ctx, `
		update blob_uploads set document = $3 where tenant_id = $1 and id = $2 and document = ''`, tx.Tenant, id, document)
	if err != nil {
		return fmt.Errorf("blob: finish upload: %w", err)
	}
	if n == 0 {
		return ErrKept
	}
	return removeParts(ctx, tx, id)
}

// removeParts forgets the parts; their files go with the next clearing up.
func removeParts(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `delete from blob_upload_parts where tenant_id = $1 and upload = $2`, tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("blob: forget parts: %w", err)
	}
	return nil
}

func removeUpload(ctx context.Context, tx *store.Tx, id string) error {
	if err := removeParts(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from blob_uploads where tenant_id = $1 and id = $2`, tx.Tenant, id); err != nil {
		return fmt.Errorf("blob: forget upload: %w", err)
	}
	return nil
}

func uploadsOf(ctx context.Context, tx *store.Tx, owner Owner) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `
		select id from blob_uploads where tenant_id = $1 and owner_type = $2 and owner_id = $3
		order by id limit $4`, tx.Tenant, owner.Type, owner.ID, maxDocuments)
	if err != nil {
		return nil, fmt.Errorf("blob: list uploads: %w", err)
	}
	return list, nil
}

// expireUploads forgets the uploads whose next part never came.
func expireUploads(ctx context.Context, tx *store.Tx) error {
	for _, statement := range []string{
		`delete from blob_upload_parts where tenant_id = $1 and upload in
			(select id from blob_uploads where tenant_id = $1 and expires_at < $2)`,
		`delete from blob_uploads where tenant_id = $1 and expires_at < $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, tx.Now); err != nil {
			return fmt.Errorf("blob: forget expired uploads: %w", err)
		}
	}
	return nil
}
