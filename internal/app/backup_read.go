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
	"hash"
	"io"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// archiveVisitor takes what a backup holds, in the order it stands there.
type archiveVisitor interface {
	// header may refuse the backup before anything is read.
	header(ctx context.Context, h BackupHeader) error
	heads(lines []byte) error
	rows(ctx context.Context, t store.Table, rows [][]any) error
	// document must call write, once, with where the bytes go.
	document(ctx context.Context, tenant, digest string, write func(io.Writer) error) error
}

// readArchive reads a whole backup and hands it to the visitor bit by bit. What
// is not exactly as it was written is errDamaged; the visitor must then undo
// what it did, since the counts and digests stand at the end.
func readArchive(ctx context.Context, r io.Reader, v archiveVisitor) (BackupManifest, error) {
	source := &archiveSource{r: r}
	a := &archiveReader{source: source, tar: tar.NewReader(source), visitor: v, headsTally: newTally(), filesTally: newTally()}
	err := a.run(ctx)
	switch {
	case err == nil || source.err == nil:
	case errors.Is(source.err, context.Canceled):
		err = source.err
	default:
		err = fmt.Errorf("%w: %w", errDamaged, source.err)
	}
	return a.manifest, err
}

// archiveSource remembers what failed below the tar: a file that was cut off or
// changed, as age tells, or a disk.
type archiveSource struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *archiveSource) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

type archiveReader struct {
	source  io.Reader
	tar     *tar.Reader
	visitor archiveVisitor

	head       BackupHeader
	section    int // index in sections, never back
	headsRead  int
	headsTally *tally
	table      int // index in head.Tables of the last entry of rows
	chunk      int
	sum        hash.Hash
	counts     []BackupTable
	last       documentRef // the last document; they come in order, each once
	filesTally *tally
	manifest   BackupManifest
}

func (a *archiveReader) run(ctx context.Context) error {
	for {
		h, err := a.tar.Next()
		if errors.Is(err, io.EOF) {
			return a.end()
		}
		if err != nil {
			return damaged("%v", err)
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 || len(h.PAXRecords) > 0 {
			return damaged("an entry is no plain file")
		}
		if err := a.entry(ctx, h); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return damaged("it is cut off")
			}
			return err
		}
	}
}

// The sections in their order, by the beginning of the names.
const (
	inHeader = iota
	inHeads
	inTables
	inFiles
	inManifest
)

func sectionOf(name string) int {
	switch folder, _, _ := strings.Cut(name, "/"); folder {
	case headerName:
		return inHeader
	case headsFolder:
		return inHeads
	case tablesFolder:
		return inTables
	case filesFolder:
		return inFiles
	case manifestName:
		return inManifest
	default:
		return -1
	}
}

func (a *archiveReader) entry(ctx context.Context, h *tar.Header) error {
	section := sectionOf(h.Name)
	first := a.head.Format == 0
	if first != (section == inHeader) || section < a.section || a.section == inManifest {
		return damaged("an entry is out of place")
	}
	a.section = section
	switch section {
	case inHeader:
		return a.header(ctx, h)
	case inHeads:
		return a.heads(h)
	case inTables:
		return a.rows(ctx, h)
	case inFiles:
		return a.document(ctx, h)
	default:
		return a.readJSON(h, manifestName, &a.manifest)
	}
}

// read reads a small entry whole. Memory grows with what really comes, not with
// what the entry claims.
func (a *archiveReader) read(h *tar.Header, limit int64) ([]byte, error) {
	if h.Size > limit {
		return nil, damaged("an entry of %d bytes", h.Size)
	}
	text, err := io.ReadAll(a.tar)
	if err != nil {
		return nil, fmt.Errorf("app: read the backup: %w", err)
	}
	return text, nil
}

func (a *archiveReader) readJSON(h *tar.Header, name string, v any) error {
	text, err := a.read(h, maxJSON)
	if err != nil {
		return err
	}
	if h.Name != name || json.Unmarshal(text, v) != nil {
		return damaged("%s cannot be read", name)
	}
	return nil
}

