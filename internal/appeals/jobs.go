package appeals

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

// finishArgs asks for what follows a conclusion: the letter, and the package of an
// appeal that is sent on.
type finishArgs struct {
	Appeal string `json:"appeal"`
}

// Kind implements jobs.Args.
func (finishArgs) Kind() string { return "appeals.finish" }

// maxPackage bounds a package: 500 documents can be large.
const maxPackage = 16 << 30

// Jobs registers the module's worker.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, Timeout: time.Hour, Concurrency: 1}, s.finish)
}

// finish makes the letter and the package, and in one transaction keeps them,
// journals them and tells the parties. A run that is repeated finds them made.
func (s *Service) finish(ctx context.Context, j jobs.Job[finishArgs]) error {
	ctx = identity.AsSystem(ctx, "appeals")
	if err := s.warm(ctx); err != nil {
		return err
	}
	d, err := s.gather(ctx, j.Args.Appeal)
	if err != nil {
		return err
	}
	if d.a.Letter != "" || d.a.State != Ready && d.a.State != Rejected {
		return jobs.Cancel(errNothing)
	}
	if d.a.State == Rejected {
		d.words = s.Bundle.For(d.c.Lang) // the party reads it, not an authority
	}
	var letter bytes.Buffer
	if err := pdf.Write(&letter, d.letterPage()); err != nil {
		return fmt.Errorf("appeals: write the letter: %w", err)
	}
	d.letter = letter.Bytes()
	stored, err := s.Blobs.Put(ctx, &letter, blob.PutOptions{Name: d.fileName("letter_file", ".pdf"), Generated: true})
	if err != nil {
		return fmt.Errorf("appeals: keep the letter: %w", err)
	}
	var packed blob.Stored
	if d.a.State == Ready {
		if packed, err = s.pack(ctx, &d); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.finished(ctx, tx, d, stored, packed); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// errNothing says that there is nothing to make, or that it is made.
var errNothing = errors.New("appeals: nothing to make")

func (s *Service) finished(ctx context.Context, tx *store.Tx, d dossier, letter, packed blob.Stored) error {
	a, err := s.load(ctx, tx, d.a.ID, true)
	if err != nil {
		return err
	}
	if a.Letter != "" || a.State != d.a.State || !a.PreparedAt.Equal(d.a.PreparedAt) {
		return jobs.Cancel(errNothing)
	}
	if a.State == Ready {
		return s.finishedPackage(ctx, tx, d, a, letter, packed)
	}
	document, err := s.Blobs.Keep(ctx, tx, letter, blob.Owner{Type: ownerCase, ID: a.CaseID})
	if err != nil {
		return fmt.Errorf("appeals: keep the letter: %w", err)
	}
	a.Letter = document.ID
	if err := s.save(ctx, tx, &a); err != nil {
		return err
	}
	c, err := s.Cases.Touch(ctx, tx, a.CaseID, cases.Entry{Kind: EntryLetter, Documents: []string{document.ID}}, nil)
	if err != nil {
		return err
	}
	if err := s.record(ctx, tx, a, "packed", nil); err != nil {
		return err
	}
	// No party's address stands in the letter, which all of them get: each gets it
	// behind a page of her own.
	return s.tellWhole(ctx, tx, c, a, string(a.State), notify.Paper{Document: a.Letter})
}

// finishedPackage keeps what is ready to be handed over. The parties see the letter
// when it is: until then it lies with the appeal and not with the case.
func (s *Service) finishedPackage(ctx context.Context, tx *store.Tx, d dossier, a Appeal, letter, packed blob.Stored) error {
	for _, f := range []struct {
		stored blob.Stored
		id     *string
	}{{letter, &a.Letter}, {packed, &a.Package}} {
		document, err := s.Blobs.Keep(ctx, tx, f.stored, blob.Owner{Type: ownerAppeal, ID: a.ID})
		if err != nil {
			return fmt.Errorf("appeals: keep the package: %w", err)
		}
		*f.id = document.ID
	}
	if err := s.save(ctx, tx, &a); err != nil {
		return err
	}
	if err := s.record(ctx, tx, a, "packed", nil); err != nil {
		return err
	}
	return s.tellStaff(ctx, tx, d.c, a, "ready")
}

// fileName is what a file is called when it is saved: "klage-2026-123.zip".
func (d *dossier) fileName(key, ending string) string {
	return d.words.T("appeals.package."+key, "number", strings.ReplaceAll(d.c.Label(), "/", "-")) + ending
}

// The files of the package that are about the others.
const (
	messageFile  = "arkivmelding.xml"
	manifestFile = "manifest-sha256.txt"
)

// pack writes the package straight into the document store, one document at a
// time: neither a document nor the package is ever whole in memory.
func (s *Service) pack(ctx context.Context, d *dossier) (blob.Stored, error) {
	parts, err := d.parts()
	if err != nil {
		return blob.Stored{}, err
	}
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := s.writeZIP(ctx, w, d, parts)
		_ = w.CloseWithError(err) // never fails
		done <- err
	}()
	stored, err := s.Blobs.Put(ctx, r, blob.PutOptions{Name: d.fileName("package_file", ".zip"), Declared: blob.ZIP, Generated: true, MaxBytes: maxPackage})
	_ = r.CloseWithError(err) // lets the writer go when the store would not take it
	if wrote := <-done; wrote != nil {
		return blob.Stored{}, fmt.Errorf("appeals: write the package: %w", wrote)
	}
	if err != nil {
		return blob.Stored{}, fmt.Errorf("appeals: keep the package: %w", err)
	}
	return stored, nil
}

// writeZIP writes the files, then the arkivmelding, then the sums of all of them.
func (s *Service) writeZIP(ctx context.Context, w io.Writer, d *dossier, parts []part) error {
	z := &zipper{Writer: zip.NewWriter(w), at: d.at}
	for _, p := range parts {
		for _, i := range p.items {
			if err := s.addItem(ctx, z, i); err != nil {
				return fmt.Errorf("file %s: %w", i.path, err)
			}
		}
	}
	var message bytes.Buffer
	if err := d.message(ids.New(), parts).Write(&message); err != nil {
		return err
	}
	if err := z.add(messageFile, zip.Deflate, &message); err != nil {
		return err
	}
	if err := z.add(manifestFile, zip.Deflate, strings.NewReader(z.sums.String())); err != nil {
		return err
	}
	return z.Close()
}

func (s *Service) addItem(ctx context.Context, z *zipper, i item) error {
	if i.open == nil {
		i.open = func(ctx context.Context) (io.ReadCloser, error) {
			content, _, err := s.Blobs.Open(ctx, i.id)
			return content, err
		}
	}
	content, err := i.open(ctx)
	if err != nil {
		return err
	}
	// Most are compressed by their nature.
	return errors.Join(z.add(i.path, zip.Store, content), content.Close())
}

// zipper writes files and reckons their sums, in the form that sha256sum --check
// reads.
type zipper struct {
	*zip.Writer
	at   time.Time
	sums strings.Builder
}

func (z *zipper) add(name string, method uint16, content io.Reader) error {
	file, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: z.at})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(file, sum), content); err != nil {
		return err
	}
	z.sums.WriteString(hex.EncodeToString(sum.Sum(nil)) + "  " + name + "\n")
	return nil
}
