package forms

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// FieldType says how a field is asked and what its answer is in JSON.
type FieldType string

// The field types. The answer is a text unless another kind is named.
const (
	Text       FieldType = "text"       // one line
	Textarea   FieldType = "textarea"   // several lines
	Number     FieldType = "number"     // a number with decimals
	Integer    FieldType = "integer"    // a whole number
	Date       FieldType = "date"       // YYYY-MM-DD
	Email      FieldType = "email"      // an e-mail address
	Phone      FieldType = "phone"      // E.164, "+4791234567"
	Select     FieldType = "select"     // one choice of a list
	Radio      FieldType = "radio"      // one choice, all in sight
	Checkbox   FieldType = "checkbox"   // true or false
	Checkboxes FieldType = "checkboxes" // a list of choices
	Ranked     FieldType = "ranked"     // a list of choices, best first
	File       FieldType = "file"       // a list of {id, name, size}
	Info       FieldType = "info"       // words only, no answer
	Group      FieldType = "group"      // a list of items, each an object of its own fields
)

// Who a form is about.
const (
	SubjectSelf  = "self"  // the person who writes
	SubjectChild = "child" // a child whose guardian writes
)

// Definition is one version of a form. It comes from Parse, is immutable, and
// may be used by many goroutines.
type Definition struct {
	Key         string    `json:"key"`
	Version     int64     `json:"version"`
	Title       i18n.Text `json:"title"`
	Intro       i18n.Text `json:"intro,omitempty"`
	Subject     string    `json:"subject"`
	Minutes     int       `json:"minutes,omitempty"` // how long it takes most people
	Facts       []Fact    `json:"facts,omitempty"`
	Pages       []Page    `json:"pages"`
	Checks      []Check   `json:"checks,omitempty"`
	Declaration i18n.Text `json:"declaration"` // what one confirms by sending
	Cosign      *Cosign   `json:"cosign,omitempty"`

	body      []byte
	digest    string
	fields    map[string]*Field
	pageOf    map[string]*Page
	order     []*Field // every field after those its conditions look at
	schemaDoc []byte
	schema    *jsonschema.Schema
}

// Fact is something the service knows before the form is opened, which
// conditions and calculations may use. It is not asked for.
type Fact struct {
	ID   string    `json:"id"`
	Type FieldType `json:"type"` // text, number, date or checkbox
}

// Page is one step of the form.
type Page struct {
	ID     string    `json:"id"`
	Title  i18n.Text `json:"title"`
	Intro  i18n.Text `json:"intro,omitempty"`
	When   *Expr     `json:"when,omitempty"`
	Fields []Field   `json:"fields"`
}

