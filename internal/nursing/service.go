package nursing

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
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
const Name = "nursing"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "nursing.department"

// What one may do here; the policies stand in policies/nursing.cedar.
const (
	PermManage  access.Permission = "nursing.manage"  // change the nursing homes
	PermWaiting access.Permission = "nursing.waiting" // see who waits for a place
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{Module: Name, Policies: policies, Permissions: []access.PermissionInfo{
		access.Describe(Name, PermManage), access.Describe(Name, PermWaiting),
	}}
}

// homes is the list of nursing homes.
func homes() units.Kind {
	return units.Kind{
		Name: Name, Table: "nursing_units", Manage: PermManage,
		Public: "/nursing-homes", Work: "/work/nursing-homes", API: "/api/nursing-homes",
		Singular: "nursing-home", Plural: "nursing-homes", Form: FormKey,
	}
}

// Service is the use cases: the list of nursing homes, the list of those who wait
// for a place, and their pages.
type Service struct {
	*units.Service
	Deps
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Access   *access.Access
	Cases    *cases.Service
	Identity *identity.Service
}

// NewService returns the service and lets it show each case whether somebody
// waits for a place.
func NewService(d Deps) *Service {
	s := &Service{units.NewService(d.DB, d.Access, homes()), d}
	d.Cases.Kinds().Accompany(cases.Companion{Name: Name, Panel: s.panel, List: s.beside})
	return s
}

// Save writes a nursing home in the caller's transaction; the caller has asked access,
// or sets up a new municipality.
func Save(ctx context.Context, tx *store.Tx, u units.Unit) (units.Unit, error) {
	return homes().Save(ctx, tx, u)
}

// Choices are the nursing homes one may wish for: the form's list "nursing-homes".
func Choices(ctx context.Context, tx *store.Tx) ([]forms.Choice, error) {
	return homes().Choices(ctx, tx)
}
