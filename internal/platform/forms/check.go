package forms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// The limits of a definition.
const (
	maxPages   = 30
	maxFields  = 300 // in the whole form
	maxChoices = 500
	maxItems   = 50
)

var (
	keyPattern    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)
	idPattern     = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	choicePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$`)
)

// checker collects what is wrong with a definition.
type checker struct {
	d        *Definition
	facts    map[string]bool
	problems []string
}

func (d *Definition) check() error {
	c := &checker{d: d, facts: map[string]bool{}}
	c.head()
	c.index()
	c.eachText()
	d.eachField(c.field)
	c.expressions()
	c.cosign()
	if len(c.problems) == 0 {
		c.orderFields()
	}
	if len(c.problems) > 0 {
		return &DefinitionError{Key: d.Key, Problems: c.problems}
	}
	return nil
}

func (c *checker) fail(where, format string, args ...any) {
	c.problems = append(c.problems, where+": "+fmt.Sprintf(format, args...))
}

// require notes a problem unless ok.
func (c *checker) require(ok bool, where, format string, args ...any) {
	if !ok {
		c.fail(where, format, args...)
	}
}

func (c *checker) head() {
	d := c.d
	c.require(keyPattern.MatchString(d.Key), "form", "key %q is not written a-z, 0-9 and -", d.Key)
	c.require(d.Version >= 1, "form", "version %d, must be 1 or more", d.Version)
	c.require(d.Subject == SubjectSelf || d.Subject == SubjectChild, "form", "subject %q is neither self nor child", d.Subject)
	c.require(d.Minutes >= 0 && d.Minutes <= 240, "form", "minutes %d", d.Minutes)
	c.require(len(d.Pages) >= 1 && len(d.Pages) <= maxPages, "form", "%d pages, must be 1 to %d", len(d.Pages), maxPages)
	for _, fact := range d.Facts {
		c.require(idPattern.MatchString(fact.ID), "fact "+fact.ID, "bad id")
		c.require(!c.facts[fact.ID], "fact "+fact.ID, "duplicate id")
		c.require(slices.Contains([]FieldType{Text, Number, Date, Checkbox}, fact.Type), "fact "+fact.ID, "unknown type %q", fact.Type)
		c.facts[fact.ID] = true
	}
}

// index finds fields by id and notes duplicates and missing ids.
func (c *checker) index() {
	d := c.d
	d.fields, d.pageOf = map[string]*Field{}, map[string]*Page{}
	pages, count := map[string]bool{}, 0
	for i := range d.Pages {
		page := &d.Pages[i]
		c.require(idPattern.MatchString(page.ID), "page "+page.ID, "bad id")
		c.require(!pages[page.ID], "page "+page.ID, "duplicate id")
		c.require(len(page.Fields) > 0, "page "+page.ID, "no fields")
		pages[page.ID] = true
		for j := range page.Fields {
			f := &page.Fields[j]
			c.require(idPattern.MatchString(f.ID), "page "+page.ID, "field id %q is not written a-z, 0-9 and _", f.ID)
			c.require(d.fields[f.ID] == nil, "field "+f.ID, "duplicate id")
			d.fields[f.ID], d.pageOf[f.ID] = f, page
			count += 1 + len(f.Fields)
		}
	}
	c.require(count <= maxFields, "form", "%d fields, at most %d", count, maxFields)
}

// eachText sees to it that every text is complete in every offered language.
func (c *checker) eachText() {
	d := c.d
	c.text("form, title", d.Title, true)
	c.text("form, intro", d.Intro, false)
	c.text("form, declaration", d.Declaration, true)
	for i := range d.Pages {
		c.text("page "+d.Pages[i].ID+", title", d.Pages[i].Title, true)
		c.text("page "+d.Pages[i].ID+", intro", d.Pages[i].Intro, false)
	}
	for _, check := range d.Checks {
		c.text("check "+check.ID+", message", check.Message, true)
	}
	d.eachField(func(f, _ *Field, where string) {
		c.text(where+", label", f.Label, f.Type != Info)
		c.text(where+", help", f.Help, false)
		c.text(where+", text", f.Text, f.Type == Info)
		c.text(where+", unit", f.Unit, false)
		c.text(where+", pattern_message", f.PatternMessage, f.Pattern != "")
		c.text(where+", item_title", f.ItemTitle, f.Type == Group)
		for _, choice := range f.Choices {
			c.text(where+", choice "+choice.Value, choice.Text, true)
			c.text(where+", choice "+choice.Value+", hint", choice.Hint, false)
		}
	})
}

func (c *checker) text(where string, text i18n.Text, required bool) {
	if len(text) == 0 && !required {
		return
	}
	for _, lang := range i18n.Offered() {
		c.require(strings.TrimSpace(text[lang]) != "", where, "text missing in %s", lang)
	}
	for lang := range text {
		c.require(lang.Valid() || lang == i18n.SE, where, "unknown language %q", lang)
	}
}

// field checks one field by itself.
func (c *checker) field(f, group *Field, where string) {
	c.choices(f, where)
	c.limits(f, where)
	switch f.Type {
	case Text, Textarea, Number, Integer, Date, Email, Phone, Select, Radio, Checkbox, Checkboxes, Ranked:
	case Info:
		c.require(!f.Required && f.RequiredWhen == nil, where, "words cannot be required")
	case File:
		c.require(group == nil, where, "files cannot be asked for in a group")
	case Group:
		c.require(group == nil, where, "a group in a group")
	default:
		c.fail(where, "unknown type %q", f.Type)
	}
	c.require(f.Type == Group || len(f.Fields) == 0, where, "only a group has fields")
	if f.Type == Group {
		c.innerIDs(f, where)
	}
	if f.Calc != nil {
		c.require(slices.Contains([]FieldType{Text, Number, Integer, Date}, f.Type), where, "a %s cannot be calculated", f.Type)
		c.require(!f.Required && f.RequiredWhen == nil, where, "what is calculated cannot be required")
	}
}

func (c *checker) innerIDs(f *Field, where string) {
	c.require(len(f.Fields) > 0, where, "a group without fields")
	seen := map[string]bool{}
	for i := range f.Fields {
		id := f.Fields[i].ID
		c.require(idPattern.MatchString(id), where, "field id %q is not written a-z, 0-9 and _", id)
		c.require(!seen[id], where, "duplicate id %s", id)
		seen[id] = true
	}
}

func (c *checker) choices(f *Field, where string) {
	choosing := f.choosing()
	c.require(choosing || len(f.Choices) == 0 && f.Source == "", where, "a %s has no choices", f.Type)
	c.require(!choosing || (len(f.Choices) > 0) != (f.Source != ""), where, "needs either choices or a source")
	c.require(len(f.Choices) <= maxChoices, where, "%d choices, at most %d", len(f.Choices), maxChoices)
	c.require(f.Source == "" || keyPattern.MatchString(f.Source), where, "source %q is not written a-z, 0-9 and -", f.Source)
	seen := map[string]bool{}
	for _, choice := range f.Choices {
		c.require(choicePattern.MatchString(choice.Value), where, "choice value %q", choice.Value)
		c.require(!seen[choice.Value], where, "duplicate choice %s", choice.Value)
		seen[choice.Value] = true
	}
}

// choosing reports whether the field is answered from a list.
func (f *Field) choosing() bool {
	switch f.Type {
	case Select, Radio, Checkboxes, Ranked:
		return true
	default:
		return false
	}
}

// written reports whether the answer is free text.
func (f *Field) written() bool {
	switch f.Type {
	case Text, Textarea, Email, Phone:
		return true
	default:
		return false
	}
}
