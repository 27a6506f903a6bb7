package units

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the words that all kinds share.
func Messages() fs.FS { return messages }

// Service is the use cases of one kind.
type Service struct {
	db     *store.DB
	access *access.Access
	kind   Kind
}

// NewService returns the use cases of a kind.
func NewService(db *store.DB, a *access.Access, k Kind) *Service {
	return &Service{db: db, access: a, kind: k}
}

// Units returns the municipality's units, which are public knowledge.
func (s *Service) Units(ctx context.Context) (list []Unit, err error) {
	if err := s.access.Check(ctx, access.Public, access.Resource{Type: s.kind.Name}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.kind.All(ctx, tx)
		return err
	})
	return list, err
}

// Managed returns the units to whoever may change them.
func (s *Service) Managed(ctx context.Context) ([]Unit, error) {
	if err := s.mayManage(ctx, ""); err != nil {
		return nil, err
	}
	return s.Units(ctx)
}

func (s *Service) mayManage(ctx context.Context, id string) error {
	return s.access.Check(ctx, s.kind.Manage, access.Resource{Type: s.kind.Name, ID: id})
}

// Open returns a unit to whoever may change it.
func (s *Service) Open(ctx context.Context, id string) (u Unit, err error) {
	if err := s.mayManage(ctx, id); err != nil {
		return Unit{}, err
	}
	if !ids.Valid(id) {
		return Unit{}, errs.NotFound("errs.not_found")
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err = s.kind.One(ctx, tx, id)
		return err
	})
	return u, err
}

// Put makes a unit when it has no ID, or changes the version that was read.
func (s *Service) Put(ctx context.Context, u Unit) (Unit, error) {
	if err := s.mayManage(ctx, u.ID); err != nil {
		return u, err
	}
	if u.ID != "" && !ids.Valid(u.ID) {
		return u, errs.NotFound("errs.not_found")
	}
	u = u.tidy()
	if err := s.kind.check(u); err != nil {
		return u, err
	}
	var saved Unit
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if u.ID != "" {
			if _, err := s.kind.Locked(ctx, tx, u.ID); err != nil {
				return err
			}
		}
		if saved, err = s.kind.Save(ctx, tx, u); err != nil {
			return err
		}
		saved, err = s.kind.One(ctx, tx, saved.ID)
		return err
	})
	if err != nil {
		return u, err
	}
	return saved, nil
}
