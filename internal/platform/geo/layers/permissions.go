package layers

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Name is the module's name, and its messages' prefix.
const Name = "layers"

// What one may do with layers; the policies stand in policies/layers.cedar.
const (
	PermRead  access.Permission = "layer.read"
	PermWrite access.Permission = "layer.write"
)

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: Name, Policies: policies}
	for _, p := range []access.Permission{PermRead, PermWrite} {
		rules.Permissions = append(rules.Permissions, access.Describe(Name, p))
	}
	return rules
}

// may asks whether the actor may do something to a layer.
func (s *Service) may(ctx context.Context, p access.Permission, l Layer) error {
	return s.access.Check(ctx, p, access.Resource{Type: "layer", ID: l.Name, Attrs: map[string]any{"public": l.Public}})
}
