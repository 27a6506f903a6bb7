package maps

// Shape is what a sign of the legend looks like.
type Shape string

// The shapes.
const (
	Area  Shape = "area"
	Line  Shape = "line"
	Point Shape = "point"
)

// Rule is how some of a layer's features are drawn, and one line of the legend.
type Rule struct {
	// Key ends the message key maps.legend.<key>; "" is the layer's own title.
	Key string
	// Values are what the look's property begins with; without any the rule is for
	// all that no other one takes, and stands last.
	Values []string
	// Proposed is for what is of a plan that is proposed, which has no Values.
	Proposed bool
	Fill     Tone
	Stroke   Tone
	Hatch    Tone
	Width    float64
	Dash     []float64
}

// Look is how a layer is drawn.
type Look struct {
	// By is the property that tells the rules apart, "" for a single rule.
	By    string
	Shape Shape
	Rules []Rule
	// Cover is how much a filled area hides of what lies under it, 0 to 1.
	Cover float64
	// From is the level of the web map from which it is drawn.
	From float64
	// Growing lines have their width in metres in the property "width".
	Growing bool
	Label   Label
	// On says that it is drawn until somebody turns it off.
	On bool
	// Group gathers layers in the list: base, property, plan, service, other.
	Group string
}

// Label is what is written on the map.
type Label struct {
	Property string
	From     float64
	Size     float64
	Along    bool // along the line
	Italic   bool // water and land under it
	Strong   bool
	Ink      Tone
}

// The groups of the list of layers, in its order.
const (
	groupBase     = "base"
	groupProperty = "property"
	groupPlan     = "plan"
	groupService  = "service"
	groupOther    = "other"
)

func groups() []string {
	return []string{groupProperty, groupPlan, groupService, groupOther, groupBase}
}

// lookOf is how a layer is drawn. Layers that this package has not heard of are
// drawn by their geometry, in colours that follow from their name.
func lookOf(name, geometry string, own Tone) Look {
	for _, table := range []map[string]Look{grounds(own), estates(own), plans(), networks()} {
		if look, known := table[name]; known {
			return look
		}
	}
	return unheard(name, geometry)
}

// grounds are the base map: the sea, the land and what stands on it.
func grounds(own Tone) map[string]Look {
	return map[string]Look{
		"municipality": {Shape: Line, On: true, Group: groupBase, Rules: []Rule{{Stroke: border(), Width: 1.6, Dash: []float64{5, 2, 1, 2}}}},
		"sea":          {Shape: Area, On: true, Group: groupBase, Cover: 1, Rules: []Rule{{Fill: sea()}}},
		"land":         {Shape: Area, On: true, Group: groupBase, Cover: 1, Rules: []Rule{{Fill: ground(), Stroke: brook(), Width: 0.6}}},
		"islands":      {Shape: Point, On: true, Group: groupBase, Rules: []Rule{{}}, Label: Label{Property: "name", From: 11, Size: 13, Italic: true, Ink: quiet()}},
		"streams":      {Shape: Line, On: true, Group: groupBase, Rules: []Rule{{Stroke: brook(), Width: 1.6}}, Label: Label{Property: "name", From: 14, Size: 12, Along: true, Italic: true, Ink: waterInk()}},
		"trails":       {Shape: Line, On: true, Group: groupBase, From: 13, Rules: []Rule{{Stroke: path(), Width: 1.4, Dash: []float64{3, 1.6}}}, Label: Label{Property: "name", From: 15, Size: 11.5, Along: true, Ink: path()}},
		"pitches":      {Shape: Area, On: true, Group: groupBase, Cover: 1, From: 13, Rules: []Rule{{Fill: park(), Stroke: path(), Width: 0.8}}},
		"piers":        {Shape: Area, On: true, Group: groupBase, Cover: 1, From: 13, Rules: []Rule{{Fill: works(), Stroke: wall(), Width: 0.8}}},
		"roads": {
			By: "class", Shape: Line, On: true, Group: groupBase, Growing: true,
			Rules: []Rule{
				{Key: "road_main", Values: []string{"main"}, Fill: highway(), Stroke: highEdge(), Width: 2.6},
				{Key: "road_local", Values: []string{"centre", "collector"}, Fill: street(), Stroke: edge(), Width: 1.9},
				{Key: "road_small", Fill: street(), Stroke: edge(), Width: 1.2},
			},
			Label: Label{Property: "name", From: 14, Size: 12, Along: true, Ink: ink()},
		},
		"buildings": {
			By: "type", Shape: Area, On: true, Group: groupBase, Cover: 1, From: 13.5,
			Rules: []Rule{
				{Key: "building_public", Values: []string{"6", "7"}, Fill: Tone{"#e6c9a4", "#57472f"}, Stroke: Tone{"#b38a55", "#8a6f47"}, Width: 0.8},
				{Key: "building_other", Fill: house(), Stroke: wall(), Width: 0.7},
			},
		},
		"addresses": {Shape: Point, On: true, Group: groupBase, From: 16.5, Rules: []Rule{{}}, Label: Label{Property: "number", From: 16.7, Size: 11, Ink: quiet()}},
		"sites":     {Shape: Point, On: true, Group: groupService, From: 12, Rules: []Rule{{Fill: own, Stroke: rim(), Width: 6}}, Label: Label{Property: "name", From: 13.2, Size: 12, Strong: true, Ink: own}},
	}
}

