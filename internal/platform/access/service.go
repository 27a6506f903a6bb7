package access

import (
	"context"
	"errors"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Event is something that was done to roles, substitutes, tokens or
// invitations, for the audit log. Details hold no secrets.
type Event struct {
	Action     string
	ObjectType string
	ObjectID   string
	Subject    string // person id concerned
	Details    map[string]string
}

// Journal receives events in the transaction that made them happen. Package
// audit, which stands on this one, implements it.
type Journal interface {
	RecordAccess(ctx context.Context, tx *store.Tx, e Event) error
}

// Service keeps roles, substitutes, tokens and invitations. Every method asks
// Check first and writes the audit log in its transaction.
type Service struct {
	db      *store.DB
	access  *Access
	journal Journal
}

// NewService returns a service on the database.
func NewService(db *store.DB, a *Access, j Journal) *Service {
	return &Service{db: db, access: a, journal: j}
}

// Access returns the policies the service asks.
func (s *Service) Access() *Access { return s.access }

// listLimit bounds every list: a municipality has fewer staff than this.
const listLimit = 5000

// by says who did something, for a row that outlives names.
func by(ctx context.Context) string {
	actor := identity.From(ctx)
	switch {
	case actor.PersonID != "":
		return actor.PersonID
	case actor.TokenID != "":
		return "token:" + actor.TokenID
	default:
		return "system:" + actor.SystemName
	}
}

func isMissing(err error) bool { return errors.Is(err, store.ErrNoRows) }
