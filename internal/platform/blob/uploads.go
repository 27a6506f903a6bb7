package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Limits of uploads in parts.
const (
	// MaxPart is how large one part may be.
	MaxPart = 4 << 20
	// personBytes and personUploads are what one person may have under way.
	personBytes   = 200 << 20
	personUploads = 20
	// uploadLives is how long an upload waits for its next part.
	uploadLives = 24 * time.Hour
	maxField    = 200
	maxDeclared = 200
)

// ErrKept says that an upload is a document already: the answer to the request
// that made it one was lost, and it is sent again.
var ErrKept = errors.New("blob: the upload is a document already")

// Upload is a file that comes in parts, one after the other. It survives that
// the sender, the line or this process breaks off: what Append has answered is on
// the disk, encrypted as documents are.
type Upload struct {
	ID        string
	Owner     Owner // what it will belong to, and whose it is
	Field     string
	Size      int64 // when whole
	Received  int64
	ExpiresAt time.Time

	name         string
	mediaType    string
	keepPosition bool
	document     string
}

// Whole reports whether every part is there.
func (u Upload) Whole() bool { return u.Received == u.Size }

// NewUpload is what is told of a file before its first part.
type NewUpload struct {
	Owner        Owner
	Field        string // for the owner: which question it answers
	Name         string
	Declared     string // media type
	Size         int64
	KeepPosition bool
}

// Uploads takes in files in parts. Its methods find an upload only with the owner
// that it was begun for; the caller has asked whether that may be. Get one from
// Store.Uploads.
type Uploads struct{ s *Store }

// Uploads returns the store's uploads in parts.
func (s *Store) Uploads() *Uploads { return &Uploads{s} }

// Create begins an upload. A person has room for so many bytes at a time.
func (u *Uploads) Create(ctx context.Context, n NewUpload) (Upload, error) {
	if n.Size <= 0 {
		return Upload{}, errs.Invalid("blob.empty")
	}
	if n.Size > DefaultMaxBytes {
		return Upload{}, errs.TooLarge("blob.too_large", "max", DefaultMaxBytes>>20)
	}
	if n.Field == "" || len(n.Field) > maxField || len(n.Declared) > maxDeclared {
		return Upload{}, errs.Invalid("errs.invalid_input")
	}
	if err := u.s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Upload{}, err
	}
	up := Upload{
		ID: ids.New(), Owner: n.Owner, Field: n.Field, Size: n.Size,
		name: shorten(n.Name, 4*maxName), mediaType: n.Declared, keepPosition: n.KeepPosition,
	}
	err := u.s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := room(ctx, tx, n); err != nil {
			return err
		}
		up.ExpiresAt = tx.Now.Add(uploadLives)
		return u.s.insertUpload(ctx, tx, up)
	})
	return up, err
}

// room refuses what a person has no room for.
func room(ctx context.Context, tx *store.Tx, n NewUpload) error {
	count, bytes, err := underWay(ctx, tx, n.Owner)
	if err != nil {
		return err
	}
	if count >= personUploads || bytes+n.Size > personBytes {
		return errs.TooLarge("blob.upload_quota", "max", personBytes>>20)
	}
	return nil
}

// Get returns an upload of an owner.
func (u *Uploads) Get(ctx context.Context, owner Owner, id string) (up Upload, err error) {
	if !ids.Valid(id) {
		return Upload{}, errs.NotFound("blob.upload_gone")
	}
	if err := u.s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Upload{}, err
	}
	err = u.s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		up, err = u.s.upload(ctx, tx, owner, id)
		return err
	})
	return up, err
}

// Append takes in the part that begins at an offset, which must be where the
// last one ended. On any error the upload stands as before.
func (u *Uploads) Append(ctx context.Context, owner Owner, id string, offset int64, r io.Reader) (Upload, error) {
	up, err := u.Get(ctx, owner, id)
	if err != nil {
		return Upload{}, err
	}
	if up.document != "" || offset != up.Received {
		return up, errs.Conflict("blob.upload_offset")
	}
	if up.Whole() {
		return up, nil
	}
	p, err := u.s.storePart(ctx, up, r)
	if err != nil {
		return up, err
	}
	err = u.s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return appendPart(ctx, tx, id, p)
	})
	if err != nil {
		return up, err
	}
	return u.Get(ctx, owner, id)
}

// part is a piece of an upload.
type part struct {
	start, size int64
	digest      string
}

