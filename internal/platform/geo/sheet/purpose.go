package sheet

import "strings"

// purpose is a purpose of land, or several that begin alike, and its colour.
type purpose struct {
	codes string // beginnings of codes
	name  string
	color Color
}

// purposes are the colours of purposes of land (arealformål) in the national
// rules for drawing zoning plans (Nasjonal produktspesifikasjon for arealplan
// og digitalt planregister, del 3.1 Tegneregler). The longest beginning goes.
func purposes() []purpose {
	return []purpose{
		{"1", "built", "#ffcc00"},
		{"111", "housing", "#ffff33"},
		{"1111 1114", "housing-detached", "#ffff99"},
		{"112", "leisure", "#ffcc66"},
		{"1121", "leisure-detached", "#ffe7ae"},
		{"113", "centre", "#cc9900"},
		{"114", "mall", "#cc99cc"},
		{"115", "shops", "#ccccff"},
		{"116", "services", "#ff9999"},
		{"1167", "culture", "#cc6600"},
		{"117", "tourism", "#9999cc"},
		{"12", "extraction", "#cc9999"},
		{"13", "business", "#9966ff"},
		{"131 132 133", "office", "#cc99ff"},
		{"134 135 136", "industry", "#cc66ff"},
		{"1341", "industry-heavy", "#9933ff"},
		{"14", "sports", "#99cc00"},
		{"143 146 147", "stadium", "#669900"},
		{"145", "golf", "#ccff33"},
		{"15", "works", "#ff9933"},
		{"1531", "solar", "#ff6633"},
		{"16", "outdoor", "#66cc99"},
		{"17", "graves", "#cc6699"},
		{"2", "transport", "#999999"},
		{"201", "road", "#cccccc"},
		{"2012 2013 2015 2016 2017 205", "footway", "#ffcccc"},
		{"2014", "yard", "#f0dddb"},
		{"2018", "roadside", "#999999"},
		{"2019 2029", "verge", "#999966"},
		{"202 206 207", "rail", "#cc9966"},
		{"204", "harbour", "#99cccc"},
		{"2044 2045", "breakwater", "#33bebe"},
		{"208", "parking", "#b9b9b9"},
		{"21", "mains", "#ffcc99"},
		{"2101", "technical", "#ccb999"},
		{"217", "protection", "#dc9999"},
		{"22", "passage", "#99cc99"},
		{"3", "green", "#99ff99"},
		{"3002", "blue-green", "#66ffcc"},
		{"3061", "pool", "#ccffff"},
		{"31", "stormwater", "#33ebeb"},
		{"4", "military", "#cccc99"},
		{"5", "farmland", "#ccff99"},
		{"5113 5114 5115", "mountain-farm", "#33ff99"},
		{"512 513 514", "nature", "#99ff66"},
		{"52", "scattered", "#ccffcc"},
		{"53 54 55 56", "protected", "#00cc66"},
		{"6", "water", "#ccffff"},
		{"61 62", "fairway", "#33ccff"},
		{"611 612 613", "anchorage", "#33afaf"},
		{"614", "dumping", "#64bebe"},
		{"63", "fishing", "#6699ff"},
		{"631", "fishing-works", "#9966ff"},
		{"64", "aquaculture", "#ffccff"},
		{"643", "live-storage", "#cc99ff"},
		{"65", "drinking-water", "#3399ff"},
		{"66 67", "water-outdoor", "#99ffff"},
	}
}

// stripes are the second purpose of combined ones (18xx), drawn as stripes on
// the first.
func stripes() map[string][2]string {
	return map[string][2]string{
		"1801": {"1110", "1150"}, "1802": {"1110", "1150"}, "1803": {"1110", "1160"}, "1804": {"1110", "1310"},
		"1810": {"1150", "1310"}, "1811": {"1150", "1310"}, "1812": {"1150", "1340"}, "1813": {"1150", "1310"}, "1814": {"1150", "1160"},
		"1824": {"1300", "1160"}, "1825": {"1310", "1350"}, "1826": {"1340", "1350"}, "1830": {"1310", "1340"}, "1831": {"1310", "1160"},
	}
}

// Purpose is how a zone is drawn by the code of its purpose: 1110, 2011, 5100.
// A code that is not known has the look of what it begins like, and none at all
// is white.
func Purpose(code string) Style {
	st := Style{
		Name: "plan-unknown", Fill: "#ffffff", Stroke: "#1a1a1a", Width: 0.25,
		Label: Lettering{Size: 2.4, Color: "#1a1a1a", Halo: paper, Bold: true, Fit: true, Until: 20_000},
	}
	if pair, ok := stripes()[code]; ok {
		first, second := purposeOf(pair[0]), purposeOf(pair[1])
		st.Name, st.Fill = "plan-"+first.name+"-"+second.name, first.color
		st.Hatch = Hatch{Color: second.color, Angle: 90, Gap: 2, Width: 0.9}
		return st
	}
	if p := purposeOf(code); p.name != "" {
		st.Name, st.Fill = "plan-"+p.name, p.color
	}
	return st
}

func purposeOf(code string) purpose {
	var best purpose
	longest := 0
	for _, p := range purposes() {
		for _, begin := range strings.Fields(p.codes) {
			if len(begin) > longest && strings.HasPrefix(code, begin) {
				best, longest = p, len(begin)
			}
		}
	}
	return best
}

// Caution is how a consideration zone (hensynssone; plan- og bygningsloven
// §§ 11-8 and 12-6) is drawn by its code: danger zones (H3xx) with red
// hatching, land under restriction (H7xx) with a net, and the others with thin
// black hatching, as the national rules have them.
func Caution(code string) Style {
	st := Style{
		Name: "caution", Stroke: "#1a1a1a", Width: 0.4, Dash: [6]float64{4, 1.2, 0.4, 1.2},
		Hatch: Hatch{Color: "#1a1a1a", Angle: 45, Gap: 3, Width: 0.18},
		Label: Lettering{Size: 2.2, Color: "#1a1a1a", Halo: paper, Bold: true, Fit: true, Until: 10_000},
	}
	switch group(code) {
	case '2': // noise
		st.Name, st.Hatch.Color = "caution-noise", "#8a5a00"
	case '3': // danger: flood, landslide, high voltage
		st.Name, st.Stroke, st.Label.Color = "caution-danger", "#b00014", "#8a0010"
		st.Hatch = Hatch{Color: "#e2001a", Angle: -45, Gap: 3, Width: 0.35}
	case '5': // special consideration: landscape, nature, heritage
		st.Name, st.Hatch.Angle, st.Hatch.Color, st.Dash = "caution-consideration", -45, "#1f6f3a", [6]float64{2, 2}
	case '7': // restricted by another law or awaiting a decision
		st.Name = "caution-restricted"
		st.Hatch = Hatch{Color: "#1a1a1a", Angle: 0, Gap: 4, Width: 0.18, Cross: true}
	case '9': // an older zoning plan goes on
		st.Name = "caution-plan"
		st.Hatch = Hatch{Color: "#1a1a1a", Angle: 0, Gap: 4, Width: 0.18}
	}
	return st
}

// group is the first figure of a code such as H320 or 320.
func group(code string) byte {
	code = strings.TrimPrefix(strings.TrimPrefix(code, "H"), "h")
	if code == "" {
		return 0
	}
	return code[0]
}
