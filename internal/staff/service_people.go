package staff

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Member is a person with the roles that the actor may see.
type Member struct {
	Person identity.Person
	Grants []access.Grant
}

// Staff returns those who hold a role now or later, by name, in one department
// or, when it is "", wherever the actor may see roles.
func (s *Service) Staff(ctx context.Context, department string) ([]Member, error) {
	if err := s.anywhere(ctx, access.RoleRead); err != nil {
		return nil, err
	}
	grants, err := s.roles.ListGrants(ctx, access.GrantFilter{Department: department})
	if err != nil {
		return nil, err
	}
	members := gather(grants, s.today())
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		for i := range members {
			if members[i].Person, err = s.known(ctx, tx, members[i].Person.ID); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(members, func(a, b Member) int {
		return strings.Compare(store.Fold(a.Person.Name.Full()), store.Fold(b.Person.Name.Full()))
	})
	return members, err
}

// gather joins the roles of each person, leaving out those that have run out.
func gather(grants []access.Grant, today clock.Date) []Member {
	at := map[string]int{}
	var members []Member
	for _, g := range grants {
		if runOut(g, today) {
			continue
		}
		i, seen := at[g.PersonID]
		if !seen {
			i = len(members)
			at[g.PersonID] = i
			members = append(members, Member{Person: identity.Person{ID: g.PersonID}})
		}
		members[i].Grants = append(members[i].Grants, g)
	}
	return members
}

func runOut(g access.Grant, today clock.Date) bool {
	return !g.EndedAt.IsZero() || !g.To.IsZero() && g.To.Before(today)
}

// known returns a person of whom at least the id is known: somebody whose data
// are erased may still stand in an old role.
func (s *Service) known(ctx context.Context, tx *store.Tx, id string) (identity.Person, error) {
	p, err := s.identity.PersonIn(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		return identity.Person{ID: id}, nil
	}
	return p, err
}

// FindByNumber returns the person with a national number, whom the municipality
// need not know yet. The error never repeats the number.
func (s *Service) FindByNumber(ctx context.Context, number string) (identity.Person, error) {
	if err := s.anywhere(ctx, access.StaffManage); err != nil {
		return identity.Person{}, err
	}
	parsed, err := pid.Parse(strings.TrimSpace(number))
	if err != nil {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: "staff.find.number_invalid"})
	}
	p, err := s.identity.FindByNumber(ctx, parsed)
	if errs.Is(err, errs.KindNotFound) {
		p, err = s.identity.EnsurePerson(ctx, parsed)
	}
	if e := errs.Of(err); e != nil && e.Kind == errs.KindForbidden {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: e.Key, Args: e.Args})
	}
	if err != nil {
		return identity.Person{}, err
	}
	if p.Name.Full() == "" || p.Deceased() {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: "staff.find.number_unknown"})
	}
	return p, nil
}

const (
	shortestName = 3  // letters, so that nobody leafs through the population
	mostFound    = 20 // persons in one answer
)

