package access

import (
	"errors"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// listable reports whether a policy looks at resources only in the ways that
// Scope tells apart, and notes the facts it uses. The ways are few on purpose:
// whatever is not listed here could make a list differ from Check.
func listable(p *cedar.Policy, used map[string]bool) error {
	tree := (*ast.Policy)(p.AST())
	switch tree.Resource.(type) {
	case ast.ScopeTypeAll, ast.ScopeTypeIs:
	default:
		return errors.New("it names single resources")
	}
	for _, c := range tree.Conditions {
		if err := listableNode(c.Body, used); err != nil {
			return err
		}
	}
	return nil
}

func listableNode(n ast.IsNode, used map[string]bool) error {
	switch n := n.(type) {
	case ast.NodeTypeAnd:
		return listableNodes(used, n.Left, n.Right)
	case ast.NodeTypeOr:
		return listableNodes(used, n.Left, n.Right)
	case ast.NodeTypeNot:
		return listableNode(n.Arg, used)
	case ast.NodeTypeIfThenElse:
		return listableNodes(used, n.If, n.Then, n.Else)
	}
	if !aboutResource(n) {
		return nil
	}
	if name := comparison(n); name != "" {
		used[name] = true
		return nil
	}
	return errors.New("it looks at the resource in a way that a list cannot")
}

func listableNodes(used map[string]bool, nodes ...ast.IsNode) error {
	for _, n := range nodes {
		if err := listableNode(n, used); err != nil {
			return err
		}
	}
	return nil
}

func aboutResource(n ast.IsNode) bool {
	found := false
	ast.Inspect(ast.NewNode(n), func(n ast.IsNode) bool {
		found = found || variable(n) == "resource"
		return !found
	})
	return found
}

// comparison returns the fact about the resource that a condition looks at, or
// "" when it is not one that Scope understands.
func comparison(n ast.IsNode) string {
	switch n := n.(type) {
	case ast.NodeTypeAccess:
		return either(named(n, "resource", attrRestricted), attrRestricted)
	case ast.NodeTypeEquals:
		return equality(n.Left, n.Right)
	case ast.NodeTypeNotEquals:
		return equality(n.Left, n.Right)
	case ast.NodeTypeContains:
		return membership(n.Left, n.Right)
	case ast.NodeTypeContainsAny:
		mine := named(n.Left, "resource", attrOwners) && named(n.Right, "principal", "persons")
		same := named(n.Right, "resource", attrOwners) && named(n.Left, "principal", "persons")
		return either(mine || same, attrOwners)
	default:
		return ""
	}
}

// equality understands a department or assignee compared with "", an assignee
// compared with the principal and restricted compared with true or false,
// either way round.
func equality(left, right ast.IsNode) string {
	if variableOf(right) == "resource" {
		left, right = right, left
	}
	switch {
	case named(left, "resource", attrAssignee) && (named(right, "principal", "person") || emptyText(right)):
		return attrAssignee
	case named(left, "resource", attrDepartment) && emptyText(right):
		return attrDepartment
	case named(left, "resource", attrRestricted) && truth(right):
		return attrRestricted
	default:
		return ""
	}
}

// membership understands "works in its department", "is or acts for its
// assignee" and "is among its owners".
func membership(set, element ast.IsNode) string {
	of, name, _ := fact(set)
	switch {
	case of == "principal" && name == "persons" && named(element, "resource", attrAssignee):
		return attrAssignee
	case of == "principal" && name != "persons" && named(element, "resource", attrDepartment):
		return attrDepartment
	case of == "resource" && name == attrOwners && named(element, "principal", "person"):
		return attrOwners
	default:
		return ""
	}
}

func named(n ast.IsNode, of, name string) bool {
	gotOf, gotName, ok := fact(n)
	return ok && gotOf == of && gotName == name
}

func variableOf(n ast.IsNode) string {
	of, _, _ := fact(n)
	return of
}

func emptyText(n ast.IsNode) bool {
	v, ok := n.(ast.NodeValue)
	return ok && v.Value == types.String("")
}

func truth(n ast.IsNode) bool {
	v, ok := n.(ast.NodeValue)
	if !ok {
		return false
	}
	_, ok = v.Value.(types.Boolean)
	return ok
}

func either(ok bool, name string) string {
	if ok {
		return name
	}
	return ""
}
