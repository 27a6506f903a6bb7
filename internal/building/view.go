package building

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/property"
)

// formSteps are the page of the map and the pages of the form behind it.
func formSteps(ctx context.Context, pages []forms.Page, here string) []ui.Step {
	words := i18n.From(ctx)
	list := []ui.Step{{Label: words.T("building.site.step"), Href: here, State: ui.StepCurrent}}
	for _, p := range pages {
		if p.When == nil {
			list = append(list, ui.Step{Label: p.Title.In(words.Lang())})
		}
	}
	return append(list, ui.Step{Label: words.T("building.site.last_step")})
}

func (v chooseView) props(ctx context.Context, page ui.PageProps) ui.FormPageProps {
	words := i18n.From(ctx)
	return ui.FormPageProps{
		Page: page, Service: v.opened.Definition.Title.In(words.Lang()), Intro: words.T("building.site.choose_intro"),
		Steps: formSteps(ctx, v.opened.Definition.Pages, v.opened.AheadPath()),
		Form:  ui.FormProps{Action: v.opened.AheadPath(), Method: "get", Guard: "off"},
		Next:  ui.ButtonProps{Label: words.T("building.site.search_do"), Icon: "search"},
		Extra: templ.Join(skipLink(v.opened.FirstPage()), foundHits(v)),
	}
}

func (v siteView) props(ctx context.Context, page ui.PageProps) ui.FormPageProps {
	words := i18n.From(ctx)
	return ui.FormPageProps{
		Page: page, Service: v.opened.Definition.Title.In(words.Lang()), Intro: words.T("building.site.place_intro"), Errors: v.wrong,
		Steps: formSteps(ctx, v.opened.Definition.Pages, v.opened.AheadPath()),
		Form: ui.FormProps{
			Action: v.opened.AheadPath(), Guard: "off",
			Enter:  ui.ButtonProps{Label: words.T("building.site.draw"), Name: buttonName, Value: doDraw},
			Hidden: []ui.HiddenValue{{Name: "property", Value: v.placed.Request.Property}, {Name: fieldByEast}, {Name: fieldByNorth}, {Name: fieldByTurn}, {Name: fieldSight, Value: v.picture.seen.sight.String()}, {Name: fieldScreen}},
			Attrs:  templ.Attributes{"data-site": v.boxJSON()},
		},
		Next:  ui.ButtonProps{Label: words.T("building.site.save"), Name: buttonName, Value: doSave, Icon: "arrow-right", IconAfter: true},
		Extra: skipLink(v.opened.FirstPage()),
	}
}

// boxJSON tells the script what ground the picture shows: west, south, east, north.
func (v siteView) boxJSON() string {
	b := v.picture.seen.box
	text, err := json.Marshal([4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]})
	if err != nil {
		return "" // the script leaves the page as it is
	}
	return string(text)
}

func (v siteView) number(ctx context.Context, name, label string, n float64, required bool, unit string) ui.Field {
	words := i18n.From(ctx)
	f := ui.Field{Name: name, Label: words.T("building.site." + label), Required: required, Unit: unit, Error: v.wrong.For(name), Width: ui.Short, HideOptional: true}
	switch {
	case f.Error != "" && v.typed.Has(name):
		f.Value = v.typed.Get(name) // so that it can be put right
	case n != 0 || required:
		f.Value = fieldText(words, n)
	}
	return f
}

// fieldText is a number as it stands in a field: with the language's decimal sign, and none
// between thousands, where a comma would be read as one in a Norwegian number.
func fieldText(words *i18n.Localizer, n float64) string {
	text := strconv.FormatFloat(round2(n), 'f', -1, 64)
	if words.Lang() == i18n.EN {
		return text
	}
	return strings.Replace(text, ".", ",", 1)
}

func (v siteView) hinted(ctx context.Context, f ui.Field) ui.Field {
	f.Hint = i18n.T(ctx, "building.site."+f.Name+"_hint")
	return f
}

func (v siteView) kinds(ctx context.Context) ui.Field {
	f := ui.Field{Name: "kind", Label: i18n.T(ctx, "building.site.kind"), Value: string(v.placed.Request.Kind), Required: true, Error: v.wrong.For("kind")}
	for _, k := range check.Kinds() {
		f.Options = append(f.Options, ui.Option{Value: string(k), Label: i18n.T(ctx, "building.kind."+string(k))})
	}
	return f
}