// FindByName returns persons whom the municipality knows and whose name contains
// the text, and whether there are more of them. People with a protected address
// are not among them. Each who is shown is noted in the log.
func (s *Service) FindByName(ctx context.Context, name string) (found []identity.Person, more bool, err error) {
	if err := s.anywhere(ctx, access.StaffManage); err != nil {
		return nil, false, err
	}
	if len([]rune(store.Fold(name))) < shortestName {
		return nil, false, errs.InvalidFields(errs.Field{Name: "name", Key: "staff.find.name_short"})
	}
	all, err := s.identity.FindByName(ctx, strings.TrimSpace(name), 5*mostFound)
	if err != nil {
		return nil, false, err
	}
	all = slices.DeleteFunc(all, func(p identity.Person) bool { return p.Protection.Protected() || p.Deceased() })
	found = all[:min(len(all), mostFound)]
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range found {
			if err := look(ctx, tx, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return found, len(all) > mostFound, err
}

func look(ctx context.Context, tx *store.Tx, personID string) error {
	return audit.Look(ctx, tx, audit.Ref{Type: "person", ID: personID}, personID)
}

// Member returns a person with the roles that the actor may see, and notes the
// look. Somebody without such roles is there only for those who can give one.
func (s *Service) Member(ctx context.Context, personID string) (Member, error) {
	if err := s.anywhere(ctx, access.RoleRead); err != nil {
		return Member{}, err
	}
	if !ids.Valid(personID) {
		return Member{}, errs.NotFound("errs.not_found")
	}
	grants, err := s.roles.ListGrants(ctx, access.GrantFilter{PersonID: personID})
	if err != nil {
		return Member{}, err
	}
	today := s.today()
	grants = slices.DeleteFunc(grants, func(g access.Grant) bool { return runOut(g, today) })
	if len(grants) == 0 && s.anywhere(ctx, access.StaffManage) != nil {
		return Member{}, errs.NotFound("errs.not_found")
	}
	m := Member{Grants: grants}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if m.Person, err = s.identity.PersonIn(ctx, tx, personID); err != nil {
			return err
		}
		return look(ctx, tx, personID)
	})
	return m, err
}

// GrantPlaces returns where the actor can give roles.
func (s *Service) GrantPlaces(ctx context.Context) (Places, error) {
	if err := s.anywhere(ctx, access.RoleManage); err != nil {
		return Places{}, err
	}
	return s.places(ctx, access.RoleManage)
}

// Give gives a person a role in a department that has not ended.
func (s *Service) Give(ctx context.Context, n access.NewGrant) (access.Grant, error) {
	if err := s.in(ctx, access.StaffManage, n.Department); err != nil {
		return access.Grant{}, err
	}
	if err := s.personExists(ctx, n.PersonID); err != nil {
		return access.Grant{}, err
	}
	var w wrong
	if err := s.checkPlace(ctx, n.Department, &w); err != nil {
		return access.Grant{}, err
	}
	if !n.Role.Valid() {
		w.add("role", "access.role_unknown")
	}
	if !n.To.IsZero() && n.To.Before(s.today()) {
		w.add("to", "staff.date_passed")
	}
	if err := w.err(); err != nil {
		return access.Grant{}, err
	}
	return s.roles.Grant(ctx, n)
}

func (s *Service) personExists(ctx context.Context, id string) error {
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	_, err := s.identity.Person(ctx, id)
	return err
}

// checkPlace adds what is wrong with the choice of a department.
func (s *Service) checkPlace(ctx context.Context, department string, w *wrong) error {
	if department == "" {
		return nil
	}
	list, err := s.departments(ctx)
	if err != nil {
		return err
	}
	if d, ok := byID(list, department); !ok || d.Ended {
		w.add("department", "staff.department.unknown")
	}
	return nil
}

// GrantOf returns one role of a person, to be confirmed before it is taken away.
func (s *Service) GrantOf(ctx context.Context, personID, grantID string) (Member, access.Grant, error) {
	if err := s.anywhere(ctx, access.RoleManage); err != nil {
		return Member{}, access.Grant{}, err
	}
	m, err := s.Member(ctx, personID)
	if err != nil {
		return Member{}, access.Grant{}, err
	}
	for _, g := range m.Grants {
		if g.ID == grantID {
			return m, g, s.access.Check(ctx, access.RoleManage, access.Resource{Type: "role", ID: g.ID, Department: g.Department})
		}
	}
	return Member{}, access.Grant{}, errs.NotFound("errs.not_found")
}

// TakeAway ends a role at once; the last administrator stays.
func (s *Service) TakeAway(ctx context.Context, grantID string) error {
	if err := s.anywhere(ctx, access.StaffManage); err != nil {
		return err
	}
	if !ids.Valid(grantID) {
		return errs.NotFound("errs.not_found")
	}
	return s.roles.Revoke(ctx, grantID)
}
