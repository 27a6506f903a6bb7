package blob

import (
	"context"
	"fmt"
	"io"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// PutArchive stores an archive that Torg writes itself, of whatever size up to
// maxBytes, without ever holding it in memory: it waits in the spool, encrypted,
// like what people upload. The rest is as with Put.
func (s *Store) PutArchive(ctx context.Context, name string, maxBytes int64, write func(io.Writer) error) (stored Stored, err error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Stored{}, err
	}
	waiting, err := s.spool()
	if err != nil {
		return Stored{}, err
	}
	defer func() { _ = waiting.Close() }() // it has no name: closing gives the space back
	if err := write(&bounded{w: waiting, left: maxBytes, most: maxBytes}); err != nil {
		return Stored{}, diskFull(fmt.Errorf("blob: write archive: %w", err))
	}
	stored = Stored{
		Name: name, MediaType: ZIP, Size: waiting.size,
		tenant: store.TenantOf(ctx), at: s.DB.Clock().Now(), generated: true,
	}
	if stored.digest, err = s.place(ctx, waiting, stored); err != nil {
		return Stored{}, err
	}
	return stored, nil
}

// bounded refuses to write more than is allowed.
type bounded struct {
	w          io.Writer
	left, most int64
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		return 0, errs.TooLarge("blob.too_large", "max", b.most>>20)
	}
	n, err := b.w.Write(p)
	b.left -= int64(n)
	return n, err
}
