package access

import (
	"context"

	"github.com/torg-no/torg/internal/platform/identity"
)

// Situation is how a thing stands to the one who wants to do something with it.
type Situation string

// The situations of the page that lists who may do what.
const (
	Own       Situation = "own"       // a party to it
	Assigned  Situation = "assigned"  // it is assigned to the actor, in the actor's department
	InHouse   Situation = "in_house"  // in the actor's department
	Elsewhere Situation = "elsewhere" // in another department
	Protected Situation = "protected" // in the actor's department, about a person with a protected address
)

// Situations returns the situations in the order the page shows them.
func Situations() []Situation { return []Situation{Own, Assigned, InHouse, Elsewhere, Protected} }

// Describe is the message key of the situation.
func (s Situation) Describe() string { return "access.situation." + string(s) }

// Matrix lists each permission and who has it. Rows follow Permissions, the
// cells of a row follow Roles.
type Matrix struct {
	Roles []Role
	Rows  []MatrixRow
}

// MatrixRow is one permission.
type MatrixRow struct {
	Permission PermissionInfo
	Cells      []MatrixCell
}

// MatrixCell tells in which situations a role has the permission.
type MatrixCell struct {
	Role Role
	In   map[Situation]bool
}

// Never reports whether the role does not have the permission in any situation.
func (c MatrixCell) Never() bool {
	for _, yes := range c.In {
		if yes {
			return false
		}
	}
	return true
}

// Names of the people and departments the matrix imagines.
const (
	matrixPerson = "the actor"
	matrixHome   = "the actor's department"
)

// Matrix asks the policies what each role may do in each situation. Without
// roles it takes all. It tells of one who holds the role in one department; a
// role for the whole municipality has no elsewhere.
func (a *Access) Matrix(ctx context.Context, roles ...Role) (Matrix, error) {
	if len(roles) == 0 {
		roles = append([]Role{ResidentRole}, append(Granted(), SystemRole)...)
	}
	m := Matrix{Roles: roles}
	for _, info := range a.Permissions() {
		row := MatrixRow{Permission: info}
		for _, role := range roles {
			cell := MatrixCell{Role: role, In: map[Situation]bool{}}
			for _, s := range Situations() {
				reason, err := a.decide(ctx, imagine(role), info.Name, s.resource(info.Name.Type()))
				if err != nil {
					return Matrix{}, err
				}
				cell.In[s] = reason == ""
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

// imagine makes an actor who has just the role.
func imagine(r Role) identity.Actor {
	switch {
	case r == SystemRole:
		return identity.Actor{Kind: identity.System, SystemName: "torg"}
	case r.Valid():
		grant := identity.Grant{Role: string(r), Department: matrixHome}
		return identity.Actor{Kind: identity.Staff, PersonID: matrixPerson, Grants: []identity.Grant{grant}}
	default:
		return identity.Actor{Kind: identity.Resident, PersonID: matrixPerson}
	}
}

func (s Situation) resource(kind string) Resource {
	r := Resource{Type: kind, ID: stranger, Department: matrixHome, Owners: []string{stranger}, Assignee: stranger}
	switch s {
	case Own:
		r.Owners = []string{matrixPerson}
		r.Department = stranger
	case Assigned:
		r.Assignee = matrixPerson
	case Elsewhere:
		r.Department = stranger
	case Protected:
		r.Attrs = map[string]any{attrRestricted: true}
	case InHouse:
	}
	return r
}
