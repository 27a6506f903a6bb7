package applications

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
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

// What one may do with forms and drafts.
const (
	PermStart  access.Permission = "form.start"
	PermRead   access.Permission = "draft.read"
	PermWrite  access.Permission = "draft.write"
	PermSubmit access.Permission = "draft.submit"
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "applications", Policies: policies}
	for _, p := range []access.Permission{
		PermStart, PermRead, PermWrite, PermSubmit, PermRegister, PermSignatureRead, PermSignatureAnswer, PermSignatureWithdraw, PermSignatureList,
		PermCounter, PermUnboundStart, PermUnboundClaim, PermUnboundList, PermUnboundRead, PermUnboundBind, PermUnboundReject, PermFileSend, PermLifeEvent,
	} {
		rules.Permissions = append(rules.Permissions, access.Describe("applications", p))
	}
	return rules
}

// Keys encrypts what people type, and must be in memory before a draft is opened.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, sealed, aad []byte) ([]byte, error)
	Lookup(ctx context.Context, tenantID, purpose, value string) (keyVersion int, hexDigest string, err error)
}

// Service is the use cases.
type Service struct {
	db       *store.DB
	access   *access.Access
	forms    *forms.Service
	identity *identity.Service
	cases    *cases.Service
	blobs    *blob.Store
	keys     Keys
	notify   *notify.Service
	bundle   *i18n.Bundle
	siteURL  func(t tenant.Tenant) string
	renew    Renew
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Access   *access.Access
	Forms    *forms.Service
	Identity *identity.Service
	Cases    *cases.Service
	Blobs    *blob.Store
	Keys     Keys
	Notify   *notify.Service
	Bundle   *i18n.Bundle
	// SiteURL returns the address of the municipality's pages, for links in messages.
	SiteURL func(t tenant.Tenant) string
	// Renew may be nil.
	Renew Renew
}

// NewService returns the service.
func NewService(d Deps) *Service {
	return &Service{
		db: d.DB, access: d.Access, forms: d.Forms, identity: d.Identity, cases: d.Cases, blobs: d.Blobs, keys: d.Keys,
		notify: d.Notify, bundle: d.Bundle, siteURL: d.SiteURL, renew: d.Renew,
	}
}

// Offered returns the kinds of applications that the context's municipality takes.
func (s *Service) Offered(ctx context.Context) []cases.Kind {
	var list []cases.Kind
	t := tenant.From(ctx)
	for _, kind := range s.cases.Kinds().All() {
		if kind.Form != "" && t.Enabled(kind.Service) {
			list = append(list, kind)
		}
	}
	return list
}

// kind returns an offered kind by its form.
func (s *Service) kind(ctx context.Context, form string) (cases.Kind, error) {
	for _, kind := range s.Offered(ctx) {
		if kind.Form == form {
			return kind, nil
		}
	}
	return cases.Kind{}, errs.NotFound("errs.not_found")
}

// Opened is a draft with what one needs to show it.
type Opened struct {
	Draft      forms.Draft
	Definition *forms.Definition
	Env        forms.Env
	Kind       cases.Kind
	Subject    identity.Person
	Counter    Counter         // when the staff fill it in for somebody
	Applicant  identity.Person // for whom, then; else who writes
	Unbound    Unbound         // when it is written without log-in
	device     bool            // and the actor sits at the device it is written on
}

// resource is the draft as the policies see it: its writer's, or, at the
// counter, that of the case worker who fills it in.
func (o Opened) resource() access.Resource {
	r := access.Resource{Type: "draft", ID: o.Draft.ID, Owners: []string{o.Draft.Person}, Attrs: map[string]any{"kind": o.Kind.Key, "device": o.device}}
	if o.Unbound.ID != "" {
		r.Owners = nil
	}
	if c := o.Counter; c.Draft != "" {
		r.Owners, r.Assignee, r.Department = nil, c.Staff, c.Department
	}
	return r
}

// find reads a draft and asks access for it.
func (s *Service) find(ctx context.Context, tx *store.Tx, id string, perm access.Permission) (o Opened, err error) {
	if o.Draft, err = s.forms.Draft(ctx, tx, id); err != nil {
		return o, err
	}
	if o.Counter, err = counterOf(ctx, tx, id); err != nil {
		return o, err
	}
	if err := s.findDevice(ctx, tx, &o); err != nil {
		return o, err
	}
	kind, known := s.cases.Kinds().ByForm(o.Draft.Form)
	o.Kind = kind
	if err := s.access.Check(ctx, perm, o.resource()); err != nil {
		return o, err
	}
	if !known {
		return o, errs.NotFound("errs.not_found")
	}
	return o, nil
}

