package cases

import "github.com/torg-no/torg/internal/platform/access"

// What one may do with a case; the policies stand in policies/cases.cedar.
const (
	PermRead     access.Permission = "case.read"
	PermList     access.Permission = "case.list"
	PermAssign   access.Permission = "case.assign"
	PermAsk      access.Permission = "case.ask"
	PermNote     access.Permission = "case.note"
	PermDecide   access.Permission = "case.decide"
	PermAnswer   access.Permission = "case.answer"
	PermWithdraw access.Permission = "case.withdraw"
	PermAccept   access.Permission = "case.accept"
	PermLog      access.Permission = "case.log"
	PermLoad     access.Permission = "load.read"
	// PermApprove lets a second person approve a decision, or send it back.
	PermApprove access.Permission = "case.approve"
	// PermArrange lets one arrange how a department works: who must approve,
	// templates, checklists.
	PermArrange access.Permission = "work.arrange"
	// PermParties lets the head change who the parties to a case are, and let a case
	// fall away.
	PermParties access.Permission = "case.parties"
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "cases", Policies: policies}
	for _, p := range []access.Permission{
		PermRead, PermList, PermAssign, PermAsk, PermNote, PermDecide, PermAnswer, PermWithdraw, PermAccept, PermLog, PermLoad,
		PermRegisterAnswer, PermApprove, PermArrange, PermParties,
	} {
		rules.Permissions = append(rules.Permissions, access.Describe("cases", p))
	}
	return rules
}