// storePart puts the bytes of a part in a file of its own. Its name is new each
// time, so that two senders of one part do not write over each other.
func (s *Store) storePart(ctx context.Context, up Upload, r io.Reader) (part, error) {
	tenant := store.TenantOf(ctx)
	_, digest, err := s.Keys.Lookup(ctx, tenant, purposeDigest, "part/"+up.ID+"/"+strconv.FormatInt(up.Received, 10)+"/"+ids.New())
	if err != nil {
		return part{}, err
	}
	most := min(MaxPart, up.Size-up.Received)
	p := part{start: up.Received, digest: digest}
	from := &source{r: r}
	err = s.Backend.Put(ctx, FileName{Tenant: tenant, Digest: digest}, s.DB.Clock().Now(), func(w io.Writer) error {
		locked, err := s.Keys.EncryptStream(ctx, tenant, purposePart, w, []byte(digest))
		if err != nil {
			return err
		}
		if p.size, err = io.Copy(locked, io.LimitReader(from, most+1)); err != nil {
			return err
		}
		switch {
		case p.size > most:
			return errs.TooLarge("blob.upload_part")
		case from.err != nil:
			return errCutOff.Because(from.err)
		case p.size == 0:
			return errs.Invalid("blob.upload_part")
		}
		return locked.Close()
	})
	switch {
	case errs.Of(err) != nil:
		return part{}, errs.Of(err)
	case err != nil && from.err != nil:
		return part{}, errCutOff.Because(from.err)
	}
	return p, diskFull(err)
}

// Finish puts the parts together and takes the file in as Put does. The upload
// is used up when what is returned is kept: in the transaction of Keep, and only
// once. ErrKept says that this has happened.
func (u *Uploads) Finish(ctx context.Context, owner Owner, id string) (Stored, Upload, error) {
	up, err := u.Get(ctx, owner, id)
	if err != nil {
		return Stored{}, up, err
	}
	if up.document != "" {
		return Stored{}, up, ErrKept
	}
	if !up.Whole() {
		return Stored{}, up, errs.Conflict("blob.upload_unfinished")
	}
	var parts []part
	err = u.s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		parts, err = partsOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return Stored{}, up, err
	}
	whole := &joined{ctx: ctx, s: u.s, tenant: store.TenantOf(ctx), parts: parts}
	stored, err := u.s.Put(ctx, whole, PutOptions{Name: up.name, Declared: up.mediaType, KeepPosition: up.keepPosition})
	err = errors.Join(err, whole.Close())
	if errors.Is(whole.failed, fs.ErrNotExist) {
		// The parts are not in a backup: after a restore the rows stand alone.
		return Stored{}, up, errs.NotFound("blob.upload_gone").Because(whole.failed)
	}
	if whole.failed != nil {
		return Stored{}, up, fmt.Errorf("blob: read the parts of an upload: %w", whole.failed)
	}
	if errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindTooLarge) {
		// It will never be taken in, and makes room for another.
		return Stored{}, up, errors.Join(err, u.Remove(ctx, owner, id))
	}
	stored.upload = id
	return stored, up, err
}

// Remove gives an upload up.
func (u *Uploads) Remove(ctx context.Context, owner Owner, id string) error {
	if _, err := u.Get(ctx, owner, id); err != nil {
		return err
	}
	return u.s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return removeUpload(ctx, tx, id) })
}

// RemoveFor gives up all uploads of an owner, in the caller's transaction, as
// when a draft is thrown away.
func (u *Uploads) RemoveFor(ctx context.Context, tx *store.Tx, owner Owner) error {
	list, err := uploadsOf(ctx, tx, owner)
	if err != nil {
		return err
	}
	for _, id := range list {
		if err := removeUpload(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// joined reads parts one after the other.
type joined struct {
	ctx    context.Context //nolint:containedctx // a reader has no other way to get it
	s      *Store
	tenant string
	parts  []part
	open   io.ReadCloser
	failed error // a fault of ours, not of the sender
}

// Read implements io.Reader.
func (j *joined) Read(p []byte) (int, error) {
	for {
		if j.open == nil {
			if len(j.parts) == 0 {
				return 0, io.EOF
			}
			if j.open, j.failed = j.s.openPart(j.ctx, j.tenant, j.parts[0].digest); j.failed != nil {
				return 0, j.failed
			}
			j.parts = j.parts[1:]
		}
		n, err := j.open.Read(p)
		if err == nil || n > 0 && errors.Is(err, io.EOF) {
			return n, nil
		}
		if !errors.Is(err, io.EOF) {
			j.failed = err
			return n, err
		}
		if err := j.Close(); err != nil {
			return 0, err
		}
	}
}

// Close ends the reading.
func (j *joined) Close() error {
	if j.open == nil {
		return nil
	}
	err := j.open.Close()
	j.open = nil
	return err
}
