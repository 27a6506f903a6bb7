package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Width is how wide an input is; it hints how much to write.
type Width string

// The widths.
const (
	Full   Width = ""
	Medium Width = "medium" // names, addresses of mail
	Short  Width = "short"  // dates, numbers, post codes
)

// Field is one question of a form. Label, and Error when there is one, are
// finished texts; the page author localizes them.
type Field struct {
	Name         string // as the form posts it: "children[0].name"
	Label        string
	Hint         string // one line below the label
	HelpTitle    string // opens Help; "Mer om dette" when empty
	Help         string // longer explanation, folded away
	Error        string
	Value        string
	Values       []string // chosen values of a CheckboxGroup
	Required     bool     // the others are marked as optional
	Disabled     bool
	ReadOnly     bool
	HideOptional bool // no "(valgfritt)", for search and filters
	HideLabel    bool // label for screen readers only
	Autocomplete string
	InputMode    string
	Width        Width
	MaxLength    int // with a counter in TextArea
	Rows         int // of a TextArea, 4 when zero
	Min, Max     string
	Options      []Option
	EmptyOption  string // first entry of a SelectField, when set
	When         string // JSON condition; the script shows and hides the field by it
	Hidden       bool   // the condition does not hold at this moment
	Unit         string // what the number counts, after the input
	ID           string // of the input, when two forms of a page have a field of the same name
	Attrs        templ.Attributes
}

// Option is one answer of a SelectField, RadioGroup or CheckboxGroup.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Disabled bool
}

// FieldID returns the id of the input of a field, which the error summary
// links to.
func FieldID(name string) string {
	var b strings.Builder
	b.WriteString("f-")
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case r == ']':
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

func (f Field) id() string      { return orElse(f.ID, FieldID(f.Name)) }
func (f Field) hintID() string  { return suffixed(f.id(), "-hint", f.Hint) }
func (f Field) errorID() string { return suffixed(f.id(), "-error", f.Error) }

func (f Field) unitID() string { return suffixed(f.id(), "-unit", f.Unit) }

// counterID is of the line in a TextArea that tells the limit.
func (f Field) counterID() string {
	if f.MaxLength == 0 {
		return ""
	}
	return f.id() + "-counter"
}

// optionID gives the first option the field's own id, so that a link from the
// error summary lands on it.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

func suffixed(id, suffix, text string) string {
	if text == "" {
		return ""
	}
	return id + suffix
}

func (f Field) chosen(value string) bool {
	return value == f.Value && f.Values == nil || slices.Contains(f.Values, value)
}

func (f Field) rows() int { return orElse(f.Rows, 4) }

func (f Field) wrapper() templ.Attributes {
	attrs := templ.Attributes{}
	setIf(attrs, "data-when", f.When)
	if f.When != "" {
		attrs["data-field-name"] = f.Name
	}
	if f.Hidden {
		attrs["data-when-hidden"] = true
	}
	return attrs
}

// input returns the attributes that every kind of input shares.
func (f Field) input() templ.Attributes {
	attrs := templ.Attributes{"id": f.id(), "name": f.Name}
	setIf(attrs, "aria-describedby", ids(f.errorID(), f.hintID(), f.unitID(), f.counterID()))
	setIf(attrs, "autocomplete", f.Autocomplete)
	setIf(attrs, "inputmode", f.InputMode)
	setIf(attrs, "min", f.Min)
	setIf(attrs, "max", f.Max)
	setIf(attrs, "data-width", string(f.Width))
	if f.MaxLength > 0 {
		attrs["data-limit"] = strconv.Itoa(f.MaxLength)
	}
	f.states(attrs)
	for k, v := range f.Attrs {
		attrs[k] = v
	}
	return attrs
}

// states sets aria-invalid also to false: a required field that is still empty
// must not be spoken of as wrong before it was sent.
func (f Field) states(attrs templ.Attributes) {
	attrs["aria-invalid"] = boolText(f.Error != "")
	if f.Required {
		attrs["required"] = true
	}
	if f.Disabled {
		attrs["disabled"] = true
	}
	if f.ReadOnly {
		attrs["readonly"] = true
	}
}

// option returns the attributes of one radio button or checkbox of a group.
func (f Field) option(i int, o Option, kind string) templ.Attributes {
	attrs := templ.Attributes{"id": f.optionID(i), "name": f.Name, "value": o.Value, "type": kind}
	setIf(attrs, "aria-describedby", suffixed(f.optionID(i), "-about", o.Hint))
	if f.chosen(o.Value) {
		attrs["checked"] = true
	}
	if f.Disabled || o.Disabled {
		attrs["disabled"] = true
	}
	if f.Error != "" {
		attrs["aria-invalid"] = "true"
	}
	for k, v := range f.Attrs {
		attrs[k] = v
	}
	return attrs
}

// group returns the attributes of the fieldset around options.
func (f Field) group() templ.Attributes {
	attrs := f.wrapper()
	setIf(attrs, "aria-describedby", ids(f.errorID(), f.hintID()))
	return attrs
}

func (f Field) with(mode, autocomplete string, width Width) Field {
	f.InputMode = orElse(f.InputMode, mode)
	f.Autocomplete = orElse(f.Autocomplete, autocomplete)
	f.Width = orElse(f.Width, width)
	return f
}

// checked reads a single checkbox: any value but "", "false" and "0" is a yes.
func (f Field) checked() bool { return f.Value != "" && f.Value != "false" && f.Value != "0" }
