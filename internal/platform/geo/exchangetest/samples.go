package exchangetest

import (
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Samples are features of every kind, with names and values that are hard to
// write: what is written and read again must be the same.
func Samples(crs int) []exchange.Feature {
	hole := orb.Ring{{2, 2}, {2, 3}, {3, 3}, {3, 2}, {2, 2}}
	square := func(x float64) orb.Ring { return orb.Ring{{x, 0}, {x + 9, 0}, {x + 9, 9}, {x, 9}, {x, 0}} }
	return []exchange.Feature{
		{ID: "1", Type: "Punkt", CRS: crs, Geometry: orb.Point{10.123456789012345, 59.9}, Properties: map[string]any{
			"navn": "Øvre Årdal «Æ»", "tom": "", "antall": int64(-42), "stor": int64(9007199254740993), "sann": true, "usann": false, "høyde": 12.5, "rund": 2.0, "liten": 1e-300,
		}},
		{ID: "a/b?c", Type: "Linje", CRS: crs, Geometry: orb.LineString{{0, 0}, {0.1, 0.2}, {-5, 7}}, Properties: map[string]any{
			"Navn": "stor forbokstav", "navn": "liten", "med mellomrom": "  to  ", "1tall": "x", "_x0020_": "som kode", "a.b.c": "nøstet", "<&>\"'": "<&>\"'\t\n\r]]>",
		}},
		{ID: "", Type: "Linje", CRS: crs, Geometry: orb.LineString{{1, 1}, {2, 2}}, Properties: map[string]any{}},
		{ID: "flate", Type: "gpkg_flate", CRS: crs, Geometry: orb.Polygon{square(0), hole}, Properties: map[string]any{"fid": "ikke nøkkel", "geom": "ikke geometri", "torg_id": "ikke identitet"}},
		{ID: "flere", Type: "Flate 2", CRS: crs, Geometry: orb.MultiPolygon{{square(0), hole}, {square(20)}}, Properties: map[string]any{"tid": time.Date(2026, 11, 22, 4, 5, 6, 789, time.UTC)}},
		{ID: "en", Type: "Flate 2", CRS: crs, Geometry: orb.MultiPolygon{{square(0)}}, Properties: map[string]any{}},
		{ID: "punkter", Type: "", CRS: crs, Geometry: orb.MultiPoint{{1, 2}, {3, 4}}, Properties: map[string]any{}},
		{ID: "linjer", Type: "linje", CRS: crs, Geometry: orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}, {9, 9}}}, Properties: map[string]any{}},
		{ID: "samling", Type: "Samling", CRS: crs, Geometry: orb.Collection{orb.Point{1, 2}, orb.Polygon{square(0)}}, Properties: map[string]any{}},
		{ID: "plan", Type: "Arealplan", CRS: crs, Properties: map[string]any{"gyldigFra": "2026-01-31"}, ValidFrom: time.Date(2026, 1, 30, 23, 0, 0, 0, time.UTC)},
	}
}
