package forms

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// Keys encrypts what people have answered, with the tenant's own keys.
type Keys interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, sealed, aad []byte) ([]byte, error)
}

// Source gives the choices of a dynamic field, such as the kindergartens of the
// municipality, in the caller's transaction.
type Source func(ctx context.Context, tx *store.Tx) ([]Choice, error)

// Options are what the service needs.
type Options struct {
	Keys    Keys
	Sources map[string]Source
	// KeepDrafts is how long a draft lies untouched before it is deleted; 90
	// days when zero. What nobody sends is not kept (personvernforordningen
	// article 5 no. 1 e).
	KeepDrafts time.Duration
}

// Service keeps definitions, drafts and submissions. Its methods work in the
// caller's transaction; the caller has checked access.
type Service struct {
	keys    Keys
	sources map[string]Source
	keep    time.Duration
	parsed  sync.Map // digest → *Definition; a digest never means anything else
}

// New returns the service.
func New(o Options) *Service {
	s := &Service{keys: o.Keys, sources: o.Sources, keep: o.KeepDrafts}
	if s.keep == 0 {
		s.keep = 90 * 24 * time.Hour
	}
	return s
}

// Publish makes a definition the tenant's, and live when no newer version is.
// Publishing it again does nothing; another text under the same version is an
// error, since drafts and submissions refer to the version.
func (s *Service) Publish(ctx context.Context, tx *store.Tx, d *Definition) error {
	return s.publish(ctx, tx, d, OriginShipped)
}

// Live returns the newest version of a form.
func (s *Service) Live(ctx context.Context, tx *store.Tx, key string) (*Definition, error) {
	row, err := findDefinition(ctx, tx, key, 0)
	if err != nil {
		return nil, err
	}
	return s.definition(ctx, tx, row)
}

// Definition returns one version of a form.
func (s *Service) Definition(ctx context.Context, tx *store.Tx, key string, version int64) (*Definition, error) {
	if version < 1 {
		return nil, errs.NotFound("forms.not_found")
	}
	row, err := findDefinition(ctx, tx, key, version)
	if err != nil {
		return nil, err
	}
	return s.definition(ctx, tx, row)
}

func (s *Service) definition(ctx context.Context, tx *store.Tx, row definitionRow) (*Definition, error) {
	if known, ok := s.parsed.Load(row.Digest); ok {
		if d, ok := known.(*Definition); ok {
			return d, nil
		}
	}
	body, err := definitionBody(ctx, tx, row)
	if err != nil {
		return nil, err
	}
	d, err := Parse(body)
	if err != nil {
		return nil, err
	}
	if d.digest != row.Digest {
		return nil, fmt.Errorf("forms: definition %q version %d was changed in the database", row.Key, row.Version)
	}
	s.parsed.Store(row.Digest, d)
	return d, nil
}

// Env gathers what a form is filled in against: its lists, what is known, the
// day in Norway and the language of the context.
func (s *Service) Env(ctx context.Context, tx *store.Tx, d *Definition, facts map[string]any) (Env, error) {
	env := Env{Facts: facts, Today: clock.DateIn(tx.Now.Time), Lists: Lists{}, Lang: i18n.LangOf(ctx)}
	for _, name := range d.Sources() {
		source := s.sources[name]
		if source == nil {
			return Env{}, fmt.Errorf("forms: nobody brings the list %q of form %q", name, d.Key)
		}
		choices, err := source(ctx, tx)
		if err != nil {
			return Env{}, fmt.Errorf("forms: list %q: %w", name, err)
		}
		env.Lists[name] = choices
	}
	return env, nil
}
