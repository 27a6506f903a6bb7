package app

import (
	"context"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/property"
)

// wireProperty makes the service that tells what is known of properties. Those who
// handle building cases may ask it for owners.
func (a *App) wireProperty() {
	a.Property = property.NewService(property.Deps{
		DB: a.DB, Access: a.Access, Layers: a.Layers, Identity: a.Identity, Register: a.world.Properties,
		Department: func(ctx context.Context) string { return tenant.From(ctx).Settings[building.SettingDepartment] },
		Around: func(ctx context.Context, tx *store.Tx, box orb.Bound) (templ.Component, error) {
			return a.Around.Nearby(ctx, tx, box)
		},
	})
}
