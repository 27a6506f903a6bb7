package ogc

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// The bounds of pages for people.
const (
	maxColumns  = 6   // of a table of features
	maxPageRows = 100 // whatever limit says
)

// layerTable lists layers with what they are and how much is in them.
func layerTable(ctx context.Context, list []layers.Layer) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("geo.collections.title"), HideCaption: true, RowHeader: true, Empty: words.T("geo.collections.empty"),
		Columns: []ui.Column{
			{Label: words.T("geo.column.layer")},
			{Label: words.T("geo.column.about"), Prose: true},
			{Label: words.T("geo.column.count"), Numeric: true},
			{Label: words.T("geo.column.updated"), Tight: true},
			{Label: words.T("geo.column.access"), Tight: true},
		},
	}
	for _, l := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: titleOf(words, l), Href: asPage(root + "/collections/" + l.Name)},
			{Text: l.About.In(words.Lang())},
			{Text: words.Number(l.Count)},
			{Text: updated(words, l)},
			{Content: accessTag(words, l)},
		}})
	}
	return t
}

func updated(words *i18n.Localizer, l layers.Layer) string {
	if l.UpdatedAt.IsZero() || l.Generation == 0 {
		return "–"
	}
	return words.Date(clock.DateIn(l.UpdatedAt))
}

func accessTag(words *i18n.Localizer, l layers.Layer) templ.Component {
	if l.Public {
		return ui.Tag(ui.TagProps{Label: words.T("geo.access.public"), Color: ui.TagSuccess})
	}
	return ui.Tag(ui.TagProps{Label: words.T("geo.access.staff"), Color: ui.TagWarning})
}

// facts are what is to be known of a layer.
func facts(ctx context.Context, l layers.Layer) []ui.Term {
	words := i18n.From(ctx)
	list := []ui.Term{
		{Label: words.T("geo.column.count"), Value: words.Number(l.Count)},
		{Label: words.T("geo.column.updated"), Value: updated(words, l)},
		{Label: words.T("geo.column.access"), Content: accessTag(words, l)},
		{Label: words.T("geo.fact.geometry"), Value: words.T("geo.geometry." + kindOf(l.Geometry))},
		{Label: words.T("geo.fact.system"), Value: l.System().String() + " – " + l.System().Name},
	}
	if b, some := degrees(l); some {
		list = append(list, ui.Term{Label: words.T("geo.fact.extent"), Value: boxText(words, b)})
	}
	if l.Attribution != "" {
		list = append(list, ui.Term{Label: words.T("geo.fact.attribution"), Value: l.Attribution})
	}
	if l.Licence != "" {
		list = append(list, ui.Term{Label: words.T("geo.fact.licence"), Value: l.Licence, Content: licence(l)})
	}
	return list
}

func licence(l layers.Layer) templ.Component {
	if l.LicenceURL == "" {
		return nil
	}
	return textLink(l.Licence, l.LicenceURL)
}

// kindOf is the word that a kind of shape has messages under.
func kindOf(kind string) string {
	if slices.Contains([]string{"point", "line", "polygon"}, kind) {
		return kind
	}
	return "mixed"
}

func boxText(words *i18n.Localizer, b orb.Bound) string {
	return words.T("geo.fact.box", "west", words.Decimal(b.Min[0], 4), "south", words.Decimal(b.Min[1], 4), "east", words.Decimal(b.Max[0], 4), "north", words.Decimal(b.Max[1], 4))
}

// fieldTable lists the properties of a layer.
func fieldTable(ctx context.Context, s schema) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("geo.fields.title"), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{{Label: words.T("geo.column.name")}, {Label: words.T("geo.column.type")}},
	}
	for _, name := range inOrder(s.Properties) {
		p := s.Properties[name]
		cell := ui.Cell{Text: name}
		if p.Role != "" {
			cell.Note = p.Title
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: words.T("geo.type." + typeWord(p))}}})
	}
	return t
}

