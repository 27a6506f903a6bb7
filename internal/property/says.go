package property

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Line is one thing that goes at a place, in plain words and with its sources.
type Line struct {
	Key     string // what it is about: plan, purpose, bya, height, line, boundary, caution …
	Title   string
	Value   string // in short: "25 %", "" when there is only text
	Text    string
	Plan    string // what the plan itself says, in its own language
	Sources []Source
}

// Source is where an answer comes from: a plan, a layer, a paragraph of the law.
type Source struct{ Text, Href string }

// Says tells what goes on a property, in whole sentences: the plan, what the ground
// is for, how much and how high one may build, where, and what to be careful of. What
// is not known is said to be so.
func (f Facts) Says(words *i18n.Localizer) []Line {
	t := teller{words: words, plans: f.Plans, missing: f.Missing}
	t.plan(f.Zones, f.Plans)
	for _, z := range f.Zones {
		t.many = len(f.Zones) > 1
		u := UtilisationOf(f.Property.Ground, z, f.Buildings)
		t.zone(z, &u)
	}
	t.boundary(f.Zones)
	t.shore(f.Shore)
	t.cautions(f.Cautions, f.Property.Ground)
	return t.lines
}

// teller writes lines.
type teller struct {
	words   *i18n.Localizer
	plans   []Plan
	missing []string
	many    bool // there are several zones, so that each line names its own
	lines   []Line
}

func (t *teller) lacks(layer string) bool { return slices.Contains(t.missing, layer) }

// law is a paragraph as a source.
func (t *teller) law(paragraph string) Source {
	return Source{Text: t.words.T("property.law." + paragraph)}
}

// planSource is a plan as a source, with its date.
func (t *teller) planSource(number string) Source {
	for _, p := range t.plans {
		if p.Number == number {
			return Source{Text: planLabel(t.words, p), Href: p.Path()}
		}
	}
	return Source{Text: t.words.T("property.source.plan", "number", number), Href: "/plan/" + number}
}

// planLabel names a plan with its number and the day it came into force.
func planLabel(words *i18n.Localizer, p Plan) string {
	if p.From.IsZero() {
		return words.T("property.source.plan_named", "name", p.Name, "number", p.Number)
	}
	return words.T("property.source.plan_dated", "name", p.Name, "number", p.Number, "date", words.Date(p.From))
}

// Path is the address of the plan's page.
func (p Plan) Path() string { return "/plan/" + p.Number }

// plan says which plan goes (plan- og bygningsloven §§ 11-6 and 12-4), and when a
// newer master plan may go before it (§ 1-5 second paragraph).
func (t *teller) plan(zones []Zone, plans []Plan) {
	title := t.words.T("property.says.plan")
	sure := slices.DeleteFunc(slices.Clone(plans), func(p Plan) bool { return p.Unsure })
	zoning, master := split(sure)
	switch {
	case t.lacks(layerPlans) && t.lacks(layerZones):
		t.add(Line{Key: "plan", Title: title, Value: t.words.T("property.cannot_tell"), Text: t.words.T("property.says.plan_missing")})
	case len(zoning) > 0:
		l := Line{Key: "plan", Title: title, Value: names(zoning), Text: t.words.T("property.says.plan_zoning", "count", len(zoning))}
		if slices.ContainsFunc(zones, func(z Zone) bool { return z.Master }) {
			l.Text += " " + t.words.T("property.says.plan_partly")
		}
		l.Sources = append(t.planSources(zoning), t.law("zoning"))
		t.add(l)
	case len(master) > 0:
		t.add(Line{Key: "plan", Title: title, Value: names(master), Text: t.words.T("property.says.plan_master"), Sources: append(t.planSources(master), t.law("master"))})
	case len(plans) > 0: // none of which we know that it goes
	default:
		t.add(Line{Key: "plan", Title: title, Value: t.words.T("property.says.plan_none"), Text: t.words.T("property.says.plan_none_text"), Sources: []Source{t.layer(layerPlans)}})
	}
	for _, p := range plans {
		if p.Unsure {
			t.add(Line{Key: "unsure", Title: p.Name, Value: t.words.T("property.cannot_tell"), Text: t.words.T("property.says.unsure"), Sources: t.planSources([]Plan{p})})
		}
	}
	if newer := newerMaster(zoning, master); newer != nil {
		t.add(Line{
			Key: "newer", Title: t.words.T("property.says.newer"), Text: t.words.T("property.says.newer_text", "plan", newer.Name),
			Sources: []Source{t.planSource(newer.Number), t.law("newer")},
		})
	}
}

