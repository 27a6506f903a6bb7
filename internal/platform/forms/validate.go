package forms

import (
	"maps"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
)

// ValidatePage says what is wrong on one page, in the order of its fields.
func (d *Definition) ValidatePage(page string, a Answers, env Env) []errs.Field {
	v := d.validation(a, env)
	v.page(page)
	return v.wrong
}

// Validate says what is wrong in the whole form, in the order of its fields.
func (d *Definition) Validate(a Answers, env Env) []errs.Field {
	v := d.validation(a, env)
	for i := range d.Pages {
		v.page(d.Pages[i].ID)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		if d.fields[name] == nil {
			v.wrong = append(v.wrong, errs.Field{Name: name, Key: "forms.unknown"})
		}
	}
	return v.wrong
}

// Submit returns the canonical answers as they are kept: answers to hidden
// questions dropped, blank items dropped, calculated values computed. The error
// is an *errs.Error with the wrong fields.
func (d *Definition) Submit(a Answers, env Env) (map[string]any, error) {
	if err := errs.InvalidFields(d.Validate(a, env)...); err != nil {
		return nil, err
	}
	values := d.Resolve(a, env).canonical()
	// Blank items are gone now, so look once more; a definition whose schema
	// and conditions disagree is noticed here and not by the case worker.
	if err := d.schema.Validate(values); err != nil {
		return nil, errs.Invalid("errs.invalid").Because(err)
	}
	return values, nil
}

type validation struct {
	def      *Definition
	answers  Answers
	env      Env
	resolved Resolved
	schema   map[string]errs.Field
	wrong    []errs.Field
}

func (d *Definition) validation(a Answers, env Env) *validation {
	resolved := d.Resolve(a, env)
	return &validation{
		def: d, answers: a, env: env, resolved: resolved,
		schema: d.schemaErrors(resolved.Values, env.Lang),
	}
}

func (v *validation) page(id string) {
	page := v.def.Page(id)
	if page == nil || !v.resolved.AsksPage(id) {
		return
	}
	for i := range page.Fields {
		f := &page.Fields[i]
		if !v.resolved.Asks(f.ID) {
			continue
		}
		v.field(f, f.ID, v.resolved.Values, nil)
		if f.Type == Group {
			v.items(f)
		}
	}
	v.checks(page)
}

// checks runs those whose message stands on the page, at a field that is
// answered and has no other error.
func (v *validation) checks(page *Page) {
	for _, check := range v.def.Checks {
		answered := !isEmpty(v.resolved.Values[check.Field])
		if v.def.pageOf[check.Field] != page || !answered || v.isWrong(check.Field) {
			continue
		}
		if check.When.True(v.resolved.Values, v.env) {
			v.wrong = append(v.wrong, errs.Field{
				Name: check.Field, Key: "forms.own", Args: []any{"text", check.Message.In(v.env.Lang)},
			})
		}
	}
}

func (v *validation) isWrong(name string) bool {
	return slices.ContainsFunc(v.wrong, func(f errs.Field) bool { return belongs(f.Name, name) })
}

// field adds at most one error for a field. The values are those it stands
// among: the form's, or the item's.
func (v *validation) field(f *Field, name string, values, item map[string]any) {
	if f.Type == Info || f.Calc != nil {
		return
	}
	var e errs.Field
	value := values[f.ID]
	switch {
	case v.answers.Typed[name] != "":
		e = f.wrong(unreadable(f.Type), v.env.Lang)
	case f.Type == Group && len(itemsOf(value)) > 0 && isEmpty(value):
		return // items says it
	case isEmpty(value) || f.Type == Checkbox && value == false:
		if !v.required(f, item) {
			return
		}
		e = f.missing(v.env)
	default:
		var ok bool
		if e, ok = v.limits(f, name, value); !ok {
			return
		}
	}
	e.Name = name
	v.wrong = append(v.wrong, e)
}

func (v *validation) required(f *Field, item map[string]any) bool {
	return f.Required || f.RequiredWhen != nil && f.RequiredWhen.evalItem(v.resolved.Values, item, v.env) == true
}

