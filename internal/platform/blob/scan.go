package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Scanner looks for malicious software in a document.
type Scanner interface {
	// Scan reads the document to its end or to the first finding. An error
	// means that there is no verdict; it is tried again later.
	Scan(ctx context.Context, document io.Reader) (Verdict, error)
}

// Verdict is what a scanner found.
type Verdict struct {
	Clean   bool
	Finding string // the scanner's name for what it found
}

// scan has the scanner look at a document of the tenant of ctx and records what
// it says. A document removed or scanned meanwhile is none of its business.
func (s *Store) scan(ctx context.Context, id string) error {
	if s.Scanner == nil {
		return nil
	}
	d, err := s.Info(ctx, id)
	if errs.Is(err, errs.KindNotFound) || err == nil && d.Scan != Unscanned {
		return nil
	}
	if err != nil {
		return err
	}
	verdict, err := s.ask(ctx, store.TenantOf(ctx), d.Digest)
	if err != nil {
		return fmt.Errorf("blob: scan document: %w", err)
	}
	state := Clean
	if !verdict.Clean {
		state = Refused
		s.Log.WarnContext(ctx, "scanner refused a document",
			slog.String("document", id), slog.String("finding", verdict.Finding))
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return setScan(ctx, tx, id, state)
	})
}

func (s *Store) ask(ctx context.Context, tenant, digest string) (verdict Verdict, err error) {
	file, err := s.open(ctx, tenant, digest)
	if err != nil {
		return Verdict{}, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return s.Scanner.Scan(ctx, file)
}
