package apptest_test

import (
	"testing"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// sentUnbound is an application for a child that was sent in Torgøy without log-in.
func sentUnbound(t *testing.T, h *apptest.Harness) applications.Unbound {
	t.Helper()
	ctx := h.In("torgoy")
	town := tenant.From(ctx)
	settings := map[string]string{applications.SettingUnbound: "*=always"}
	for name, value := range town.Settings {
		settings[name] = value
	}
	town.Settings = settings
	ctx = applications.WithDevice(tenant.Bind(ctx, town), applications.Device{Secret: ids.Secret(), Origin: "192.0.2.1"})
	today := clock.DateIn(h.App.DB.Clock().Now())
	draft, err := h.App.Applications.StartUnbound(ctx, form, applications.About{
		Name: "Ola Nordmann", Born: today.AddYears(-35), ChildName: "Nora Nordmann", ChildBorn: today.AddYears(-1),
	})
	must(t, err)
	version := draft.Version
	for page, answers := range apptest.Answers(h, 0) {
		o, err := h.App.Applications.SavePage(ctx, draft.ID, version, page, answers)
		must(t, err)
		version = o.Draft.Version
	}
	receipt, err := h.App.Applications.SendUnbound(ctx, draft.ID)
	must(t, err)
	return receipt.Unbound
}