func split(plans []Plan) (zoning, master []Plan) {
	for _, p := range plans {
		if p.Master {
			master = append(master, p)
		} else {
			zoning = append(zoning, p)
		}
	}
	return zoning, master
}

func names(plans []Plan) string {
	list := make([]string, len(plans))
	for i, p := range plans {
		list[i] = p.Name
	}
	return strings.Join(list, " · ")
}

func (t *teller) planSources(plans []Plan) []Source {
	list := make([]Source, len(plans))
	for i, p := range plans {
		list[i] = Source{Text: planLabel(t.words, p), Href: p.Path()}
	}
	return list
}

// newerMaster is a master plan that came into force after one of the zoning plans.
func newerMaster(zoning, master []Plan) *Plan {
	for i := range master {
		if slices.ContainsFunc(zoning, func(p Plan) bool { return p.From.Before(master[i].From) }) {
			return &master[i]
		}
	}
	return nil
}

// layer is a map layer as a source.
func (t *teller) layer(name string) Source {
	return Source{Text: t.words.T("property.source.layer", "layer", t.words.T("property.layer."+name))}
}

// titled names what a line is about, with the zone where there are several.
func (t *teller) titled(key string, z Zone) string {
	title := t.words.T("property.says." + key)
	if t.many && z.Field != "" {
		return title + " (" + z.Field + ")"
	}
	return title
}

// zone says what the provisions of a zone mean; without a utilisation, which is
// reckoned for a property, for a place.
func (t *teller) zone(z Zone, u *Utilisation) {
	source := []Source{t.planSource(z.Plan)}
	t.add(Line{
		Key: "purpose", Title: t.titled("purpose", z), Value: PurposeName(t.words, z), Text: meaning(t.words, "property.means.", z.Purpose),
		Plan: z.Text, Sources: source,
	})
	if z.Unsure {
		return // which is told with its plan
	}
	t.utilisation(z, u, source)
	t.heights(z, source)
	if z.Unknown.Line && z.built() {
		t.unknown("line", z, source)
	}
	if z.Line > 0 {
		t.add(Line{
			Key: "line", Title: t.titled("line", z), Value: metres(t.words, z.Line), Text: t.words.T("property.says.line_text", "metres", metres(t.words, z.Line)),
			Sources: source,
		})
	}
}

// built reports whether buildings are what a zone is for, so that it is worth telling
// that a number is not regulated.
func (z Zone) built() bool { return strings.HasPrefix(z.Purpose, "1") }

func (t *teller) utilisation(z Zone, u *Utilisation, source []Source) {
	l := Line{Key: "bya", Title: t.titled("bya", z), Sources: append(slices.Clone(source), t.law("bya"))}
	switch {
	case z.BYA <= 0 && !z.built():
		return
	case z.Unknown.BYA:
		t.add(Line{
			Key: "bya", Title: l.Title, Value: t.words.T("property.cannot_tell"), Text: t.words.T("property.says.bya_untold"), Sources: source,
		})
		return
	case z.BYA <= 0:
		l.Value, l.Text = t.words.T("property.not_regulated"), t.words.T("property.says.bya_none")
	case u == nil:
		l.Value, l.Text = percent(t.words, z.BYA), t.words.T("property.says.bya_place", "percent", percent(t.words, z.BYA))
	default:
		l.Value = percent(t.words, z.BYA)
		l.Text = t.words.T("property.says.bya_plot", "percent", percent(t.words, z.BYA), "plot", squares(t.words, u.Plot), "allowed", squares(t.words, u.Allowed),
			"built", squares(t.words, u.Built), "now", percent(t.words, u.Percent())) + " " + t.left(*u)
		if t.lacks(layerBuildings) {
			l.Text = t.words.T("property.says.bya_unknown", "percent", percent(t.words, z.BYA), "plot", squares(t.words, u.Plot), "allowed", squares(t.words, u.Allowed))
		}
		l.Text += " " + t.words.T("property.says.bya_reserve")
	}
	t.add(l)
}

