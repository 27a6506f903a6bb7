package applications

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
)

// formProps is the frame of a page of the form: steps, buttons, what is wrong.
func formProps(ctx context.Context, props ui.PageProps, o Opened, v forms.PageView) ui.FormPageProps {
	f := ui.FormPageProps{
		Page: props, Service: v.Title + ": " + o.Subject.Name.Full(), Title: v.PageTitle, Intro: v.Intro,
		Steps: steps(ctx, o, v),
		Form: ui.FormProps{
			Action: o.page(v.ID), Autosave: o.page(v.ID), Upload: true,
			Hidden: []ui.HiddenValue{{Name: versionField, Value: strconv.FormatInt(o.Draft.Version, 10)}},
			Attrs:  templ.Attributes{"data-answers": v.DataJSON, "data-facts": v.FactsJSON, "data-today": v.Today},
		},
		Next:  ui.ButtonProps{Label: i18n.T(ctx, "applications.form.next"), Name: buttonName, Value: doNext, Icon: "arrow-right", IconAfter: true},
		Extra: later(),
	}
	if o.Unbound.ID == "" {
		f.Form.Attrs["data-upload-parts"] = o.base() + "/uploads"
	}
	if o.Draft.Outdated && o.Unbound.ID == "" {
		f.Aside = newerNote(o.base() + "/newer")
	}
	if v.Previous != "" {
		f.Previous = ui.ButtonProps{Label: i18n.T(ctx, "applications.form.previous"), Name: buttonName, Value: doPrevious, Icon: "arrow-left"}
	}
	for _, e := range v.Errors {
		f.Errors = append(f.Errors, ui.FieldError{Name: e.Name, Text: e.Text})
	}
	return f
}

// steps lead back to any page of the form: nothing is lost by going.
func steps(ctx context.Context, o Opened, v forms.PageView) []ui.Step {
	list := o.aheadStep(ctx)
	for _, s := range v.Steps {
		step := ui.Step{Label: s.Title, Href: o.page(s.ID)}
		switch {
		case s.Current:
			step.State = ui.StepCurrent
		case s.Number < v.Number:
			step.State = ui.StepDone
		}
		list = append(list, step)
	}
	return append(list, ui.Step{Label: i18n.T(ctx, "applications.summary.title")})
}

// field is a question as package ui shows it.
func field(v forms.FieldView) ui.Field {
	f := ui.Field{
		Name: v.Name, Label: v.Label, Help: v.Help, Error: v.Error, Value: v.Value, Values: v.Values, Required: v.Required,
		ReadOnly: v.ReadOnly, Autocomplete: v.Autocomplete, InputMode: v.InputMode, MaxLength: v.MaxLength, Min: v.Min, Max: v.Max,
		When: v.WhenJSON, Hidden: v.Hidden, Unit: v.Unit,
	}
	if len(f.Help) <= shortHelp {
		f.Hint, f.Help = f.Help, ""
	}
	for _, o := range v.Options {
		f.Options = append(f.Options, ui.Option{Value: o.Value, Label: o.Text, Hint: o.Hint})
	}
	f.Attrs = templ.Attributes{}
	if kind := scriptType(v.Type); kind != "" {
		f.Attrs["data-type"] = kind
	}
	if v.CalcJSON != "" {
		f.Attrs["data-calc"] = v.CalcJSON
	}
	return f
}

// shortHelp is how long a help may be and still stand open below its question;
// a longer one is folded away.
const shortHelp = 220

// scriptType tells the script what an answer is when it is not a text, since
// every answer of a web form is posted as one.
func scriptType(t forms.FieldType) string {
	switch t {
	case forms.Number, forms.Integer:
		return "number"
	case forms.Checkbox:
		return "boolean"
	case forms.Checkboxes, forms.Ranked:
		return "list"
	case forms.Text, forms.Textarea, forms.Date, forms.Email, forms.Phone, forms.Select, forms.Radio, forms.File, forms.Info, forms.Group:
	}
	return ""
}

// checkbox is a single box: its value says "yes", and it is ticked by Checked.
func checkbox(v forms.FieldView) ui.Field {
	f := field(v)
	f.Value = ""
	if v.Checked {
		f.Value = "true"
	}
	return f
}

// rank is the n-th wish of a ranked question.
func rank(v forms.FieldView, r forms.RankView, first bool) ui.Field {
	f := ui.Field{Name: r.Name, Label: r.Label, Value: r.Value, Required: first && v.Required, HideOptional: true}
	if first {
		f.Error = v.Error
	}
	for _, o := range r.Options {
		f.Options = append(f.Options, ui.Option{Value: o.Value, Label: o.Text, Hint: o.Hint})
	}
	return f
}

func files(ctx context.Context, v forms.FieldView) ui.FileProps {
	f := ui.FileProps{Field: field(v), Multiple: v.Most > 1, MaxBytes: shownLimit, Accept: accepted}
	f.Hint = strings.TrimSpace(f.Hint + " " + i18n.T(ctx, "applications.form.file_types"))
	for _, d := range v.Files {
		f.Files = append(f.Files, ui.Document{Name: d.Name, Note: d.Size, RemoveName: removeFile, RemoveValue: v.Name + "/" + d.ID})
	}
	return f
}

// shownLimit is what a file may be, in the megabytes that people count; the
// server lets it be a little more.
const shownLimit = 50_000_000

// accepted are the endings that the browser offers; the server looks at the content.
const accepted = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.pptx,.odt,.ods,.odp"

