package forms

import (
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// Change is something that differs between two versions of a form.
type Change struct {
	What  string // names the message
	Where i18n.Text
	// ID is the page or field, "siblings.name" inside a group; empty for the form.
	ID            string
	Before, After string // what differs, where it can be said in short
}

// Words says the change in the reader's language.
func (c Change) Words(words *i18n.Localizer) string {
	return words.T(strings.Join([]string{"forms", "change", c.What}, "."), "where", c.Where.In(words.Lang()), "id", c.ID, "before", c.Before, "after", c.After)
}

// Diff compares two versions of a form field by field, in the order of the newer,
// what is gone last. Without an older one everything is new.
func Diff(before, after *Definition) []Change {
	if before == nil {
		before = &Definition{}
	}
	d := &differ{before: before, after: after}
	d.form()
	for i := range after.Pages {
		d.page(&after.Pages[i])
	}
	for i := range before.Pages {
		if p := &before.Pages[i]; after.Page(p.ID) == nil {
			d.add("page_removed", p.ID, p.Title, "", "")
		}
	}
	after.eachField(func(f, group *Field, _ string) { d.field(f, group) })
	before.eachField(func(f, group *Field, _ string) {
		if id := pathOf(f, group); after.at(id) == nil && (group == nil || after.at(group.ID) != nil) {
			d.add("field_removed", id, f.Label, "", "")
		}
	})
	d.checks()
	return d.changes
}

// pathOf names a field, "siblings.name" inside a group.
func pathOf(f, group *Field) string {
	if group == nil {
		return f.ID
	}
	return group.ID + "." + f.ID
}

// at finds a field by its path.
func (d *Definition) at(path string) *Field {
	id, inner, nested := strings.Cut(path, ".")
	f := d.fields[id]
	if f == nil || !nested {
		return f
	}
	return f.Inner(inner)
}

type differ struct {
	before, after *Definition
	changes       []Change
}

func (d *differ) add(what, id string, where i18n.Text, before, after string) {
	d.changes = append(d.changes, Change{What: what, ID: id, Where: where, Before: before, After: after})
}

func (d *differ) form() {
	before, after := d.before, d.after
	if before.Key == "" {
		d.add("new", "", after.Title, "", "")
		return
	}
	for _, text := range []struct {
		what string
		a, b i18n.Text
	}{{"title", before.Title, after.Title}, {"intro", before.Intro, after.Intro}, {"declaration", before.Declaration, after.Declaration}} {
		d.text(text.what, "", after.Title, text.a, text.b)
	}
	if before.Subject != after.Subject {
		d.add("subject", "", after.Title, before.Subject, after.Subject)
	}
	if !sameJSON(before.Facts, after.Facts) {
		d.add("facts", "", after.Title, "", "")
	}
	if !sameJSON(before.Cosign, after.Cosign) {
		d.add("cosign", "", after.Title, "", "")
	}
}

func (d *differ) text(what, id string, where, a, b i18n.Text) {
	if !sameJSON(a, b) {
		d.add(what, id, where, a.In(i18n.NB), b.In(i18n.NB))
	}
}

func (d *differ) page(p *Page) {
	old := d.before.Page(p.ID)
	if old == nil {
		if d.before.Key != "" {
			d.add("page_added", p.ID, p.Title, "", "")
		}
		return
	}
	d.text("label", p.ID, old.Title, old.Title, p.Title)
	d.text("help", p.ID, p.Title, old.Intro, p.Intro)
	d.short("when", p.ID, p.Title, old.When.String(), p.When.String())
}

func (d *differ) short(what, id string, where i18n.Text, before, after string) {
	if before != after {
		d.add(what, id, where, before, after)
	}
}

func (d *differ) field(f, group *Field) {
	id := pathOf(f, group)
	old := d.before.at(id)
	if old == nil {
		if d.before.Key != "" && (group == nil || d.before.at(group.ID) != nil) {
			d.add("field_added", id, f.Label, "", "")
		}
		return
	}
	if group == nil && d.before.pageOf[f.ID].ID != d.after.pageOf[f.ID].ID {
		d.add("moved", id, f.Label, d.before.pageOf[f.ID].Title.In(i18n.NB), d.after.pageOf[f.ID].Title.In(i18n.NB))
	}
	d.short("type", id, f.Label, string(old.Type), string(f.Type))
	d.text("label", id, old.Label, old.Label, f.Label)
	d.text("help", id, f.Label, old.Help, f.Help)
	d.text("text", id, f.Label, old.Text, f.Text)
	d.required(old, f, id)
	d.short("when", id, f.Label, old.When.String(), f.When.String())
	d.short("calc", id, f.Label, old.Calc.String(), f.Calc.String())
	d.short("source", id, f.Label, old.Source, f.Source)
	d.short("limits", id, f.Label, old.limitWords(), f.limitWords())
	d.choices(old, f, id)
}

func (d *differ) required(old, f *Field, id string) {
	a, b := old.Required, f.Required
	switch {
	case a == b && old.RequiredWhen.String() != f.RequiredWhen.String():
		d.add("required_when", id, f.Label, old.RequiredWhen.String(), f.RequiredWhen.String())
	case !a && b:
		d.add("required", id, f.Label, "", "")
	case a && !b:
		d.add("optional", id, f.Label, "", "")
	}
}

func (d *differ) choices(old, f *Field, id string) {
	for _, c := range f.Choices {
		i := slices.IndexFunc(old.Choices, func(o Choice) bool { return o.Value == c.Value })
		switch {
		case i < 0 && len(old.Choices) > 0:
			d.add("choice_added", id, f.Label, "", c.Text.In(i18n.NB))
		case i >= 0:
			d.text("choice", id, f.Label, old.Choices[i].Text, c.Text)
		}
	}
	for _, c := range old.Choices {
		if !slices.ContainsFunc(f.Choices, func(n Choice) bool { return n.Value == c.Value }) {
			d.add("choice_removed", id, f.Label, c.Text.In(i18n.NB), "")
		}
	}
}

func (d *differ) checks() {
	find := func(list []Check, id string) int {
		return slices.IndexFunc(list, func(c Check) bool { return c.ID == id })
	}
	for _, c := range d.after.Checks {
		i := find(d.before.Checks, c.ID)
		switch {
		case i < 0 && d.before.Key != "":
			d.add("check_added", c.ID, c.Message, "", "")
		case i >= 0 && !sameJSON(d.before.Checks[i], c):
			d.add("check", c.ID, c.Message, "", "")
		}
	}
	for _, c := range d.before.Checks {
		if find(d.after.Checks, c.ID) < 0 {
			d.add("check_removed", c.ID, c.Message, "", "")
		}
	}
}

// limitWords writes the limits of a field in short: "1–5, 3–200 characters".
func (f *Field) limitWords() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	for name, n := range map[string]*float64{"min": f.Min, "max": f.Max} {
		if n != nil {
			add(name, strconv.FormatFloat(*n, 'f', -1, 64))
		}
	}
	for name, n := range map[string]int{"min_length": f.MinLength, "max_length": f.MaxLength} {
		if n != 0 {
			add(name, strconv.Itoa(n))
		}
	}
	add("pattern", f.Pattern)
	add("from", f.From)
	add("to", f.To)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// sameJSON reports whether two parts of definitions are written alike.
func sameJSON(a, b any) bool {
	x, errX := encode(a)
	y, errY := encode(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
