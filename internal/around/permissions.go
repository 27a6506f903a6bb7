package around

import (
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/identity"
)

// Name is the module's.
const Name = "around"

// Kind is the key of the kind of case that the package tells of: building cases, which
// package building registers.
const Kind = "building"

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// What one may do; the policies stand in policies/around.cedar.
const (
	PermAsk    access.Permission = "area.ask"    // see one's own area subscriptions, and make one
	PermRead   access.Permission = "area.read"   // read one; to all others it is not there
	PermManage access.Permission = "area.manage" // change and end one
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{
		Module: Name, Policies: policies,
		Permissions: []access.PermissionInfo{access.Describe(Name, PermAsk), access.Describe(Name, PermRead), access.Describe(Name, PermManage)},
	}
}

// resource is an area of a person's, as the policies see it.
func resource(id, person string) access.Resource {
	return access.Resource{Type: "area", ID: id, Owners: []string{person}}
}

// own is the resource of whoever asks for areas of her own.
func own(actor identity.Actor) access.Resource { return resource("", actor.PersonID) }
