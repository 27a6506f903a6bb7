package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/identity"
)

// Scope is the answer "which of them" for a list: the rows of a resource type
// for which Check would say yes. The zero Scope is none.
type Scope struct{ clauses []clause }

// clause holds when the department is right and every literal holds.
type clause struct {
	departments []string // nil = any
	except      bool     // departments are those it must not be
	literals    []literal
}

// literal is one fact about a row, or its opposite.
type literal struct {
	fact  rowFact
	value string // person id, for owner and assignee
	not   bool
}

// rowFact is what can be asked about a row beside its department.
type rowFact int

const (
	isOwner rowFact = iota
	isAssignee
	isUnassigned
	isRestricted
)

// question is one fact with its value: an axis of the table that Scope fills.
type question struct {
	fact  rowFact
	value string
}

// stranger stands for any department or person that the actor has nothing to do
// with. Ids are UUIDs, so no row has it.
const stranger = "somebody else"

// Scope returns which resources of a type the actor of the context may do this
// to. It is refused when a policy for the permission looks at other facts than
// department, owners, assignee and restricted, since rows are not known by more.
func (a *Access) Scope(ctx context.Context, p Permission, resourceType string) (Scope, error) {
	if err := a.ask(ctx, p, resourceType); err != nil {
		return Scope{}, err
	}
	used, err := a.factsOf(p)
	if err != nil {
		return Scope{}, err
	}
	actor := identity.From(ctx)
	questions := questionsFor(actor, used)
	departments := departmentsFor(actor, used)
	table := make(map[string]cells, len(departments))
	for _, d := range departments {
		table[d], err = a.fill(ctx, p, actor, Resource{Type: resourceType, ID: stranger, Department: d}, questions)
		if err != nil {
			return Scope{}, err
		}
	}
	return Scope{clauses: summarise(table, departments, questions)}, nil
}

// fill asks Check's policies about every kind of row in one department.
func (a *Access) fill(ctx context.Context, p Permission, actor identity.Actor, r Resource, qs []question) (cells, error) {
	yes := make(cells, 1<<len(qs))
	if limited(ctx, actor, p) {
		return yes, nil
	}
	// Rows are not known by their kind, so a list leaves out what only a mandate
	// for one kind gives: it may be too short, never too long. Roles rest while
	// somebody acts for another, so no list of the staff's is concerned.
	who := principal(actor, r.Department, r.kind())
	for cell := range yes.size() {
		row, possible := example(r, qs, cell)
		if !possible {
			yes[cell] = dontCare
			continue
		}
		what, err := row.entity()
		if err != nil {
			return nil, err
		}
		if a.evaluate(ctx, p, who, what) {
			yes[cell] = allowed
		}
	}
	return yes, nil
}

// example makes a row of the kind that the cell's bits describe.
func example(r Resource, qs []question, cell uint) (Resource, bool) {
	r.Assignee = stranger
	r.Owners = []string{stranger}
	assigned := 0
	for i, q := range qs {
		if cell&(1<<i) == 0 {
			continue
		}
		switch q.fact {
		case isOwner:
			r.Owners = append(r.Owners, q.value)
		case isAssignee, isUnassigned:
			r.Assignee = q.value
			assigned++
		case isRestricted:
			r.Attrs = map[string]any{attrRestricted: true}
		}
	}
	return r, assigned <= 1
}

// questionsFor returns the facts worth asking about, given who asks and what
// the policies look at.
func questionsFor(actor identity.Actor, used map[string]bool) []question {
	var qs []question
	persons := slices.DeleteFunc([]string{actor.PersonID, actor.OnBehalfOf}, func(id string) bool { return id == "" })
	for _, id := range slices.Compact(persons) {
		if used[attrOwners] {
			qs = append(qs, question{isOwner, id})
		}
		if used[attrAssignee] {
			qs = append(qs, question{isAssignee, id})
		}
	}
	if used[attrAssignee] {
		qs = append(qs, question{isUnassigned, ""})
	}
	if used[attrRestricted] {
		qs = append(qs, question{isRestricted, ""})
	}
	return qs
}

// departmentsFor returns the departments worth telling apart: the actor's own,
// none at all, and any other, which comes last.
func departmentsFor(actor identity.Actor, used map[string]bool) []string {
	var own []string
	if used[attrDepartment] {
		own = append(own, "")
		for _, g := range actor.Grants {
			own = append(own, g.Department)
		}
		slices.Sort(own)
	}
	return append(slices.Compact(own), stranger)
}

// factsOf returns the facts about a resource that the policies of a permission
// look at.
func (a *Access) factsOf(p Permission) (map[string]bool, error) {
	used := map[string]bool{}
	for id, policy := range a.book[p] {
		if err := listable(policy, used); err != nil {
			return nil, errors.Join(fmt.Errorf("access: %s cannot be asked for a list, because of policy %s", p, id), err)
		}
	}
	return used, nil
}