func (t *teller) left(u Utilisation) string {
	if u.Left() < 0 {
		return t.words.T("property.says.bya_over", "over", squares(t.words, -u.Left()))
	}
	return t.words.T("property.says.bya_left", "left", squares(t.words, u.Left()))
}

// heights says how high one may build. Where the plan says nothing, the law's own
// limits go (plan- og bygningsloven § 29-4 first paragraph).
func (t *teller) heights(z Zone, source []Source) {
	l := Line{Key: "height", Title: t.titled("height", z), Sources: source}
	switch {
	case z.Cornice > 0 && z.Ridge > 0:
		l.Value = t.words.T("property.says.height_both", "cornice", metres(t.words, z.Cornice), "ridge", metres(t.words, z.Ridge))
	case z.Cornice > 0:
		l.Value = t.words.T("property.says.height_cornice", "cornice", metres(t.words, z.Cornice))
	case z.Ridge > 0:
		l.Value = t.words.T("property.says.height_ridge", "ridge", metres(t.words, z.Ridge))
	case !z.built():
		return
	case z.Unknown.Cornice || z.Unknown.Ridge:
		t.unknown("height", z, source)
		return
	default:
		l.Value, l.Text = t.words.T("property.not_regulated"), t.words.T("property.says.height_none")
		l.Sources = append(slices.Clone(source), t.law("height"))
		t.add(l)
		return
	}
	l.Text = t.words.T("property.says.height_text")
	if z.Unknown.Cornice || z.Unknown.Ridge {
		l.Text += " " + t.words.T("property.says.height_unknown") // the other one
	}
	t.add(l)
}

// unknown says that the map does not have a number of the plan's, which is not to say
// that the plan lets one build as one likes.
func (t *teller) unknown(key string, z Zone, source []Source) {
	t.add(Line{Key: key, Title: t.titled(key, z), Value: t.words.T("property.cannot_tell"), Text: t.words.T("property.says." + key + "_unknown"), Sources: source})
}

// boundary says how far from the neighbour's boundary the law wants buildings, where
// building is what the ground is for (plan- og bygningsloven § 29-4 second paragraph).
func (t *teller) boundary(zones []Zone) {
	if !slices.ContainsFunc(zones, Zone.built) && len(zones) > 0 {
		return
	}
	t.add(Line{
		Key: "boundary", Title: t.words.T("property.says.boundary"), Value: metres(t.words, 4), Text: t.words.T("property.says.boundary_text"),
		Sources: []Source{t.law("distance")},
	})
}

// cautions says what to be careful of; those of the same kind are told together.
func (t *teller) cautions(list []Caution, ground orb.MultiPolygon) {
	if t.lacks(layerCautions) || t.lacks(layerHazards) {
		defer t.add(Line{
			Key: "unknown", Title: t.words.T("property.says.cautions"), Value: t.words.T("property.cannot_tell"), Text: t.words.T("property.says.cautions_missing"),
		})
	}
	if len(list) == 0 && !t.lacks(layerCautions) && !t.lacks(layerHazards) {
		t.add(Line{
			Key: "caution", Title: t.words.T("property.says.cautions"), Value: t.words.T("property.says.cautions_none"), Text: t.words.T("property.says.cautions_none_text"),
			Sources: []Source{t.layer(layerCautions), t.layer(layerHazards)},
		})
	}
	for len(list) > 0 {
		same, rest := alike(list)
		t.caution(same, ground)
		list = rest
	}
}

