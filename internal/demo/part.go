package demo

import "github.com/torg-no/torg/internal/platform/access"

// Part is what a featured person shows in the demonstration.
type Part string

// The parts, residents first, in the order pages list them.
const (
	Mother            Part = "mother"      // of two, lives with the other parent
	CoParent          Part = "co_parent"   // of the same two
	Apart             Part = "apart"       // shares responsibility, lives apart
	AppointedGuardian Part = "guardian"    // verge
	Hidden            Part = "hidden"      // strictly confidential address
	CaseWorker        Part = "case_worker" // saksbehandler
	Head              Part = "head"        // enhetsleder
	Administrator     Part = "administrator"
	Auditor           Part = "auditor" // kontrollør
)

// Parts returns all parts in order.
func Parts() []Part {
	return []Part{Mother, CoParent, Apart, AppointedGuardian, Hidden, CaseWorker, Head, Administrator, Auditor}
}

// Describe is the message key of who it is, and Can that of what to try as them.
func (p Part) Describe() string { return "demo.part." + string(p) }

// Can is the message key of what one can do as the person.
func (p Part) Can() string { return "demo.can." + string(p) }

// Role is the role the person is given; "" for residents.
func (p Part) Role() access.Role {
	switch p {
	case CaseWorker:
		return access.CaseWorker
	case Head:
		return access.DepartmentHead
	case Administrator:
		return access.Administrator
	case Auditor:
		return access.Auditor
	case Mother, CoParent, Apart, AppointedGuardian, Hidden:
	}
	return ""
}

// wide reports whether the role is for the whole municipality.
func (p Part) wide() bool { return p == Administrator || p == Auditor }
