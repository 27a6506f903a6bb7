package layers

import (
	_ "embed" // the national lists of codes
	"errors"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// The layers that a plan fills.
const (
	plansLayer    = "plans"
	zonesLayer    = "plan_zones"
	cautionsLayer = "plan_cautions"
)

// PlanLines is the layer of building lines, heights and boundaries of plans.
const PlanLines = "plan_lines"

// PlanLayers are the layers that plans fill, the last of them only when a plan has
// lines or heights of its own.
func PlanLayers() []string { return []string{plansLayer, zonesLayer, cautionsLayer, PlanLines} }

// The purposes of land and the kinds of consideration zones of the national list of
// plans (kart- og planforskriften, vedlegg I), with the names that people read.
var (
	//go:embed codes/purposes.tsv
	purposesText string
	//go:embed codes/cautions.tsv
	cautionsText string
)

// planned is a plan as its file tells it.
type planned struct {
	number, name, status string
	master               bool
	from, to             time.Time
	undated              bool // it is repealed, and does not say from when
}

// Plans is what a file tells of its plans. Zones point to their plan, which may stand
// after them, so that a file is read once for the plans and once for the rest.
type Plans struct {
	byID     map[string]*planned
	byNumber map[string]*planned
	numbers  []string
	purposes map[string][2]string
	cautions map[string][3]string
}

// maxPlans is how many plans a file may tell of.
const maxPlans = 50_000

// ReadPlans reads a file to its end and keeps its plans: GML after the product
// specification Reguleringsplanforslag or SOSI Plan, of zoning plans (Rp…) and master
// plans (Kp…). Plans that are repealed and do not say when end today.
func ReadPlans(r exchange.Reader, today clock.Date) (*Plans, error) {
	p := &Plans{byID: map[string]*planned{}, byNumber: map[string]*planned{}, purposes: map[string][2]string{}, cautions: map[string][3]string{}}
	for line := range strings.Lines(purposesText) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			p.purposes[f[0]] = [2]string{f[1], f[2]}
		}
	}
	for line := range strings.Lines(cautionsText) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 4 {
			p.cautions[f[0]] = [3]string{f[1], f[2], f[3]}
		}
	}
	areas := map[string]string{} // of a plan's area, where the plan stands
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		p.learn(f, areas)
	}
	for area, plan := range areas {
		if known := p.byID[plan]; known != nil {
			p.merge(area, known)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.byID)) {
		p.byID[id].end(today)
		if known := p.byID[id]; known.number != "" && p.byNumber[known.number] == nil {
			p.byNumber[known.number] = known
		}
	}
	p.numbers = slices.Sorted(maps.Keys(p.byNumber))
	return p, nil
}

// learn keeps what a feature tells of its plan.
func (p *Plans) learn(f exchange.Feature, areas map[string]string) {
	if kind, _ := planKind(f.Type); f.Type != "Arealplan" && kind != "Område" || len(p.byID) >= maxPlans {
		return
	}
	p.byID[f.ID] = &planned{
		number: planNumber(f.Properties), name: first(f.Properties, "plannavn"), status: first(f.Properties, "planstatus", "plstat"),
		master: strings.HasPrefix(f.Type, "Kp") || slices.Contains([]string{"20", "21", "22"}, first(f.Properties, "plantype")),
		from:   day0(f.Properties, "ikrafttredelsesdato", "ikraft", "vedtakEndeligPlanDato", "vedtaksdato"), to: f.ValidTo,
	}
	if to := strings.TrimPrefix(first(f.Properties, "arealplan"), "#"); to != "" {
		areas[f.ID] = to
	}
}

// merge gives a plan's area what the plan itself tells.
func (p *Plans) merge(area string, plan *planned) {
	own := p.byID[area]
	if own.number == "" {
		own.number = plan.number
	}
	if own.name == "" {
		own.name = plan.name
	}
	if own.status == "" {
		own.status = plan.status
	}
	if own.from.IsZero() {
		own.from = plan.from
	}
	if own.to.IsZero() {
		own.to = plan.to
	}
	own.master = own.master || plan.master
}

// planNumber is the identification of a plan in its municipality (nasjonal
// arealplan-ID without the municipality's number).
func planNumber(properties map[string]any) string {
	return first(properties, "planidentifikasjon", "planid")
}

// day0 reads a day out of one of some properties.
func day0(properties map[string]any, names ...string) time.Time {
	text := first(properties, names...)
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if len(text) >= len(layout) {
			if t, err := time.Parse(layout, text[:len(layout)]); err == nil {
				return clock.NewDate(t.Date()).Start()
			}
		}
	}
	return time.Time{}
}

// Numbers are the numbers of the plans in the file.
func (p *Plans) Numbers() []string { return p.numbers }

// Part is the name of the data set when the file has one plan: its number, as far as
// it can stand in a name.
func (p *Plans) Part() string {
	if len(p.numbers) != 1 {
		return ""
	}
	part := strings.Map(func(c rune) rune {
		if validPart(string(c)) {
			return c
		}
		return '-'
	}, p.numbers[0])
	if len(part) > 60 {
		return part[:60]
	}
	return part
}

// of is the plan that a feature belongs to: the one it points to or names, or the only
// one there is.
func (p *Plans) of(f exchange.Feature) planned {
	for _, name := range []string{"planområde", "arealplan", "plan"} {
		if known := p.byID[strings.TrimPrefix(first(f.Properties, name), "#")]; known != nil {
			return *known
		}
	}
	number := planNumber(f.Properties)
	if number == "" && len(p.numbers) == 1 {
		number = p.numbers[0]
	}
	if known := p.byNumber[number]; known != nil {
		return *known
	}
	return planned{number: number, master: strings.HasPrefix(f.Type, "Kp")}
}

