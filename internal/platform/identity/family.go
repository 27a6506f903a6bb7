package identity

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Relative is a person at the other end of a tie between child and guardian.
type Relative struct {
	Person      Person
	Kind        GuardianKind
	Responsible bool
	LivesWith   bool
}

// Children returns the living children under 18 for whom the actor may act,
// oldest first.
func (s *Service) Children(ctx context.Context) ([]Relative, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return nil, errs.Login()
	}
	var list []Relative
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		day := clock.DateIn(tx.Now.Time)
		relations, err := relationsOfGuardian(ctx, tx, actor.PersonID, day)
		if err != nil {
			return err
		}
		list, err = relatives(ctx, tx, onlyActing(relations, day), func(r relation) string { return r.childID })
		return err
	})
	return list, err
}

// GuardiansOf returns the living parents and appointed guardians of a child on
// this day, also those without responsibility. Whether the actor may know them
// is the caller's question to package access; a guardian's contact details are
// not for the other guardian.
func (s *Service) GuardiansOf(ctx context.Context, childID string) ([]Relative, error) {
	var list []Relative
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = s.GuardiansIn(ctx, tx, childID)
		return err
	})
	return list, err
}

// GuardiansIn is GuardiansOf within a transaction the caller has open.
func (s *Service) GuardiansIn(ctx context.Context, tx *store.Tx, childID string) ([]Relative, error) {
	relations, err := relationsOfChild(ctx, tx, childID, clock.DateIn(tx.Now.Time))
	if err != nil {
		return nil, err
	}
	living := relations[:0]
	for _, r := range relations {
		if r.guardianDeath.IsZero() {
			living = append(living, r)
		}
	}
	return relatives(ctx, tx, living, func(r relation) string { return r.guardianID })
}

// MayActFor reports whether the actor may act for a person: for oneself, and a
// guardian with responsibility for a living child that is under 18 today in
// Norway. A mandate for a grown-up (vergemålsloven § 20) is not read from the
// register, since it may cover no more than money or one matter.
func (s *Service) MayActFor(ctx context.Context, personID string) (bool, error) {
	var may bool
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		may, err = s.MayActForIn(ctx, tx, personID)
		return err
	})
	return may, err
}

// MayActForIn is MayActFor within a transaction the caller has open.
func (s *Service) MayActForIn(ctx context.Context, tx *store.Tx, personID string) (bool, error) {
	actor := From(ctx)
	if !actor.LoggedIn() || personID == "" {
		return false, nil
	}
	return mayAct(ctx, tx, actor.PersonID, personID)
}

func mayAct(ctx context.Context, tx *store.Tx, who, forWhom string) (bool, error) {
	if who == forWhom {
		return true, nil
	}
	day := clock.DateIn(tx.Now.Time)
	relations, err := relationsOfGuardian(ctx, tx, who, day)
	if err != nil {
		return false, err
	}
	for _, r := range onlyActing(relations, day) {
		if r.childID == forWhom {
			return true, nil
		}
	}
	return false, nil
}

// onlyActing keeps the relations by which a guardian may act, one for each child.
func onlyActing(relations []relation, day clock.Date) []relation {
	var kept []relation
	seen := map[string]bool{}
	for _, r := range relations {
		child := Person{BirthDate: r.childBirth}
		alive := r.childDeath.IsZero() && r.guardianDeath.IsZero()
		if !r.responsible || !alive || !child.MinorOn(day) || seen[r.childID] {
			continue
		}
		seen[r.childID] = true
		kept = append(kept, r)
	}
	return kept
}

func relatives(ctx context.Context, tx *store.Tx, relations []relation, end func(relation) string) ([]Relative, error) {
	list := make([]Relative, 0, len(relations))
	for _, r := range relations {
		p, err := readPerson(ctx, tx, end(r))
		if err != nil {
			return nil, err
		}
		list = append(list, Relative{Person: p, Kind: r.kind, Responsible: r.responsible, LivesWith: r.livesWith})
	}
	return list, nil
}
