package school

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/forms"
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
const Name = "school"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "school.department"

// PermManage lets one change the schools.
const PermManage access.Permission = "school.manage"

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{Module: Name, Policies: policies, Permissions: []access.PermissionInfo{access.Describe(Name, PermManage)}}
}

// list is the list of schools. Its places are those for children from elsewhere.
func list() units.Kind {
	return units.Kind{
		Name: Name, Table: "school_units", Manage: PermManage,
		Public: "/schools", Work: "/work/schools", API: "/api/schools",
		Singular: "school", Plural: "schools", Form: FormPlace,
	}
}

// Service is the use cases: the list of schools and its pages.
type Service struct{ *units.Service }

// NewService returns the service.
func NewService(db *store.DB, a *access.Access) *Service {
	return &Service{units.NewService(db, a, list())}
}

// Save writes a school in the caller's transaction; the caller has asked access,
// or sets up a new municipality.
func Save(ctx context.Context, tx *store.Tx, u units.Unit) (units.Unit, error) {
	return list().Save(ctx, tx, u)
}

// Choices are the schools one may name: the forms' list "schools".
func Choices(ctx context.Context, tx *store.Tx) ([]forms.Choice, error) {
	return list().Choices(ctx, tx)
}
