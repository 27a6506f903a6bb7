package property

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// propertyView is what the page of a property shows.
type propertyView struct {
	ref       Ref // as it was asked for: a section, or the ground
	facts     Facts
	lines     []Line
	picture   *picture
	around    templ.Component
	mayOwners bool
}

// propertyView returns what the page of a property shows, for everybody.
func (s *Service) propertyView(ctx context.Context, ref Ref) (v propertyView, err error) {
	v.ref, v.mayOwners = ref, s.mayOwners(ctx) == nil
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := s.ByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		if v.facts, err = s.FactsOf(ctx, tx, p); err != nil {
			return err
		}
		if ref.Snr != 0 && !slices.Contains(v.facts.Sections, ref) {
			return unknown(ref)
		}
		if v.picture, err = s.reader(ctx, tx).propertyPicture(ctx, v.facts); err != nil {
			return err
		}
		if s.Around != nil {
			v.around, err = s.Around(ctx, tx, p.Ground.Bound().Pad(aroundMetres))
		}
		return err
	})
	v.lines = v.facts.Says(i18n.From(ctx))
	return v, err
}

// aroundMetres is how far from a property building cases are said to be near.
const aroundMetres = 250

// terms are the facts of a property in short.
func (v propertyView) terms(ctx context.Context) []ui.Term {
	words, p := i18n.From(ctx), v.facts.Property
	terms := []ui.Term{{Label: words.T("property.term.number"), Value: p.Ref.String()}}
	add := func(key, value string) {
		if value != "" {
			terms = append(terms, ui.Term{Label: words.T("property.term." + key), Value: value})
		}
	}
	add("name", p.Name)
	for _, a := range v.facts.Addresses[:min(len(v.facts.Addresses), 1)] {
		add("address", a.String())
	}
	if len(v.facts.Addresses) > 1 {
		add("addresses", words.Number(int64(len(v.facts.Addresses))))
	}
	if use, known := said(words, "property.use."+p.Use); known && p.Use != "" {
		add("use", use)
	}
	area := p.Area
	if area <= 0 {
		area = shape.Area(p.Ground)
	}
	add("area", squares(words, area))
	if !slices.Contains(v.facts.Missing, layerBuildings) {
		built := BuiltUp(p.Ground, v.facts.Buildings)
		add("built", words.T("property.term.built_value", "area", squares(words, built), "percent", percent(words, 100*built/max(area, 1))))
	}
	if !p.Since.IsZero() {
		add("since", words.Date(p.Since))
	}
	return terms
}

// buildings lists the buildings that stand on the property.
func (v propertyView) buildings(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.buildings.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"what", "area", "floors", "height", "year", "number"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("property.buildings." + key), Numeric: key == "area" || key == "floors", Tight: key == "number" || key == "year"})
	}
	for _, b := range v.facts.Buildings {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: BuildingName(words, b), Note: b.Name},
			{Text: squares(words, b.Area)},
			{Text: orUnknown(words, b.Floors)},
			{Text: heightOf(words, b)},
			{Text: orUnknown(words, b.Year)},
			{Text: strconv.FormatInt(b.Number, 10)},
		}})
	}
	return t
}

// BuildingName is what a building is, by the national list of types (NS 3457).
func BuildingName(words *i18n.Localizer, b Building) string {
	return cmp.Or(meaning(words, "property.building.", strconv.Itoa(b.Type)), words.T("property.building_other"))
}

func orUnknown(words *i18n.Localizer, n int) string {
	if n == 0 {
		return words.T("property.not_known")
	}
	return strconv.Itoa(n)
}

func heightOf(words *i18n.Localizer, b Building) string {
	switch {
	case b.Cornice > 0 && b.Ridge > 0:
		return words.T("property.says.height_both", "cornice", metres(words, b.Cornice), "ridge", metres(words, b.Ridge))
	case b.Ridge > 0:
		return words.T("property.says.height_ridge", "ridge", metres(words, b.Ridge))
	case b.Cornice > 0:
		return words.T("property.says.height_cornice", "cornice", metres(words, b.Cornice))
	default:
		return words.T("property.not_known")
	}
}

