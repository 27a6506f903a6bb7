package access

import (
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go"
)

// Resource is the thing an actor wants to do something with. A Resource without
// ID is the collection of its type ("may I list cases at all").
type Resource struct {
	Type string
	ID   string
	// Tenant, when set, must be the tenant of the context: rows that came from
	// elsewhere are refused.
	Tenant string
	// Department is the id of the department that handles it, "" when none does.
	Department string
	// Owners are the ids of the persons it belongs to: applicant, other guardian.
	Owners []string
	// Assignee is the person id of the one who handles it, "" when nobody does.
	Assignee string
	// Attrs are further facts for the policies: bool, string, int, int64 or
	// []string. "restricted" says that a protected person is concerned (adresse-
	// sperre etter folkeregisterloven § 10-4); absent, it is false. "kind" is the
	// kind of case: whoever acts by mandate reaches those that the mandate names.
	Attrs map[string]any
}

// kind is the kind of case that the resource is about, "" when it is none.
func (r Resource) kind() string {
	kind, _ := r.Attrs[attrKind].(string)
	return kind
}

// attrKind is the fact by which a mandate's scopes are asked.
const attrKind = "kind"

// Names of the facts that every resource has in a policy.
const (
	attrDepartment = "department"
	attrOwners     = "owners"
	attrAssignee   = "assignee"
	attrRestricted = "restricted"
	attrID         = "id"
)

// entity is the resource as policies see it.
func (r Resource) entity() (cedar.Entity, error) {
	attrs := make(cedar.RecordMap, 5+len(r.Attrs))
	attrs[attrRestricted] = cedar.False
	for name, value := range r.Attrs {
		converted, err := attribute(value)
		if err != nil {
			return cedar.Entity{}, fmt.Errorf("access: attribute %q of %s: %w", name, r.Type, err)
		}
		attrs[cedar.String(name)] = converted
	}
	attrs[attrID] = cedar.String(r.ID)
	attrs[attrDepartment] = cedar.String(r.Department)
	attrs[attrAssignee] = cedar.String(r.Assignee)
	attrs[attrOwners] = stringSet(r.Owners...)
	return cedar.Entity{UID: r.uid(), Attributes: cedar.NewRecord(attrs)}, nil
}

func (r Resource) uid() cedar.EntityUID {
	return cedar.NewEntityUID(cedar.EntityType(r.Type), cedar.String(r.ID))
}

func attribute(value any) (cedar.Value, error) {
	switch v := value.(type) {
	case bool:
		return cedar.Boolean(v), nil
	case string:
		return cedar.String(v), nil
	case int:
		return cedar.Long(v), nil
	case int64:
		return cedar.Long(v), nil
	case []string:
		return stringSet(v...), nil
	default:
		return nil, fmt.Errorf("policies cannot read a %T", value)
	}
}

// stringSet leaves empty ids out: nobody is not somebody.
func stringSet(list ...string) cedar.Set {
	values := make([]cedar.Value, 0, len(list))
	for _, s := range list {
		if s != "" && !slices.Contains(values, cedar.Value(cedar.String(s))) {
			values = append(values, cedar.String(s))
		}
	}
	return setOf(values)
}

// setOf spares the empty set, which most are, its map.
func setOf(values []cedar.Value) cedar.Set {
	if len(values) == 0 {
		return cedar.Set{}
	}
	return cedar.NewSet(values...)
}
