package audit

import (
	"context"
	"crypto/ed25519"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed messages/*.toml
var messages embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Messages returns the package's texts, as messages/<lang>.toml.
func Messages() fs.FS { return messages }

// Migrations returns the package's migrations, as migrations/*.sql.
func Migrations() fs.FS { return migrations }

// Service reads the log. Every method asks access first.
type Service struct {
	db     *store.DB
	access *access.Access
	keys   []ed25519.PublicKey
}

// NewService returns a service that trusts heads signed with the keys: the
// sealer's, and those it had before.
func NewService(db *store.DB, a *access.Access, keys ...ed25519.PublicKey) *Service {
	return &Service{db: db, access: a, keys: slices.Clone(keys)}
}

// listLimit bounds every list.
const listLimit = 1000

func atMost(limit int) int {
	if limit < 1 || limit > listLimit {
		return listLimit
	}
	return limit
}

// LookEntry is one line of a log that a person reads.
type LookEntry struct {
	Entry
	// Who it was at the time, as far as it has not been erased.
	ActorName     string
	Role          string // of access.Role: why he or she could
	Department    string // id
	SubstituteFor string // person id stood in for
	// Details are the event's own.
	Details map[string]string
	// Sealed says that nobody can change it any more.
	Sealed bool
}

func (r storedRow) line() LookEntry {
	all := r.d.read()
	l := LookEntry{
		Entry: r.Entry, ActorName: all[detailName], Role: all[detailRole], Department: all[detailDepartment],
		SubstituteFor: all[detailSubstitute], Details: all, Sealed: r.seq >= 0,
	}
	for _, name := range []string{detailName, detailRole, detailDepartment, detailSubstitute} {
		delete(all, name)
	}
	return l
}

func lines(rows []storedRow) []LookEntry {
	list := make([]LookEntry, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.line())
	}
	return list
}

// LooksAt returns who else looked at a person's data, newest first: for the
// person, for whoever acts for him or her, and for the auditor.
func (s *Service) LooksAt(ctx context.Context, personID string, limit int) ([]LookEntry, error) {
	own := access.Resource{Type: "self", ID: personID, Owners: []string{personID}}
	if err := s.access.Check(ctx, access.SelfLog, own); err != nil {
		if s.access.Check(ctx, access.AuditRead, access.Resource{Type: "audit"}) != nil {
			return nil, err
		}
	}
	return s.read(ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
		return looksAt(ctx, tx, personID, atMost(limit))
	})
}

// ForObject returns what was done with a thing and who looked at it, newest
// first, for whoever has the permission on it ("case.log" on a case). For a
// case it includes what belongs to the case.
func (s *Service) ForObject(ctx context.Context, p access.Permission, r access.Resource, limit int) ([]LookEntry, error) {
	if err := s.access.Check(ctx, p, r); err != nil {
		return nil, err
	}
	caseID := ""
	if r.Type == "case" {
		caseID = r.ID
	}
	return s.read(ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
		return forObject(ctx, tx, Ref{Type: r.Type, ID: r.ID}, caseID, atMost(limit))
	})
}

// Latest returns the whole log, newest first, for the auditor. The next page
// begins before the last entry's id; "" begins at the end.
func (s *Service) Latest(ctx context.Context, before string, limit int) ([]LookEntry, error) {
	if err := s.access.Check(ctx, access.AuditRead, access.Resource{Type: "audit"}); err != nil {
		return nil, err
	}
	return s.read(ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
		return latest(ctx, tx, before, atMost(limit))
	})
}

func (s *Service) read(ctx context.Context, query func(context.Context, *store.Tx) ([]storedRow, error)) ([]LookEntry, error) {
	var list []LookEntry
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := query(ctx, tx)
		list = lines(rows)
		return err
	})
	return list, err
}

// pageOf is how many rows are read at a time where all are read.
const pageOf = 1000

// ExportHeads writes all signed heads, one JSON document a line, for the backup
// and for whoever keeps watch from outside.
func (s *Service) ExportHeads(ctx context.Context, w io.Writer) error {
	if err := s.access.Check(ctx, access.AuditVerify, access.Resource{Type: "audit"}); err != nil {
		return err
	}
	above := int64(0)
	for {
		var heads []Head
		err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			heads, err = headsFrom(ctx, tx, above, pageOf)
			return err
		})
		if err != nil {
			return fmt.Errorf("audit: read heads: %w", err)
		}
		for _, h := range heads {
			if err := writeHead(w, h); err != nil {
				return err
			}
			above = h.Size
		}
		if len(heads) < pageOf {
			return nil
		}
	}
}
