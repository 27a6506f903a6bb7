package retention

import (
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
)

//go:embed policies/*.cedar
var policies embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// What one may do; the policies stand in policies/retention.cedar.
const (
	PermReport  access.Permission = "retention.read" // see what was ended and what is due
	PermRun     access.Permission = "retention.run"  // let the rules work: Torg itself
	PermHold    access.Permission = "case.hold"      // set and release a hold
	PermTakeout access.Permission = "takeout.read"   // fetch one's own copy
	PermAsk     access.Permission = "takeout.ask"    // ask for one
)

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Rights returns the module's permissions and policies.
func Rights() access.Rules {
	rules := access.Rules{Module: "retention", Policies: policies}
	for _, p := range []access.Permission{PermReport, PermRun, PermHold, PermTakeout, PermAsk} {
		rules.Permissions = append(rules.Permissions, access.Describe("retention", p))
	}
	return rules
}
