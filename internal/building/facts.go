package building

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// FootprintOf reads where the works stand from the facts of an application, in the
// system of an EPSG code; false when the applicant did not use the map.
func FootprintOf(facts map[string]any) (area orb.MultiPolygon, system int, ok bool) {
	text, _ := facts[FactFootprint].(string)
	code, _ := facts[FactSystem].(float64)
	if text == "" || code == 0 {
		return nil, 0, false
	}
	g, err := shape.ParseWKT(text)
	if err != nil {
		return nil, 0, false
	}
	area = shape.Areas(g)
	return area, int(code), len(area) > 0
}

// The facts of the form, from version 2 on, which the page of the map fills in.
const (
	FactProperty      = "site_property"      // 12/34
	FactFootprint     = "site_footprint"     // well-known text, in the system of FactSystem
	FactSystem        = "site_system"        // EPSG code
	FactRequest       = "site_request"       // what was typed, as JSON
	FactDocument      = "site_document"      // the situation plan
	factPlot          = "site_plot"          // square metres
	factExisting      = "site_existing"      // square metres
	factBYA           = "site_bya"           // square metres
	factNearest       = "site_nearest"       // metres
	factRequired      = "site_required"      // metres
	factUsed          = "site_used"          // per cent
	factAllowed       = "site_allowed"       // per cent
	factCornice       = "site_cornice"       // metres
	factRidge         = "site_ridge"         // metres
	factPlan          = "site_plan"          // number, name and field
	factPurpose       = "site_purpose"       // as the plan says it
	factDispensations = "site_dispensations" // how many, that from the distance to a neighbour apart
	factCautions      = "site_cautions"
	factUnknown       = "site_unknown"
	factWeeks         = "site_weeks" // 3 or 12
)