func (v siteView) modes(ctx context.Context) ui.Field {
	f := ui.Field{Name: "mode", Label: i18n.T(ctx, "building.site.mode"), Value: v.placed.Request.Mode, Required: true}
	for _, m := range []string{modeSides, modePoint, modeCorners} {
		f.Options = append(f.Options, ui.Option{Value: m, Label: i18n.T(ctx, "building.site.mode."+m), Hint: i18n.T(ctx, "building.site.mode."+m+"_hint")})
	}
	return f
}

func (v siteView) side(ctx context.Context, name, chosen string) ui.Field {
	words := i18n.From(ctx)
	f := ui.Field{Name: name, Label: words.T("building.site." + name), Value: chosen, Required: true, Error: v.wrong.For(name)}
	for _, s := range v.placed.plot.sides {
		f.Options = append(f.Options, ui.Option{Value: s.Letter, Label: sideLabel(words, s)})
	}
	return f
}

func sideLabel(words *i18n.Localizer, s site.Side) string {
	return words.T("building.site.side", "letter", s.Letter, "faces", words.T("building.site.faces."+s.Faces()),
		"behind", cmp.Or(s.Behind, words.T("building.site.nobody")), "length", metres(words, round1(s.Length)))
}

// when is the condition on which the fields of a way of placing are shown.
func when(modes ...string) string {
	list := make([]string, len(modes))
	for i, m := range modes {
		list[i] = strconv.Quote(m)
	}
	return `{"op":"in","args":[{"field":"mode"},[` + strings.Join(list, ",") + `]]}`
}

// ways is what the arrows can be set to move by, in metres.
func (v siteView) ways(ctx context.Context) ui.Field {
	f := ui.Field{Name: "step", Label: i18n.T(ctx, "building.site.step_metres"), Value: figure(i18n.From(ctx), v.step), HideOptional: true, Width: ui.Short}
	for _, n := range []float64{0.1, 0.5, 1, 5} {
		text := figure(i18n.From(ctx), n)
		f.Options = append(f.Options, ui.Option{Value: text, Label: text + " m"})
	}
	return f
}

// press is a button that moves or turns the building.
func (v siteView) press(ctx context.Context, do, label string) ui.ButtonProps {
	return ui.ButtonProps{
		Label: i18n.T(ctx, "building.site."+label), Name: buttonName, Value: do, Variant: ui.Secondary, Small: true, FormAction: v.opened.AheadPath() + toDrawing,
	}
}

// toDrawing leads to the drawing of the page, where what was pressed for is seen.
const toDrawing = "#site-drawing"

// looker is a button or link that shows other ground.
type looker struct {
	do, key string
	strokes []string // of its sign, on a grid of 24; none: its words are seen
}

func lookers() []looker {
	return []looker{
		{doNearer, "building.site.nearer", []string{"M12 5v14", "M5 12h14"}},
		{doFurther, "building.site.further", []string{"M5 12h14"}},
		{doSeeWest, "building.site.see_west", []string{"M20 12H5", "M11 6l-6 6 6 6"}},
		{doSeeNorth, "building.site.see_north", []string{"M12 19V5", "M6 11l6-6 6 6"}},
		{doSeeSouth, "building.site.see_south", []string{"M12 5v14", "M6 13l6 6 6-6"}},
		{doSeeEast, "building.site.see_east", []string{"M4 12h15", "M13 6l6 6-6 6"}},
		{doSeeWhole, "building.site.see_whole", nil},
		{doSeeBuilding, "building.site.see_building", nil},
	}
}

func (l looker) button(ctx context.Context, path string) templ.Attributes {
	return templ.Attributes{"type": "submit", "name": buttonName, "value": l.do, "formaction": path + toDrawing, "title": i18n.T(ctx, l.key)}
}

// href is the way to the same ground on a page without a form.
func (l looker) href(from sight) string {
	return "?" + url.Values{fieldSight: {from.String()}, buttonName: {l.do}}.Encode() + toDrawing
}

