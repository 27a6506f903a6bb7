package casework

import (
	"context"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// options of the checklist in a case: what is done says by whom and when.
func itemOptions(ctx context.Context, items []Item) []ui.Option {
	list := make([]ui.Option, 0, len(items))
	for _, i := range items {
		o := ui.Option{Value: i.ID, Label: i.Name}
		if i.Done() {
			o.Hint = i18n.T(ctx, "casework.checklist.by", "name", i.DoneBy, "time", i18n.From(ctx).DateTime(i.DoneAt))
		}
		list = append(list, o)
	}
	return list
}

func ticked(items []Item) []string {
	list := []string{}
	for _, i := range items {
		if i.Done() {
			list = append(list, i.ID)
		}
	}
	return list
}

// was are the ticked items as hidden fields: the page that was read.
func was(items []Item) []ui.HiddenValue {
	var list []ui.HiddenValue
	for _, id := range ticked(items) {
		list = append(list, ui.HiddenValue{Name: "was", Value: id})
	}
	return list
}

func hiddenFilter(filter url.Values) []ui.HiddenValue {
	var list []ui.HiddenValue
	for _, key := range filterKeys() {
		if value := filter.Get(key); value != "" {
			list = append(list, ui.HiddenValue{Name: key, Value: value})
		}
	}
	return list
}

func templateTable(ctx context.Context, list []Template, kinds []kindView) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("casework.templates.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "part", "kind", "languages", "saved"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("casework.template." + key)})
	}
	for _, m := range list {
		name := ui.Cell{Text: m.Name, Href: arrangePath + "/templates/" + m.ID}
		saved := ui.Cell{Text: words.T("casework.template.saved_by", "name", m.SavedName, "date", words.Date(clock.DateIn(m.SavedAt)), "version", m.Version)}
		if m.Retired {
			saved = ui.Cell{Content: ui.Tag(ui.TagProps{Label: words.T("casework.template.retired"), Color: ui.TagNeutral})}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{name, {Text: words.T("casework.part." + m.Part)}, {Text: kindName(ctx, m.Kind, kinds)}, {Text: spoken(words, m.Texts)}, saved}})
	}
	return t
}

func kindName(ctx context.Context, key string, kinds []kindView) string {
	for _, k := range kinds {
		if k.kind.Key == key {
			return i18n.T(ctx, k.kind.Title)
		}
	}
	return i18n.T(ctx, "casework.template.all_kinds")
}

// spoken names the languages that a template is written in.
func spoken(words *i18n.Localizer, texts i18n.Text) string {
	var list []string
	for _, lang := range languages() {
		if texts[lang] != "" {
			list = append(list, words.T("i18n.lang."+string(lang)))
		}
	}
	return strings.Join(list, ", ")
}

func departmentOptions(list []tenant.Department) []ui.Option {
	options := make([]ui.Option, 0, len(list))
	for _, d := range list {
		options = append(options, ui.Option{Value: d.ID, Label: d.Name})
	}
	return options
}

func kindOptions(ctx context.Context, list []cases.Kind) []ui.Option {
	options := make([]ui.Option, 0, len(list))
	for _, k := range list {
		options = append(options, ui.Option{Value: k.Key, Label: i18n.T(ctx, k.Title)})
	}
	return options
}

func partOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(Parts()))
	for _, p := range Parts() {
		options = append(options, ui.Option{Value: p, Label: i18n.T(ctx, "casework.part."+p)})
	}
	return options
}

// placeholders are what may stand in braces, as the form's help tells.
func placeholders(known []string) string { return "{" + strings.Join(known, "}, {") + "}" }

func (f templateForm) text(ctx context.Context, lang i18n.Lang) ui.Field {
	name := "text_" + string(lang)
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "casework.template.text", "language", i18n.T(ctx, "i18n.lang."+string(lang))), Value: f.template.Texts[lang], Error: f.wrong.For(name), Rows: 6, MaxLength: maxText,
		Attrs: map[string]any{"lang": lang.Tag()},
	}
}

// heading is the department's name when there is no tab with it.
func (v arranged) heading() string {
	if len(v.tabs) > 0 {
		return ""
	}
	return v.department.Name
}

// itemTerms are the checklist for whoever only reads it.
func itemTerms(ctx context.Context, items []Item) []ui.Term {
	terms := make([]ui.Term, 0, len(items))
	for _, o := range itemOptions(ctx, items) {
		if o.Hint == "" {
			o.Hint = i18n.T(ctx, "casework.checklist.undone")
		}
		terms = append(terms, ui.Term{Label: o.Label, Value: o.Hint})
	}
	return terms
}
