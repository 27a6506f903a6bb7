package app

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// archiveWriter writes the entries of a backup in their order.
type archiveWriter struct {
	tar      *tar.Writer
	at       time.Time
	manifest BackupManifest
	heads    *tally
	files    *tally
	progress Progress
}

func newArchiveWriter(w io.Writer, at time.Time, progress Progress) *archiveWriter {
	return &archiveWriter{tar: tar.NewWriter(w), at: at, heads: newTally(), files: newTally(), progress: progress}
}

// entry begins an entry. Only what USTAR can say is used, and nothing tells of
// the machine.
func (w *archiveWriter) entry(name string, size int64) error {
	err := w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.at.Truncate(time.Second), Format: tar.FormatUSTAR,
	})
	if err != nil {
		return fmt.Errorf("app: begin entry: %w", err)
	}
	return nil
}

func (w *archiveWriter) json(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("app: write %s: %w", name, err)
	}
	return w.bytes(name, append(text, '\n'))
}

func (w *archiveWriter) bytes(name string, text []byte) error {
	if err := w.entry(name, int64(len(text))); err != nil {
		return err
	}
	if _, err := w.tar.Write(text); err != nil {
		return fmt.Errorf("app: write %s: %w", name, err)
	}
	return nil
}

// header writes the first entry.
func (w *archiveWriter) header(h BackupHeader) error {
	w.manifest.Release, w.manifest.Schema, w.manifest.At, w.manifest.Dialect = h.Release, h.Schema, h.At, h.Dialect
	return w.json(headerName, h)
}

// headLines is a writer for audit.ExportHeads, which writes whole lines.
type headLines struct {
	w   *archiveWriter
	buf bytes.Buffer
	n   int
}

// Write implements io.Writer.
func (h *headLines) Write(p []byte) (int, error) {
	if h.buf.Len()+len(p) > chunkSize {
		if err := h.flush(); err != nil {
			return 0, err
		}
	}
	return h.buf.Write(p)
}

func (h *headLines) flush() error {
	if h.buf.Len() == 0 {
		return nil
	}
	h.n++
	name := headsEntry(h.n)
	if err := h.w.entry(name, int64(h.buf.Len())); err != nil {
		return err
	}
	_, err := h.w.heads.add(name, h.w.tar, &h.buf)
	h.buf.Reset()
	return err
}

// rowLines gathers the rows of a table in entries of about a megabyte.
type rowLines struct {
	w     *archiveWriter
	table string
	lines []byte
	n     int
	rows  int64
}

func (r *rowLines) add(values []any) (err error) {
	if r.lines, err = appendRow(r.lines, values); err != nil {
		return err
	}
	r.rows++
	if len(r.lines) > maxChunk {
		return fmt.Errorf("app: a row of %s is too large for a backup", r.table)
	}
	return nil
}

// table writes all rows of a table and shows each to seen, which may be nil.
func (w *archiveWriter) table(ctx context.Context, tx *store.Tx, t store.Table, seen func(values []any)) error {
	sum := sha256.New()
	r := &rowLines{w: w, table: t.Name}
	flush := func() error {
		if len(r.lines) == 0 {
			return nil
		}
		r.n++
		sum.Write(r.lines)
		err := w.bytes(rowsEntry(t.Name, r.n), r.lines)
		r.lines = r.lines[:0]
		return err
	}
	err := t.Each(ctx, tx, func(values []any) error {
		if seen != nil {
			seen(values)
		}
		if err := r.add(values); err != nil || len(r.lines) < chunkSize {
			return err
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	w.manifest.Tables = append(w.manifest.Tables, BackupTable{Name: t.Name, Rows: r.rows, Digest: hex.EncodeToString(sum.Sum(nil))})
	w.progress.tell("app.backup.progress_table", "table", t.Name, "count", r.rows)
	return nil
}

// documents copies the files. One that is gone is noted: a backup of all the
// others is better than none.
func (w *archiveWriter) documents(ctx context.Context, backend blob.Backend, list documentList) error {
	for i, d := range list {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("app: back up documents: %w", err)
		}
		err := w.file(ctx, backend, d)
		if errors.Is(err, fs.ErrNotExist) {
			w.manifest.MissingCount++
			if len(w.manifest.Missing) < maxMissing {
				w.manifest.Missing = append(w.manifest.Missing, d.entry())
			}
			err = nil
		}
		if err != nil {
			return err
		}
		if (i+1)%1000 == 0 || i+1 == len(list) {
			w.progress.tell("app.backup.progress_documents", "count", i+1, "total", len(list))
		}
	}
	return nil
}

func (w *archiveWriter) file(ctx context.Context, backend blob.Backend, d documentRef) (err error) {
	r, err := backend.Open(ctx, blob.FileName{Tenant: d.tenant, Digest: hex.EncodeToString(d.digest[:])})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	sized, ok := r.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return errors.New("app: the documents lie where their size is not known")
	}
	info, err := sized.Stat()
	if err != nil {
		return fmt.Errorf("app: size of a document: %w", err)
	}
	if info.Size() > maxDocument {
		return fmt.Errorf("app: the document %s is too large for a backup", d.entry())
	}
	if err := w.entry(d.entry(), info.Size()); err != nil {
		return err
	}
	// The files never change, so the size stands.
	n, err := w.files.add(d.entry(), w.tar, io.LimitReader(r, info.Size()))
	if err == nil && n != info.Size() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("app: copy document %s: %w", d.entry(), err)
	}
	return nil
}

// close writes the manifest and ends the archive.
func (w *archiveWriter) close() error {
	w.manifest.Heads, w.manifest.Documents = w.heads.total(), w.files.total()
	if err := w.json(manifestName, w.manifest); err != nil {
		return err
	}
	if err := w.tar.Close(); err != nil {
		return fmt.Errorf("app: end the archive: %w", err)
	}
	return nil
}

// documentList is what the rows name, in little memory: the tenants' names are
// shared, and a digest is 32 bytes.
type documentList []documentRef

type documentRef struct {
	tenant string
	digest [sha256.Size]byte
}

func (d documentRef) entry() string { return documentEntry(d.tenant, hex.EncodeToString(d.digest[:])) }

func (d documentRef) compare(other documentRef) int {
	switch {
	case d.tenant < other.tenant:
		return -1
	case d.tenant > other.tenant:
		return 1
	}
	return bytes.Compare(d.digest[:], other.digest[:])
}

// collector returns the function that gathers the documents from the rows of
// their table; those that were removed are left out.
func (l *documentList) collector(t store.Table) func(values []any) {
	place := func(name string) int {
		return slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == name })
	}
	tenant, digest, deleted := place("tenant_id"), place("digest"), place("deleted_at")
	known := map[string]string{}
	return func(values []any) {
		name, _ := values[tenant].(string)
		text, _ := values[digest].(string)
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != sha256.Size || values[deleted] != nil {
			return
		}
		if _, ok := known[name]; !ok {
			known[name] = name
		}
		*l = append(*l, documentRef{tenant: known[name], digest: [sha256.Size]byte(sum)})
	}
}

// sorted returns the list in the order of the archive, each document once.
func (l documentList) sorted() documentList {
	slices.SortFunc(l, documentRef.compare)
	return slices.Compact(l)
}
