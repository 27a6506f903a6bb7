package mypage

import (
	"context"
	"embed"
	"io/fs"
	"slices"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Service gathers what concerns one person.
type Service struct {
	db           *store.DB
	access       *access.Access
	audit        *audit.Service
	identity     *identity.Service
	notify       *notify.Service
	cases        *cases.Service
	applications *applications.Service
	contacts     *contact.Service // nil without a contact register
	keys         Keys
	bundle       *i18n.Bundle
	siteURL      func(t tenant.Tenant) string
}

// Deps is what the service stands on.
type Deps struct {
	DB           *store.DB
	Access       *access.Access
	Audit        *audit.Service
	Identity     *identity.Service
	Notify       *notify.Service
	Cases        *cases.Service
	Applications *applications.Service
	Contacts     *contact.Service // nil without a contact register
	Keys         Keys
	Bundle       *i18n.Bundle
	// SiteURL returns the address of the municipality's pages, for links in messages.
	SiteURL func(t tenant.Tenant) string
}

// NewService returns the service.
func NewService(d Deps) *Service {
	return &Service{
		db: d.DB, access: d.Access, audit: d.Audit, identity: d.Identity, notify: d.Notify, cases: d.Cases, applications: d.Applications,
		contacts: d.Contacts, keys: d.Keys, bundle: d.Bundle, siteURL: d.SiteURL,
	}
}

// Overview is the first page.
type Overview struct {
	Person identity.Person
	Cases  []cases.Case
	Drafts []forms.DraftInfo
	// ToSign and Unsigned are applications that wait for the person's signature,
	// and her own that wait for another's.
	ToSign, Unsigned []applications.Signature
}

// Overview returns what concerns the person who is logged in.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	if o.Cases, err = s.cases.Mine(ctx); err != nil {
		return o, err
	}
	if o.Drafts, err = s.applications.Drafts(ctx); err != nil {
		return o, err
	}
	if o.ToSign, o.Unsigned, err = s.waiting(ctx); err != nil {
		return o, err
	}
	o.Person, err = s.identity.Person(ctx, identity.From(ctx).PersonID)
	return o, err
}

// waiting returns the signatures that are waited for, on both sides.
func (s *Service) waiting(ctx context.Context) (toSign, asked []applications.Signature, err error) {
	if toSign, asked, err = s.applications.Signatures(ctx); err != nil {
		return nil, nil, err
	}
	answered := func(g applications.Signature) bool { return g.Status != applications.SignatureWaiting }
	return slices.DeleteFunc(toSign, answered), slices.DeleteFunc(asked, answered), nil
}

// self asks whether the actor may see her own data: everybody who has logged in may.
func (s *Service) self(ctx context.Context) (string, error) {
	id := identity.From(ctx).PersonID
	return id, s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: id, Owners: []string{id}})
}

const shown = 200

// Contact returns how the person is reached.
func (s *Service) Contact(ctx context.Context) (identity.Person, error) {
	id, err := s.self(ctx)
	if err != nil {
		return identity.Person{}, err
	}
	return s.identity.Person(ctx, id)
}

// SetContact changes how the person is reached and in which language.
func (s *Service) SetContact(ctx context.Context, email, phone string, lang i18n.Lang) error {
	if _, err := s.self(ctx); err != nil {
		return err
	}
	return s.identity.SetContact(ctx, identity.Contact{Email: email, Phone: phone, Lang: lang})
}
