package cases

import (
	"slices"
	"strings"
	"time"
)

// Role says in which capacity somebody is a party.
type Role string

// The roles of further parties; the applicant and the one it is about stand in
// the case itself.
const (
	RoleGuardian     Role = "guardian"     // den andre med foreldreansvar
	RoleAgent        Role = "agent"        // fullmektig
	RoleOrganisation Role = "organisation" // virksomhet som er part
	RoleHeir         Role = "heir"         // den som trer inn etter en død part
)

// Valid reports whether the role is known.
func (r Role) Valid() bool {
	return slices.Contains([]Role{RoleGuardian, RoleAgent, RoleOrganisation, RoleHeir}, r)
}

// Party is somebody with the rights of a party (forvaltningsloven § 2 first
// paragraph letter e) beside the applicant and the one the case is about.
type Party struct {
	Person string
	Name   string
	Role   Role
	Since  time.Time
	Until  time.Time // zero: still
}

// parties are the further parties' ids.
func (c Case) parties() []string { return strings.Fields(c.Further) }

// IsParty reports whether the person is a party to the case.
func (c Case) IsParty(person string) bool {
	return person != "" && slices.Contains(c.owners(), person)
}
