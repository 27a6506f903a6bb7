package ogc

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// hidden are the parameters that the form does not ask for and that must not be lost.
// Where a page begins is: another question has other pages.
func (v listView) hidden() []ui.HiddenValue {
	list := []ui.HiddenValue{{Name: paramFormat, Value: "html"}}
	var names []string
	for name := range v.values {
		if !slices.Contains([]string{paramFormat, paramFilter, paramBox, paramCursor}, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		list = append(list, ui.HiddenValue{Name: name, Value: v.values[name]})
	}
	return list
}

// example is a filter that suits the layer.
func (v listView) example() string {
	for _, f := range v.layer.Fields {
		switch f.Type {
		case cql2.Number:
			return f.Name + " > 100"
		case cql2.Text:
			return f.Name + " LIKE 'A%'"
		default:
		}
	}
	return "id = '1'"
}

func (v listView) exampleBox() string {
	b, some := degrees(v.layer)
	if !some {
		return "10.1,59.1,10.2,59.2"
	}
	middle := b.Center()
	var parts []string
	for _, n := range []float64{b.Min[0], b.Min[1], middle[0], middle[1]} {
		parts = append(parts, strconv.FormatFloat(n, 'f', 4, 64))
	}
	return strings.Join(parts, ",")
}

func parameterTable(ctx context.Context, row apiRow) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("geo.api.parameters", "path", row.path), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{{Label: words.T("geo.column.name")}, {Label: words.T("geo.column.type")}, {Label: words.T("geo.column.about"), Prose: true}},
	}
	for _, p := range row.Parameters {
		kind, _ := p.Schema["type"].(string)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name}, {Text: words.T("geo.type." + kind)}, {Text: p.Description}}})
	}
	return t
}

func tileLayerTable(ctx context.Context, t tileset) ui.TableProps {
	words := i18n.From(ctx)
	out := ui.TableProps{
		Caption: words.T("geo.collections.title"), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{
			{Label: words.T("geo.column.layer")}, {Label: words.T("geo.column.name")}, {Label: words.T("geo.column.levels"), Tight: true}, {Label: words.T("geo.column.tilejson")},
		},
	}
	for _, l := range t.Layers {
		out.Rows = append(out.Rows, ui.Row{Cells: []ui.Cell{
			{Text: l.Title, Href: l.page()}, {Text: l.ID}, {Text: levels(l)}, {Text: l.ID + ".json", Href: root + "/tiles/" + l.ID + ".json"},
		}})
	}
	return out
}

// page is the layer's own page; base maps of pictures have none.
func (l tilesetLayer) page() string {
	if l.DataType == "map" {
		return ""
	}
	return asPage(root + "/collections/" + l.ID)
}

// intro is the key of what is told of the tiles.
func (t tileset) intro() string {
	if t.DataType == "map" {
		return "geo.maps.tiles"
	}
	return "geo.tiles.intro"
}

func mapTable(ctx context.Context, list []layers.Layer) ui.TableProps {
	words := i18n.From(ctx)
	out := ui.TableProps{
		Caption: words.T("geo.maps.title"), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{
			{Label: words.T("geo.column.layer")},
			{Label: words.T("geo.column.name")},
			{Label: words.T("geo.column.levels"), Tight: true},
			{Label: words.T("geo.column.source")},
			{Label: words.T("geo.column.tilejson")},
		},
	}
	for _, l := range list {
		href := asPage(root + mapPath + "/" + matrixSet + "?" + paramCollections + "=" + l.Name)
		out.Rows = append(out.Rows, ui.Row{Cells: []ui.Cell{
			{Text: titleOf(words, l), Href: href},
			{Text: l.Name},
			{Text: levels(describeTileLayer(words, l))},
			{Text: strings.Join(slices.DeleteFunc([]string{l.Attribution, l.Licence}, func(s string) bool { return s == "" }), ", ")},
			{Text: l.Name + ".json", Href: root + "/tiles/" + l.Name + ".json"},
		}})
	}
	return out
}

// address is that of a tile, with what is to be filled in.
func (t tileset) address() string {
	for _, l := range t.Links {
		if l.Rel == "item" {
			return l.Href
		}
	}
	return ""
}

func matrixTable(ctx context.Context, set tileMatrixSet) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("geo.matrix.title"), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{
			{Label: words.T("geo.column.level"), Numeric: true},
			{Label: words.T("geo.column.scale"), Numeric: true},
			{Label: words.T("geo.column.cell"), Numeric: true},
			{Label: words.T("geo.column.tiles"), Numeric: true},
		},
	}
	for _, m := range set.Matrices {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: m.ID}, {Text: "1:" + words.Number(int64(m.Scale+0.5))}, {Text: words.Decimal(m.Cell, 3) + " m"}, {Text: words.Number(int64(m.Columns)) + " × " + words.Number(int64(m.RowCount))},
		}})
	}
	return t
}
