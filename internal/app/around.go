package app

import (
	"context"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/retention"
)

// wireAround lets the public list of building cases and the area subscriptions follow
// cases and plans.
func (a *App) wireAround() {
	a.Around = around.NewService(around.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Identity: a.Identity, Keys: a.Keys, Forms: a.Forms, Cases: a.Cases, Notify: a.Notify, Bundle: a.Bundle,
		Properties: a.Property, Layers: a.Layers, SiteURL: a.SiteURL, Footprint: building.FootprintOf,
		Department: func(ctx context.Context) string { return tenant.From(ctx).Settings[building.SettingDepartment] },
	})
	a.Around.Jobs(a.Registry)
}

// areaSource is the part that area subscriptions have in the copy of everything about a
// person.
type areaSource struct{ around *around.Service }

// Name implements retention.Source.
func (areaSource) Name() string { return "areas" }

// Export implements retention.Source. Areas are a person's own, and stand in nobody
// else's copy.
func (s areaSource) Export(ctx context.Context, tx *store.Tx, of retention.Whose, _ string) (retention.Page, error) {
	if !of.Own {
		return retention.Page{Empty: true}, nil
	}
	list, err := s.around.CopyOf(ctx, tx, of.Person)
	return retention.Page{Data: list, Empty: len(list) == 0}, err
}