// alike takes the cautions off that have the first one's code.
func alike(list []Caution) (same, rest []Caution) {
	for _, c := range list {
		if c.Code == list[0].Code {
			same = append(same, c)
		} else {
			rest = append(rest, c)
		}
	}
	return same, rest
}

func (t *teller) caution(same []Caution, ground orb.MultiPolygon) {
	first := same[0]
	l := Line{Key: "caution", Title: CautionName(t.words, first), Text: meaning(t.words, "property.caution_means.", first.Code)}
	var grounds []orb.MultiPolygon
	for _, c := range same {
		grounds = append(grounds, c.Ground)
		if c.Text != "" && !strings.Contains(l.Plan, c.Text) {
			l.Plan = strings.TrimSpace(l.Plan + " " + c.Text)
		}
		source := t.layer(c.Source)
		if c.Plan != "" {
			source = t.planSource(c.Plan)
		}
		if !slices.Contains(l.Sources, source) {
			l.Sources = append(l.Sources, source)
		}
	}
	if whole := shape.Area(ground); whole > 0 {
		l.Value = t.words.T("property.says.covers", "percent", percent(t.words, math.Min(100, 100*shape.Covered(ground, grounds...)/whole)))
	}
	if first.law() != "" {
		l.Sources = append(l.Sources, t.law(first.law()))
	}
	t.add(l)
}

// law is the paragraph that a kind of caution rests on besides its plan: danger of
// nature by plan- og bygningsloven § 28-1, heritage by kulturminneloven.
func (c Caution) law() string {
	switch {
	case strings.HasPrefix(c.Code, "H31"), strings.HasPrefix(c.Code, "H32"):
		return "nature"
	case c.Code == "H730":
		return "heritage"
	default:
		return ""
	}
}

func (t *teller) add(l Line) { t.lines = append(t.lines, l) }

// said is the text of a message, false when nobody has written it.
func said(words *i18n.Localizer, key string) (string, bool) {
	text := words.T(key)
	return text, text != "" && !strings.Contains(text, key)
}

// meaning is what a code of a national list means in plain words: that of the code
// itself, or of the group it belongs to, which its first signs tell.
func meaning(words *i18n.Localizer, prefix, code string) string {
	for n := len(code); n > 0; n-- {
		if text, known := said(words, prefix+code[:n]); known {
			return text
		}
	}
	return ""
}

// PurposeName is what the ground is for. The plan's own words are Norwegian; in other
// languages the name of the code in the national list is told, where it has one.
func PurposeName(words *i18n.Localizer, z Zone) string {
	if words.Lang() != i18n.NB && words.Lang() != i18n.NN {
		if text, known := said(words, "property.purpose."+z.Purpose); known {
			return text
		}
	}
	return cmp.Or(z.PurposeText, z.Purpose)
}

// CautionName names a consideration zone, with its code.
func CautionName(words *i18n.Localizer, c Caution) string {
	name := meaning(words, "property.caution.", c.Code)
	switch {
	case name == "":
		return cmp.Or(c.Code, c.Kind)
	case c.Code == "":
		return name
	default:
		return name + " (" + c.Code + ")"
	}
}

func metres(words *i18n.Localizer, n float64) string {
	return words.Decimal(n, 1) + "\u00a0m"
}

func squares(words *i18n.Localizer, n float64) string {
	return words.Decimal(n, 0) + "\u00a0m²"
}

func percent(words *i18n.Localizer, n float64) string {
	if words.Lang() == i18n.EN {
		return words.Decimal(n, 1) + "%"
	}
	return words.Decimal(n, 1) + "\u00a0%"
}
