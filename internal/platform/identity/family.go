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
// or whom the one in whose name the actor writes may act for, oldest first.
func (s *Service) Children(ctx context.Context) ([]Relative, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return nil, errs.Login()
	}
	var list []Relative
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		day := clock.DateIn(tx.Now.Time)
		relations, err := relationsOfGuardian(ctx, tx, actor.Author(), day)
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

// Family returns the living grown-ups a person is or was tied to: parents,
// grown children, those who share a child. Those with a protected address are
// left out, since even a list of names tells who still is in touch.
func (s *Service) Family(ctx context.Context) ([]Person, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return nil, errs.Login()
	}
	var list []Person
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		tied, err := everTied(ctx, tx, actor.PersonID)
		if err != nil {
			return err
		}
		list = nil
		for _, id := range tied {
			p, err := readPerson(ctx, tx, id)
			if err != nil {
				return err
			}
			if !p.Deceased() && !p.Protection.Protected() && !p.MinorOn(clock.DateIn(tx.Now.Time)) {
				list = append(list, p)
			}
		}
		return nil
	})
	return list, err
}

// WasGuardianIn reports whether one person is, or once was, tied to another as
// guardian. The caller has asked access.
func (*Service) WasGuardianIn(ctx context.Context, tx *store.Tx, guardianID, childID string) (bool, error) {
	return everGuardian(ctx, tx, guardianID, childID)
}

// Hold lets nobody else hold the person until the transaction ends.
func (*Service) Hold(ctx context.Context, tx *store.Tx, personID string) error {
	return hold(ctx, tx, personID)
}
