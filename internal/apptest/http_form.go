package apptest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// Form is a form of a page, with what stands in it.
type Form struct {
	Action, Method string
	Multipart      bool
	controls       []control
	buttons        []button
}

// control is what a form asks with. A radio button or a checkbox is one for each
// of its options.
type control struct {
	name, kind, value string
	checked           bool
	options           []string // of a select
}

type button struct{ name, value, label string }

// Fill says what is done with a form before it is sent. What is not named stays
// as the page has it, as in a browser.
type Fill struct {
	Values map[string][]string
	Files  []File
	// Button is the button pressed, by "name=value" or its label; the first one
	// when empty.
	Button string
}

// File is chosen in a file field.
type File struct {
	Field, Name string
	Content     []byte
}

// Set is a Fill of values: name, value, name, value …
func Set(pairs ...string) Fill {
	f := Fill{Values: map[string][]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values[pairs[i]] = append(f.Values[pairs[i]], pairs[i+1])
	}
	return f
}

// Press returns the Fill with a button.
func (f Fill) Press(button string) Fill {
	f.Button = button
	return f
}

// Attach returns the Fill with a file.
func (f Fill) Attach(field, name string, content []byte) Fill {
	f.Files = append(slices.Clone(f.Files), File{field, name, content})
	return f
}

func newForm(n *Node) *Form {
	f := &Form{Action: n.Attr("action"), Method: strings.ToUpper(n.Attr("method")), Multipart: n.Attr("enctype") == "multipart/form-data"}
	if f.Method == "" {
		f.Method = "GET"
	}
	for e := range n.Descendants() {
		if e.Tag != "" && !e.Has("disabled") {
			f.add(e)
		}
	}
	return f
}

func (f *Form) add(e *Node) {
	c := control{name: e.Attr("name"), kind: e.Tag, value: e.Attr("value"), checked: e.Has("checked")}
	switch e.Tag {
	case "button":
		if kind := e.Attr("type"); kind == "" || kind == "submit" {
			f.buttons = append(f.buttons, button{c.name, c.value, e.Words()})
		}
		return
	case "input":
		if c.kind = e.Attr("type"); c.kind == "submit" {
			f.buttons = append(f.buttons, button{c.name, c.value, c.value})
			return
		}
		if (c.kind == "checkbox" || c.kind == "radio") && !e.Has("value") {
			c.value = "on"
		}
	case "textarea":
		c.value = strings.TrimPrefix(e.raw(), "\n")
	case "select":
		c.choose(e)
	default:
		return
	}
	if c.name != "" {
		f.controls = append(f.controls, c)
	}
}

func (c *control) choose(e *Node) {
	for _, o := range e.All("option") {
		value, has := o.attr("value")
		if !has {
			value = o.Words()
		}
		if !o.Has("disabled") {
			c.options = append(c.options, value)
		}
		if o.Has("selected") {
			c.value, c.checked = value, true
		}
	}
	if !c.checked && len(c.options) > 0 {
		c.value = c.options[0]
	}
}

// Options returns what one can choose in a field.
func (f *Form) Options(name string) []string {
	var list []string
	for _, c := range f.controls {
		switch {
		case c.name != name:
		case c.kind == "select":
			list = append(list, c.options...)
		case c.kind == "radio" || c.kind == "checkbox":
			list = append(list, c.value)
		}
	}
	return slices.DeleteFunc(list, func(v string) bool { return v == "" })
}

// Names returns the fields one can fill.
func (f *Form) Names() []string {
	var list []string
	for _, c := range f.controls {
		if c.kind != "hidden" && !slices.Contains(list, c.name) {
			list = append(list, c.name)
		}
	}
	return list
}

// Buttons returns the buttons as "name=value label".
func (f *Form) Buttons() []string {
	var list []string
	for _, b := range f.buttons {
		list = append(list, b.name+"="+b.value+" "+b.label)
	}
	return list
}

// values is what a browser would send of the form as it stands, without button
// and files.
func (f *Form) values() url.Values {
	v := url.Values{}
	for _, c := range f.controls {
		if c.kind == "file" || (c.kind == "radio" || c.kind == "checkbox") && !c.checked {
			continue
		}
		v.Add(c.name, c.value)
	}
	return v
}

// fill puts the values in, as far as the form has the fields and options.
func (f *Form) fill(in Fill) (url.Values, error) {
	v := f.values()
	for name, values := range in.Values {
		if err := f.accepts(name, values); err != nil {
			return nil, err
		}
		v[name] = values
	}
	for _, file := range in.Files {
		if !slices.ContainsFunc(f.controls, func(c control) bool { return c.kind == "file" && c.name == file.Field }) {
			return nil, fmt.Errorf("no file field %q among %v", file.Field, f.Names())
		}
	}
	b, err := f.press(in.Button)
	if err != nil {
		return nil, err
	}
	if b.name != "" {
		v.Add(b.name, b.value)
	}
	return v, nil
}

func (f *Form) accepts(name string, values []string) error {
	if !slices.ContainsFunc(f.controls, func(c control) bool { return c.name == name && c.kind != "hidden" && c.kind != "file" }) {
		return fmt.Errorf("no field %q among %v", name, f.Names())
	}
	if options := f.Options(name); len(options) > 0 {
		for _, value := range values {
			if value != "" && !slices.Contains(options, value) {
				return fmt.Errorf("%q cannot be chosen for %q, only %v", value, name, options)
			}
		}
	}
	return nil
}

func (f *Form) press(wanted string) (button, error) {
	for _, b := range f.buttons {
		if wanted == "" || b.name+"="+b.value == wanted || b.label == wanted {
			return b, nil
		}
	}
	return button{}, fmt.Errorf("no button %q among %v", wanted, f.Buttons())
}

// encode writes what a browser sends.
func (f *Form) encode(v url.Values, files []File) (body io.Reader, contentType string, err error) {
	if !f.Multipart {
		return strings.NewReader(v.Encode()), "application/x-www-form-urlencoded", nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range v {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				return nil, "", err
			}
		}
	}
	for _, file := range f.chosen(files) {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, file.Field, file.Name)},
			"Content-Type":        {"application/octet-stream"},
		})
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(file.Content); err != nil {
			return nil, "", err
		}
	}
	return &b, w.FormDataContentType(), w.Close()
}

// chosen adds the nameless empty file that browsers send for a field without one.
func (f *Form) chosen(files []File) []File {
	list := slices.Clone(files)
	for _, c := range f.controls {
		if c.kind == "file" && !slices.ContainsFunc(files, func(file File) bool { return file.Field == c.name }) {
			list = append(list, File{Field: c.name})
		}
	}
	return list
}
