package forms

import (
	"encoding/json"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// PageView is what a template needs to show one page of a form.
type PageView struct {
	Form    string // key
	Version int64
	Title   string // of the form
	Lang    i18n.Lang

	ID        string
	PageTitle string
	Intro     string
	Steps     []Step // the pages that are asked, in order
	Number    int    // which of the steps this is, from 1
	Previous  string // id of the page before, empty on the first
	Next      string // id of the page after, empty on the last
	Fields    []FieldView
	Errors    []ErrorView // for the summary on top of the page

	// What the browser's evaluator needs beside the answers on the page: the
	// answers on other pages and the facts that conditions here look at, as JSON
	// objects, and the day, YYYY-MM-DD.
	DataJSON, FactsJSON, Today string
}

// Step is one page in the overview of the form.
type Step struct {
	ID, Title string
	Number    int
	Current   bool
}

// ErrorView is one error and the element it points to.
type ErrorView struct {
	ID, Name, Text string
}

// FieldView is one question as it is shown.
type FieldView struct {
	ID    string // of the HTML element; the name with "-" for what an id may not hold
	Name  string // in the form post
	Type  FieldType
	Label string
	Help  string
	Text  string // the words of an info field
	Unit  string
	Error string

	Value    string   // as it is typed; a date is YYYY-MM-DD
	Values   []string // of checkboxes and ranked
	Checked  bool
	Options  []OptionView
	Ranks    []RankView
	Files    []FileView
	Items    []ItemView
	AddValue string // of the button named AddButton; empty when the group is full
	AddTitle string // what is added

	Required     bool
	ReadOnly     bool // calculated
	Hidden       bool // the condition is false at this moment
	Autocomplete string
	InputMode    string
	MaxLength    int
	Most         int    // choices, files or items
	Min, Max     string // limits of numbers and dates, for the input element

	// The conditions for the browser, as JSON; empty when there is none.
	WhenJSON, RequiredWhenJSON, CalcJSON string
}

// OptionView is one thing to choose.
type OptionView struct {
	ID, Value, Text, Hint string
	Selected              bool
}

// RankView is one select of a ranked field: the first wish, the second …
type RankView struct {
	ID, Name, Label, Value string
	Options                []OptionView
}

// FileView is one attached document.
type FileView struct {
	ID, Name, Size string
}

// ItemView is one item of a group.
type ItemView struct {
	Name        string // "siblings[0]"
	Title       string
	MarkerName  string // a hidden input that says the item is there
	RemoveValue string // of the button named RemoveButton; empty when it must stay
	Error       string
	Fields      []FieldView
}

type viewer struct {
	def      *Definition
	answers  Answers
	env      Env
	words    *i18n.Localizer
	resolved Resolved
	errors   map[string]string
}

// View prepares a page for a template, in the localizer's language. The errors
// are those of ValidatePage or Validate; those of other pages are left out.
func (d *Definition) View(page string, a Answers, wrong []errs.Field, env Env, words *i18n.Localizer) (PageView, error) {
	p := d.Page(page)
	if p == nil {
		return PageView{}, errs.NotFound("forms.page_not_found")
	}
	v := &viewer{def: d, answers: a, env: env, words: words, resolved: d.Resolve(a, env), errors: map[string]string{}}
	lang := words.Lang()
	view := PageView{
		Form: d.Key, Version: d.Version, Title: d.Title.In(lang), Lang: lang,
		ID: p.ID, PageTitle: p.Title.In(lang), Intro: p.Intro.In(lang),
	}
	for _, e := range wrong {
		id := fieldID(e.Name)
		if d.pageOf[id] != p || v.errors[e.Name] != "" {
			continue
		}
		v.errors[e.Name] = words.T(e.Key, e.Args...)
		view.Errors = append(view.Errors, ErrorView{ID: elementID(e.Name), Name: e.Name, Text: v.errors[e.Name]})
	}
	for i := range p.Fields {
		view.Fields = append(view.Fields, v.field(&p.Fields[i], p.Fields[i].ID, a.Values, nil))
	}
	v.steps(&view)
	view.DataJSON, view.FactsJSON = v.data(p)
	view.Today = env.Today.String()
	return view, nil
}

func (v *viewer) steps(view *PageView) {
	for i := range v.def.Pages {
		p := &v.def.Pages[i]
		current := p.ID == view.ID
		if !current && !v.resolved.AsksPage(p.ID) {
			continue
		}
		step := Step{ID: p.ID, Title: p.Title.In(v.words.Lang()), Number: len(view.Steps) + 1, Current: current}
		switch {
		case current:
			view.Number = step.Number
			if n := len(view.Steps); n > 0 {
				view.Previous = view.Steps[n-1].ID
			}
		case view.Number > 0 && view.Next == "":
			view.Next = p.ID
		}
		view.Steps = append(view.Steps, step)
	}
}

// data gives the browser no more than what the page's conditions look at.
func (v *viewer) data(p *Page) (data, facts string) {
	answers, known := map[string]any{}, map[string]any{}
	look := func(e *Expr) {
		for _, id := range e.refs(kindField) {
			if v.def.pageOf[id] != p && v.resolved.Values[id] != nil {
				answers[id] = v.resolved.Values[id]
			}
		}
		for _, id := range e.refs(kindFact) {
			known[id] = v.env.Facts[id]
		}
	}
	for i := range p.Fields {
		p.Fields[i].eachExpr(look)
	}
	return asJSON(answers), asJSON(known)
}

func asJSON(v map[string]any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "{}" // what is no JSON was never in a draft; conditions see nothing
	}
	return string(text)
}

func (f *Field) eachExpr(look func(*Expr)) {
	for _, e := range []*Expr{f.When, f.RequiredWhen, f.Calc} {
		look(e)
	}
	for i := range f.Fields {
		f.Fields[i].eachExpr(look)
	}
}

// fieldID cuts a name down to the id of its field on the page.
func fieldID(name string) string {
	for i, r := range name {
		if r == '[' || r == '.' {
			return name[:i]
		}
	}
	return name
}

// elementID makes an HTML id of a name: "siblings[0].name" is "f-siblings-0-name".
func elementID(name string) string {
	id := []byte("f-")
	for i := range len(name) {
		switch c := name[i]; c {
		case '[', '.':
			id = append(id, '-')
		case ']':
		default:
			id = append(id, c)
		}
	}
	return string(id)
}

// rankLabel is "First choice" in the reader's language, by number.
func (v *viewer) rankLabel(i int) string {
	return v.words.T("forms.rank", "number", strconv.Itoa(i+1))
}
