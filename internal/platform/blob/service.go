package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// The purposes of the tenant's keys.
const (
	purposeContent = "blob.content"
	purposeDigest  = "blob.digest"
	purposeName    = "blob.name"
	purposePart    = "blob.part"
)

// keepWithin is how long after Put a document may be kept, and orphaned how long
// a file lies without a row. The second is longer, so that no file is removed
// that could still get its row.
const (
	keepWithin = 12 * time.Hour
	orphaned   = 24 * time.Hour
)

// retryDisk is when to try again after the disk was full.
const retryDisk = 10 * time.Minute

// Keys is what blob needs of package keys.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Lookup(ctx context.Context, tenantID, purpose, value string) (version int, hex string, err error)
	EncryptStream(ctx context.Context, tenantID, purpose string, w io.Writer, aad []byte) (io.WriteCloser, error)
	DecryptStream(ctx context.Context, tenantID, purpose string, r io.Reader, aad []byte) (io.Reader, error)
}

// Config says what a Store is made of.
type Config struct {
	DB      *store.DB
	Keys    Keys
	Backend Backend
	Scanner Scanner // nil when there is none
	TempDir string  // where uploads wait; "" is the system's
	Log     *slog.Logger
}

// Store keeps documents. The methods that take a transaction need the tenant's
// keys in memory (keys.Ring.Warm; Put sees to it). It may be used by any number
// of goroutines.
type Store struct {
	Config
	openSpool   func(dir string) (spoolFile, error)
	refused     []func(ctx context.Context, tx *store.Tx, r Refusal) error
	scannerDown atomic.Bool // when it was last asked
}

// New returns a store of documents.
func New(c Config) *Store {
	if c.TempDir == "" {
		c.TempDir = os.TempDir()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Store{Config: c, openSpool: openSpoolFile}
}

// Put takes in bytes for the tenant of ctx. Afterwards the file lies whole in
// its place; on any error nothing is left of it. The error has words for the
// uploader when the file is empty, too large, cut off, broken or of a type that
// is not taken, and when the disk is full.
func (s *Store) Put(ctx context.Context, r io.Reader, o PutOptions) (stored Stored, err error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	waiting, err := s.spool()
	if err != nil {
		return Stored{}, err
	}
	defer func() { _ = waiting.Close() }() // it has no name: closing gives the space back
	if err := take(waiting, r, o.MaxBytes); err != nil {
		return Stored{}, err
	}
	found, err := look(waiting, waiting.size, o)
	if err != nil {
		return Stored{}, err
	}
	if found.strip {
		bare, err := s.bare(waiting, found.mediaType)
		if err != nil {
			return Stored{}, err
		}
		defer func() { _ = bare.Close() }()
		waiting = bare
	}
	stored = Stored{
		Name: cleanName(o.Name, found.mediaType), MediaType: found.mediaType, Size: waiting.size, Flags: found.flags,
		tenant: store.TenantOf(ctx), at: s.DB.Clock().Now(), generated: o.Generated,
	}
	if stored.digest, err = s.place(ctx, waiting, stored); err != nil {
		return Stored{}, err
	}
	return stored, nil
}

// spool opens a place for an upload to wait in.
func (s *Store) spool() (*spool, error) {
	file, err := s.openSpool(s.TempDir)
	if err != nil {
		return nil, diskFull(fmt.Errorf("blob: make spool: %w", err))
	}
	return newSpool(file)
}

// bare is a picture without what it tells besides what one sees.
func (s *Store) bare(waiting *spool, mediaType string) (*spool, error) {
	out, err := s.spool()
	if err != nil {
		return nil, err
	}
	if _, err := strip(out, waiting, waiting.size, mediaType); err != nil {
		return nil, errors.Join(diskFull(err), out.Close())
	}
	if _, err := sniff(out, out.size); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// take reads all bytes into the spool.
func take(waiting *spool, r io.Reader, maxBytes int64) error {
	source := &source{r: r}
	_, err := io.Copy(waiting, io.LimitReader(source, maxBytes+1))
	_, overLimit := errors.AsType[*http.MaxBytesError](source.err)
	switch {
	case overLimit || waiting.size > maxBytes:
		return errs.TooLarge("blob.too_large", "max", maxBytes>>20)
	case source.err != nil:
		return errCutOff.Because(source.err)
	case err != nil:
		return diskFull(fmt.Errorf("blob: spool: %w", err))
	case waiting.size == 0:
		return errs.Invalid("blob.empty")
	}
	return nil
}

// source remembers whether it was the sender that failed: then the upload was
// cut off, and nothing is wrong with our disk.
type source struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		s.err = err
	}
	return n, err
}

