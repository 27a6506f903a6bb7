package forms

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// Patterns that a regular expression of a browser reads alike.
const (
	emailPattern = `^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}$`
	phonePattern = `^\+(47[2-9][0-9]{7}|[1-35-9][0-9]{6,14}|4[0-689][0-9]{5,13})$`
)

// noLoader refuses to fetch schemas: a definition refers to nothing outside.
type noLoader struct{}

// Load implements jsonschema.URLLoader.
func (noLoader) Load(string) (any, error) {
	return nil, errors.New("forms: schemas refer to nothing outside")
}

// compileSchema builds the JSON Schema of the answers. It says what an answer
// may be; what must be answered depends on conditions and is decided by
// Validate, except for what is always asked and always required.
func (d *Definition) compileSchema() error {
	url := "urn:torg:form:" + d.Key + ":" + strconv.FormatInt(d.Version, 10)
	root := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     url, "title": d.Title.In(i18n.EN),
		"type": "object", "additionalProperties": false,
	}
	properties, required := map[string]any{}, []string{}
	for _, f := range d.order {
		if f.Type == Info {
			continue
		}
		properties[f.ID] = f.schema()
		if f.Required && f.When == nil && d.pageOf[f.ID].When == nil {
			required = append(required, f.ID)
		}
	}
	root["properties"], root["required"] = properties, required
	text, err := encode(root)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("forms: read schema of %q: %w", d.Key, err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	compiler.AssertFormat()
	if err := compiler.AddResource(url, doc); err != nil {
		return fmt.Errorf("forms: add schema of %q: %w", d.Key, err)
	}
	d.schema, err = compiler.Compile(url)
	if err != nil {
		return fmt.Errorf("forms: compile schema of %q: %w", d.Key, err)
	}
	d.schemaDoc = text
	return nil
}

func (f *Field) schema() map[string]any {
	var s map[string]any
	switch f.Type {
	case Number, Integer:
		s = f.numberSchema()
	case Checkbox:
		s = map[string]any{"type": "boolean"}
		if f.Required {
			s["const"] = true
		}
	case Select, Radio:
		s = f.choiceSchema()
	case Checkboxes, Ranked:
		s = f.listSchema(f.choiceSchema())
		s["uniqueItems"] = true
	case File:
		s = f.listSchema(fileSchema())
	case Group:
		s = f.listSchema(f.itemSchema())
	default:
		s = f.textSchema()
	}
	s["title"] = f.Label.In(i18n.EN)
	if f.Calc != nil {
		s["readOnly"] = true
	}
	return s
}

func (f *Field) textSchema() map[string]any {
	s := map[string]any{"type": "string"}
	switch f.Type {
	case Date:
		s["format"] = "date"
		return s
	case Email:
		s["pattern"] = emailPattern
	case Phone:
		s["pattern"] = phonePattern
	default:
		if f.Pattern != "" {
			s["pattern"] = f.Pattern
		}
	}
	s["maxLength"] = f.longest()
	if f.MinLength > 0 {
		s["minLength"] = f.MinLength
	}
	return s
}

func (f *Field) numberSchema() map[string]any {
	s := map[string]any{"type": string(f.Type)}
	if f.Min != nil {
		s["minimum"] = *f.Min
	}
	if f.Max != nil {
		s["maximum"] = *f.Max
	}
	return s
}

// choiceSchema lists fixed choices; those of a source are looked up by Validate.
func (f *Field) choiceSchema() map[string]any {
	s := map[string]any{"type": "string"}
	if f.Source != "" {
		s["maxLength"] = 64
		return s
	}
	values := make([]string, len(f.Choices))
	for i, choice := range f.Choices {
		values[i] = choice.Value
	}
	s["enum"] = values
	return s
}

func (f *Field) listSchema(items map[string]any) map[string]any {
	s := map[string]any{"type": "array", "items": items, "maxItems": f.most()}
	if n := f.least(); n > 0 {
		s["minItems"] = n
	}
	return s
}

// fileSchema is a document that is kept already. Another system names it by its id
// alone; name and size are those of the document, whatever it says.
func fileSchema() map[string]any {
	return map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"id"},
		"properties": map[string]any{
			"id":   map[string]any{"type": "string", "minLength": 1, "maxLength": 64},
			"name": map[string]any{"type": "string", "minLength": 1, "maxLength": 255, "readOnly": true},
			"size": map[string]any{"type": "integer", "minimum": 0, "readOnly": true},
		},
	}
}

func (f *Field) itemSchema() map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range f.Fields {
		inner := &f.Fields[i]
		if inner.Type == Info {
			continue
		}
		properties[inner.ID] = inner.schema()
		if inner.Required && inner.When == nil {
			required = append(required, inner.ID)
		}
	}
	return map[string]any{
		"type": "object", "additionalProperties": false,
		"properties": properties, "required": required,
	}
}
