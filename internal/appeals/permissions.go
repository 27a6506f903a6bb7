package appeals

import "github.com/torg-no/torg/internal/platform/access"

// What one may do with appeals; the policies stand in policies/appeals.cedar.
const (
	PermLodge    access.Permission = "appeal.lodge"    // appeal, ask for reasons, withdraw
	PermRead     access.Permission = "appeal.read"     // read an appeal
	PermList     access.Permission = "appeal.list"     // the list of the appeals
	PermRegister access.Permission = "appeal.register" // write down what came on paper
	PermPrepare  access.Permission = "appeal.prepare"  // prepare it, and register the answer
	PermApprove  access.Permission = "appeal.approve"  // as the second person
	PermPackage  access.Permission = "appeal.package"  // take the package out
	PermArrange  access.Permission = "appeal.arrange"  // say who decides appeals
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "appeals", Policies: policies}
	for _, p := range []access.Permission{PermLodge, PermRead, PermList, PermRegister, PermPrepare, PermApprove, PermPackage, PermArrange} {
		rules.Permissions = append(rules.Permissions, access.Describe("appeals", p))
	}
	return rules
}
