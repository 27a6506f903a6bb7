package cases

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
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

// Keys encrypts what people write to each other in a case.
type Keys interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Warm(ctx context.Context, tenantID string) error
}

// Roles tells who holds which roles; package access' service does.
type Roles interface {
	identity.GrantSource
	Holders(ctx context.Context, tx *store.Tx, department string) ([]access.Holder, error)
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Access   *access.Access
	Audit    *audit.Service
	Identity *identity.Service
	Roles    Roles
	Keys     Keys
	Blobs    *blob.Store
	Notify   *notify.Service
	Forms    *forms.Service
	Bundle   *i18n.Bundle
	// SiteURL returns the address of the municipality's pages, for links in
	// messages: "https://torgoy.example".
	SiteURL func(t tenant.Tenant) string
}

// Service is the use cases of a case.
type Service struct {
	Deps
	kinds *Kinds
}

// NewService returns the service with the kinds that the other services registered.
func NewService(d Deps, kinds *Kinds) *Service {
	s := &Service{Deps: d, kinds: kinds}
	d.Blobs.OnRefused(s.fileRefused)
	return s
}

// Kinds returns the register of kinds.
func (s *Service) Kinds() *Kinds { return s.kinds }

// New is what a case is made from.
type New struct {
	Kind       string
	Submission string // what was sent; makes the case only once
	Applicant  identity.Person
	Subject    identity.Person
	Lang       i18n.Lang
	// Parties are further parties, such as the other guardian.
	Parties []Party
	// Signed are those who have signed it after the applicant had sent it; not nil when
	// others were asked to sign, so that whoever acts now is not who sent it.
	Signed []Signed
	// Documents were sent with the application and belong to the case from now.
	Documents []string
	// ReceivedAt is when it came in, if that was earlier than now: deadlines run from
	// there (forvaltningsloven § 11 a).
	ReceivedAt time.Time
}

// Signed is that somebody signed what the applicant had sent.
type Signed struct {
	Person, Name string
	At           time.Time
}

// Create makes the case of a submission in the caller's transaction. Called a
// second time for the same submission it returns the first case. The caller has
// asked access for the submission.
func (s *Service) Create(ctx context.Context, tx *store.Tx, n New) (Case, error) {
	existing, err := bySubmission(ctx, tx, n.Submission)
	if err == nil {
		return existing, nil
	}
	if !errors.Is(err, store.ErrNoRows) {
		return Case{}, fmt.Errorf("cases: look for the submission: %w", err)
	}
	kind, err := s.kinds.Get(n.Kind)
	if err != nil {
		return Case{}, err
	}
	if tenant.From(ctx).Settings[kind.Setting] == "" {
		// A case of no department would be on nobody's list.
		return Case{}, fmt.Errorf("cases: the municipality has not chosen who takes cases of %s", n.Kind)
	}
	c := Case{
		ID: ids.New(), Kind: n.Kind, Status: Received, Department: tenant.From(ctx).Settings[kind.Setting],
		Applicant: n.Applicant.ID, ApplicantName: n.Applicant.Name.Full(), Subject: n.Subject.ID, SubjectName: n.Subject.Name.Full(),
		Restricted: n.Applicant.Protection.Protected() || n.Subject.Protection.Protected(),
		Lang:       n.Lang, Submission: n.Submission, ReceivedAt: tx.Now.Time, UpdatedAt: tx.Now.Time, Version: 1,
		Year: int64(clock.DateIn(tx.Now.Time).Year),
	}
	if !n.ReceivedAt.IsZero() && n.ReceivedAt.Before(c.ReceivedAt) {
		c.ReceivedAt = n.ReceivedAt
	}
	if err := s.join(ctx, tx, &c, n.Parties); err != nil {
		return Case{}, err
	}
	for _, document := range n.Documents {
		if err := s.Blobs.Move(ctx, tx, document, blob.Owner{Type: ownerType, ID: c.ID}); err != nil {
			return Case{}, fmt.Errorf("cases: take over a document: %w", err)
		}
	}
	if err := s.journalReceived(ctx, tx, &c, n); err != nil {
		return Case{}, err
	}
	if err := insert(ctx, tx, c, namesOf(n.Parties)...); err != nil {
		return Case{}, err
	}
	if err := jobs.Enqueue(ctx, tx, noticeArgs{CaseID: c.ID}); err != nil {
		return Case{}, err
	}
	if err := s.record(ctx, tx, c, "create"); err != nil {
		return Case{}, err
	}
	if err := s.happened(ctx, tx, HappenedReceived, c); err != nil {
		return Case{}, err
	}
	err = number(ctx, tx, &c)
	return c, err
}

// join writes down the further parties of a new case.
func (s *Service) join(ctx context.Context, tx *store.Tx, c *Case, parties []Party) error {
	for _, p := range parties {
		if c.IsParty(p.Person) {
			continue
		}
		if err := insertParty(ctx, tx, c.ID, p); err != nil {
			return err
		}
		var err error
		if c.Restricted, err = s.restrictedBy(ctx, tx, *c, p.Person); err != nil {
			return err
		}
		c.Further = join(append(c.parties(), p.Person))
	}
	return nil
}

