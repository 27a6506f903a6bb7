package app

import (
	"io/fs"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/forecast"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/maps"
	"github.com/torg-no/torg/internal/mypage"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/ogc"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/module"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/printout"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/retention"
	"github.com/torg-no/torg/internal/school"
	"github.com/torg-no/torg/internal/staff"
	"github.com/torg-no/torg/internal/units"
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
		{Name: "staging", Migrations: staging.Migrations(), Messages: staging.Messages()},
		{Name: "contact", Migrations: contact.Migrations()},
		{Name: "notify", Migrations: notify.Migrations(), Messages: notify.Messages(), Rules: notify.Rules()},
		{Name: "forms", Migrations: forms.Migrations(), Messages: forms.Messages()},
		{Name: "geo_file", Messages: exchange.Messages()},
		{Name: "geo_sheet", Messages: sheet.Messages()},
		{Name: layers.Name, Migrations: layers.Migrations(), Messages: layers.Messages(), Rules: layers.Rules()},
		{Name: ogc.Name, Messages: ogc.Messages()},
		{Name: "ui", Messages: ui.Messages()},
		{Name: "web", Messages: web.Messages()},
		{Name: "app", Migrations: Migrations(), Messages: Messages()},
	}
}

// services are the municipal services, without their use cases: what must be
// known before a database is opened.
func services() []module.Module {
	return []module.Module{
		{Name: "cases", Migrations: cases.Migrations(), Messages: cases.Messages(), Rules: cases.Rules()},
		{Name: "casework", Migrations: casework.Migrations(), Messages: casework.Messages()},
		{Name: "applications", Migrations: applications.Migrations(), Messages: applications.Messages(), Rules: applications.Rules()},
		{Name: "units", Messages: units.Messages()},
		{Name: maps.Name, Messages: maps.Messages()},
		{Name: "kindergarten", Migrations: kindergarten.Migrations(), Messages: kindergarten.Messages(), Rules: kindergarten.Rules()},
		{Name: "deadlines", Migrations: deadlines.Migrations(), Messages: deadlines.Messages(), Rules: deadlines.Rights()},
		{Name: "appeals", Migrations: appeals.Migrations(), Messages: appeals.Messages(), Rules: appeals.Rules()},
		{Name: forecast.Name, Migrations: forecast.Migrations(), Messages: forecast.Messages()},
		{Name: "school", Migrations: school.Migrations(), Messages: school.Messages(), Rules: school.Rules()},
		{Name: "nursing", Migrations: nursing.Migrations(), Messages: nursing.Messages(), Rules: nursing.Rules()},
		{Name: property.Name, Messages: property.Messages(), Rules: property.Rules()},
		{Name: "building", Migrations: building.Migrations(), Messages: building.Messages()},
		{Name: "conference", Migrations: conference.Migrations(), Messages: conference.Messages()},
		{Name: "neighbours", Migrations: neighbours.Migrations(), Messages: neighbours.Messages(), Rules: neighbours.Rules()},
		{Name: "printout", Messages: printout.Messages()},
		{Name: "retention", Migrations: retention.Migrations(), Messages: retention.Messages(), Rules: retention.Rights()},
		{Name: "mypage", Messages: mypage.Messages(), Rules: mypage.Rules()},
		{Name: "staff", Messages: staff.Messages(), Rules: staff.Rules()},
		{Name: around.Name, Migrations: around.Migrations(), Messages: around.Messages(), Rules: around.Rules()},
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
