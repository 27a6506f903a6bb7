package sheet

// Standard is how a feature of a layer of the municipal map is drawn, by the
// layer's name and the feature's properties; without properties it is the
// layer's usual look. A layer that the map does not know is drawn in grey.
func Standard(layer string, properties map[string]any) Style {
	switch layer {
	case "properties":
		return Boundary()
	case "buildings":
		return building()
	case "roads":
		return road(text(properties, "class"), number64(properties, "width"))
	case "plan_zones":
		return Purpose(text(properties, "purpose"))
	case "plan_cautions", "hazards":
		return Caution(text(properties, "code"))
	case "pipes":
		return pipe(text(properties, "kind"))
	case "manholes":
		return manhole(text(properties, "kind"))
	}
	if st, ok := plainLayers()[layer]; ok {
		return st
	}
	return Style{Name: "other", Stroke: "#808080", Width: 0.2, Mark: Mark{Shape: Dot, Size: 1.2, Fill: "#808080"}, Label: small("#404040")}
}

// text and number64 read a property, whatever the format of the file made of it.
func text(properties map[string]any, name string) string {
	s, ok := properties[name].(string)
	if !ok {
		return ""
	}
	return s
}

func number64(properties map[string]any, name string) float64 {
	switch v := properties[name].(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	case int:
		return float64(v)
	}
	return 0
}

const paper = Color("#ffffff")

func small(c Color) Lettering { return Lettering{Size: 1.9, Color: c, Halo: paper} }

// Boundary is the boundary of a property (eiendomsgrense): thin and red-brown,
// with the property's number.
func Boundary() Style {
	return Style{Name: "boundary", Stroke: "#a0411e", Width: 0.18, Label: Lettering{Size: 2, Color: "#7d2f12", Halo: paper, Fit: true, Until: 10_000}}
}

// OwnGround is the property that the map is about: its boundary in a broader
// line.
func OwnGround() Style {
	return Style{Name: "own-ground", Stroke: "#a0411e", Width: 0.6, Label: Lettering{Size: 2.6, Color: "#7d2f12", Halo: paper, Bold: true}}
}

func building() Style {
	return Style{Name: "building", Fill: "#d3cdc6", Stroke: "#55504c", Width: 0.18, Label: Lettering{Size: 1.8, Color: "#3a3532", Fit: true, Until: 2500}}
}

// Proposed is a building or a measure that is applied for (tiltak).
func Proposed() Style {
	return Style{
		Name: "proposed", Fill: "#fbe3df", Stroke: "#c4121b", Width: 0.5,
		Hatch: Hatch{Color: "#c4121b", Angle: 45, Gap: 1.6, Width: 0.15},
		Label: Lettering{Size: 2.3, Color: "#8f0a12", Halo: paper, Bold: true},
	}
}

// Removed is a building that is to be torn down.
func Removed() Style {
	return Style{Name: "removed", Fill: "#ffffff", Stroke: "#6b4a00", Width: 0.3, Dash: [6]float64{1.2, 0.8}, Label: small("#5a3f00")}
}

// DimensionLine is a dimension line with its text.
func DimensionLine() Style {
	return Style{
		Name: "dimension", Stroke: "#0a3d91", Width: 0.18, Arrows: true, Until: 5000,
		Label: Lettering{Size: 2.5, Color: "#0a3d91", Halo: paper, Bold: true, Along: true, Always: true},
	}
}

// BuildingLine is the line in front of which a plan allows no building
// (byggegrense; line type 1211 of the national rules).
func BuildingLine() Style {
	return Style{Name: "building-line", Stroke: "#1a1a1a", Width: 0.25, Dash: [6]float64{3, 1.5}, Label: Lettering{Size: 1.9, Color: "#1a1a1a", Halo: paper, Along: true}}
}

// PlanEdge is the outer limit of a plan.
func PlanEdge() Style {
	return Style{Name: "plan-edge", Stroke: "#1a1a1a", Width: 0.7, Dash: [6]float64{5, 1.2, 0.6, 1.2}}
}

// Pin marks the place that a map is about.
func Pin() Style {
	return Style{
		Name: "pin", Mark: Mark{Shape: Diamond, Size: 4, Fill: "#c4121b", Stroke: "#ffffff"},
		Label: Lettering{Size: 2.8, Color: "#8f0a12", Halo: paper, Bold: true, Always: true},
	}
}

