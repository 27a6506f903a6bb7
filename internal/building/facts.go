package building

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