// place moves the bytes from the spool, encrypted and bound to their name, to
// the backend and returns the name; a file that is there already is only marked
// as used.
func (s *Store) place(ctx context.Context, waiting *spool, stored Stored) (string, error) {
	_, digest, err := s.Keys.Lookup(ctx, stored.tenant, purposeDigest, waiting.digest())
	if err != nil {
		return "", err
	}
	name := FileName{Tenant: stored.tenant, Digest: digest}
	found, err := s.Backend.Touch(ctx, name, stored.at)
	if err != nil || found {
		return digest, diskFull(err)
	}
	err = s.Backend.Put(ctx, name, stored.at, func(w io.Writer) error {
		locked, err := s.Keys.EncryptStream(ctx, stored.tenant, purposeContent, w, []byte(digest))
		if err != nil {
			return err
		}
		if _, err := io.Copy(locked, waiting.reader()); err != nil {
			return err
		}
		return locked.Close()
	})
	return digest, diskFull(err)
}

// diskFull gives the words for a disk, quota or file size limit that was
// reached; other errors stay as they are.
func diskFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return errs.Unavailable(retryDisk, "blob.disk_full").Because(err)
	}
	return err
}

// Keep makes the row of a stored file in the caller's transaction and, when
// there is a scanner, has the file scanned after it.
func (s *Store) Keep(ctx context.Context, tx *store.Tx, stored Stored, owner Owner) (Document, error) {
	if stored.digest == "" || stored.tenant != tx.Tenant {
		return Document{}, errors.New("blob: keep what was not stored for this tenant")
	}
	if tx.Now.Sub(stored.at) > keepWithin {
		return Document{}, errs.Conflict("blob.upload_expired")
	}
	d := Document{
		ID: ids.New(), Owner: owner, Name: stored.Name, MediaType: stored.MediaType, Size: stored.Size,
		Digest: stored.digest, Scan: Unscanned, Flags: stored.Flags, CreatedAt: tx.Now.Time,
	}
	switch {
	case stored.generated:
		d.Scan = Clean
	case s.Scanner != nil:
		d.Scan = Scanning
	}
	if err := s.insert(ctx, tx, d); err != nil {
		return Document{}, err
	}
	if stored.upload != "" {
		if err := becomes(ctx, tx, stored.upload, d.ID); err != nil {
			return Document{}, err
		}
	}
	if d.Scan == Scanning {
		if err := enqueueScan(ctx, tx, d.ID); err != nil {
			return Document{}, err
		}
	}
	return d, nil
}

// Info returns what is known of a document of the tenant of ctx.
func (s *Store) Info(ctx context.Context, id string) (Document, error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Document{}, err
	}
	var d Document
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = s.Get(ctx, tx, id)
		return err
	})
	return d, err
}

// Open reads a document of the tenant of ctx. A reader that fails before
// io.EOF has met a damaged file; what it gave out before that was whole.
func (s *Store) Open(ctx context.Context, id string) (io.ReadCloser, Document, error) {
	d, err := s.Info(ctx, id)
	if err != nil {
		return nil, Document{}, err
	}
	if err := s.mayOpen(d); err != nil {
		return nil, d, err
	}
	r, err := s.open(ctx, store.TenantOf(ctx), d.Digest)
	return r, d, err
}

func (s *Store) open(ctx context.Context, tenant, digest string) (io.ReadCloser, error) {
	return s.openAs(ctx, tenant, purposeContent, digest)
}

func (s *Store) openPart(ctx context.Context, tenant, digest string) (io.ReadCloser, error) {
	return s.openAs(ctx, tenant, purposePart, digest)
}

func (s *Store) openAs(ctx context.Context, tenant, purpose, digest string) (io.ReadCloser, error) {
	file, err := s.Backend.Open(ctx, FileName{Tenant: tenant, Digest: digest})
	if err != nil {
		return nil, err
	}
	plain, err := s.Keys.DecryptStream(ctx, tenant, purpose, file, []byte(digest))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &opened{Reader: plain, Closer: file}, nil
}

// opened reads the plain bytes and closes the file beneath.
type opened struct {
	io.Reader
	io.Closer
}