// inOrder are the names of properties: the layer's own by name, then those that every
// feature has.
func inOrder(all map[string]property) []string {
	var own, common []string
	for name, p := range all {
		if p.Role == "" {
			own = append(own, name)
		} else {
			common = append(common, name)
		}
	}
	slices.Sort(own)
	slices.Sort(common)
	return append(own, common...)
}

func typeWord(p property) string {
	switch {
	case p.Format == "date-time":
		return "time"
	case p.Type == "":
		return geometryName
	default:
		return p.Type
	}
}

// featureTable lists features with their first properties.
func featureTable(ctx context.Context, l layers.Layer, list []layers.Feature) ui.TableProps {
	words := i18n.From(ctx)
	shownFields := columns(l)
	t := ui.TableProps{Caption: titleOf(words, l), HideCaption: true, RowHeader: true, Columns: []ui.Column{{Label: words.T("geo.column.id")}}}
	for _, f := range shownFields {
		t.Columns = append(t.Columns, ui.Column{Label: f.Name, Numeric: f.Type == cql2.Number})
	}
	for _, f := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: f.ID, Href: asPage(site("").item(l.Name, f.ID))}}}
		for _, field := range shownFields {
			row.Cells = append(row.Cells, ui.Cell{Text: valueText(words, f.Properties[field.Name])})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// columns are the properties that a table has room for: those that go along in tiles
// first, since somebody has chosen them.
func columns(l layers.Layer) []layers.Field {
	list := inTiles(l)
	for _, f := range l.Fields {
		if !slices.Contains(l.Tags, f.Name) {
			list = append(list, f)
		}
	}
	list = slices.DeleteFunc(list, func(f layers.Field) bool { return f.Name == "id" })
	return list[:min(len(list), maxColumns)]
}

// valueText writes a property for people. Numbers stand as they are kept: they may be
// numbers of things, which have no thousands.
func valueText(words *i18n.Localizer, v any) string {
	switch v := v.(type) {
	case string:
		return cmp.Or(v, "–")
	case bool:
		return words.T("geo.value." + strconv.FormatBool(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return words.Decimal(v, 3)
	default:
		return "–"
	}
}

// properties are all that is known of a feature.
func featureTerms(ctx context.Context, l layers.Layer, f layers.Feature) []ui.Term {
	words := i18n.From(ctx)
	list := []ui.Term{{Label: words.T("geo.column.id"), Value: f.ID}}
	for _, field := range l.Fields {
		if v, has := f.Properties[field.Name]; has {
			text := valueText(words, v)
			list = append(list, ui.Term{Label: field.Name, Value: text, Long: len(text) > 80})
		}
	}
	for _, t := range []struct {
		key string
		at  time.Time
	}{{fieldFrom, f.From}, {fieldTo, f.To}} {
		if !t.at.IsZero() {
			list = append(list, ui.Term{Label: words.T("geo.field." + t.key), Value: words.DateTime(t.at)})
		}
	}
	return append(list, placeTerms(words, l, f)...)
}

// placeTerms tell where a feature lies, for those who do not see the drawing too.
func placeTerms(words *i18n.Localizer, l layers.Layer, f layers.Feature) []ui.Term {
	if f.Geometry == nil || f.Geometry.Bound().IsEmpty() {
		return []ui.Term{{Label: words.T("geo.field.geometry"), Value: words.T("geo.geometry.none")}}
	}
	middle := f.Geometry.Bound().Center()
	here := crs.Between(l.System(), crs.CRS84())(middle)
	east, north := l.System().Own(middle)
	if l.System().NorthFirst {
		east, north = north, east
	}
	digits := 1
	if l.System().Degrees {
		digits = 6
	}
	return []ui.Term{
		{Label: words.T("geo.field.geometry"), Value: f.Geometry.GeoJSONType()},
		{Label: words.T("geo.place.middle"), Value: words.T("geo.place.degrees", "north", words.Decimal(here[1], 6), "east", words.Decimal(here[0], 6))},
		{Label: words.T("geo.place.in", "system", l.System().String()), Value: words.T("geo.place.pair", "east", words.Decimal(east, digits), "north", words.Decimal(north, digits))},
	}
}

func (h *api) itemsPage(w http.ResponseWriter, r *http.Request, q question, v values) error {
	if !v.has(paramLimit) {
		q.limit = pageLimit
	}
	q.limit = min(q.limit, maxPageRows)
	var list []layers.Feature
	found, err := h.walk(r.Context(), q, false, func(some []layers.Feature) error {
		list = append(list, some...)
		return nil
	})
	if err != nil {
		return err
	}
	here := root + "/collections/" + q.layer.Name + "/items"
	view := listView{
		layer: q.layer, values: v, table: featureTable(r.Context(), q.layer, list), summary: summary(r.Context(), found),
		data: with(here, with2(v, paramCursor, ""), paramFormat, ""), limit: q.limit,
	}
	if next := found.next(); next != "" {
		view.next = with(here, with2(v, paramFormat, "html"), paramCursor, next)
	}
	if q.cursor.after != "" {
		view.first = with(here, with2(v, paramFormat, "html"), paramCursor, "")
	}
	return web.Render(w, r, http.StatusOK, itemsPage(layerPage(w, r, q.layer, "geo.items.title"), view))
}

// listView is a page of features.
type listView struct {
	layer                      layers.Layer
	values                     values
	table                      ui.TableProps
	summary, data, next, first string
	limit                      int
}

// with2 are parameters, one of them changed.
func with2(v values, name, value string) values {
	out := values{}
	for n, told := range v {
		out[n] = told
	}
	if out[name] = value; value == "" {
		delete(out, name)
	}
	return out
}

func summary(ctx context.Context, f found) string {
	words := i18n.From(ctx)
	switch {
	case f.returned == 0:
		return words.T("geo.items.none")
	case f.matched < 0:
		return words.T("geo.items.some", "returned", words.Number(int64(f.returned)))
	default:
		return words.T("geo.items.summary", "returned", words.Number(int64(f.returned)), "matched", words.Number(f.matched))
	}
}

func (h *api) itemPage(w http.ResponseWriter, r *http.Request, l layers.Layer, f layers.Feature) error {
	words := i18n.From(r.Context())
	name := titleOf(words, l)
	title := words.T("geo.item.title", "layer", name, "id", f.ID)
	here := root + "/collections/" + l.Name
	props := page(w, r, title, collectionsCrumb(r), ui.Crumb{Label: name, Href: asPage(here)}, ui.Crumb{Label: words.T("geo.crumb_items"), Href: asPage(here + "/items")}, ui.Crumb{Label: f.ID})
	return web.Render(w, r, http.StatusOK, itemPage(props, l, f, featureTerms(r.Context(), l, f)))
}

// apiRow is an address of the API as its page tells of it.
type apiRow struct {
	path string
	operation
}

// apiRows are the addresses, those of the layers told once.
func apiRows(d *apiDoc) []apiRow {
	var rows []apiRow
	layer := ""
	for _, path := range d.order {
		op := d.Paths[path].Get
		rest, ofLayer := strings.CutPrefix(path, "/collections/")
		if ofLayer {
			name, _, _ := strings.Cut(rest, "/")
			if layer == "" {
				layer = name
			}
			if name != layer {
				continue
			}
			path = "/collections/{layer}" + strings.TrimPrefix(rest, name)
			op.Parameters = slices.DeleteFunc(slices.Clone(op.Parameters), func(p parameter) bool {
				return p.In == "query" && !slices.Contains(parameters(), p.Name)
			})
		}
		rows = append(rows, apiRow{path, op})
	}
	return rows
}
