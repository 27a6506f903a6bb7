package demo

import (
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/access"
)

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
	Colleague         Part = "colleague"   // the second case worker
	Head              Part = "head"        // enhetsleder
	CareWorker        Part = "care_worker" // of places in nursing homes
	CareColleague     Part = "care_colleague"
	CareHead          Part = "care_head"
	Planner           Part = "planner" // of building cases
	PlanColleague     Part = "plan_colleague"
	PlanHead          Part = "plan_head"
	Administrator     Part = "administrator"
	Auditor           Part = "auditor" // kontrollør
)

// Parts returns all parts in order.
func Parts() []Part {
	return []Part{
		Mother, CoParent, Apart, AppointedGuardian, Hidden,
		CaseWorker, Colleague, Head, CareWorker, CareColleague, CareHead, Planner, PlanColleague, PlanHead, Administrator, Auditor,
	}
}

// colleagues are those of the staff who came last: they are made after everybody
// else, so that the others stay who they were.
func colleagues() []Part {
	return []Part{Colleague, CareWorker, CareColleague, CareHead, Planner, PlanColleague, PlanHead}
}

// Describe is the message key of who it is, and Can that of what to try as them.
func (p Part) Describe() string { return "demo.part." + string(p) }

// Can is the message key of what one can do as the person.
func (p Part) Can() string { return "demo.can." + string(p) }

// Role is the role the person is given; "" for residents.
func (p Part) Role() access.Role {
	switch p {
	case CaseWorker, Colleague, CareWorker, CareColleague, Planner, PlanColleague:
		return access.CaseWorker
	case Head, CareHead, PlanHead:
		return access.DepartmentHead
	case Administrator:
		return access.Administrator
	case Auditor:
		return access.Auditor
	case Mother, CoParent, Apart, AppointedGuardian, Hidden:
	}
	return ""
}

// setting names the municipality's setting that holds the department somebody
// works in; "" for who works in all of them.
func (p Part) setting() string {
	switch p {
	case CareWorker, CareColleague, CareHead:
		return nursing.SettingDepartment
	case Planner, PlanColleague, PlanHead:
		return building.SettingDepartment
	case CaseWorker, Colleague, Head:
		return kindergarten.SettingDepartment
	case Administrator, Auditor, Mother, CoParent, Apart, AppointedGuardian, Hidden:
	}
	return ""
}