// planTable lists plans with when they came into force.
func planTable(ctx context.Context, caption string, plans []Plan, current string) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: caption, HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "number", "kind", "from", "to"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("property.plans." + key), Tight: key != "name"})
	}
	for _, p := range plans {
		name := ui.Cell{Text: p.Name, Href: p.Path()}
		switch {
		case p.Name == "":
			name = ui.Cell{Text: words.T("property.plans.not_in_map")}
		case p.Number == current:
			name = ui.Cell{Text: p.Name, Note: words.T("property.plans.this")}
		}
		from, to := words.T("property.not_known"), words.T("property.plans.still")
		if !p.From.IsZero() {
			from = words.Date(p.From)
		}
		if !p.To.IsZero() {
			to = words.Date(p.To)
		}
		switch {
		case p.Proposal:
			to = words.T("property.plans.not_adopted")
		case p.Unsure:
			to = words.T("property.cannot_tell")
		case p.Repealed && p.To.IsZero():
			to = words.T("property.plans.repealed")
		}
		if p.Name == "" {
			to = words.T("property.not_known")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{name, {Text: p.Number}, {Text: planKind(words, p)}, {Text: from}, {Text: to}}})
	}
	return t
}

func planKind(words *i18n.Localizer, p Plan) string {
	key := "property.plans.zoning"
	if p.Master {
		key = "property.plans.master"
	}
	if p.Proposal {
		key += "_proposal"
	}
	return words.T(key)
}

// mapPath leads to the map with the property in the middle.
func (v propertyView) mapPath() string { return mapPath(v.facts.Property) }

func mapPath(p Property) string {
	at, ok := shape.InnerPoint(p.Ground)
	if !ok {
		return "/map?property=" + p.Ref.Path()
	}
	return fmt.Sprintf("/map?property=%s&e=%.1f&n=%.1f", p.Ref.Path(), at[0], at[1])
}

// applyPath leads to where one applies to build on a property.
func applyPath(r Ref) string { return "/apply/building-permit?property=" + r.Path() }

// followPath leads to where one asks to be told of changes: whoever is not logged in
// leaves an e-mail address instead.
func followPath(ctx context.Context, r Ref) string {
	if identity.From(ctx).LoggedIn() {
		return "/my/areas/new?property=" + r.Path()
	}
	return "/areas/new?property=" + r.Path()
}

// placeView is what the page of a place shows.
type placeView struct {
	place   Place
	asked   bool // a place was named
	lines   []Line
	picture *picture
	lonLat  orb.Point
}

func (s *Service) placeView(ctx context.Context, at orb.Point) (v placeView, err error) {
	v.asked = true
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if v.place, err = s.PlaceAt(ctx, tx, at); err != nil || v.place.Outside {
			return err
		}
		v.picture, err = s.reader(ctx, tx).placePicture(ctx, v.place)
		return err
	})
	v.lines, v.lonLat = v.place.Says(i18n.From(ctx)), s.lonLat(ctx, at)
	return v, err
}

// near lists the nearest kindergarten and school.
func (v placeView) near(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.place.near"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("property.place.what")}, {Label: words.T("property.place.name")}, {Label: words.T("property.place.far"), Numeric: true},
	}}
	for _, d := range v.place.Near {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: words.T("property.use." + d.Kind)}, {Text: d.Name, Href: d.Path}, {Text: distanceOf(words, d.Metres)}}})
	}
	return t
}

// distanceOf writes a distance as people say it.
func distanceOf(words *i18n.Localizer, m float64) string {
	if m >= 1000 {
		return words.Decimal(m/1000, 1) + "\u00a0km"
	}
	return words.Decimal(m, 0) + "\u00a0m"
}

// planView is what the page of a plan shows.
type planView struct {
	facts   PlanFacts
	picture *picture
	after   Plan // the one that replaced it, when it is in the map
}

func (s *Service) planView(ctx context.Context, number string) (v planView, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if v.facts, err = s.PlanOf(ctx, tx, number); err != nil {
			return err
		}
		v.picture, err = s.reader(ctx, tx).planPicture(ctx, v.facts)
		return err
	})
	for _, p := range v.facts.History {
		if p.Number == v.facts.Plan.After {
			v.after = p
		}
	}
	return v, err
}

