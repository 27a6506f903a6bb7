package maps

import (
	"context"

	"github.com/torg-no/torg/internal/platform/tenant"
)

// The settings of the outside base map. Without the first there is none, and no
// browser asks anybody but the municipality.
const (
	// SettingBackground is "kartverket" for the topographic base map of Kartverket.
	SettingBackground = "maps.background"
	// SettingBackgroundKept is "yes" when browsers may keep its tiles.
	SettingBackgroundKept = "maps.background_kept"
)

// backgroundName is the name of the outside base map among the layers.
const backgroundName = "background"

// Background is an outside base map that a municipality has chosen.
type Background struct {
	// Host is the origin that browsers may ask for it, and no other.
	Host string
	// Tiles is the address of its tiles.
	Tiles       string
	MaxZoom     int
	Attribution string
	Licence     string
	LicenceURL  string
	// Kept says that browsers may keep its tiles from one visit to the next.
	Kept bool
}

// backgroundOf is the outside base map of the municipality, nil by default.
func backgroundOf(ctx context.Context) *Background {
	settings := tenant.From(ctx).Settings
	if settings[SettingBackground] != "kartverket" {
		return nil
	}
	// WMTS by address templates (OGC 07-057r7, § 10): rows before columns.
	return &Background{
		Host:    "https://cache.kartverket.no",
		Tiles:   "https://cache.kartverket.no/v1/wmts/1.0.0/topo/default/webmercator/{z}/{y}/{x}.png",
		MaxZoom: 18, Attribution: "© Kartverket", Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/",
		Kept: settings[SettingBackgroundKept] == "yes",
	}
}
