package neighbours

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Keys encrypts who is notified and what people write.
type Keys interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Warm(ctx context.Context, tenantID string) error
}

// Deps is what the service stands on.
type Deps struct {
	DB           *store.DB
	Log          *slog.Logger
	Access       *access.Access
	Identity     *identity.Service
	Keys         Keys
	Cases        *cases.Service
	Applications *applications.Service
	Forms        *forms.Service
	Blobs        *blob.Store
	Notify       *notify.Service
	Bundle       *i18n.Bundle
	Around       Surroundings
	// SiteURL returns the address of the municipality's pages.
	SiteURL func(t tenant.Tenant) string
	// Remarked hears, in the transaction, that remarks came by the deadline to a case
	// that is not decided: what they do to its statutory clock is another service's to
	// know. May be nil.
	Remarked func(ctx context.Context, tx *store.Tx, c cases.Case) error
	// Form is the key of the application that notices belong to, and Setting the
	// municipality's setting that names the department which handles it.
	Form, Setting string
}

// Service is the use cases of a neighbour notice.
type Service struct {
	Deps
	missed *misses
}

// NewService returns the service.
func NewService(d Deps) *Service { return &Service{Deps: d, missed: &misses{}} }

func (s *Service) warm(ctx context.Context) error {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("neighbours: keys: %w", err)
	}
	return nil
}

func (s *Service) today() clock.Date { return clock.DateIn(s.DB.Clock().Now()) }

// author is in whose name the actor acts, for what is her own: herself, or the one
// whom she represents.
func author(ctx context.Context) string { return identity.From(ctx).Author() }

// actorID is who acts: a person, or a machine by its token.
func actorID(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}

// errSame says that there is nothing to change: somebody pressed twice.
var errSame = errors.New("neighbours: nothing to change")

// inNotice runs something in a transaction that writes, with the notice locked and
// access asked. A version of 0 is for whoever's page shows none.
func (s *Service) inNotice(ctx context.Context, id string, version int64, perm access.Permission, do func(context.Context, *store.Tx, *Notice, []Recipient) error) (Notice, error) {
	var done Notice
	if !ids.Valid(id) {
		return done, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return done, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := s.load(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, perm, n.resource()); err != nil {
			return err
		}
		if version != 0 && version != n.Version {
			return errs.Conflict("errs.conflict")
		}
		list, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		err = do(ctx, tx, &n, list)
		done = n
		if errors.Is(err, errSame) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.save(ctx, tx, &done)
	})
	return done, err
}

// record writes an act in the audit log.
func (*Service) record(ctx context.Context, tx *store.Tx, n Notice, what string, details map[string]string) error {
	return audit.Record(ctx, tx, audit.Event{
		Action: "neighbours." + what, Object: audit.Ref{Type: "notice", ID: n.ID}, Subject: n.Sender, Case: n.CaseID, Details: details,
	})
}

// recordOf writes an act about one of those notified in the audit log.
func (*Service) recordOf(ctx context.Context, tx *store.Tx, n Notice, r Recipient, what string, details map[string]string) error {
	return audit.Record(ctx, tx, audit.Event{
		Action: "neighbours." + what, Object: audit.Ref{Type: "neighbour", ID: r.ID}, Subject: r.PersonID, Case: n.CaseID, Details: details,
	})
}

// look records that somebody other than the developer saw a notice with the
// neighbours' answers. Of whoever acts for her, she sees it; the neighbours' names are not
// told either of them.
func (s *Service) look(ctx context.Context, n Notice, list []Recipient) error {
	switch actor := identity.From(ctx); n.Sender {
	case actor.PersonID:
		return nil
	case actor.OnBehalfOf:
		return s.lookAt(ctx, n, []string{n.Sender})
	}
	return s.lookAt(ctx, n, concerned(n, list))
}

// lookAt records a look at persons in a notice.
func (s *Service) lookAt(ctx context.Context, n Notice, persons []string) error {
	if len(persons) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.lookIn(ctx, tx, n, persons)
	})
}

func (*Service) lookIn(ctx context.Context, tx *store.Tx, n Notice, persons []string) error {
	for _, person := range persons {
		if err := audit.Look(ctx, tx, audit.Ref{Type: "notice", ID: n.ID}, person); err != nil {
			return err
		}
	}
	return nil
}

// concerned are the persons whom a notice tells of.
func concerned(n Notice, list []Recipient) []string {
	seen := []string{n.Sender}
	for _, r := range list {
		if r.PersonID != "" && !slices.Contains(seen, r.PersonID) {
			seen = append(seen, r.PersonID)
		}
	}
	return seen
}

// clean gives texts one kind of line end and no outer space; NUL, which PostgreSQL
// does not take, becomes a space.
func clean(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(s))
}

// lines are the lines of a text that hold something, at most some.
func lines(s string, most int) (list []string) {
	for _, line := range strings.Split(clean(s), "\n") {
		if line = strings.TrimSpace(line); line != "" && len(list) < most {
			list = append(list, line)
		}
	}
	return list
}

const (
	maxText = 10_000
	minText = 10
)

// checkText is what is wrong with a text that must be there.
func checkText(name, text string, least int) []errs.Field {
	switch n := len([]rune(text)); {
	case n < max(least, 1):
		return []errs.Field{{Name: name, Key: "neighbours.need." + name, Args: []any{"least", least}}}
	case n > maxText:
		return []errs.Field{{Name: name, Key: "neighbours.too_long", Args: []any{"most", maxText}}}
	}
	return nil
}