// Field is one question. Which of the limits apply depends on the type.
type Field struct {
	ID           string    `json:"id"`
	Type         FieldType `json:"type"`
	Label        i18n.Text `json:"label,omitempty"`
	Help         i18n.Text `json:"help,omitempty"`
	Text         i18n.Text `json:"text,omitempty"` // the words of an info field
	Required     bool      `json:"required,omitempty"`
	RequiredWhen *Expr     `json:"required_when,omitempty"`
	When         *Expr     `json:"when,omitempty"`
	Calc         *Expr     `json:"calc,omitempty"`
	Unit         i18n.Text `json:"unit,omitempty"`
	Autocomplete string    `json:"autocomplete,omitempty"` // WCAG 2.2 criterion 1.3.5
	Own          bool      `json:"own,omitempty"`          // tells how or where to find who writes; see Veiled

	Choices []Choice `json:"choices,omitempty"`
	Source  string   `json:"source,omitempty"` // the name of a list the service brings

	// Min and Max bound a number, or how many choices, files or items.
	Min            *float64  `json:"min,omitempty"`
	Max            *float64  `json:"max,omitempty"`
	MinLength      int       `json:"min_length,omitempty"`
	MaxLength      int       `json:"max_length,omitempty"`
	Pattern        string    `json:"pattern,omitempty"` // RE2
	PatternMessage i18n.Text `json:"pattern_message,omitempty"`
	// From and To bound a date, both days included: a date, or "today" with
	// an offset such as "today+6m" (d, m or y).
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`

	ItemTitle i18n.Text `json:"item_title,omitempty"` // what one item of a group is called
	Fields    []Field   `json:"fields,omitempty"`

	order []*Field // of a group: its fields, each after those it looks at
}

// Choice is one thing to choose.
type Choice struct {
	Value string    `json:"value"`
	Text  i18n.Text `json:"text"`
	Hint  i18n.Text `json:"hint,omitempty"`
}

// Lists holds the choices of dynamic fields by the name of their source.
type Lists map[string][]Choice

// Check finds answers that contradict each other.
type Check struct {
	ID      string    `json:"id"`
	When    *Expr     `json:"when"` // true when something is wrong
	Message i18n.Text `json:"message"`
	Field   string    `json:"field"` // where the message stands, once it is answered
}

// Digest returns the SHA-256 of the canonical JSON in hex.
func (d *Definition) Digest() string { return d.digest }

// Body returns the definition as canonical JSON: keys sorted, no white space.
func (d *Definition) Body() []byte { return slices.Clone(d.body) }

// Schema returns the JSON Schema (draft 2020-12) of the answers.
func (d *Definition) Schema() []byte { return slices.Clone(d.schemaDoc) }

// Field returns a field by its id, nil when there is none. Fields of groups are
// found through their group.
func (d *Definition) Field(id string) *Field { return d.fields[id] }

// Page returns a page by its id, nil when there is none.
func (d *Definition) Page(id string) *Page {
	for i := range d.Pages {
		if d.Pages[i].ID == id {
			return &d.Pages[i]
		}
	}
	return nil
}

// PageOf returns the page a field stands on, also by the name of something in it
// ("siblings[0].name"), as errors name it; nil when there is no such field.
func (d *Definition) PageOf(name string) *Page { return d.pageOf[fieldID(name)] }

// Sources returns the names of the lists the definition needs, each once.
func (d *Definition) Sources() []string {
	var names []string
	d.eachField(func(f *Field, _ *Field, _ string) {
		if f.Source != "" && !slices.Contains(names, f.Source) {
			names = append(names, f.Source)
		}
	})
	return names
}

// Inner returns a field of a group by its id, nil when there is none.
func (f *Field) Inner(id string) *Field {
	for i := range f.Fields {
		if f.Fields[i].ID == id {
			return &f.Fields[i]
		}
	}
	return nil
}

// options returns the choices of the field.
func (f *Field) options(lists Lists) []Choice {
	if f.Source != "" {
		return lists[f.Source]
	}
	return f.Choices
}

// most returns the largest number of choices, files or items; every field has one.
func (f *Field) most() int {
	if f.Max != nil {
		return int(*f.Max)
	}
	switch f.Type {
	case Checkboxes:
		return maxChoices
	case Ranked:
		return 3
	case File:
		return 5
	default:
		return 10
	}
}

// least returns the smallest number of choices, files or items.
func (f *Field) least() int {
	if f.Min != nil {
		return int(*f.Min)
	}
	return 0
}

// longest returns how many characters a text may have; every text has a limit.
func (f *Field) longest() int {
	switch {
	case f.MaxLength > 0:
		return f.MaxLength
	case f.Type == Textarea:
		return 4000
	case f.Type == Email:
		return 254 // RFC 5321 section 4.5.3.1.3 with errata 1690
	case f.Type == Phone:
		return 20
	}
	return 200
}

// eachField visits every field, groups before their fields, with the group it
// is in and where it stands.
func (d *Definition) eachField(visit func(f, group *Field, where string)) {
	for p := range d.Pages {
		for i := range d.Pages[p].Fields {
			f := &d.Pages[p].Fields[i]
			where := "page " + d.Pages[p].ID + ", field " + f.ID
			visit(f, nil, where)
			for j := range f.Fields {
				visit(&f.Fields[j], f, where+"."+f.Fields[j].ID)
			}
		}
	}
}