func group(ctx context.Context, v forms.FieldView) ui.RepeatProps {
	g := ui.RepeatProps{Name: v.Name, Legend: v.Label, Error: v.Error, AddLabel: v.AddTitle, NoAdd: v.AddValue == "", When: v.WhenJSON, Hidden: v.Hidden}
	if v.AddTitle != "" {
		g.AddLabel = i18n.T(ctx, "applications.form.add", "what", strings.ToLower(v.AddTitle))
	}
	for _, item := range v.Items {
		g.Items = append(g.Items, ui.RepeatItem{Title: item.Title, Content: groupItem(item), Keep: item.RemoveValue == ""})
	}
	return g
}

// missing is something that must be put right before one can send.
type missing struct{ page, text string }

func missingOf(ctx context.Context, d *forms.Definition, wrong []errs.Field) []missing {
	var list []missing
	for _, f := range wrong {
		m := missing{text: i18n.T(ctx, f.Key, f.Args...)}
		if page := d.PageOf(topField(f.Name)); page != nil {
			m.page = page.ID
			m.text = page.Title.In(i18n.LangOf(ctx)) + ": " + m.text
		}
		list = append(list, m)
	}
	return list
}

// topField is the field that "siblings[0].name" is inside.
func topField(name string) string {
	for i, r := range name {
		if r == '[' || r == '.' {
			return name[:i]
		}
	}
	return name
}

func summaryProps(ctx context.Context, props ui.PageProps, o Opened, s forms.Summary) ui.FormPageProps {
	f := ui.FormPageProps{
		Page: props, Service: s.Title + ": " + o.Subject.Name.Full(), Intro: i18n.T(ctx, "applications.summary.intro"),
		Form: ui.FormProps{Action: o.base() + "/submit"},
		Next: ui.ButtonProps{Label: i18n.T(ctx, "applications.summary.send"), Icon: "check"},
	}
	f.Steps = o.aheadStep(ctx)
	for _, page := range s.Pages {
		f.Steps = append(f.Steps, ui.Step{Label: page.Title, Href: o.page(page.ID), State: ui.StepDone})
	}
	f.Steps = append(f.Steps, ui.Step{Label: props.Title, State: ui.StepCurrent})
	return f
}

// personLabel tells people of one name apart by their birthday.
func personLabel(ctx context.Context, p identity.Person) string {
	return childLabel(ctx, identity.Relative{Person: p})
}

// names joins people's names as a line.
func names(people []identity.Person) string {
	list := make([]string, 0, len(people))
	for _, p := range people {
		list = append(list, p.Name.Full())
	}
	return strings.Join(list, ", ")
}

// tagOf is how a signature's status looks.
func tagOf(s SignatureStatus) ui.Status {
	switch s {
	case SignatureWaiting:
		return ui.StatusWaiting
	case SignatureSigned:
		return ui.StatusDone
	case SignatureDeclined, SignatureWithdrawn, SignatureLapsed, SignatureExpired:
	}
	return ui.StatusClosed
}

// signatureIntro tells who has sent it and who is asked.
func signatureIntro(ctx context.Context, v SignatureView) string {
	words := i18n.From(ctx)
	asked := words.Date(clock.DateIn(v.Signature.AskedAt))
	if v.Mine {
		return words.T("applications.sign.mine", "name", v.Signature.ApplicantName, "date", asked, "child", v.Signature.SubjectName)
	}
	return words.T("applications.sign.yours", "name", v.Signature.SignerName, "date", asked)
}

// localized writes days among the arguments of a text in the reader's language.
func localized(ctx context.Context, args []any) []any {
	out := slices.Clone(args)
	for i, a := range out {
		if day, ok := a.(clock.Date); ok {
			out[i] = i18n.From(ctx).Date(day)
		}
	}
	return out
}

// childLabel tells children of one name apart by their birthday.
func childLabel(ctx context.Context, r identity.Relative) string {
	if r.Person.BirthDate.IsZero() {
		return r.Person.Name.Full()
	}
	return i18n.T(ctx, "applications.begin.child", "name", r.Person.Name.Full(), "born", i18n.From(ctx).Date(r.Person.BirthDate))
}

func childOptions(ctx context.Context, children []identity.Relative) []ui.Option {
	list := make([]ui.Option, 0, len(children))
	for _, c := range children {
		list = append(list, ui.Option{Value: c.Person.ID, Label: childLabel(ctx, c)})
	}
	return list
}

func withErrors(p ui.FormPageProps, wrong ui.Errors) ui.FormPageProps {
	p.Errors = wrong
	return p
}

func withEmpty(ctx context.Context, f ui.Field) ui.Field {
	f.EmptyOption = i18n.T(ctx, "applications.form.choose")
	return f
}

// hasFiles reports whether the page asks for files, and so needs a button that
// sends them without going on.
func hasFiles(v forms.PageView) bool {
	return slices.ContainsFunc(v.Fields, func(f forms.FieldView) bool { return f.Type == forms.File })
}

// uploadWhen is the condition on which there is a file to send on the page: that
// one of its questions for files is asked; "" when one always is.
func uploadWhen(v forms.PageView) string {
	var conditions []string
	for _, f := range v.Fields {
		if f.Type != forms.File {
			continue
		}
		if f.WhenJSON == "" {
			return ""
		}
		conditions = append(conditions, f.WhenJSON)
	}
	return `{"op":"or","args":[` + strings.Join(conditions, ",") + `]}`
}

// filesHidden reports whether none of the page's questions for files is asked now.
func filesHidden(v forms.PageView) bool {
	return !slices.ContainsFunc(v.Fields, func(f forms.FieldView) bool { return f.Type == forms.File && !f.Hidden })
}
