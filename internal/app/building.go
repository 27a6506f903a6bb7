package app

import (
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
)

// wireBuilding lets applications for building permits begin on the map and be held
// against it as they come in.
func (a *App) wireBuilding(kinds *cases.Kinds) (err error) {
	a.Building, err = building.NewService(building.Deps{
		DB: a.DB, Forms: a.Forms, Cases: a.Cases, Applications: a.Applications, Properties: a.Property, Layers: a.Layers, Blobs: a.Blobs,
		Clocks: clockwork{a.Deadlines},
	})
	if err != nil {
		return err
	}
	kinds.Accompany(a.Building.Companion())
	return nil
}
