package staff

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// PermOpen is to open the administration pages at all.
const PermOpen access.Permission = "admin.open"

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{
		Module: "staff", Policies: policies,
		Permissions: []access.PermissionInfo{access.Describe("staff", PermOpen), access.Describe("staff", PermFailed)},
	}
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Access   *access.Access
	Roles    *access.Service
	Identity *identity.Service
	Audit    *audit.Service
	Tenants  *tenant.Service
	Post     Post
	Keys     Keys
	// Further are parts of the administration that other services serve, below
	// /admin/<key>.
	Further []Further
}

// Further is a part of the administration of another service. Its texts are
// "staff.<key>.title" and "staff.<key>.intro".
type Further struct {
	Section Section
	Needs   access.Permission // in the whole municipality
}

// Service is the use cases of those who arrange and control how the
// municipality works.
type Service struct {
	db       *store.DB
	access   *access.Access
	roles    *access.Service
	identity *identity.Service
	audit    *audit.Service
	tenants  *tenant.Service
	post     Post
	keys     Keys
	further  []Further
}

// NewService returns the service.
func NewService(d Deps) *Service {
	return &Service{db: d.DB, access: d.Access, roles: d.Roles, identity: d.Identity, audit: d.Audit, tenants: d.Tenants, post: d.Post, keys: d.Keys, further: d.Further}
}

// anywhere asks whether the actor has the permission in some department: lists
// then show what lies there.
func (s *Service) anywhere(ctx context.Context, p access.Permission) error {
	scope, err := s.access.Scope(ctx, p, p.Type())
	if err != nil {
		return err
	}
	if scope.Nothing() {
		return s.access.Check(ctx, p, access.Resource{Type: p.Type()})
	}
	return nil
}

// in asks whether the actor has the permission in one department, "" being the
// whole municipality.
func (s *Service) in(ctx context.Context, p access.Permission, department string) error {
	return s.access.Check(ctx, p, access.Resource{Type: p.Type(), Department: department})
}

// everywhere asks for what concerns the municipality as a whole.
func (s *Service) everywhere(ctx context.Context, p access.Permission) error { return s.in(ctx, p, "") }

func (s *Service) today() clock.Date { return clock.DateIn(s.db.Clock().Now()) }

// wrong collects the fields of a form that must be corrected.
type wrong []errs.Field

func (w *wrong) add(name, key string) {
	*w = append(*w, errs.Field{Name: name, Key: key})
}

func (w *wrong) err() error { return errs.InvalidFields(*w...) }

// Section is a part of the administration that the actor may open.
type Section struct {
	Key  string // "departments": of the texts and of the address
	Icon string
}

// Sections returns the parts that the actor may open, in the order of the page.
func (s *Service) Sections(ctx context.Context) ([]Section, error) {
	if err := s.in(ctx, PermOpen, ""); err != nil {
		return nil, err
	}
	all := []struct {
		section Section
		needs   access.Permission
		may     func(context.Context, access.Permission) error
	}{
		{Section{"departments", "building"}, access.DepartmentManage, s.anywhere},
		{Section{"staff", "people"}, access.RoleRead, s.anywhere},
		{Section{"substitutes", "calendar"}, access.SubstituteManage, s.anywhere},
		{Section{"tokens", "folder"}, access.TokenRead, s.anywhere},
		{Section{"permissions", "document"}, access.PermissionList, s.everywhere},
		{Section{"log", "search"}, access.AuditRead, s.everywhere},
		{Section{"failed", "bell"}, PermFailed, s.everywhere},
		{Section{"look", "home"}, access.TenantTheme, s.everywhere},
	}
	var list []Section
	for _, part := range all {
		if part.may(ctx, part.needs) == nil {
			list = append(list, part.section)
		}
	}
	for _, part := range s.further {
		if s.everywhere(ctx, part.Needs) == nil {
			list = append(list, part.Section)
		}
	}
	return list, nil
}