// estates are the properties, coloured by what they are used for.
func estates(own Tone) map[string]Look {
	uses := []Rule{
		{Key: "use_home", Values: []string{"home", "flats", "cabin"}, Fill: ground()},
		{Key: "use_town", Values: []string{"shops", "town_hall", "church"}, Fill: town()},
		{Key: "use_service", Values: []string{"school", "kindergarten", "nursing_home", "fire_station"}, Fill: service()},
		{Key: "use_works", Values: []string{"works", "quay"}, Fill: works()},
		{Key: "use_green", Values: []string{"green", "pitch"}, Fill: park()},
		{Key: "use_farm", Values: []string{"farm"}, Fill: field()},
		{Key: "use_wood", Values: []string{"outfield"}, Fill: wood()},
		{Key: "use_shore", Values: []string{"shore"}, Fill: beach()},
		{Key: "use_other", Fill: ground()},
	}
	for i := range uses {
		uses[i].Stroke, uses[i].Width = parcel(), 0.75
	}
	return map[string]Look{
		"properties": {By: "use", Shape: Area, On: true, Group: groupProperty, Cover: 0.9, From: 13, Rules: uses},
		"sections":   {Shape: Point, Group: groupProperty, From: 16, Rules: []Rule{{Fill: own, Stroke: rim(), Width: 3}}, Label: Label{Property: "number", From: 17, Size: 11, Ink: quiet()}},
	}
}

