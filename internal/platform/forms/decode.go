package forms

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
)

// Names of buttons in a form post that change groups: the value of AddButton is
// a group's name ("siblings"), that of RemoveButton an item's ("siblings[1]").
const (
	AddButton    = "_add"
	RemoveButton = "_remove"
)

// DecodePage reads the post of one page into the answers so far. Answers on
// other pages, answers to questions that were not shown, and files stay as they
// were. What cannot be read stays in Typed. The error is an *errs.Error when
// the post holds something that is no text.
func (d *Definition) DecodePage(page string, form url.Values, before Answers, env Env) (Answers, error) {
	p := d.Page(page)
	if p == nil {
		return before, errs.NotFound("forms.page_not_found")
	}
	x := &decoder{form: form, typed: map[string]string{}}
	posted := Answers{Values: map[string]any{}, Typed: x.typed}
	after := before.clone()
	var unsure []string
	for i := range p.Fields {
		f := &p.Fields[i]
		switch x.field(f, f.ID, f.ID, posted.Values) {
		case answered:
			after.take(f.ID, posted)
		case maybeCleared:
			unsure = append(unsure, f.ID)
			after.take(f.ID, Answers{Values: blankOf(f)})
		case notPosted:
		}
	}
	if err := errs.InvalidFields(x.wrong...); err != nil {
		return before, err
	}
	// A browser posts nothing for boxes that are not ticked and for groups
	// without items, and nothing for what was hidden. The condition tells which.
	resolved := d.Resolve(after, env)
	for _, id := range unsure {
		if !resolved.Asks(id) {
			after.take(id, before)
		}
	}
	d.press(p, form, after)
	return after, nil
}

// blankOf is the answer of somebody who saw the field and ticked nothing.
func blankOf(f *Field) map[string]any {
	if f.Type == Checkbox {
		return map[string]any{f.ID: false}
	}
	return nil
}

type posting int

const (
	notPosted posting = iota
	maybeCleared
	answered
)

type decoder struct {
	form  url.Values
	typed map[string]string
	wrong []errs.Field
}

// field reads one field into values. The name in the post may have other item
// numbers than the name it gets, since removed items leave gaps.
func (x *decoder) field(f *Field, in, name string, values map[string]any) posting {
	if f.Calc != nil || f.Type == Info || f.Type == File {
		return notPosted
	}
	switch f.Type { //nolint:exhaustive // the others are answered by one text, below
	case Group:
		return x.group(f, in, values)
	case Ranked:
		return x.ranked(f, in, name, values)
	case Checkboxes:
		return x.many(f, x.form[in], name, values)
	case Checkbox:
		if !x.form.Has(in) {
			return maybeCleared
		}
		values[f.ID] = slices.Contains([]string{"on", "true", "1", "yes"}, x.form.Get(in))
		return answered
	}
	if !x.form.Has(in) {
		if f.Type == Radio {
			return maybeCleared
		}
		return notPosted
	}
	text, ok := x.text(x.form.Get(in), name, f.Type == Textarea)
	if !ok {
		return answered
	}
	if v, ok := f.readScalar(text); !ok {
		x.typed[name] = text
	} else if v != nil {
		values[f.ID] = v
	}
	return answered
}

func (x *decoder) text(raw, name string, lines bool) (string, bool) {
	text, ok := cleanText(raw, lines)
	if !ok {
		x.wrong = append(x.wrong, errs.Field{Name: name, Key: "forms.bad_text"})
	}
	return text, ok
}

// many reads a list of choices, without blanks.
func (x *decoder) many(f *Field, raw []string, name string, values map[string]any) posting {
	if len(raw) == 0 {
		return maybeCleared
	}
	var list []any
	for _, one := range raw[:min(len(raw), maxChoices)] {
		if text, ok := x.text(one, name, false); ok && text != "" {
			list = append(list, text)
		}
	}
	if list != nil {
		values[f.ID] = list
	}
	return answered
}

// ranked reads wishes[0], wishes[1] … and closes gaps: a second wish without a
// first is the first.
func (x *decoder) ranked(f *Field, in, name string, values map[string]any) posting {
	raw := slices.Clone(x.form[in])
	for i := range f.most() {
		raw = append(raw, x.form[itemName(in, i, "")]...)
	}
	if len(raw) == 0 {
		return notPosted
	}
	return x.many(f, raw, name, values)
}

func (x *decoder) group(f *Field, in string, values map[string]any) posting {
	indexes := x.indexes(in)
	if len(indexes) == 0 {
		return maybeCleared
	}
	list := make([]any, len(indexes))
	for i, index := range indexes {
		item := map[string]any{}
		for j := range f.Fields {
			inner := &f.Fields[j]
			posted := x.field(inner, itemName(in, index, inner.ID), itemName(f.ID, i, inner.ID), item)
			if posted == maybeCleared && inner.Type == Checkbox {
				item[inner.ID] = false
			}
		}
		list[i] = item
	}
	values[f.ID] = list
	return answered
}

// indexes returns the item numbers that occur in the post, in order.
func (x *decoder) indexes(group string) []int {
	seen := map[int]bool{}
	for key := range x.form {
		rest, ok := strings.CutPrefix(key, group+"[")
		number, _, closed := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(number); ok && closed && err == nil && n >= 0 && len(number) <= 4 {
			seen[n] = true
		}
	}
	indexes := slices.Sorted(maps.Keys(seen))
	return indexes[:min(len(indexes), maxItems)]
}

// press does what an add or remove button asks.
func (d *Definition) press(p *Page, form url.Values, a Answers) {
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Type != Group {
			continue
		}
		items := listOf(a.Values[f.ID])
		if form.Get(AddButton) == f.ID && len(items) < f.most() {
			a.Values[f.ID] = append(slices.Clone(items), any(map[string]any{}))
		}
		for index := range items {
			if form.Get(RemoveButton) == itemName(f.ID, index, "") {
				a.removeItem(f.ID, index)
				break
			}
		}
	}
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// removeItem takes an item out; the typed texts of later items move with them.
func (a Answers) removeItem(group string, index int) {
	items := listOf(a.Values[group])
	a.Values[group] = slices.Delete(slices.Clone(items), index, index+1)
	for i := index; i < len(items); i++ {
		from, to := itemName(group, i, "")+".", itemName(group, i-1, "")+"."
		for _, name := range slices.Sorted(maps.Keys(a.Typed)) {
			rest, ok := strings.CutPrefix(name, from)
			if !ok {
				continue
			}
			if i > index {
				a.Typed[to+rest] = a.Typed[name]
			}
			delete(a.Typed, name)
		}
	}
}
