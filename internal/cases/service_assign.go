package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Colleague is somebody to choose for a case.
type Colleague struct{ ID, Name string }

// Colleagues returns those who may work on a case, by name, the actor left out.
func (s *Service) Colleagues(ctx context.Context, c Case) (list []Colleague, err error) {
	if err := s.Access.Check(ctx, PermRead, c.resource()); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.holders(ctx, tx, c.Department, func(a identity.Actor) bool {
			after := c
			after.Assignee = a.PersonID
			return !c.IsParty(a.PersonID) && s.mayAs(ctx, a, PermAsk, after)
		})
		return err
	})
	return list, err
}

// AllColleagues returns those who may work on ordinary cases of a department
// that the actor works in, by name.
func (s *Service) AllColleagues(ctx context.Context) (list []Colleague, err error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "case"}); err != nil {
		return nil, err
	}
	mine := identity.From(ctx).Grants
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.holders(ctx, tx, "", func(a identity.Actor) bool {
			return slices.ContainsFunc(a.Grants, func(g identity.Grant) bool {
				return handles(g) && slices.ContainsFunc(mine, func(m identity.Grant) bool {
					return handles(m) && (m.Department == "" || g.Department == "" || m.Department == g.Department)
				})
			})
		})
		return err
	})
	return list, err
}

// handles reports whether the role is one of those who handle cases.
func handles(g identity.Grant) bool {
	return g.Role == string(access.CaseWorker) || g.Role == string(access.DepartmentHead)
}

func (s *Service) holders(ctx context.Context, tx *store.Tx, department string, take func(identity.Actor) bool) ([]Colleague, error) {
	holders, err := s.Roles.Holders(ctx, tx, department)
	if err != nil {
		return nil, err
	}
	var persons []string
	for _, h := range holders {
		if h.PersonID != actorID(ctx) && take(identity.Actor{Kind: identity.Staff, PersonID: h.PersonID, Grants: h.Grants}) {
			persons = append(persons, h.PersonID)
		}
	}
	names, err := s.Identity.NamesIn(ctx, tx, persons)
	if err != nil {
		return nil, err
	}
	list := make([]Colleague, 0, len(names))
	for id, name := range names {
		list = append(list, Colleague{id, name})
	}
	slices.SortFunc(list, func(a, b Colleague) int {
		return cmp.Or(cmp.Compare(store.Fold(a.Name), store.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// StandingIn is somebody whose cases the actor sees as a substitute (stedfortreder).
type StandingIn struct {
	Colleague
	Until clock.Date // zero when it is not known
}

// StandingInFor returns for whom the actor stands in today.
func (s *Service) StandingInFor(ctx context.Context) (list []StandingIn, err error) {
	var absent []string
	for _, g := range identity.From(ctx).Grants {
		if g.SubstituteFor != "" && !slices.Contains(absent, g.SubstituteFor) {
			absent = append(absent, g.SubstituteFor)
		}
	}
	if len(absent) == 0 {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		names, err := s.Identity.NamesIn(ctx, tx, absent)
		if err != nil {
			return err
		}
		list = nil
		for _, id := range absent {
			if name, known := names[id]; known {
				list = append(list, StandingIn{Colleague: Colleague{id, name}})
			}
		}
		return nil
	})
	return list, err
}

// maxBulk bounds how many cases one press assigns.
const maxBulk = pageSize

// Wanted is a case to assign, in the version that was read.
type Wanted struct {
	ID      string
	Version int64
}

// Assigned tells what became of one of several cases.
type Assigned struct {
	ID     string
	Number string // empty when the actor may not know the case
	Case   Case   // as it stands now, when it was assigned
	Err    error  // for people: what kept it from being assigned
}

// AssignAll gives several cases to a colleague, or to the actor when the person
// is empty. Each is a change of its own: what cannot be assigned, because
// somebody else was first or the colleague may not work on it, hinders no other.
// An error of ours ends it, and tells nothing of those that were done before.
func (s *Service) AssignAll(ctx context.Context, wanted []Wanted, person string) ([]Assigned, error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "case"}); err != nil {
		return nil, err
	}
	switch {
	case len(wanted) == 0:
		return nil, errs.InvalidFields(errs.Field{Name: "case", Key: "cases.assign.none_chosen"})
	case len(wanted) > maxBulk:
		return nil, errs.InvalidFields(errs.Field{Name: "case", Key: "cases.assign.too_many", Args: []any{"most", maxBulk}})
	case person != "" && !ids.Valid(person):
		return nil, errs.InvalidFields(errs.Field{Name: "person", Key: "cases.cannot_work"})
	}
	var results []Assigned
	for _, w := range wanted {
		r := Assigned{ID: w.ID}
		if person == "" || person == actorID(ctx) {
			r.Case, r.Err = s.AssignToMe(ctx, w.ID, w.Version)
		} else {
			r.Case, r.Err = s.Assign(ctx, w.ID, w.Version, person)
		}
		if r.Err != nil && errs.Of(r.Err).Kind == errs.KindInternal {
			return results, r.Err
		}
		r.Number = s.numberOf(ctx, r)
		results = append(results, r)
	}
	return results, nil
}

// numberOf is what people call the case, if the actor may know.
func (s *Service) numberOf(ctx context.Context, r Assigned) string {
	if r.Err == nil {
		return r.Case.Label()
	}
	if !ids.Valid(r.ID) {
		return ""
	}
	number := ""
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, r.ID, false)
		if err == nil && s.Access.Check(ctx, PermRead, c.resource()) == nil {
			number = c.Label()
		}
		return err
	})
	return choose(err == nil, number, "")
}

func choose(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

// inYear is the year that a bare case number is of.
func inYear(now time.Time) int64 { return int64(clock.DateIn(now).Year) }
