package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Scanner looks for malicious software in a document.
type Scanner interface {
	// Scan reads the document to its end or to the first finding. An error
	// means that there is no verdict; it is tried again later.
	Scan(ctx context.Context, document io.Reader) (Verdict, error)
}

// ErrScannerDown is inside the error of a Scanner that cannot be reached. The
// documents wait, however long it takes.
var ErrScannerDown = errors.New("blob: the scanner cannot be reached")

// Verdict is what a scanner found.
type Verdict struct {
	State   ScanState // Clean, Refused or TooLarge
	Finding string    // the scanner's name for what it found
	Flags   Flags     // what it told besides
}

// scanAgain is how long a document waits for a scanner that is down.
const scanAgain = 20 * time.Second

// Refusal is a document that the scanner has found something harmful in.
type Refusal struct {
	Document Document
	Finding  string // the scanner's name for it: for the staff and the log
}

// OnRefused has a function called in the transaction that records a refusal, for
// the service that owns the document to tell those concerned. It is for the time
// when the program is put together. The function may run twice and does nothing
// but use the transaction; when it fails, the verdict is recorded later.
func (s *Store) OnRefused(f func(ctx context.Context, tx *store.Tx, r Refusal) error) {
	s.refused = append(s.refused, f)
}

// scan has the scanner look at a document of the tenant of ctx and records what
// it says. A document removed or scanned meanwhile is none of its business.
func (s *Store) scan(ctx context.Context, id string) error {
	if s.Scanner == nil {
		return nil
	}
	d, err := s.Info(ctx, id)
	if errs.Is(err, errs.KindNotFound) || err == nil && (d.Scan == Clean || d.Scan == Refused) {
		return nil
	}
	if err != nil {
		return err
	}
	verdict, err := s.ask(ctx, store.TenantOf(ctx), d.Digest)
	s.scannerDown.Store(errors.Is(err, ErrScannerDown))
	if errors.Is(err, ErrScannerDown) {
		s.Log.WarnContext(ctx, "the scanner is down; a document waits", slog.String("document", id), slog.Any("error", err))
		return jobs.Snooze(scanAgain)
	}
	if err != nil {
		return fmt.Errorf("blob: scan document: %w", err)
	}
	return s.record(ctx, d, verdict)
}

// record writes a verdict down and tells those who asked to be told.
func (s *Store) record(ctx context.Context, d Document, v Verdict) error {
	if v.State != Clean {
		s.Log.WarnContext(ctx, "scanner did not pass a document",
			slog.String("document", d.ID), slog.String("state", string(v.State)), slog.String("finding", v.Finding))
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		flags := d.Flags.With(v.Flags.List()...)
		news, err := setScan(ctx, tx, d.ID, v.State, flags)
		if err != nil || !news || v.State != Refused {
			return err
		}
		// Read again: the document may have got another owner meanwhile.
		now, err := s.Get(ctx, tx, d.ID)
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, tell := range s.refused {
			if err := tell(ctx, tx, Refusal{Document: now, Finding: v.Finding}); err != nil {
				return fmt.Errorf("blob: tell of a refusal: %w", err)
			}
		}
		return nil
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

// mayOpen says why a document is not opened, if it is not: with a scanner,
// nothing is opened before it is found clean.
func (s *Store) mayOpen(d Document) error {
	switch {
	case d.Scan == Refused:
		return errs.Forbidden("blob.refused")
	case d.Scan == Clean || s.Scanner == nil:
		return nil
	case d.Scan == TooLarge:
		return errs.Unavailable(time.Hour, "blob.too_large_to_scan")
	case s.scannerDown.Load():
		return errs.Unavailable(time.Minute, "blob.scanner_down")
	}
	return errs.Unavailable(time.Minute, "blob.being_scanned")
}