// plans are what the municipality has decided of the use of land. The colours are
// muted kin of those of the national drawing rules for plans (nasjonal
// produktspesifikasjon for arealplan, del 2).
func plans() map[string]Look {
	purposes := []Rule{
		{Key: "purpose_home", Values: []string{"111"}, Fill: Tone{"#f6d860", "#7a6820"}},
		{Key: "purpose_cabin", Values: []string{"112"}, Fill: Tone{"#f2b35c", "#7a5520"}},
		{Key: "purpose_centre", Values: []string{"113", "115", "118"}, Fill: Tone{"#c88a5a", "#6b452a"}},
		{Key: "purpose_service", Values: []string{"116"}, Fill: Tone{"#e58b9c", "#74404c"}},
		{Key: "purpose_business", Values: []string{"117", "12", "13"}, Fill: Tone{"#b39ddb", "#54467a"}},
		{Key: "purpose_sport", Values: []string{"14", "16"}, Fill: Tone{"#b8d08a", "#536232"}},
		{Key: "purpose_road", Values: []string{"2"}, Fill: Tone{"#c9c9c9", "#575757"}},
		{Key: "purpose_green", Values: []string{"3"}, Fill: Tone{"#8cc68a", "#365c38"}},
		{Key: "purpose_nature", Values: []string{"5"}, Fill: Tone{"#d3e3bf", "#3d4b33"}},
		{Key: "purpose_sea", Values: []string{"6"}, Fill: Tone{"#a3cfe6", "#2d566b"}},
		{Key: "purpose_other", Fill: Tone{"#e8cfae", "#5c4b36"}},
	}
	for i := range purposes {
		purposes[i].Stroke, purposes[i].Width = Tone{"#5f5a4d", "#a9a493"}, 0.8
	}
	// What is proposed binds nobody (plan- og bygningsloven §§ 11-6 and 12-4), and must
	// not look as if it did: an outline, and no fill.
	proposal := Rule{Key: "proposal", Proposed: true, Stroke: planEdge(), Width: 1.4, Dash: []float64{2, 2}}
	purposes = append([]Rule{proposal}, purposes...)
	return map[string]Look{
		"plan_zones": {By: "purpose", Shape: Area, Group: groupPlan, Cover: 0.55, From: 12, Rules: purposes, Label: Label{Property: "field", From: 15.5, Size: 11.5, Strong: true, Ink: ink()}},
		"plans":      {Shape: Line, Group: groupPlan, From: 11, Rules: []Rule{proposal, {Stroke: planEdge(), Width: 2, Dash: []float64{4, 2}}}},
		"plan_cautions": {
			By: "kind", Shape: Area, Group: groupPlan, From: 12,
			Rules: []Rule{
				proposal,
				{Key: "caution_danger", Values: []string{"flood", "landslide", "avalanche", "clay", "slide", "surge", "rock", "storm", "sea", "quick"}, Hatch: danger(), Stroke: danger(), Width: 1.2},
				{Key: "caution_other", Hatch: caution(), Stroke: caution(), Width: 1.2},
			},
		},
		"hazards": {Shape: Area, Group: groupPlan, From: 11, Cover: 0.18, Rules: []Rule{{Fill: danger(), Hatch: danger(), Stroke: danger(), Width: 1.2, Dash: []float64{3, 2}}}},
	}
}

// networks are pipes and buses.
func networks() map[string]Look {
	return map[string]Look{
		"pipes": {By: "kind", Shape: Line, Group: groupService, From: 14, Rules: []Rule{
			{Key: "pipe_water", Values: []string{"water"}, Stroke: waterMain(), Width: 2},
			{Key: "pipe_sewer", Stroke: sewer(), Width: 2, Dash: []float64{3, 1.5}},
		}},
		"manholes": {By: "kind", Shape: Point, Group: groupService, From: 16, Rules: []Rule{
			{Key: "pipe_water", Values: []string{"water"}, Fill: waterMain(), Stroke: rim(), Width: 3.5},
			{Key: "pipe_sewer", Fill: sewer(), Stroke: rim(), Width: 3.5},
		}},
		"bus_lines": {Shape: Line, Group: groupService, From: 10, Rules: []Rule{{Stroke: bus(), Width: 2.4}}, Label: Label{Property: "name", From: 13, Size: 11, Along: true, Ink: bus()}},
		"bus_stops": {Shape: Point, Group: groupService, From: 13, On: true, Rules: []Rule{{Fill: bus(), Stroke: rim(), Width: 3.6}}, Label: Label{Property: "name", From: 15.5, Size: 11, Ink: bus()}},
	}
}

// unheard draws a layer that somebody has brought in under a name of their own.
func unheard(name, geometry string) Look {
	tones := []Tone{{"#00695c", "#4db6ac"}, {"#6a1b9a", "#ba68c8"}, {"#ad1457", "#f06292"}, {"#283593", "#9fa8da"}, {"#5d4037", "#bcaaa4"}, {"#33691e", "#aed581"}}
	sum := 0
	for _, c := range name {
		sum += int(c)
	}
	tone := tones[sum%len(tones)]
	look := Look{Group: groupOther, Cover: 0.3, Label: Label{Property: "name", From: 14, Size: 11, Ink: tone}}
	switch geometry {
	case "point":
		look.Shape, look.Rules = Point, []Rule{{Fill: tone, Stroke: rim(), Width: 5}}
	case "line":
		look.Shape, look.Rules = Line, []Rule{{Stroke: tone, Width: 2.2}}
	default:
		look.Shape, look.Rules = Area, []Rule{{Fill: tone, Stroke: tone, Width: 1.4}}
	}
	return look
}