// road is a road by its class, as broad as it is on the ground.
func road(class string, width float64) Style {
	if !(width >= 0) { // not a number either
		width = 0
	}
	st := Style{
		Name: "road-" + class, Stroke: "#ffffff", Width: 0.5, Casing: "#9a958d", CasingWidth: 0.15, Ground: min(width, 100),
		Label: Lettering{Size: 2, Color: "#45413b", Halo: paper, Along: true, Until: 10_000},
	}
	switch class {
	case "main":
		st.Stroke, st.Casing, st.Width = "#f6d9a0", "#a37b2c", 0.9
	case "centre", "collector":
		st.Stroke, st.Width = "#fbf0cf", 0.7
	case "residential", "lane":
	default:
		st.Name = "road"
	}
	return st
}

// pipe is a pipe by what it carries: water blue, sewer red-brown, both dashed
// since they lie underground.
func pipe(kind string) Style {
	switch kind {
	case "water":
		return Style{Name: "pipe-water", Stroke: "#0b5ed7", Width: 0.3, Dash: [6]float64{2.4, 0.8}, Until: 5000, Label: small("#0b3f8f")}
	case "sewer":
		return Style{Name: "pipe-sewer", Stroke: "#8b3a1d", Width: 0.3, Dash: [6]float64{2.4, 0.8}, Until: 5000, Label: small("#6e2c14")}
	}
	return Style{Name: "pipe", Stroke: "#5a5a5a", Width: 0.3, Dash: [6]float64{2.4, 0.8}, Until: 5000, Label: small("#404040")}
}

func manhole(kind string) Style {
	st := Style{Name: "manhole", Until: 2500, Mark: Mark{Shape: Dot, Size: 1.2, Fill: "#ffffff", Stroke: pipe(kind).Stroke}}
	if kind == "water" || kind == "sewer" {
		st.Name += "-" + kind
	}
	return st
}

// plainLayers are the layers whose features all look the same.
func plainLayers() map[string]Style {
	place := Lettering{Size: 2.6, Color: "#3f3a2e", Halo: paper, Italic: true}
	return map[string]Style{
		"municipality": {Name: "municipality", Stroke: "#7a3fa0", Width: 0.5, Dash: [6]float64{4, 1, 0.8, 1}},
		"sea":          {Name: "sea", Fill: "#d4e8f4", Stroke: "#6fa3c2", Width: 0.18, Label: Lettering{Size: 2.8, Color: "#12405c", Italic: true}},
		"land":         {Name: "land", Fill: "#f6f4ec"},
		"islands":      {Name: "island", Label: place},
		"streams":      {Name: "stream", Stroke: "#5fa2c8", Width: 0.35, Label: Lettering{Size: 2, Color: "#1f5a7d", Halo: paper, Italic: true, Along: true}},
		"trails":       {Name: "trail", Stroke: "#80662b", Width: 0.25, Dash: [6]float64{1.2, 0.8}, Label: Lettering{Size: 1.9, Color: "#5b481c", Halo: paper, Along: true}},
		"piers":        {Name: "pier", Fill: "#c9c6bf", Stroke: "#6d6a64", Width: 0.18},
		"pitches":      {Name: "pitch", Fill: "#c2dfae", Stroke: "#6f9a55", Width: 0.18, Label: small("#33511f")},
		"sections":     {Name: "section", Until: 2500, Mark: Mark{Shape: Dot, Size: 0.9, Fill: "#a0411e"}},
		"addresses":    {Name: "address", Until: 2500, Mark: Mark{Shape: Dot, Size: 0.6, Fill: "#5a5650"}, Label: Lettering{Size: 1.9, Color: "#33302c", Halo: paper}},
		"plans":        PlanEdge(),
		"bus_lines":    {Name: "bus-line", Stroke: "#1d7a46", Width: 0.5, Label: Lettering{Size: 1.9, Color: "#125230", Halo: paper, Along: true}},
		"bus_stops":    {Name: "bus-stop", Mark: Mark{Shape: Square, Size: 2, Fill: "#1d7a46", Stroke: "#ffffff"}, Label: small("#125230")},
		"sites":        {Name: "site", Mark: Mark{Shape: Diamond, Size: 2.4, Fill: "#6a3d9a", Stroke: "#ffffff"}, Label: Lettering{Size: 2.2, Color: "#4c2a70", Halo: paper, Bold: true}},
	}
}