// change is how every act on a case happens: the case is read and locked, access
// is asked, the version and the status must fit, then the act, then the write.
// A version of 0 is for acts of the party, whose page shows no version: she
// means the case as it is.
func (s *Service) change(ctx context.Context, id string, version int64, perm access.Permission, a act, do func(context.Context, *store.Tx, *Case) error) (Case, error) {
	return s.perform(ctx, deed{id: id, version: version, perm: perm, act: a, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		return a, do(ctx, tx, c)
	}})
}

// deed is one act on a case.
type deed struct {
	id      string
	version int64
	perm    access.Permission
	act     act        // that the status must allow
	posting string     // digest of what must stand once; see Posting
	on      clock.Date // when it happened, of what is written down later; zero is now
	// do changes the case and says what it was in the end.
	do func(context.Context, *store.Tx, *Case) (act, error)
	// then happens when the case is written; nil when nothing does.
	then func(context.Context, *store.Tx, Case) error
}

// perform is change for an act that may turn out to be another, or be posted twice.
func (s *Service) perform(ctx context.Context, d deed) (Case, error) {
	if !ids.Valid(d.id) {
		return Case{}, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Case{}, fmt.Errorf("cases: keys: %w", err)
	}
	var changed Case
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, d.id, true)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, d.perm, c.resource()); err != nil {
			return err
		}
		if err := s.impartial(ctx, tx, identity.From(ctx), d.perm, c); err != nil {
			return err
		}
		if again, err := wasPosted(ctx, tx, c.ID, d.posting); err != nil || again {
			changed = c
			return err
		}
		if d.version != 0 && d.version != c.Version {
			return errs.Conflict("errs.conflict")
		}
		if err := c.must(d.act, actorID(ctx)); err != nil {
			return err
		}
		before := c.Status
		done, err := d.do(ctx, tx, &c)
		if err != nil {
			return err
		}
		if err := s.gaveUp(ctx, tx, before, c); err != nil {
			return err
		}
		if err := save(ctx, tx, c); err != nil {
			return err
		}
		c.Version++
		changed = c
		tx.Wake(Topic(c.ID))
		if err := s.record(ctx, tx, c, done); err != nil {
			return err
		}
		if d.then != nil {
			if err := d.then(ctx, tx, c); err != nil {
				return err
			}
		}
		return s.happenedOn(ctx, tx, done.happening(), c, d.on)
	})
	return changed, err
}

// journalReceived writes that the application came. One that others had to sign is the
// applicant's all the same, whoever signed last and so made it a case; the signatures
// stand below it, each with whose it is.
func (s *Service) journalReceived(ctx context.Context, tx *store.Tx, c *Case, n New) error {
	received := Entry{Kind: EntryReceived, Documents: n.Documents}
	if n.Signed == nil {
		return s.journal(ctx, tx, c, received)
	}
	received.ActorID, received.ActorName = n.Applicant.ID, n.Applicant.Name.Full()
	if err := s.append(ctx, tx, c, received); err != nil {
		return err
	}
	words := s.Bundle.For(n.Lang)
	for _, by := range n.Signed {
		text := words.T("cases.signed_by", "name", by.Name, "date", words.Date(clock.DateIn(by.At)))
		if err := s.append(ctx, tx, c, Entry{Kind: EntrySigned, ActorID: by.Person, ActorName: by.Name, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// journal writes an entry by the context's actor.
func (s *Service) journal(ctx context.Context, tx *store.Tx, c *Case, e Entry) error {
	actor := identity.From(ctx)
	e.ActorID, e.ActorName = actorID(ctx), actor.Name
	e.BehalfID, e.BehalfName = actor.OnBehalfOf, actor.OnBehalfName
	return s.append(ctx, tx, c, e)
}

// append writes an entry after the last.
func (s *Service) append(ctx context.Context, tx *store.Tx, c *Case, e Entry) error {
	c.Entries++
	e.Seq, e.At = c.Entries, tx.Now.Time
	return s.insertEntry(ctx, tx, c.ID, e)
}

// record writes the act in the audit log, as "cases.assign".
func (*Service) record(ctx context.Context, tx *store.Tx, c Case, a act) error {
	return audit.Record(ctx, tx, audit.Event{Action: "cases." + string(a), Object: audit.Ref{Type: "case", ID: c.ID}, Subject: c.Subject, Case: c.ID})
}

// newestOfEach sorts the cases by arrival, the newest first, each once.
func newestOfEach(list []Case, limit int) []Case {
	slices.SortFunc(list, func(a, b Case) int {
		if c := b.ReceivedAt.Compare(a.ReceivedAt); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return 1
		}
		if a.ID > b.ID {
			return -1
		}
		return 0
	})
	list = slices.CompactFunc(list, func(a, b Case) bool { return a.ID == b.ID })
	return list[:min(len(list), limit)]
}
