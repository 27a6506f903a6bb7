package app

import (
	"io/fs"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/mypage"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/module"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/staff"
)

// platform are the floors that bring tables or texts.
func platform() []module.Module {
	return []module.Module{
		{Name: "tenant", Migrations: tenant.Migrations(), Messages: tenant.Messages()},
		{Name: "keys", Migrations: keys.Migrations()},
		{Name: "identity", Migrations: identity.Migrations(), Messages: identity.Messages()},
		{Name: "access", Migrations: access.Migrations(), Messages: access.Messages()},
		{Name: "audit", Migrations: audit.Migrations(), Messages: audit.Messages()},
		{Name: "jobs", Migrations: jobs.Migrations(), Messages: jobs.Messages()},
		{Name: "blob", Migrations: blob.Migrations(), Messages: blob.Messages()},
		{Name: "notify", Migrations: notify.Migrations(), Messages: notify.Messages()},
		{Name: "forms", Migrations: forms.Migrations(), Messages: forms.Messages()},
		{Name: "ui", Messages: ui.Messages()},
		{Name: "web", Messages: web.Messages()},
		{Name: "app", Messages: Messages()},
	}
}

// services are the municipal services, without their use cases: what must be
// known before a database is opened.
func services() []module.Module {
	return []module.Module{
		{Name: "cases", Migrations: cases.Migrations(), Messages: cases.Messages(), Rules: cases.Rules()},
		{Name: "applications", Messages: applications.Messages(), Rules: applications.Rules()},
		{Name: "kindergarten", Migrations: kindergarten.Migrations(), Messages: kindergarten.Messages(), Rules: kindergarten.Rules()},
		{Name: "mypage", Messages: mypage.Messages()},
		{Name: "staff", Messages: staff.Messages(), Rules: staff.Rules()},
		{Name: "demo", Messages: demo.Messages()},
	}
}

// migrations returns every module's migration files.
func migrations() []fs.FS {
	var list []fs.FS
	for _, m := range append(platform(), services()...) {
		if m.Migrations != nil {
			list = append(list, m.Migrations)
		}
	}
	return list
}

// shipped are the services that a new municipality gets switched on.
func shipped() []string { return []string{kindergarten.Name} }