// Map is the mapping of a file of plans to the layers of PlanLayers.
func (p *Plans) Map(f exchange.Feature) []Incoming {
	kind, isPlan := planKind(f.Type)
	if !isPlan || f.Geometry == nil {
		return nil // the plan itself has no place; its area has
	}
	plan := p.of(f)
	if own := p.byID[f.ID]; own != nil {
		plan = *own
	}
	in := plain(f)[0]
	in.Feature.From, in.Feature.To = plan.from, plan.to
	switch {
	case kind == "Område":
		in.Layer, in.Feature.Properties = plansLayer, plan.properties(map[string]any{"name": plan.name, "before": "", "after": ""})
	case kind == "ArealformålOmråde", kind == "ArealbrukOmråde", kind == "FormålOmråde":
		in.Layer, in.Feature.Properties = zonesLayer, plan.properties(p.zone(f))
	case strings.HasSuffix(kind, "Sone") || kind == "BestemmelseOmråde":
		in.Layer, in.Feature.Properties = cautionsLayer, plan.properties(p.caution(f, kind))
	default:
		in.Layer, in.Feature.Properties = PlanLines, plan.properties(line(f, kind))
	}
	return []Incoming{in}
}

// planKind is the kind of a plan's feature without what it begins with: zoning plans
// after today's law (Rp) and that of 1985 (Rb), and master plans (Kp).
func planKind(kind string) (string, bool) {
	for _, prefix := range []string{"Rp", "Kp", "Rb"} {
		if rest, is := strings.CutPrefix(kind, prefix); is {
			return rest, true
		}
	}
	return "", false
}

// properties adds what all features of a plan have.
func (p *planned) properties(own map[string]any) map[string]any {
	own["plan"], own["master"] = p.number, p.master
	if p.status != "" {
		own["status"] = p.status
	}
	if p.proposal() {
		own["proposal"] = true
	}
	return own
}

// zone is a purpose of land with the names that Torg knows it by. The numbers of the
// plan's provisions stand in a document that the file does not have: one that is left
// out is not known, while 0 would say that the plan does not regulate it.
func (p *Plans) zone(f exchange.Feature) map[string]any {
	code := first(f.Properties, "arealformål", "rparealformål", "kparealformål", "reguleringsformål", "regform", "arealbruk", "kparealbruk")
	text := first(f.Properties, "beskrivelse")
	name := p.purpose(code)
	out := map[string]any{
		"field": first(f.Properties, "feltnavn", "felt", "områdenavn"), "purpose": code, "purpose_nb": name[0], "purpose_nn": name[1],
		"provision": "", "area": metres2(f), "text_nb": text, "text_nn": text,
	}
	if percent, told := builtUp(f.Properties); told {
		out["bya"] = percent
	}
	return out
}

// purpose is the name of a purpose in both forms of Norwegian; of one that is not in
// the list, that of its main group (plan- og bygningsloven § 12-5).
func (p *Plans) purpose(code string) [2]string {
	if name, known := p.purposes[code]; known {
		return name
	}
	if len(code) == 4 {
		return p.purposes[code[:1]+"001"]
	}
	return [2]string{}
}

// builtUp is the utilisation as a percentage of built-up area (%-BYA), when that is how
// the plan tells it: types 1, 12 and 16 of the national list are such percentages.
func builtUp(properties map[string]any) (percent float64, told bool) {
	if !slices.Contains([]string{"1", "12", "16"}, first(properties, "utnyttingstype", "utntyp")) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Replace(first(properties, "utnyttingstall", "utntall"), ",", ".", 1), 64)
	if err != nil || v <= 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// metres2 is the area of a zone, which is zero for one in degrees.
func metres2(f exchange.Feature) float64 {
	if exchange.Geographic(f.CRS) {
		return 0
	}
	return math.Round(shape.Area(f.Geometry)*10) / 10
}

// cautionCode finds the three digits of a kind of consideration zone, as in H320_1.
var cautionCode = regexp.MustCompile(`^[Hh]?(\d{3})(?:\D|$)`)

// caution is a consideration zone (plan- og bygningsloven § 12-6), or an area with a
// provision of its own (§ 12-7).
func (p *Plans) caution(f exchange.Feature, kind string) map[string]any {
	name := first(f.Properties, "hensynSonenavn", "hensynsonenavn", "bestemmelseOmrådeNavn", "bestområdenavn")
	out := map[string]any{"name": name, "code": name, "kind": "provision", "text_nb": first(f.Properties, "beskrivelse"), "text_nn": first(f.Properties, "beskrivelse")}
	if kind == "BestemmelseOmråde" {
		return out
	}
	out["kind"] = "other"
	own := strings.TrimSuffix(kind, "Sone")
	for _, text := range []string{name, first(f.Properties, own, "rp"+own, "kp"+own, own+"Type", "hensynType")} {
		match := cautionCode.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		out["code"] = "H" + match[1]
		if known, is := p.cautions[match[1]]; is {
			out["kind"] = known[0]
			if out["text_nb"] == "" {
				out["text_nb"], out["text_nn"] = known[1], known[2]
			}
		}
		return out
	}
	return out
}

// line is what else a plan draws: building lines, heights, boundaries.
func line(f exchange.Feature, kind string) map[string]any {
	out := map[string]any{"kind": kind}
	if height, err := strconv.ParseFloat(first(f.Properties, "regulerthøyde"), 64); err == nil && !math.IsInf(height, 0) && !math.IsNaN(height) {
		out["height"] = height
	}
	if law := first(f.Properties, "juridisklinje", "rpjuridisklinje", "kpjuridisklinje"); law != "" {
		out["code"] = law
	}
	return out
}