// unreadable is the message for what could not be read as its kind.
func unreadable(t FieldType) string {
	switch t {
	case Number:
		return "forms.number"
	case Integer:
		return "forms.integer"
	default:
		return "forms.date"
	}
}

func (f *Field) missing(env Env) errs.Field {
	key := "forms.required"
	switch f.Type {
	case Select, Radio:
		key = "forms.required_choice"
	case Checkboxes, Ranked:
		key = "forms.required_some"
	case Checkbox:
		key = "forms.required_check"
	case File:
		key = "forms.required_file"
	case Date:
		key = "forms.required_date"
	default:
	}
	return f.wrong(key, env.Lang)
}

// limits looks at what the schema found and at what only this day or this
// municipality knows: date limits and the choices of a source.
func (v *validation) limits(f *Field, name string, value any) (errs.Field, bool) {
	if e, found := v.schema[name]; found {
		return e, true
	}
	switch f.Type {
	case Select, Radio, Checkboxes, Ranked:
		if f.Source != "" && !offered(f.options(v.env.Lists), value) {
			return f.wrong("forms.choice", v.env.Lang), true
		}
	case Date:
		return v.dateLimits(f, value)
	default:
	}
	return errs.Field{}, false
}

func offered(choices []Choice, value any) bool {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, one := range list {
		if !slices.ContainsFunc(choices, func(c Choice) bool { return c.Value == one }) {
			return false
		}
	}
	return true
}

func (v *validation) dateLimits(f *Field, value any) (errs.Field, bool) {
	day, ok := dateOf(value)
	if !ok {
		return f.wrong("forms.date", v.env.Lang), true
	}
	if from, ok := f.dayFrom(v.env.Today); ok && day.Before(from) {
		return f.wrong("forms.too_early", v.env.Lang, "day", writeDate(from)), true
	}
	if to, ok := f.dayTo(v.env.Today); ok && day.After(to) {
		return f.wrong("forms.too_late", v.env.Lang, "day", writeDate(to)), true
	}
	return errs.Field{}, false
}

func (f *Field) dayFrom(today clock.Date) (clock.Date, bool) { return dayLimit(f.From, today) }

func (f *Field) dayTo(today clock.Date) (clock.Date, bool) { return dayLimit(f.To, today) }

// items validates a group. A blank item is passed over, since one may have
// pressed "add" once too often, unless there are too few others.
func (v *validation) items(f *Field) {
	least := f.least()
	if v.required(f, nil) {
		least = max(least, 1)
	}
	items := itemsOf(v.resolved.Values[f.ID])
	filled := 0
	for i, item := range items {
		if !isBlank(item) || v.typedIn(itemName(f.ID, i, "")) {
			filled++
		}
	}
	if filled == 0 && !v.required(f, nil) {
		least = 0 // an optional group that nobody has begun
	}
	if filled < least && len(items) < least && !v.isWrong(f.ID) {
		e := f.wrong("forms.min_items", v.env.Lang, "count", least)
		e.Name = f.ID
		v.wrong = append(v.wrong, e)
	}
	for i, item := range items {
		name := itemName(f.ID, i, "")
		if e, found := v.schema[name]; found {
			v.wrong = append(v.wrong, e)
			continue
		}
		if isBlank(item) && !v.typedIn(name) && (filled >= least || i >= least) {
			continue
		}
		v.item(f, name, item)
	}
}

func (v *validation) typedIn(item string) bool {
	for name := range v.answers.Typed {
		if strings.HasPrefix(name, item+".") {
			return true
		}
	}
	return false
}

func (v *validation) item(f *Field, name string, item map[string]any) {
	for i := range f.Fields {
		inner := &f.Fields[i]
		if at := name + "." + inner.ID; v.resolved.Asks(at) {
			v.field(inner, at, item, item)
		}
	}
	for _, at := range slices.Sorted(maps.Keys(v.schema)) {
		if rest, ok := strings.CutPrefix(at, name+"."); ok && f.Inner(rest) == nil {
			v.wrong = append(v.wrong, v.schema[at])
		}
	}
}