func (a *archiveReader) header(ctx context.Context, h *tar.Header) error {
	if err := a.readJSON(h, headerName, &a.head); err != nil {
		return err
	}
	if a.head.Format != backupFormat {
		return damaged("it has format %d, and this program reads %d", a.head.Format, backupFormat)
	}
	if err := a.head.check(); err != nil {
		return err
	}
	for _, t := range a.head.Tables {
		a.counts = append(a.counts, BackupTable{Name: t.Name})
	}
	a.sum = sha256.New()
	return a.visitor.header(ctx, a.head)
}

func (a *archiveReader) heads(h *tar.Header) error {
	a.headsRead++
	if h.Name != headsEntry(a.headsRead) || h.Size > maxChunk {
		return damaged("an entry of heads is out of place")
	}
	var lines bytes.Buffer
	if _, err := a.headsTally.add(h.Name, &lines, a.tar); err != nil {
		return fmt.Errorf("app: read heads: %w", err)
	}
	return a.visitor.heads(lines.Bytes())
}

// rows reads an entry of the same table as the last one, or of a later table.
func (a *archiveReader) rows(ctx context.Context, h *tar.Header) error {
	name, _, _ := strings.Cut(strings.TrimPrefix(h.Name, tablesFolder+"/"), "/")
	at := slices.IndexFunc(a.head.Tables, func(t store.Table) bool { return t.Name == name })
	if at < a.table {
		return damaged("an entry of rows is out of place")
	}
	for a.table < at {
		a.endTable()
	}
	a.chunk++
	if h.Name != rowsEntry(name, a.chunk) {
		return damaged("an entry of rows is out of place")
	}
	text, err := a.read(h, maxChunk)
	if err != nil {
		return err
	}
	// The writer ends an entry with the row that makes it too large.
	if len(text) > chunkSize && bytes.LastIndexByte(text[:len(text)-1], '\n') >= chunkSize {
		return damaged("an entry of rows is too large")
	}
	rows, err := parseRows(text, a.head.Tables[at].Columns)
	if err != nil {
		return err
	}
	a.sum.Write(text)
	a.counts[at].Rows += int64(len(rows))
	return a.visitor.rows(ctx, a.head.Tables[at], rows)
}

// endTable closes the digest of the present table.
func (a *archiveReader) endTable() {
	a.counts[a.table].Digest = hex.EncodeToString(a.sum.Sum(nil))
	a.sum.Reset()
	a.chunk = 0
	a.table++
}

func (a *archiveReader) document(ctx context.Context, h *tar.Header) error {
	tenant, digest, ok := documentName(h.Name)
	if !ok || h.Size > maxDocument {
		return damaged("a document is out of place")
	}
	ref := documentRef{tenant: tenant}
	if _, err := hex.Decode(ref.digest[:], []byte(digest)); err != nil || ref.compare(a.last) <= 0 {
		return damaged("a document is out of place")
	}
	a.last = ref
	written := false
	err := a.visitor.document(ctx, tenant, digest, func(w io.Writer) error {
		written = true
		_, err := a.filesTally.add(h.Name, w, a.tar)
		return err
	})
	if err == nil && !written {
		err = errors.New("app: a document was not taken")
	}
	return err
}

// end compares what was read with what the manifest says was written.
func (a *archiveReader) end() error {
	if a.section != inManifest {
		return damaged("it is cut off")
	}
	for a.table < len(a.counts) {
		a.endTable()
	}
	m := a.manifest
	switch {
	case m.Release != a.head.Release, m.Schema != a.head.Schema, !m.At.Equal(a.head.At.Time), m.Dialect != a.head.Dialect:
		return damaged("its beginning and its end belong to different backups")
	case m.Heads != a.headsTally.total():
		return damaged("the heads are not those that were written")
	case !slices.Equal(m.Tables, a.counts):
		return damaged("the rows are not those that were written")
	case m.Documents != a.filesTally.total():
		return damaged("the documents are not those that were written")
	}
	// Reading to the very end lets age check that nothing was cut off.
	if n, err := io.Copy(io.Discard, io.LimitReader(a.source, 1)); err != nil || n > 0 {
		return damaged("something follows its end")
	}
	return nil
}
