package access

import (
	"github.com/cedar-policy/cedar-go"

	"github.com/torg-no/torg/internal/platform/identity"
)

// principal returns the actor as policies see it: one of the entity types
// Anonymous, Resident, Staff, Token and System; a member of Role::"x" for each
// role held anywhere; and x_in, the departments in which role x is held. A role
// for the whole municipality holds in every department, so also in that of the
// resource asked about. Whoever is represented is among the persons only for
// what the representation reaches: resources of a kind that a mandate names
// (attribute kind), or everything for a guardian.
func principal(a identity.Actor, department, kind string) cedar.Entity {
	represented := a.OnBehalfOf
	if !a.Represents(kind) {
		represented = ""
	}
	attrs := cedar.RecordMap{
		"person":  cedar.String(a.PersonID),
		"persons": stringSet(a.PersonID, represented),
		"system":  cedar.String(a.SystemName),
	}
	if a.PersonID == "" {
		// Never the empty text: an unassigned case is nobody's, not a token's.
		attrs["person"] = cedar.String("no person: " + string(a.Kind))
	}
	var roles []cedar.EntityUID
	for _, role := range Granted() {
		var in []cedar.Value
		for _, g := range a.Grants {
			switch {
			case Role(g.Role) != role:
				continue
			case g.Department == "":
				in = append(in, cedar.String(department))
			default:
				in = append(in, cedar.String(g.Department))
			}
		}
		attrs[cedar.String(role+"_in")] = setOf(in)
		if len(in) > 0 {
			roles = append(roles, roleUID(role))
		}
	}
	return cedar.Entity{UID: principalUID(a), Parents: cedar.NewEntityUIDSet(roles...), Attributes: cedar.NewRecord(attrs)}
}

func roleUID(r Role) cedar.EntityUID { return cedar.NewEntityUID("Role", cedar.String(r)) }

func principalUID(a identity.Actor) cedar.EntityUID {
	switch a.Kind {
	case identity.Resident:
		return cedar.NewEntityUID("Resident", cedar.String(a.PersonID))
	case identity.Staff:
		return cedar.NewEntityUID("Staff", cedar.String(a.PersonID))
	case identity.Token:
		return cedar.NewEntityUID("Token", cedar.String(a.TokenID))
	case identity.System:
		return cedar.NewEntityUID("System", cedar.String(a.SystemName))
	case identity.Anonymous:
	}
	return cedar.NewEntityUID("Anonymous", "")
}

// principalAttrs are the facts a policy may ask of the principal.
func principalAttrs() map[string]bool {
	names := map[string]bool{"person": true, "persons": true, "system": true}
	for _, role := range Granted() {
		names[string(role)+"_in"] = true
	}
	return names
}