// state names why the plan does not go, "" when it does: it is proposed, nobody knows,
// it has its day still to come, or it is over.
func (v planView) state() string {
	switch {
	case v.facts.InForce:
		return ""
	case v.facts.Plan.Proposal:
		return "proposal"
	case v.facts.Plan.Unsure:
		return "unsure"
	case v.facts.Plan.To.IsZero() && !v.facts.Plan.Repealed:
		return "coming"
	}
	return "past"
}

func (v planView) terms(ctx context.Context) []ui.Term {
	words, p := i18n.From(ctx), v.facts.Plan
	terms := []ui.Term{
		{Label: words.T("property.plans.number"), Value: p.Number},
		{Label: words.T("property.plans.kind"), Value: planKind(words, p)},
		{Label: words.T("property.plans.from"), Value: cmp.Or(words.Date(p.From), words.T("property.not_known"))},
	}
	if !p.To.IsZero() {
		terms = append(terms, ui.Term{Label: words.T("property.plans.to"), Value: words.Date(p.To)})
	}
	return append(terms, ui.Term{Label: words.T("property.term.area"), Value: hectares(words, shape.Area(p.Ground))})
}

// hectares writes a large area in dekar, as Norwegian plans do.
func hectares(words *i18n.Localizer, m2 float64) string {
	if m2 < 10_000 {
		return squares(words, m2)
	}
	return words.T("property.decares", "number", words.Decimal(m2/1000, 0))
}

// zoneGroup are the zones of a plan for which the same numbers go.
type zoneGroup struct {
	Zone
	fields []string
	square float64
}

// groups puts zones together for which the same goes, in the plan's order: a plan may
// have a hundred, and readers look for the differences.
func (v planView) groups() []zoneGroup {
	var list []zoneGroup
	for _, z := range v.facts.Zones {
		k := slices.IndexFunc(list, func(g zoneGroup) bool {
			return g.Purpose == z.Purpose && g.BYA == z.BYA && g.Cornice == z.Cornice && g.Ridge == z.Ridge && g.Line == z.Line && g.Unknown == z.Unknown && g.Text == z.Text
		})
		if k < 0 {
			list = append(list, zoneGroup{Zone: z})
			k = len(list) - 1
		}
		if z.Field != "" {
			list[k].fields = append(list[k].fields, z.Field)
		}
		list[k].square += shape.Area(z.Ground)
	}
	return list
}

// zones lists what the plan says of its zones, those for which the same goes together.
func (v planView) zones(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.zones.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"purpose", "field", "bya", "height", "line", "area"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("property.zones." + key), Numeric: key == "bya" || key == "line" || key == "area", Tight: key == "area"})
	}
	for _, g := range v.groups() {
		none := func(unknown bool) string {
			return words.T(map[bool]string{true: "property.zones.unknown", false: "property.zones.none"}[unknown])
		}
		bya, line, height := none(g.Unknown.BYA), none(g.Unknown.Line), none(g.Unknown.Cornice || g.Unknown.Ridge)
		if g.BYA > 0 {
			bya = percent(words, g.BYA)
		}
		if g.Line > 0 {
			line = metres(words, g.Line)
		}
		if g.Cornice > 0 || g.Ridge > 0 {
			height = heightOf(words, Building{Cornice: g.Cornice, Ridge: g.Ridge})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: PurposeName(words, g.Zone)}, {Text: cmp.Or(strings.Join(g.fields, ", "), "–")}, {Text: bya}, {Text: height}, {Text: line}, {Text: hectares(words, g.square)},
		}})
	}
	return t
}

// provisions are the texts of the plan, each once, with what its purpose means.
func (v planView) provisions(ctx context.Context) []Line {
	words := i18n.From(ctx)
	var list []Line
	for _, z := range v.facts.Zones {
		title := PurposeName(words, z)
		if z.Text == "" || slices.ContainsFunc(list, func(l Line) bool { return l.Title == title && l.Plan == z.Text }) {
			continue
		}
		list = append(list, Line{Title: title, Text: meaning(words, "property.means.", z.Purpose), Plan: z.Text})
	}
	return list
}

