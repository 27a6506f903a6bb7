package ui

import (
	"context"
	"errors"
	"strconv"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Names of the buttons of a RepeatGroup; their value says which.
const (
	ActionAdd    = "_add"    // value: the group's name, "children"
	ActionRemove = "_remove" // value: the item, "children[0]"
)

// FormProps describes a form. Its children are fields and a ButtonRow.
type FormProps struct {
	ID     string
	Action string // the page's own address when empty
	Method string // "post" when empty
	Label  string // name of the form for screen readers, when there are several
	// Enter is the button that the Enter key presses; needed when another
	// button, such as one of a RepeatGroup, stands before it.
	Enter  ButtonProps
	Hidden []HiddenValue
	// Autosave is where changed forms are posted to while one writes.
	Autosave string
	// Upload sends files as multipart, with a progress bar where scripts run.
	Upload bool
	// Guard stops the form from being sent twice; on unless it says "off".
	Guard string
	Attrs templ.Attributes
}

// HiddenValue is a hidden field.
type HiddenValue struct{ Name, Value string }

func (f FormProps) attributes() templ.Attributes {
	attrs := templ.Attributes{"method": orElse(f.Method, "post")}
	setIf(attrs, "id", f.ID)
	setIf(attrs, "aria-label", f.Label)
	setIf(attrs, "data-autosave", f.Autosave)
	if f.Guard != "off" && attrs["method"] == "post" {
		attrs["data-guard"] = true
	}
	if f.Upload {
		attrs["enctype"], attrs["data-upload"] = "multipart/form-data", true
	}
	for k, v := range f.Attrs {
		attrs[k] = v
	}
	return attrs
}

func (f FormProps) isPost() bool { return orElse(f.Method, "post") == "post" }

// FieldError is one wrong field with its text.
type FieldError struct {
	Name string
	Text string
}

// Errors are the wrong fields of a form, in the form's order.
type Errors []FieldError

// ErrorsOf turns an error of a service into texts in the reader's language;
// nil when the error is not about input.
func ErrorsOf(ctx context.Context, err error) Errors {
	e := errs.Of(err)
	if e == nil || e.Kind != errs.KindInvalid {
		return nil
	}
	if len(e.Fields) == 0 {
		return Errors{{Text: i18n.T(ctx, e.Key, e.Args...)}}
	}
	list := make(Errors, 0, len(e.Fields))
	for _, f := range e.Fields {
		list = append(list, FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	return list
}

// For returns the text for a field, or "".
func (e Errors) For(name string) string {
	for _, f := range e {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Message returns what an error may be told as, in the reader's language; the
// text for internal errors when it has no words.
func Message(ctx context.Context, err error) string {
	if _, ok := errors.AsType[*errs.Error](err); !ok {
		return i18n.T(ctx, "errs.internal")
	}
	e := errs.Of(err)
	return i18n.T(ctx, e.Key, e.Args...)
}

// FieldsetProps describes a group of fields under one heading.
type FieldsetProps struct {
	Name   string // id of the group, when errors may be about it
	Legend string
	Hint   string
	Error  string
	Large  bool // the legend is the page's question
	When   string
	Hidden bool // the condition When does not hold at this moment
}

func (f FieldsetProps) attributes() templ.Attributes {
	attrs := templ.Attributes{}
	if f.Name != "" {
		attrs["id"], attrs["tabindex"] = FieldID(f.Name), "-1"
	}
	setIf(attrs, "data-when", f.When)
	setIf(attrs, "data-field-name", f.Name)
	if f.Hidden {
		attrs["data-when-hidden"] = true
	}
	setIf(attrs, "aria-describedby", ids(
		suffixed(FieldID(f.Name), "-error", f.Error), suffixed(FieldID(f.Name), "-hint", f.Hint)))
	return attrs
}

func (f FieldsetProps) field() Field { return Field{Name: f.Name, Hint: f.Hint, Error: f.Error} }

// RepeatProps describes a group of which there may be several, such as
// children. Add and remove are submit buttons: the server answers with the
// same page and one item more or less.
type RepeatProps struct {
	Name        string // "children"
	Legend      string
	Hint        string
	Error       string
	Items       []RepeatItem
	AddLabel    string
	RemoveLabel string // "Fjern" when empty; the item's title follows
	NoAdd       bool   // there are as many as may be
	NoRemove    bool
	When        string
	Hidden      bool // the condition When does not hold at this moment
}

// RepeatItem is one of a RepeatProps.
type RepeatItem struct {
	Title   string // "Barn 1"
	Content templ.Component
	Keep    bool // it may not be removed: there must be as many
}

func (r RepeatProps) fieldset() FieldsetProps {
	return FieldsetProps{Name: r.Name, Legend: r.Legend, Hint: r.Hint, Error: r.Error, When: r.When, Hidden: r.Hidden}
}

func (r RepeatProps) item(i int) string { return r.Name + "[" + strconv.Itoa(i) + "]" }

// FileProps describes a question for files.
type FileProps struct {
	Field
	Accept   string // ".pdf,.jpg"
	Multiple bool
	MaxBytes int64
	Files    []Document // already there
}

func (f FileProps) attributes() templ.Attributes {
	attrs := f.input()
	setIf(attrs, "accept", f.Accept)
	if f.Multiple {
		attrs["multiple"] = true
	}
	if f.MaxBytes > 0 {
		attrs["data-max-bytes"] = strconv.FormatInt(f.MaxBytes, 10)
	}
	if f.Hint != "" || f.MaxBytes > 0 {
		attrs["aria-describedby"] = ids(f.errorID(), f.id()+"-hint")
	}
	return attrs
}
