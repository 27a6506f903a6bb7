package app

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/maps"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// wireMaps makes the map page, which tells of the public building cases near a place.
func (a *App) wireMaps() {
	maps.New(maps.Deps{DB: a.DB, Layers: a.Layers, Property: a.Property, Cases: a.casesNear, Spots: a.caseSpots}).Routes(a.Site.Routes(maps.Name))
}

// casesNear are public building cases as the map tells of them.
func (a *App) casesNear(ctx context.Context, tx *store.Tx, at orb.Point, metres float64, limit int) ([]maps.Case, error) {
	found, err := a.Around.Near(ctx, tx, at, metres, limit)
	if err != nil {
		return nil, err
	}
	words, list := i18n.From(ctx), make([]maps.Case, 0, len(found))
	for _, c := range found {
		about := words.T("app.maps.case", "where", c.Where(), "status", words.T("around.status."+string(c.Status)), "date", words.Date(clock.DateIn(c.ReceivedAt)))
		list = append(list, maps.Case{Title: words.T("around.measure." + c.Measure), About: about, Href: c.Path()})
	}
	return list, nil
}

// caseSpots are the public building cases of the last year that have a place in a box, as
// the living map asks for them.
func (a *App) caseSpots(ctx context.Context, box orb.Bound, limit int) ([]maps.Spot, error) {
	home, degrees := a.Layers.Home(ctx), crs.CRS84()
	b := crs.Box(box, crs.Between(home, degrees))
	found, err := a.Around.Within(ctx, around.Filter{Box: &b, Days: 365, Limit: limit})
	if err != nil {
		return nil, err
	}
	words, list := i18n.From(ctx), make([]maps.Spot, 0, len(found))
	for _, c := range found {
		if c.Placed {
			list = append(list, maps.Spot{Title: words.T("around.measure." + c.Measure), At: crs.Between(degrees, home)(c.Place)})
		}
	}
	return list, nil
}
