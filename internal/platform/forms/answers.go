package forms

import (
	"maps"
	"strconv"
	"strings"
)

// Answers is what a person has answered so far.
type Answers struct {
	// Values holds the answers in canonical form, by field id: string,
	// float64, bool, []any, and for groups []any of map[string]any.
	Values map[string]any `json:"values,omitempty"`
	// Typed holds what was typed and could not be read, by name
	// ("siblings[0].born"), so that the person sees it again and corrects it.
	Typed map[string]string `json:"typed,omitempty"`
}

// clone copies the outermost level, which is all that is ever replaced.
func (a Answers) clone() Answers {
	out := Answers{Values: maps.Clone(a.Values), Typed: maps.Clone(a.Typed)}
	if out.Values == nil {
		out.Values = map[string]any{}
	}
	if out.Typed == nil {
		out.Typed = map[string]string{}
	}
	return out
}

// take replaces the answer to one field by that in other.
func (a Answers) take(id string, other Answers) {
	if v, ok := other.Values[id]; ok {
		a.Values[id] = v
	} else {
		delete(a.Values, id)
	}
	maps.DeleteFunc(a.Typed, func(name, _ string) bool { return belongs(name, id) })
	for name, text := range other.Typed {
		if belongs(name, id) {
			a.Typed[name] = text
		}
	}
}

// sameField reports whether both hold the same answer to a field.
func (a Answers) sameField(id string, b Answers) bool {
	for _, pair := range [][2]Answers{{a, b}, {b, a}} {
		for name, text := range pair[0].Typed {
			other, ok := pair[1].Typed[name]
			if belongs(name, id) && (!ok || other != text) {
				return false
			}
		}
	}
	return equal(a.Values[id], b.Values[id])
}

// belongs reports whether a name is that of a field or of something inside it.
func belongs(name, id string) bool {
	return name == id || strings.HasPrefix(name, id+"[")
}

// itemName names a field of a group's item, or a rank: "siblings[0].name".
func itemName(group string, index int, inner string) string {
	name := group + "[" + strconv.Itoa(index) + "]"
	if inner != "" {
		name += "." + inner
	}
	return name
}

// itemsOf returns the items of a group's answer; what is no item is empty.
func itemsOf(v any) []map[string]any {
	list, _ := v.([]any)
	items := make([]map[string]any, len(list))
	for i := range list {
		items[i], _ = list[i].(map[string]any)
	}
	return items
}

// Resolved is what a form asks, given some answers, and the answers that count.
type Resolved struct {
	// Values holds the answers to questions that are asked, and calculated values.
	Values map[string]any
	def    *Definition
	hidden map[string]bool // names of fields, and "#page", that are not asked
}

// Resolve decides which questions are asked and computes what is calculated.
// The answer to a hidden question counts as not given, also for the conditions
// that look at it.
func (d *Definition) Resolve(a Answers, env Env) Resolved {
	r := Resolved{Values: map[string]any{}, def: d, hidden: map[string]bool{}}
	for _, f := range d.order {
		page := d.pageOf[f.ID]
		if page.When != nil && !page.When.True(r.Values, env) || f.When != nil && !f.When.True(r.Values, env) {
			r.hidden[f.ID] = true
			continue
		}
		v := a.Values[f.ID]
		switch {
		case f.Calc != nil:
			v = f.calculated(f.Calc.Eval(r.Values, env))
		case f.Type == Group:
			v = r.group(f, v, env)
		}
		if v != nil {
			r.Values[f.ID] = v
		}
	}
	for i := range d.Pages {
		if p := &d.Pages[i]; p.When != nil && !p.When.True(r.Values, env) {
			r.hidden["#"+p.ID] = true
		}
	}
	return r
}

func (r Resolved) group(group *Field, v any, env Env) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]any, len(list))
	for i, element := range list {
		if item, ok := element.(map[string]any); ok {
			out[i] = r.item(group, i, item, env)
		} else {
			out[i] = element
		}
	}
	return out
}

func (r Resolved) item(group *Field, index int, given map[string]any, env Env) map[string]any {
	item := map[string]any{}
	for key, value := range given {
		if group.Inner(key) == nil {
			item[key] = value // the schema says that it does not belong here
		}
	}
	for _, f := range group.order {
		if f.When != nil && f.When.evalItem(r.Values, item, env) != true {
			r.hidden[itemName(group.ID, index, f.ID)] = true
			continue
		}
		value := given[f.ID]
		if f.Calc != nil {
			value = f.calculated(f.Calc.evalItem(r.Values, item, env))
		}
		if value != nil {
			item[f.ID] = value
		}
	}
	return item
}

// calculated gives a result only when it is of the field's kind.
func (f *Field) calculated(v any) any {
	switch f.Type {
	case Number, Integer:
		if n, ok := v.(float64); ok && (f.Type == Number || n == float64(int64(n))) {
			return n
		}
	case Date:
		if _, ok := dateOf(v); ok {
			return v
		}
	default:
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return nil
}

// Asks reports whether a field is asked, by its name ("siblings[0].name").
func (r Resolved) Asks(name string) bool {
	id, _, _ := strings.Cut(name, "[")
	return r.def.fields[id] != nil && !r.hidden[id] && !r.hidden[name]
}

// AsksPage reports whether a page is part of the form, given the answers. A page
// on which every field is hidden is passed over.
func (r Resolved) AsksPage(id string) bool {
	page := r.def.Page(id)
	if page == nil || r.hidden["#"+id] {
		return false
	}
	for i := range page.Fields {
		if !r.hidden[page.Fields[i].ID] {
			return true
		}
	}
	return false
}

// canonical returns the answers as they are submitted: without blank items and
// empty lists, and without what the definition does not know.
func (r Resolved) canonical() map[string]any {
	out := map[string]any{}
	for id, v := range r.Values {
		if list, ok := v.([]any); ok {
			v = withoutBlanks(list)
		}
		if !isEmpty(v) {
			out[id] = v
		}
	}
	return out
}

func withoutBlanks(list []any) []any {
	out := make([]any, 0, len(list))
	for _, element := range list {
		if !isBlank(element) {
			out = append(out, element)
		}
	}
	return out
}

// isBlank reports whether nothing was answered in an item. A box that was not
// ticked says nothing by itself.
func isBlank(v any) bool {
	item, ok := v.(map[string]any)
	if !ok {
		return isEmpty(v)
	}
	for _, value := range item {
		if value != false && !isEmpty(value) {
			return false
		}
	}
	return true
}
