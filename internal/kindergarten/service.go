package kindergarten

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/units"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

//go:embed forms/*.json
var definitions embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Definitions returns the package's forms.
func Definitions() fs.FS { return definitions }

// Name is the service's name, by which a municipality switches it on.
const Name = "kindergarten"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "kindergarten.department"

// PermManage lets one change the kindergartens.
const PermManage access.Permission = "kindergarten.manage"

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{Module: Name, Policies: policies, Permissions: []access.PermissionInfo{access.Describe(Name, PermManage)}}
}

// Unit is a kindergarten (barnehage).
type Unit = units.Unit

// kind is the list of kindergartens.
func kind() units.Kind {
	return units.Kind{
		Name: Name, Table: "kindergarten_units", Manage: PermManage,
		Public: "/kindergartens", Work: "/work/kindergartens", API: "/api/kindergartens",
		Singular: "kindergarten", Plural: "kindergartens", Form: FormKey,
	}
}

// Service is the use cases: the list of kindergartens and its pages.
type Service struct{ *units.Service }

// NewService returns the service.
func NewService(db *store.DB, a *access.Access) *Service {
	return &Service{units.NewService(db, a, kind())}
}

// Save writes a kindergarten in the caller's transaction; the caller has asked
// access, or sets up a new municipality.
func Save(ctx context.Context, tx *store.Tx, u Unit) (Unit, error) { return kind().Save(ctx, tx, u) }
