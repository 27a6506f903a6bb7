package access

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	cedarast "github.com/cedar-policy/cedar-go/ast"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// rulebook holds for each permission the policies that speak of it, so that a
// decision evaluates a handful instead of all.
type rulebook map[Permission]cedar.PolicyMap

// load reads policies/*.cedar of a module.
func (b rulebook) load(rules Rules, known registry) error {
	if rules.Policies == nil {
		return nil
	}
	names, err := fs.Glob(rules.Policies, "policies/*.cedar")
	if err != nil {
		return fmt.Errorf("access: list policies of %s: %w", rules.Module, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(rules.Policies, name)
		if err != nil {
			return fmt.Errorf("access: read policies of %s: %w", rules.Module, err)
		}
		if err := b.loadFile(rules.Module, path.Base(name), text, known); err != nil {
			return err
		}
	}
	return nil
}

func (b rulebook) loadFile(module, file string, text []byte, known registry) error {
	list, err := cedar.NewPolicyListFromBytes(file, text)
	if err != nil {
		return fmt.Errorf("access: %s of %s: %w", file, module, err)
	}
	for _, p := range list {
		where := fmt.Sprintf("access: %s of %s, line %d", file, module, p.Position().Line)
		id := string(p.Annotations()["id"])
		if id == "" {
			return fmt.Errorf(`%s: a policy needs a name, written @id("…")`, where)
		}
		if !commented(text, p.Position().Offset) {
			return fmt.Errorf("%s: policy %s needs a comment above it that says what it allows and why", where, id)
		}
		if err := b.add(cedar.PolicyID(module+"/"+id), p, known); err != nil {
			return fmt.Errorf("%s: policy %s: %w", where, id, err)
		}
	}
	return nil
}

// commented reports whether the line above the offset is a comment.
func commented(text []byte, offset int) bool {
	lines := strings.Split(strings.TrimRight(string(text[:offset]), " \t\n"), "\n")
	return strings.HasPrefix(strings.TrimSpace(lines[len(lines)-1]), "//")
}

func (b rulebook) add(id cedar.PolicyID, p *cedar.Policy, known registry) error {
	tree := (*ast.Policy)(p.AST())
	if err := checkNames(tree); err != nil {
		return err
	}
	actions, err := actionsOf(tree, known)
	if err != nil {
		return err
	}
	// The book is sorted by permission, so the policies in it need not ask again.
	found := *tree
	found.Action = ast.ScopeTypeAll{}
	p = cedar.NewPolicyFromAST((*cedarast.Policy)(&found))
	for _, action := range actions {
		if b[action] == nil {
			b[action] = cedar.PolicyMap{}
		}
		if b[action][id] != nil {
			return fmt.Errorf("the name %s is used twice", id)
		}
		b[action][id] = p
	}
	return nil
}

// actionsOf returns the permissions a policy speaks of; a policy for any action
// speaks of all.
func actionsOf(p *ast.Policy, known registry) ([]Permission, error) {
	var named []types.EntityUID
	switch scope := p.Action.(type) {
	case ast.ScopeTypeAll:
		all := make([]Permission, 0, len(known))
		for permission := range known {
			all = append(all, permission)
		}
		return all, nil
	case ast.ScopeTypeEq:
		named = []types.EntityUID{scope.Entity}
	case ast.ScopeTypeInSet:
		named = scope.Entities
	default:
		return nil, errors.New("write the action as == or in [ … ]")
	}
	var actions []Permission
	for _, uid := range named {
		permission := Permission(uid.ID)
		if _, ok := known[permission]; !ok || uid.Type != "Action" {
			return nil, fmt.Errorf("unknown permission %s", uid)
		}
		if slices.Contains(actions, permission) {
			return nil, fmt.Errorf("permission %s stands there twice", permission)
		}
		actions = append(actions, permission)
	}
	return actions, nil
}

// checkNames finds misspelt facts about the principal and types of principals
// at start, instead of as denials in operation.
func checkNames(p *ast.Policy) error {
	if is, ok := p.Principal.(ast.ScopeTypeIs); ok && !slices.Contains(principalTypes(), string(is.Type)) {
		return fmt.Errorf("unknown kind of principal %q", is.Type)
	}
	known := principalAttrs()
	var problem error
	for _, c := range p.Conditions {
		ast.Inspect(ast.NewNode(c.Body), func(n ast.IsNode) bool {
			if v, name, ok := fact(n); ok && v == "principal" && !known[name] {
				problem = fmt.Errorf("unknown fact principal.%s", name)
			}
			if is, ok := n.(ast.NodeTypeIs); ok && variable(is.Left) == "principal" &&
				!slices.Contains(principalTypes(), string(is.EntityType)) {
				problem = fmt.Errorf("unknown kind of principal %q", is.EntityType)
			}
			return true
		})
	}
	return problem
}

func principalTypes() []string {
	return []string{"Anonymous", "Resident", "Staff", "Token", "System"}
}

// fact reads variable.name.
func fact(n ast.IsNode) (of, name string, ok bool) {
	access, ok := n.(ast.NodeTypeAccess)
	if !ok {
		return "", "", false
	}
	of = variable(access.Arg)
	return of, string(access.Value), of != ""
}

func variable(n ast.IsNode) string {
	if v, ok := n.(ast.NodeTypeVariable); ok {
		return string(v.Name)
	}
	return ""
}