// largePlan is from how many square metres on a plan's figures are told in decares.
const largePlan = 1_000_000

// chart is how the plan's ground is shared between purposes, in square metres, or in
// decares when the plan is large.
func (v planView) chart(ctx context.Context) ui.ChartProps {
	words := i18n.From(ctx)
	unit, each := "square", 1.0
	areas := v.facts.Areas()
	if len(areas) > 0 && areas[0].Square >= largePlan {
		unit, each = "decare", 1000
	}
	c := ui.ChartProps{Title: words.T("property.chart." + unit), LabelHead: words.T("property.zones.purpose"), ValueHead: words.T("property.chart." + unit + "_head")}
	for _, a := range areas {
		c.Bars = append(c.Bars, ui.Bar{Label: PurposeName(words, a.Zone), Value: int64(a.Square/each + 0.5)})
	}
	return c
}

// cautions lists the plan's consideration zones, each kind once.
func (v planView) cautions(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.cautions.title"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("property.cautions.what")}, {Label: words.T("property.cautions.count"), Numeric: true}, {Label: words.T("property.cautions.text"), Prose: true},
	}}
	for rest := v.facts.Cautions; len(rest) > 0; {
		var same []Caution
		same, rest = alike(rest)
		text := cmp.Or(same[0].Text, meaning(words, "property.caution_means.", same[0].Code))
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: CautionName(words, same[0])}, {Text: strconv.Itoa(len(same))}, {Text: text}}})
	}
	return t
}

// versions lists how the plan's record in the map has changed.
func (v planView) versions(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.versions.title"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("property.versions.name")}, {Label: words.T("property.plans.from"), Tight: true}, {Label: words.T("property.plans.to"), Tight: true},
	}}
	for _, x := range v.facts.Versions {
		from, to := words.T("property.not_known"), words.T("property.plans.still")
		if !x.From.IsZero() {
			from = words.Date(day(x.From))
		}
		if !x.To.IsZero() {
			to = words.Date(day(x.To))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name}, {Text: from}, {Text: to}}})
	}
	return t
}

// hitTable lists what a search found.
func hitTable(ctx context.Context, hits []Hit) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.search.results"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("property.search.name")},
		{Label: words.T("property.search.where")},
		{Label: words.T("property.search.kind"), Tight: true},
		{Label: words.T("property.search.property"), Tight: true},
	}}
	for _, h := range hits {
		ref := "–"
		if !h.Ref.IsZero() {
			ref = h.Ref.String()
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: h.Label, Href: h.Path}, {Text: cmp.Or(h.Note, "–")}, {Text: words.T("property.kind." + h.Kind)}, {Text: ref}}})
	}
	return t
}

// ownerView is what the staff's page of a property shows.
type ownerView struct {
	facts  Facts
	refs   []Ref // the ground and its sections
	owners map[Ref][]Owner
	// trouble is why there are no owners, in words; "" when there are.
	trouble string
}

// table lists the owners of one property or section.
func (v ownerView) table(ctx context.Context, ref Ref) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("property.owners.of", "number", ref.String()), RowHeader: true}
	for _, key := range []string{"name", "share", "kind", "address"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("property.owners." + key), Tight: key == "share"})
	}
	for _, o := range v.owners[ref] {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: ownerName(words, o)}, {Text: cmp.Or(o.Share, "1/1")}, {Text: ownerKind(words, o)}, {Content: ownerAddress(o)},
		}})
	}
	t.Empty = words.T("property.owners.none")
	return t
}

// ownerName is who an owner is. A name beside the number of a property is an address, and
// that of somebody whose address is secret is told nobody (folkeregisterloven § 10-4).
func ownerName(words *i18n.Localizer, o Owner) string {
	if o.Protected {
		return words.T("property.owners.hidden")
	}
	return cmp.Or(o.Name, words.T("property.owners.nameless"))
}

func ownerKind(words *i18n.Localizer, o Owner) string {
	switch {
	case o.Organisation != "":
		return words.T("property.owners.organisation", "number", o.Organisation)
	case o.Deceased:
		return words.T("property.owners.deceased")
	default:
		return words.T("property.owners.person")
	}
}
