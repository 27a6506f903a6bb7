package access

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Permission names an act on a kind of thing: "<resource type>.<verb>".
type Permission string

// The permissions of the platform itself. Services declare their own.
const (
	Public           Permission = "public"    // everybody, also without logging in
	LoggedIn         Permission = "self.read" // everybody who has logged in
	SelfLog          Permission = "self.log"
	MessageRead      Permission = "message.read"
	TenantTheme      Permission = "tenant.theme"
	DepartmentRead   Permission = "department.read"
	DepartmentManage Permission = "department.manage"
	StaffRead        Permission = "staff.read"
	StaffManage      Permission = "staff.manage"
	SubstituteManage Permission = "substitute.manage"
	RoleRead         Permission = "role.read"
	RoleManage       Permission = "role.manage"
	TokenRead        Permission = "token.read"
	TokenManage      Permission = "token.manage"
	PermissionList   Permission = "permission.list"
	AuditRead        Permission = "audit.read"
	AuditVerify      Permission = "audit.verify"
)

// Type is the resource type the permission is about: what stands before the dot.
func (p Permission) Type() string {
	kind, _, _ := strings.Cut(string(p), ".")
	return kind
}

// read is the permission to know of a thing of the same type at all.
func (p Permission) read() Permission { return Permission(p.Type() + ".read") }

// PermissionInfo describes a permission for the page that lists them.
type PermissionInfo struct {
	Name     Permission
	Describe string // message key
}

// Rules are what a module adds: its permissions and its policies
// (policies/*.cedar). Policies may be nil.
type Rules struct {
	Module      string
	Permissions []PermissionInfo
	Policies    fs.FS
}

//go:embed policies/*.cedar
var policies embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Messages returns the package's texts, as messages/<lang>.toml.
func Messages() fs.FS { return messages }

// Migrations returns the package's migrations, as migrations/*.sql.
func Migrations() fs.FS { return migrations }

// Base returns the platform's own permissions and policies, which New always
// includes.
func Base() Rules {
	names := []Permission{
		LoggedIn, SelfLog, MessageRead, TenantTheme, DepartmentRead, DepartmentManage, StaffRead, StaffManage,
		SubstituteManage, RoleRead, RoleManage, TokenRead, TokenManage, PermissionList, AuditRead, AuditVerify,
	}
	rules := Rules{Module: "access", Policies: policies}
	for _, name := range names {
		rules.Permissions = append(rules.Permissions, Describe("access", name))
	}
	return rules
}

// Describe names the text that describes a permission of a module:
// case.read of cases is described by cases.permission.case_read.
func Describe(module string, p Permission) PermissionInfo {
	return PermissionInfo{Name: p, Describe: module + ".permission." + strings.ReplaceAll(string(p), ".", "_")}
}

// registry is the set of all permissions known.
type registry map[Permission]PermissionInfo

func (r registry) add(rules Rules) error {
	for _, info := range rules.Permissions {
		kind, verb, ok := strings.Cut(string(info.Name), ".")
		if !ok || kind == "" || verb == "" || info.Describe == "" {
			return fmt.Errorf("access: %s: permission %q must be written type.verb and have a description", rules.Module, info.Name)
		}
		if _, twice := r[info.Name]; twice {
			return fmt.Errorf("access: %s: permission %q is declared twice", rules.Module, info.Name)
		}
		r[info.Name] = info
	}
	return nil
}

// Permissions returns all permissions known, sorted by name.
func (a *Access) Permissions() []PermissionInfo {
	list := make([]PermissionInfo, 0, len(a.known))
	for _, info := range a.known {
		list = append(list, info)
	}
	slices.SortFunc(list, func(x, y PermissionInfo) int { return strings.Compare(string(x.Name), string(y.Name)) })
	return list
}

// Require reports the permissions that nobody declared; routes and token
// scopes are checked with it at start.
func (a *Access) Require(permissions ...Permission) error {
	var problems []error
	for _, p := range permissions {
		if _, ok := a.known[p]; !ok && p != Public {
			problems = append(problems, fmt.Errorf("access: permission %q is not declared by any module", p))
		}
	}
	return errors.Join(problems...)
}
