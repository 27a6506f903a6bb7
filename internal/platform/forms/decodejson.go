package forms

import (
	"encoding/json"

	"github.com/torg-no/torg/internal/platform/errs"
)

// maxAnswers bounds all answers to one form in bytes of JSON.
const maxAnswers = 512 << 10

// DecodeJSON reads answers that came as a JSON object by field id. Texts are
// brought to canonical form, null and empty texts are no answer, calculated
// fields are computed again; Validate says what else is wrong.
func (d *Definition) DecodeJSON(text []byte) (Answers, error) {
	if len(text) > maxAnswers {
		return Answers{}, errs.TooLarge("forms.too_large")
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		return Answers{}, errs.Invalid("errs.invalid_input").Because(err)
	}
	x := &decoder{typed: map[string]string{}}
	a := Answers{Values: map[string]any{}, Typed: x.typed}
	for id, v := range values {
		f := d.fields[id]
		if f == nil {
			x.wrong = append(x.wrong, errs.Field{Name: id, Key: "forms.unknown"})
			continue
		}
		if v = x.value(f, v, id); v != nil {
			a.Values[id] = v
		}
	}
	return a, errs.InvalidFields(x.wrong...)
}

// value brings a JSON value to canonical form. One of the wrong kind stays as
// it is, for the schema to refuse.
func (x *decoder) value(f *Field, v any, name string) any {
	if f.Calc != nil || f.Type == Info {
		return nil
	}
	switch v := v.(type) {
	case string:
		return x.scalar(f, v, name)
	case []any:
		for i, element := range v {
			at := itemName(name, i, "")
			switch element := element.(type) {
			case string:
				v[i], _ = x.text(element, at, false)
			case map[string]any:
				v[i] = x.element(f, element, at)
			}
		}
	}
	return v
}

func (x *decoder) scalar(f *Field, s, name string) any {
	s, ok := x.text(s, name, f.Type == Textarea)
	if !ok || s == "" {
		return nil
	}
	if f.Type == Phone {
		return readPhone(s)
	}
	return s
}

// element cleans one item of a group, or the description of a file.
func (x *decoder) element(f *Field, element map[string]any, name string) map[string]any {
	out := map[string]any{}
	for key, v := range element {
		inner := f.Inner(key)
		if inner != nil {
			v = x.value(inner, v, name+"."+key)
		} else if s, ok := v.(string); ok {
			v, _ = x.text(s, name+"."+key, false)
		}
		if v != nil {
			out[key] = v
		}
	}
	return out
}
