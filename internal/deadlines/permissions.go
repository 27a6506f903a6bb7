package deadlines

import "github.com/torg-no/torg/internal/platform/access"

// What one may do with deadlines; the policies stand in policies/deadlines.cedar.
const (
	PermList access.Permission = "deadline.list" // see what runs out
	PermFire access.Permission = "deadline.fire" // let the consequences happen: Torg itself
)

// Rights returns the module's permissions and policies.
func Rights() access.Rules {
	return access.Rules{Module: "deadlines", Policies: policies, Permissions: []access.PermissionInfo{
		access.Describe("deadlines", PermList), access.Describe("deadlines", PermFire),
	}}
}
