package forms

import (
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// field prepares one question. The values are those it stands among; item is
// the group item as it counts, nil outside groups.
func (v *viewer) field(f *Field, name string, values, item map[string]any) FieldView {
	lang := v.words.Lang()
	view := FieldView{
		ID: elementID(name), Name: name, Type: f.Type,
		Label: f.Label.In(lang), Help: f.Help.In(lang), Text: f.Text.In(lang), Unit: f.Unit.In(lang),
		Error: v.errors[name], Hidden: !v.resolved.Asks(name), ReadOnly: f.Calc != nil,
		Required:     f.Required || f.RequiredWhen != nil && f.RequiredWhen.evalItem(v.resolved.Values, item, v.env) == true,
		Autocomplete: f.Autocomplete, WhenJSON: f.When.String(),
		RequiredWhenJSON: f.RequiredWhen.String(), CalcJSON: f.Calc.String(),
	}
	value := values[f.ID]
	if item != nil {
		// A blank item that is only shown has no answers to resolve yet.
		view.Hidden = f.When != nil && f.When.evalItem(v.resolved.Values, item, v.env) != true
	}
	switch {
	case f.Calc != nil && item != nil:
		value = item[f.ID]
	case f.Calc != nil:
		value = v.resolved.Values[f.ID]
	}
	v.limits(f, &view)
	v.value(f, name, value, &view)
	return view
}

func (v *viewer) limits(f *Field, view *FieldView) {
	switch f.Type {
	case Number, Integer:
		view.InputMode = "decimal"
		if f.Type == Integer {
			view.InputMode = "numeric"
		}
		if f.Min != nil {
			view.Min = writeNumber(*f.Min)
		}
		if f.Max != nil {
			view.Max = writeNumber(*f.Max)
		}
	case Date:
		if day, ok := f.dayFrom(v.env.Today); ok {
			view.Min = day.String()
		}
		if day, ok := f.dayTo(v.env.Today); ok {
			view.Max = day.String()
		}
	case Text, Textarea, Email, Phone:
		view.MaxLength = f.longest()
		view.InputMode = map[FieldType]string{Email: "email", Phone: "tel"}[f.Type]
	case Checkboxes, Ranked, File, Group:
		view.Most = f.most()
	default:
	}
}

func (v *viewer) value(f *Field, name string, value any, view *FieldView) {
	if typed, ok := v.answers.Typed[name]; ok {
		view.Value = typed
		return
	}
	switch f.Type {
	case Checkbox:
		view.Checked = value == true
	case Select, Radio:
		view.Value, _ = value.(string)
		view.Options = v.options(f, name, []string{view.Value})
	case Checkboxes:
		view.Values = textsOf(value)
		view.Options = v.options(f, name, view.Values)
	case Ranked:
		view.Values = textsOf(value)
		view.Ranks = v.ranks(f, name, view.Values)
	case File:
		view.Files = v.files(value)
	case Group:
		v.items(f, value, view)
	default:
		view.Value = inputText(value)
	}
}

// inputText writes an answer as it stands in an input element.
func inputText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return writeNumber(value)
	}
	return ""
}

func textsOf(value any) []string {
	var texts []string
	for _, element := range listOf(value) {
		if s, ok := element.(string); ok && s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

func (v *viewer) options(f *Field, name string, selected []string) []OptionView {
	choices := f.options(v.env.Lists)
	views := make([]OptionView, len(choices))
	for i, choice := range choices {
		views[i] = OptionView{
			ID: elementID(name) + "-" + strconv.Itoa(i), Value: choice.Value,
			Text: choice.Text.In(v.words.Lang()), Hint: choice.Hint.In(v.words.Lang()),
			Selected: slices.Contains(selected, choice.Value),
		}
	}
	return views
}

func (v *viewer) ranks(f *Field, name string, chosen []string) []RankView {
	views := make([]RankView, f.most())
	for i := range views {
		at := itemName(name, i, "")
		views[i] = RankView{ID: elementID(at), Name: at, Label: v.rankLabel(i)}
		if i < len(chosen) {
			views[i].Value = chosen[i]
		}
		views[i].Options = v.options(f, at, []string{views[i].Value})
	}
	return views
}

func (v *viewer) files(value any) []FileView {
	var views []FileView
	for _, file := range itemsOf(value) {
		id, _ := file["id"].(string)
		name, _ := file["name"].(string)
		size, _ := file["size"].(float64)
		views = append(views, FileView{ID: id, Name: name, Size: v.words.Bytes(int64(size))})
	}
	return views
}

// items shows what is there, and blank items up to the least that is asked for.
func (v *viewer) items(f *Field, value any, view *FieldView) {
	least := 0
	if view.Required {
		least = max(f.least(), 1)
	}
	given, counted := itemsOf(value), itemsOf(v.resolved.Values[f.ID])
	shown := max(len(given), least)
	for i := range shown {
		name := itemName(f.ID, i, "")
		item := ItemView{
			Name: name, Title: itemTitle(f, i, v.words.Lang()), MarkerName: name + "._item",
			Error: v.errors[name],
		}
		if shown > least {
			item.RemoveValue = name
		}
		var values map[string]any
		inner := map[string]any{}
		if i < len(given) {
			values = given[i]
		}
		if i < len(counted) && counted[i] != nil {
			inner = counted[i]
		}
		for j := range f.Fields {
			item.Fields = append(item.Fields, v.field(&f.Fields[j], name+"."+f.Fields[j].ID, values, inner))
		}
		view.Items = append(view.Items, item)
	}
	view.AddTitle = f.ItemTitle.In(v.words.Lang())
	if shown < f.most() {
		view.AddValue = f.ID
	}
}

func itemTitle(f *Field, index int, lang i18n.Lang) string {
	return f.ItemTitle.In(lang) + " " + strconv.Itoa(index+1)
}