// limits tell the script how wide the ground that is seen can be, in metres.
func (p picture) limits() string { return fmt.Sprintf("[%.2f,%.2f]", p.seen.least, p.seen.most) }

// cornersText writes corners as they are typed, one on each line.
func cornersText(area orb.MultiPolygon) string {
	if len(area) == 0 {
		return ""
	}
	var text strings.Builder
	for _, p := range area[0][0][:len(area[0][0])-1] {
		fmt.Fprintf(&text, "%.2f %.2f\n", p[0], p[1])
	}
	return text.String()
}

// answers is the table of what was found, what must be seen first first.
func answersTable(ctx context.Context, r check.Result) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("building.site.result"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("building.site.question"), Prose: true},
		{Label: words.T("building.site.verdict"), Tight: true},
		{Label: words.T("building.site.answer"), Prose: true},
	}}
	sorted := slices.Clone(r.Answers)
	slices.SortStableFunc(sorted, func(a, b check.Answer) int { return cmp.Compare(order(a.Verdict), order(b.Verdict)) })
	for _, a := range sorted {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: words.T("building.ask." + a.Key)}, {Content: ui.Tag(verdictTag(words, a.Verdict))}, {Text: text(words, a), Note: words.T("building.site.source", "source", source(words, a.Source))},
		}})
	}
	return t
}

// exemptTable is the table of the conditions for building without an application.
func exemptTable(ctx context.Context, e check.Exempt) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("building.exempt.conditions"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("building.exempt.condition"), Prose: true}, {Label: words.T("building.site.verdict"), Tight: true},
	}}
	for _, c := range e.Conditions {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: condition(words, c)}, {Content: ui.Tag(verdictTag(words, c.Verdict))}}})
	}
	return t
}

// exemptKind is the tone of the message on whether one must apply.
func exemptKind(e check.Exempt) ui.Kind {
	switch e.Verdict {
	case check.OK:
		return ui.Success
	case check.CannotTell:
		return ui.Warning
	case check.Breach, check.Attention:
	}
	return ui.Info
}

// To whom it is told who may apply: the texts say "you" to the applicant only.
const (
	toApplicant = "building.applicant."
	toStaff     = "building.panel.applicant."
)

// follows tells who may apply and which limit the municipality has.
func follows(ctx context.Context, r check.Result, to string) []ui.Term {
	words := i18n.From(ctx)
	return []ui.Term{
		{Label: words.T("building.applicant.title"), Long: true, Value: sourced(words, words.T(to+r.Applicant.Case), r.Applicant.Laws)},
		{Label: words.T("building.class.title"), Long: true, Value: sourced(words, classText(words, r.Class), r.Class.Laws)},
	}
}

// sourced is a sentence with the law it rests on.
func sourced(words *i18n.Localizer, text string, keys []string) string {
	if len(keys) == 0 {
		return text
	}
	return text + " (" + strings.Join(laws(words, keys), ", ") + ")"
}

// hitPath leads from a search to a property.
func (v chooseView) hitPath(h property.Hit) string {
	return v.opened.AheadPath() + "?property=" + h.Ref.Path()
}

// staffTerms are the lines on top of the case worker's panel.
func staffTerms(ctx context.Context, r Review) []ui.Term {
	words := i18n.From(ctx)
	p := r.Site.Result
	terms := []ui.Term{{Label: words.T("building.panel.class"), Long: true, Value: sourced(words, classText(words, p.Class), p.Class.Laws)}}
	return append(terms,
		ui.Term{Label: words.T("building.applicant.title"), Long: true, Value: sourced(words, words.T(toStaff+p.Applicant.Case), p.Applicant.Laws)},
		ui.Term{Label: words.T("building.site.property"), Value: r.Site.Property},
		ui.Term{Label: words.T("building.panel.exempt"), Value: words.T("building.panel.exempt." + string(p.Exempt.Verdict))},
		ui.Term{Label: words.T("building.site.result"), Value: counted(words, p)},
	)
}

// when tells the day and time of the check.
func (r Review) when(ctx context.Context) string {
	words := i18n.From(ctx)
	return words.T("building.panel.when", "at", words.Date(clock.DateIn(r.Site.CheckedAt)))
}
