package staff

import (
	"context"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Standin is who stands in for whom, with their names.
type Standin struct {
	access.Substitute
	AbsentName, SubstituteName string
}

// Substitutes returns who stands in for whom today or later, soonest first.
func (s *Service) Substitutes(ctx context.Context) ([]Standin, error) {
	if err := s.anywhere(ctx, access.SubstituteManage); err != nil {
		return nil, err
	}
	list, err := s.roles.ListSubstitutes(ctx, s.today())
	if err != nil {
		return nil, err
	}
	named := make([]Standin, len(list))
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, sub := range list {
			absent, err := s.known(ctx, tx, sub.AbsentID)
			if err != nil {
				return err
			}
			substitute, err := s.known(ctx, tx, sub.SubstituteID)
			if err != nil {
				return err
			}
			named[i] = Standin{Substitute: sub, AbsentName: absent.Name.Full(), SubstituteName: substitute.Name.Full()}
		}
		return nil
	})
	return named, err
}

// Substitute returns one of them, to be confirmed before it ends.
func (s *Service) Substitute(ctx context.Context, id string) (Standin, error) {
	list, err := s.Substitutes(ctx)
	if err != nil {
		return Standin{}, err
	}
	for _, one := range list {
		if one.ID == id {
			return one, nil
		}
	}
	return Standin{}, errs.NotFound("errs.not_found")
}

// Colleagues returns those who can be absent or stand in: everybody with a role
// that the actor may see.
func (s *Service) Colleagues(ctx context.Context) ([]Member, error) {
	if err := s.anywhere(ctx, access.SubstituteManage); err != nil {
		return nil, err
	}
	return s.Staff(ctx, "")
}

// SetSubstitute lets one person stand in for another from day to day.
func (s *Service) SetSubstitute(ctx context.Context, absent, substitute string, from, to clock.Date) (access.Substitute, error) {
	if err := s.anywhere(ctx, access.SubstituteManage); err != nil {
		return access.Substitute{}, err
	}
	for _, id := range []string{absent, substitute} {
		if id == "" {
			continue // a field that was left open; access says so
		}
		if err := s.personExists(ctx, id); err != nil {
			return access.Substitute{}, err
		}
	}
	if !to.IsZero() && !to.Before(from) && to.Before(s.today()) {
		return access.Substitute{}, errs.InvalidFields(errs.Field{Name: "to", Key: "staff.date_passed"})
	}
	return s.roles.SetSubstitute(ctx, absent, substitute, from, to)
}

// EndSubstitute ends it at once.
func (s *Service) EndSubstitute(ctx context.Context, id string) error {
	if err := s.anywhere(ctx, access.SubstituteManage); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	return s.roles.EndSubstitute(ctx, id)
}
