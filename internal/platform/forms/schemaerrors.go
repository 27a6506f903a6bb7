package forms

import (
	"errors"
	"math/big"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// schemaErrors validates values against the schema and returns one error per
// name. What is missing is left out: whether it must be there depends on
// conditions, which missing decides.
func (d *Definition) schemaErrors(values map[string]any, lang i18n.Lang) map[string]errs.Field {
	found := map[string]errs.Field{}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](d.schema.Validate(values))
	if !ok {
		return found
	}
	for _, leaf := range leaves(invalid, nil) {
		if f, name := d.locate(leaf.InstanceLocation); f != nil && f.Type == File && len(leaf.InstanceLocation) > 1 {
			e := f.wrong("forms.type", lang) // no person wrote it, so there is no more to say
			e.Name = name
			found[name] = e
			continue
		}
		if extra, ok := leaf.ErrorKind.(*kind.AdditionalProperties); ok {
			_, name := d.locate(leaf.InstanceLocation)
			for _, property := range extra.Properties {
				found[join(name, property)] = errs.Field{Name: join(name, property), Key: "forms.unknown"}
			}
			continue
		}
		f, name := d.locate(leaf.InstanceLocation)
		if f == nil {
			continue
		}
		if _, seen := found[name]; seen {
			continue
		}
		if e, ok := f.schemaError(leaf, lang); ok {
			e.Name = name
			found[name] = e
		}
	}
	return found
}

func join(name, property string) string {
	if name == "" {
		return property
	}
	return name + "." + property
}

func leaves(e *jsonschema.ValidationError, into []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return append(into, e)
	}
	for _, cause := range e.Causes {
		into = leaves(cause, into)
	}
	return into
}

// locate finds the field and the name for a place in the answers. A wrong
// element of a list is an error of the whole list.
func (d *Definition) locate(path []string) (*Field, string) {
	if len(path) == 0 {
		return nil, ""
	}
	f := d.fields[path[0]]
	if f == nil || f.Type != Group || len(path) < 2 {
		return f, path[0]
	}
	index, err := strconv.Atoi(path[1])
	if err != nil {
		return f, path[0]
	}
	if len(path) < 3 {
		return f, itemName(f.ID, index, "")
	}
	return f.Inner(path[2]), itemName(f.ID, index, path[2])
}

// schemaError turns the validator's typed error into a message.
func (f *Field) schemaError(leaf *jsonschema.ValidationError, lang i18n.Lang) (errs.Field, bool) {
	key, args := "forms.type", []any(nil)
	switch k := leaf.ErrorKind.(type) {
	case *kind.Required:
		return errs.Field{}, false
	case *kind.MinItems:
		key, args = "forms.min_items", []any{"count", k.Want}
	case *kind.MaxItems:
		key, args = "forms.max_items", []any{"count", k.Want}
	case *kind.UniqueItems:
		key = "forms.twice"
	case *kind.Enum:
		key = "forms.choice"
	case *kind.Const:
		key = "forms.required_check"
	case *kind.Minimum:
		key, args = "forms.min", []any{"limit", number(k.Want)}
	case *kind.Maximum:
		key, args = "forms.max", []any{"limit", number(k.Want)}
	case *kind.MinLength:
		key, args = "forms.too_short", []any{"count", k.Want}
	case *kind.MaxLength:
		key, args = "forms.too_long", []any{"count", k.Want}
	case *kind.Format:
		key = "forms.date"
	case *kind.Pattern:
		return f.patternError(lang), true
	}
	return f.wrong(key, lang, args...), true
}

func (f *Field) patternError(lang i18n.Lang) errs.Field {
	switch f.Type {
	case Email:
		return f.wrong("forms.email", lang)
	case Phone:
		return f.wrong("forms.phone", lang)
	default:
		return errs.Field{Key: "forms.own", Args: []any{"text", f.PatternMessage.In(lang)}}
	}
}

// wrong makes an error that names the field.
func (f *Field) wrong(key string, lang i18n.Lang, args ...any) errs.Field {
	return errs.Field{Key: key, Args: append([]any{"label", f.Label.In(lang)}, args...)}
}

func number(r *big.Rat) float64 {
	n, _ := r.Float64()
	return n
}
