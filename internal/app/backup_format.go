package app

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/store"
)

// A backup is one age file around one tar stream, whose entries come in this
// order. The order lets both sides work with bounded memory.
//
//	torg-backup.json             the header: what follows, and for which schema
//	audit/heads-000001.jsonl …   the signed heads of the audit logs
//	tables/NAME/000001.jsonl …   the rows, one JSON array a line
//	documents/TENANT/DIGEST …    the documents, encrypted as they lie on the disk
//	manifest.json                the counts and digests of all that came before
const (
	backupFormat  = 1
	headerName    = "torg-backup.json"
	manifestName  = "manifest.json"
	headsFolder   = "audit"
	tablesFolder  = "tables"
	filesFolder   = "documents"
	documentTable = "blob_documents" // its rows tell which documents there are
)

// The limits hold for what is written and for what is read.
const (
	maxJSON     = 4 << 20
	chunkSize   = 1 << 20 // an entry of rows ends with the row that reaches this
	maxChunk    = 64 << 20
	maxDocument = 4 << 30
	maxTables   = 2000
	maxColumns  = 1000
	maxMissing  = 1000 // documents named as missing; all are counted
)

// BackupHeader says what a backup holds and which release can read it.
type BackupHeader struct {
	Format  int           `json:"format"`
	Release string        `json:"release"`
	Schema  int64         `json:"schema"` // number of the last migration
	At      store.Time    `json:"at"`
	Dialect string        `json:"dialect"` // of the database it was taken from
	Tables  []store.Table `json:"tables"`
}

// BackupTable is what the manifest says of a table.
type BackupTable struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"` // SHA-256 of all its lines, in hex
}

// BackupFiles is what the manifest says of the documents or the heads.
type BackupFiles struct {
	Count  int64  `json:"count"`
	Bytes  int64  `json:"bytes"`
	Digest string `json:"digest"`
}

// BackupManifest ends a backup.
type BackupManifest struct {
	Release   string        `json:"release"`
	Schema    int64         `json:"schema"`
	At        store.Time    `json:"at"`
	Dialect   string        `json:"dialect"`
	Heads     BackupFiles   `json:"heads"`
	Tables    []BackupTable `json:"tables"`
	Documents BackupFiles   `json:"documents"`
	// Missing are documents that rows name and that were not on the disk.
	MissingCount int64    `json:"missing_count"`
	Missing      []string `json:"missing,omitempty"`
}

// Rows returns how many rows all tables have.
func (m BackupManifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// errDamaged says that a stream is no backup, or not a whole and unchanged one.
var errDamaged = errors.New("app: the backup is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errDamaged, fmt.Sprintf(format, args...))
}

var (
	tableName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	tenantName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	digestName = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// check refuses a header that this program could not have written.
func (h BackupHeader) check() error {
	if len(h.Tables) == 0 || len(h.Tables) > maxTables {
		return damaged("%d tables", len(h.Tables))
	}
	for i, t := range h.Tables {
		if !tableName.MatchString(t.Name) || i > 0 && h.Tables[i-1].Name >= t.Name {
			return damaged("table %d is out of place", i)
		}
		if len(t.Columns) == 0 || len(t.Columns) > maxColumns {
			return damaged("the table %s has %d columns", t.Name, len(t.Columns))
		}
	}
	return nil
}

// sameShape reports whether two lists of tables have the same columns.
func sameShape(a, b []store.Table) bool {
	return slices.EqualFunc(a, b, func(x, y store.Table) bool {
		return x.Name == y.Name && slices.Equal(x.Columns, y.Columns)
	})
}

func headsEntry(n int) string { return fmt.Sprintf("%s/heads-%06d.jsonl", headsFolder, n) }

func rowsEntry(table string, n int) string {
	return fmt.Sprintf("%s/%s/%06d.jsonl", tablesFolder, table, n)
}

func documentEntry(tenant, digest string) string {
	return filesFolder + "/" + tenant + "/" + digest
}

// documentName takes the name of a document's entry apart.
func documentName(entry string) (tenant, digest string, ok bool) {
	parts := strings.Split(entry, "/")
	if len(parts) != 3 || parts[0] != filesFolder || !tenantName.MatchString(parts[1]) || !digestName.MatchString(parts[2]) {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// tally counts entries and makes one digest of them all: SHA-256 of each one's
// name, size and own SHA-256, so that no list of all has to be kept.
type tally struct {
	files BackupFiles
	sum   hash.Hash
}

func newTally() *tally { return &tally{sum: sha256.New()} }

// add copies an entry and counts it in.
func (t *tally) add(name string, w io.Writer, r io.Reader) (int64, error) {
	own := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, own), r)
	if err != nil {
		return n, err
	}
	t.sum.Write(fmt.Appendf(nil, "%s %d %x\n", name, n, own.Sum(nil)))
	t.files.Count++
	t.files.Bytes += n
	return n, nil
}

func (t *tally) total() BackupFiles {
	f := t.files
	f.Digest = hex.EncodeToString(t.sum.Sum(nil))
	return f
}

// latestHeads keeps the largest head of each municipality: it covers all those
// before it.
type latestHeads map[string]audit.Head

func (l latestHeads) add(heads []audit.Head) {
	for _, h := range heads {
		if h.Size > l[h.Tenant].Size {
			l[h.Tenant] = h
		}
	}
}

func (l latestHeads) list() []audit.Head {
	heads := make([]audit.Head, 0, len(l))
	for _, h := range l {
		heads = append(heads, h)
	}
	return heads
}
