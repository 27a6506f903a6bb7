package neighbours

import "github.com/torg-no/torg/internal/platform/access"

// What one may do with neighbour notices; the policies stand in
// policies/neighbours.cedar.
const (
	PermStart    access.Permission = "notice.start"    // begin a notice
	PermRead     access.Permission = "notice.read"     // read it, with the answers
	PermWrite    access.Permission = "notice.write"    // write and send it, comment on remarks
	PermList     access.Permission = "notice.list"     // the list of the department's
	PermRegister access.Permission = "notice.register" // write down an answer on paper
	PermExempt   access.Permission = "notice.exempt"   // exempt from notifying
	PermHear     access.Permission = "neighbour.read"  // read a notice as the one notified
	PermAnswer   access.Permission = "neighbour.answer"
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "neighbours", Policies: policies}
	for _, p := range []access.Permission{PermStart, PermRead, PermWrite, PermList, PermRegister, PermExempt, PermHear, PermAnswer} {
		rules.Permissions = append(rules.Permissions, access.Describe("neighbours", p))
	}
	return rules
}
