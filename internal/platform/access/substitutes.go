package access

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Substitute says who stands in for whom (stedfortreder), and when. The one who
// stands in has the roles of the absent person in addition to his or her own.
type Substitute struct {
	ID           string
	AbsentID     string
	SubstituteID string
	From, To     clock.Date // both included
	SetBy        string
	CreatedAt    store.Time
	EndedAt      store.Time
}

// SetSubstitute lets one person stand in for another. The actor must be allowed
// to arrange substitutes in every department in which the absent person has a
// role, since each of these roles passes on.
func (s *Service) SetSubstitute(ctx context.Context, absentID, substituteID string, from, to clock.Date) (Substitute, error) {
	if err := validSubstitute(absentID, substituteID, from, to); err != nil {
		return Substitute{}, err
	}
	var set Substitute
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.mayArrange(ctx, tx, absentID); err != nil {
			return err
		}
		set = Substitute{
			ID: ids.New(), AbsentID: absentID, SubstituteID: substituteID, From: from, To: to,
			SetBy: by(ctx), CreatedAt: tx.Now,
		}
		if err := saveSubstitute(ctx, tx, set); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, set.event("access.substitute_set"))
	})
	return set, err
}

func validSubstitute(absentID, substituteID string, from, to clock.Date) error {
	var wrong []errs.Field
	if absentID == "" {
		wrong = append(wrong, errs.Field{Name: "absent", Key: "errs.required"})
	}
	switch substituteID {
	case "":
		wrong = append(wrong, errs.Field{Name: "substitute", Key: "errs.required"})
	case absentID:
		wrong = append(wrong, errs.Field{Name: "substitute", Key: "access.substitute_self"})
	}
	if from.IsZero() {
		wrong = append(wrong, errs.Field{Name: "from", Key: "errs.required"})
	}
	if to.IsZero() || to.Before(from) {
		wrong = append(wrong, errs.Field{Name: "to", Key: "access.dates_reversed"})
	}
	return errs.InvalidFields(wrong...)
}

// mayArrange checks the actor against each role of the absent person.
func (s *Service) mayArrange(ctx context.Context, tx *store.Tx, absentID string) error {
	grants, err := openGrants(ctx, tx, absentID)
	if err != nil {
		return err
	}
	if len(grants) == 0 {
		// Before "has no role": otherwise anybody could learn who has one.
		if err := s.access.Check(ctx, SubstituteManage, Resource{Type: "substitute"}); err != nil {
			return err
		}
		return errs.Invalid("access.absent_without_role")
	}
	for _, g := range grants {
		if err := s.access.Check(ctx, SubstituteManage, Resource{Type: "substitute", Department: g.Department}); err != nil {
			return err
		}
	}
	return nil
}

func (s Substitute) event(action string) Event {
	return Event{
		Action: action, ObjectType: "substitute", ObjectID: s.ID, Subject: s.AbsentID,
		Details: map[string]string{"substitute": s.SubstituteID, "from": s.From.String(), "to": s.To.String()},
	}
}

// EndSubstitute ends it at once.
func (s *Service) EndSubstitute(ctx context.Context, id string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		set, err := substituteByID(ctx, tx, id)
		if isMissing(err) {
			return s.missing(ctx, SubstituteManage, Resource{Type: "substitute"})
		}
		if err != nil {
			return err
		}
		if err := s.mayArrange(ctx, tx, set.AbsentID); err != nil && !errs.Is(err, errs.KindInvalid) {
			return err
		}
		if !set.EndedAt.IsZero() {
			return nil
		}
		if err := endSubstitute(ctx, tx, id); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, set.event("access.substitute_ended"))
	})
}

// missing answers for a row that is not there as for one that may not be seen.
func (s *Service) missing(ctx context.Context, p Permission, r Resource) error {
	if err := s.access.Check(ctx, p, r); err != nil {
		return err
	}
	return errs.NotFound("errs.not_found")
}

// ListSubstitutes returns who stands in for whom on a day or later, soonest
// first, for whoever may arrange it in the whole municipality; others see those
// for whom they stand in or are away themselves.
func (s *Service) ListSubstitutes(ctx context.Context, from clock.Date) ([]Substitute, error) {
	if err := s.access.Check(ctx, LoggedIn, Resource{Type: "self"}); err != nil {
		return nil, err
	}
	person := by(ctx)
	if s.access.Check(ctx, SubstituteManage, Resource{Type: "substitute"}) == nil {
		person = ""
	}
	var list []Substitute
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = listSubstitutes(ctx, tx, from, person)
		return err
	})
	return list, err
}
