package access

import "slices"

// Role is a set of permissions that a person or token is given, for the whole
// municipality or for one department. What it allows stands in the policies.
type Role string

// The roles that are granted.
const (
	Administrator  Role = "administrator"   // departments, staff, roles, substitutes, tokens; not the cases
	DepartmentHead Role = "department_head" // enhetsleder: everything in the department
	CaseWorker     Role = "case_worker"     // saksbehandler: the department's cases
	Auditor        Role = "auditor"         // kontrollør: the log of who looked at what
)

// The roles that nobody is granted: they follow from who acts.
const (
	ResidentRole Role = "resident"
	SystemRole   Role = "system"
)

// Granted returns the roles that can be granted, in the order pages list them.
func Granted() []Role { return []Role{Administrator, DepartmentHead, CaseWorker, Auditor} }

// Valid reports whether the role can be granted.
func (r Role) Valid() bool { return slices.Contains(Granted(), r) }

// Describe is the message key of the role's name.
func (r Role) Describe() string { return "access.role." + string(r) }
