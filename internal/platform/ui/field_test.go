package ui_test

import (
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/ui"
)

func TestFieldID_isSafeAndStable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"name":             "f-name",
		"children[0].name": "f-children-0-name",
		"a b\"><script>":   "f-a-b---script-",
		"født":             "f-f-dt",
		"":                 "f-",
	} {
		if got := ui.FieldID(name); got != want {
			t.Errorf("FieldID(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTextField_rendersExactly(t *testing.T) {
	t.Parallel()
	got := render(t, ui.TextField(ui.Field{Name: "name", Label: "Fullt navn", Hint: "Slik det står i passet", Error: "Skriv fullt navn", Required: true}))
	want := `<div class="ds-field t-field"><label class="ds-label" for="f-name">Fullt navn </label>` +
		`<div id="f-name-hint" class="t-hint" data-field="description">Slik det står i passet</div>` +
		`<input class="ds-input" type="text" value="" aria-describedby="f-name-error f-name-hint" aria-invalid="true" id="f-name" name="name" required>` +
		`<div id="f-name-error" class="ds-validation-message" data-field="validation"><span class="ds-sr-only">Feil:</span> Skriv fullt navn</div></div>`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFields_haveLabelsAndTypes(t *testing.T) {
	t.Parallel()
	field := ui.Field{Name: "x", Label: "Spørsmål", Required: true}
	for name, tc := range map[string]struct {
		component templ.Component
		wants     []string
	}{
		"text":   {ui.TextField(field), []string{`type="text"`}},
		"number": {ui.NumberField(field), []string{`type="text"`, `inputmode="numeric"`, `data-width="short"`}},
		"date":   {ui.DateField(field), []string{`type="date"`}},
		"email":  {ui.EmailField(field), []string{`type="email"`, `autocomplete="email"`}},
		"phone":  {ui.PhoneField(field), []string{`type="tel"`, `autocomplete="tel"`}},
		"area":   {ui.TextArea(field), []string{`<textarea`, `rows="4"`}},
		"select": {ui.SelectField(field), []string{`<select`}},
		"file":   {ui.FileUpload(ui.FileProps{Field: field}), []string{`type="file"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := render(t, tc.component)
			wants(t, html, append(tc.wants, `for="f-x"`, `id="f-x"`, `name="x"`, `Spørsmål`, ` required`)...)
			lacks(t, html, "style=", "onclick", "valgfritt", "[ui.")
		})
	}
}

func TestField_marksWhatIsOptional(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.TextField(ui.Field{Name: "x", Label: "X"})), "(valgfritt)")
	lacks(t, render(t, ui.TextField(ui.Field{Name: "x", Label: "X", HideOptional: true})), "(valgfritt)")
	lacks(t, render(t, ui.TextField(ui.Field{Name: "x", Label: "X", ReadOnly: true})), "(valgfritt)")
}

func TestField_carriesStatesAndCondition(t *testing.T) {
	t.Parallel()
	html := render(t, ui.TextField(ui.Field{
		Name: "children[1].name", Label: "Navn", Disabled: true, ReadOnly: true, HideLabel: true,
		When: `{"op":"eq"}`, Attrs: templ.Attributes{"data-type": "number"},
	}))
	wants(t, html, ` disabled`, ` readonly`, `ds-sr-only`, `data-type="number"`,
		`data-when="{&#34;op&#34;:&#34;eq&#34;}"`, `data-field-name="children[1].name"`, `aria-invalid="false"`)
}

func TestField_escapesWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	html := render(t, ui.TextArea(ui.Field{Name: "x", Label: "X", Value: `</textarea><script>alert(1)</script>`}))
	lacks(t, html, "<script>")
}

func TestTextArea_tellsTheLimit(t *testing.T) {
	t.Parallel()
	html := render(t, ui.TextArea(ui.Field{Name: "x", Label: "X", MaxLength: 2000, Rows: 8}))
	wants(t, html, `rows="8"`, `data-limit="2000"`, `aria-describedby="f-x-counter"`, `id="f-x-counter"`,
		"Du kan skrive inntil 2\u00a0000 tegn.", `data-under="%d tegn igjen"`)
	lacks(t, render(t, ui.TextField(ui.Field{Name: "x", Label: "X", MaxLength: 10})), "f-x-counter")
}

func TestSelectField_choosesTheValue(t *testing.T) {
	t.Parallel()
	html := render(t, ui.SelectField(ui.Field{
		Name: "x", Label: "X", Value: "b", EmptyOption: "Velg …",
		Options: []ui.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}, {Value: "c", Label: "C", Disabled: true}},
	}))
	wants(t, html, `<option value="">Velg …</option>`, `<option value="a">A</option>`, `<option value="b" selected>B</option>`, `<option value="c" disabled>C</option>`)
}

func TestRadioGroup_linksErrorAndFirstOption(t *testing.T) {
	t.Parallel()
	html := render(t, ui.RadioGroup(ui.Field{
		Name: "x", Label: "Velg", Error: "Velg noe", Value: "b",
		Options: []ui.Option{{Value: "a", Label: "A", Hint: "første"}, {Value: "b", Label: "B"}},
	}))
	wants(t, html, `<fieldset`, `<legend`, `aria-describedby="f-x-error"`, `id="f-x"`, `id="f-x-2"`, `for="f-x-2"`,
		`aria-describedby="f-x-about"`, `type="radio"`, `aria-invalid="true"`)
	wants(t, html, `checked id="f-x-2"`)
}

func TestCheckboxGroup_choosesSeveral(t *testing.T) {
	t.Parallel()
	html := render(t, ui.CheckboxGroup(ui.Field{
		Name: "x", Label: "Velg", Values: []string{"a", "c"},
		Options: []ui.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}, {Value: "c", Label: "C"}},
	}))
	wants(t, html, `checked id="f-x"`, `checked id="f-x-3"`)
	lacks(t, html, `checked id="f-x-2"`)
}

func TestCheckbox_readsItsValue(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"": false, "false": false, "0": false, "true": true, "on": true} {
		html := render(t, ui.Checkbox(ui.Field{Name: "x", Label: "Ja", Value: value}))
		if want {
			wants(t, html, " checked")
		} else {
			lacks(t, html, " checked")
		}
	}
}

func TestHelpText_opensWithoutScripts(t *testing.T) {
	t.Parallel()
	html := render(t, ui.HelpText("", "Slik gjør du"))
	wants(t, html, "<details", "<summary>", "Mer om dette", "Slik gjør du")
}

func TestDetails_canBeOpen(t *testing.T) {
	t.Parallel()
	wants(t, within(t, ui.Details("Tittel", true), templ.Raw("inni")), `<details class="ds-details" open`, "Tittel", "inni")
}
