package appeals

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
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

// Keys encrypts what people write about an appeal.
type Keys interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Warm(ctx context.Context, tenantID string) error
}

// Deps is what the service stands on.
type Deps struct {
	DB        *store.DB
	Log       *slog.Logger
	Access    *access.Access
	Identity  *identity.Service
	Keys      Keys
	Cases     *cases.Service
	Deadlines *deadlines.Service
	Forms     *forms.Service
	Blobs     *blob.Store
	Notify    *notify.Service
	Bundle    *i18n.Bundle
	// SiteURL returns the address of the municipality's pages.
	SiteURL func(t tenant.Tenant) string
	// UsualBodies are message keys of the bodies that usually decide appeals, by kind of
	// case; see Governor and Board.
	UsualBodies map[string]string
}

// Service is the use cases of an appeal.
type Service struct{ Deps }

// NewService returns the service. It refuses a usual body without a name.
func NewService(d Deps) (*Service, error) {
	for kind, key := range d.UsualBodies {
		if !d.Bundle.Has(key) {
			return nil, fmt.Errorf("appeals: the appeal body of %s has no text %q", kind, key)
		}
	}
	return &Service{d}, nil
}

// Companion is how the service follows every case.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: "appeals", Happened: s.happened, Panel: s.panel}
}

// happened keeps the copies of what the list is asked for by.
// A case that is taken up again ends the appeals against the decision that stood.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	switch e.What {
	case cases.HappenedAssigned, cases.HappenedReleased, cases.HappenedParties:
		return follow(ctx, tx, e.Case)
	case cases.HappenedReopened:
		return s.overtaken(ctx, tx, e.Case)
	case cases.HappenedReceived, cases.HappenedAsked, cases.HappenedAnswered, cases.HappenedNoted, cases.HappenedProposed, cases.HappenedSentBack,
		cases.HappenedDecided, cases.HappenedTold, cases.HappenedResponded, cases.HappenedWithdrawn:
	}
	return nil
}

// appellant is whose appeal it is when the actor appeals: her own when she is a
// party, otherwise that of the party she acts for.
func appellant(ctx context.Context, c cases.Case) string {
	actor := identity.From(ctx)
	for _, id := range []string{actor.Author(), actor.OnBehalfOf, actor.PersonID} {
		if c.IsParty(id) {
			return id
		}
	}
	return ""
}

// actorID is who acts: a person, or a machine by its token.
func actorID(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}

// check asks access for something to a case's appeals.
func (s *Service) check(ctx context.Context, perm access.Permission, id string, c cases.Case) error {
	return s.Access.Check(ctx, perm, resource(id, c))
}

// handles is check of an act. Whoever of the staff stands for a party, as her guardian
// or agent, handles no appeal in the case either (forvaltningsloven § 6).
func (s *Service) handles(ctx context.Context, tx *store.Tx, perm access.Permission, id string, c cases.Case) error {
	err := s.check(ctx, perm, id, c)
	if err != nil || perm == PermLodge || identity.From(ctx).Kind != identity.Staff {
		return err
	}
	return s.Cases.CheckHandler(ctx, tx, cases.PermDecide, c)
}

// inCase runs something in a transaction that writes, with the case read and
// access asked.
func (s *Service) inCase(ctx context.Context, caseID string, perm access.Permission, do func(context.Context, *store.Tx, matter) error) error {
	if !ids.Valid(caseID) {
		return errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := s.matterOf(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.handles(ctx, tx, perm, caseID, m.Case); err != nil {
			return err
		}
		return do(ctx, tx, m)
	})
}

// inAppeal is inCase for what is done to one appeal, in the version that was read;
// 0 is for whoever's page shows none.
func (s *Service) inAppeal(ctx context.Context, id string, version int64, perm access.Permission, do func(context.Context, *store.Tx, matter, *Appeal) error) (Appeal, error) {
	var done Appeal
	if !ids.Valid(id) {
		return done, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return done, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.load(ctx, tx, id, true)
		if err != nil {
			return err
		}
		m, err := s.matterOf(ctx, tx, a.CaseID)
		if err != nil {
			return err
		}
		if err := s.handles(ctx, tx, perm, a.ID, m.Case); err != nil {
			return err
		}
		if version != 0 && version != a.Version {
			return errs.Conflict("errs.conflict")
		}
		if err := do(ctx, tx, m, &a); err != nil {
			return err
		}
		done = a
		return s.save(ctx, tx, &done)
	})
	return done, err
}

func (s *Service) warm(ctx context.Context) error {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("appeals: keys: %w", err)
	}
	return nil
}

// record writes an act in the audit log.
func (*Service) record(ctx context.Context, tx *store.Tx, a Appeal, what string, details map[string]string) error {
	return audit.Record(ctx, tx, audit.Event{
		Action: "appeals." + what, Object: audit.Ref{Type: "appeal", ID: a.ID}, Subject: a.subject, Case: a.CaseID, Details: details,
	})
}

// recordCase is record of what is about the case and no appeal.
func (*Service) recordCase(ctx context.Context, tx *store.Tx, c cases.Case, what string) error {
	return audit.Record(ctx, tx, audit.Event{Action: "appeals." + what, Object: audit.Ref{Type: "case", ID: c.ID}, Subject: c.Subject, Case: c.ID})
}

// touch writes a line in the case's journal.
func (s *Service) touch(ctx context.Context, tx *store.Tx, caseID string, kind cases.EntryKind, text string, documents ...string) error {
	_, err := s.Cases.Touch(ctx, tx, caseID, cases.Entry{Kind: kind, Text: text, Documents: documents}, nil)
	return err
}

// clean gives texts one kind of line end and no outer space; NUL, which
// PostgreSQL does not take, becomes a space.
func clean(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(s))
}

const (
	maxText = 10_000
	minText = 20
)

// checkText is what is wrong with a text that must be there.
func checkText(name, text string, least int) []errs.Field {
	switch n := len([]rune(text)); {
	case n < least || n == 0:
		return []errs.Field{{Name: name, Key: "appeals.need." + name, Args: []any{"least", least}}}
	case n > maxText:
		return []errs.Field{{Name: name, Key: "appeals.too_long", Args: []any{"most", maxText}}}
	}
	return nil
}