// findDevice finds what is written without log-in. Only a context with a device
// has any: the pages of those who have logged in lead to none.
func (s *Service) findDevice(ctx context.Context, tx *store.Tx, o *Opened) (err error) {
	if deviceOf(ctx).Secret == "" {
		return nil
	}
	o.Unbound, err = s.unboundOfDraft(ctx, tx, o.Draft.ID)
	o.device = o.Unbound.on(ctx)
	return err
}

// roomFor keeps whoever has not logged in from filling the disk.
func (s *Service) roomFor(ctx context.Context, tx *store.Tx, o Opened, file blob.Stored) error {
	if o.Unbound.ID == "" {
		return nil
	}
	kept, err := s.blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: o.Draft.ID})
	if err != nil {
		return fmt.Errorf("applications: list files: %w", err)
	}
	all := file.Size
	for _, d := range kept {
		all += d.Size
	}
	if len(kept) >= unboundFiles || file.Size > unboundFileBytes || all > unboundAllBytes {
		return errs.TooLarge("applications.unbound.too_large", "files", unboundFiles, "megabytes", unboundAllBytes>>20)
	}
	return nil
}

func (s *Service) warm(ctx context.Context) error {
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("applications: keys: %w", err)
	}
	return nil
}

// Open returns a draft for whoever writes it.
func (s *Service) Open(ctx context.Context, id string) (o Opened, err error) {
	if err := s.warm(ctx); err != nil {
		return Opened{}, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err = s.open(ctx, tx, id, PermRead)
		return err
	})
	return o, err
}

// open reads a draft in the transaction and asks access for it.
func (s *Service) open(ctx context.Context, tx *store.Tx, id string, perm access.Permission) (o Opened, err error) {
	if o, err = s.find(ctx, tx, id, perm); err != nil {
		return o, err
	}
	if o.Definition, err = s.forms.Definition(ctx, tx, o.Draft.Form, o.Draft.FormVersion); err != nil {
		return o, err
	}
	if o.Env, err = s.forms.Env(ctx, tx, o.Definition, o.Draft.Facts); err != nil {
		return o, err
	}
	if u := o.Unbound; u.ID != "" {
		o.Subject, o.Applicant = u.About.subject(u.ID), u.About.applicant(u.ID)
		return o, nil
	}
	if o.Subject, err = s.identity.PersonIn(ctx, tx, o.Draft.Subject); err != nil {
		return o, err
	}
	applicant := o.Draft.Person
	if o.Counter.Draft != "" {
		applicant = o.Counter.Applicant
	}
	o.Applicant, err = s.identity.PersonIn(ctx, tx, applicant)
	return o, err
}

// SavePage keeps what was typed on a page, also when it is wrong: the person
// corrects it later, on whatever device. On a conflict the result holds what
// another tab has saved.
func (s *Service) SavePage(ctx context.Context, id string, version int64, page string, form url.Values) (o Opened, err error) {
	if err := s.warm(ctx); err != nil {
		return Opened{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err = s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		answers, err := o.Definition.DecodePage(page, form, o.Draft.Answers, o.Env)
		if err != nil {
			return err
		}
		saved, err := s.forms.SavePage(ctx, tx, id, version, page, answers)
		if saved.ID != "" {
			o.Draft = saved
		}
		return err
	})
	return o, err
}

// AddFile attaches an uploaded file to a field of the draft.
func (s *Service) AddFile(ctx context.Context, id, field string, file blob.Stored) (forms.Draft, error) {
	if err := s.warm(ctx); err != nil {
		return forms.Draft{}, err
	}
	var draft forms.Draft
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		if err := s.roomFor(ctx, tx, o, file); err != nil {
			return err
		}
		d, err := s.blobs.Keep(ctx, tx, file, blob.Owner{Type: "draft", ID: id, Person: o.Draft.Person})
		if err != nil {
			return fmt.Errorf("applications: keep file: %w", err)
		}
		draft, err = s.forms.AddFile(ctx, tx, id, field, forms.Document{ID: d.ID, Name: d.Name, Size: d.Size})
		return err
	})
	return draft, err
}

// RemoveFile takes a file out of a field and deletes it.
func (s *Service) RemoveFile(ctx context.Context, id, field, document string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		before := len(filesOf(o.Draft.Answers.Values[field]))
		draft, err := s.forms.RemoveFile(ctx, tx, id, field, document)
		if err != nil || len(filesOf(draft.Answers.Values[field])) == before {
			return err
		}
		return s.blobs.Remove(ctx, tx, document)
	})
}

// mayWrite asks whether the actor may write in a draft.
func (s *Service) mayWrite(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := s.find(ctx, tx, id, PermWrite)
		return err
	})
}

func filesOf(v any) []any {
	list, _ := v.([]any)
	return list
}
