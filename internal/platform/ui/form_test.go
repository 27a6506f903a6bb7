package ui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

func TestForm_postsWithTokenAndGuard(t *testing.T) {
	t.Parallel()
	ctx := ui.WithToken(inLang(t, i18n.NB), ui.Token{Name: "token", Value: "s3cret"})
	html := renderIn(t, ctx, ui.Form(ui.FormProps{Action: "/send", ID: "send", Hidden: []ui.HiddenValue{{Name: "v", Value: "3"}}, Autosave: "/draft"}))
	wants(t, html, `action="/send"`, `method="post"`, " novalidate", " data-guard", `data-autosave="/draft"`,
		`name="token" value="s3cret"`, `name="v" value="3"`, `data-autosave-state`, `data-saved="Lagret kl. %s"`)
}

func TestForm_getCarriesNoToken(t *testing.T) {
	t.Parallel()
	ctx := ui.WithToken(inLang(t, i18n.NB), ui.Token{Name: "token", Value: "s3cret"})
	html := renderIn(t, ctx, ui.Form(ui.FormProps{Method: "get", Label: "Søk"}))
	wants(t, html, `method="get"`, `aria-label="Søk"`)
	lacks(t, html, "s3cret", "data-guard")
}

func TestForm_uploadIsMultipart(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.Form(ui.FormProps{Upload: true})), `enctype="multipart/form-data"`, " data-upload")
}

func TestForm_refusesAddressesThatRun(t *testing.T) {
	t.Parallel()
	lacks(t, render(t, ui.Form(ui.FormProps{Action: "javascript:alert(1)"})), "javascript:")
	lacks(t, render(t, ui.LinkButton(ui.LinkButtonProps{Label: "x", Href: "javascript:alert(1)"})), "javascript:")
}

func TestErrorSummary_linksToFields(t *testing.T) {
	t.Parallel()
	html := render(t, ui.ErrorSummary(ui.Errors{{Name: "children[0].name", Text: "Skriv navn"}, {Text: "Allerede sendt"}}))
	wants(t, html, `role="alert"`, `tabindex="-1"`, `data-error-summary="loud"`, "Du må rette 2 ting før du kan gå videre",
		`href="#f-children-0-name"`, "Allerede sendt", `aria-labelledby="error-summary-title"`)
	if got := render(t, ui.ErrorSummary(nil)); got != "" {
		t.Errorf("no errors gave %q", got)
	}
}

func TestErrorsOf_speaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	fields := fmt.Errorf("save: %w", errs.InvalidFields(errs.Field{Name: "a", Key: "errs.required"}, errs.Field{Name: "b", Key: "errs.required"}))
	got := ui.ErrorsOf(inLang(t, i18n.NN), fields)
	if len(got) != 2 || got[0].Name != "a" || got.For("b") == "" || strings.HasPrefix(got.For("b"), "[") {
		t.Errorf("ErrorsOf = %v", got)
	}
	if got.For("c") != "" {
		t.Error("a field without an error has one")
	}
	whole := ui.ErrorsOf(inLang(t, i18n.NB), errs.Invalid("errs.invalid"))
	if diff := cmp.Diff(ui.Errors{{Text: bundle(t).For(i18n.NB).T("errs.invalid")}}, whole); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsOf_isNilForOtherErrors(t *testing.T) {
	t.Parallel()
	for _, err := range []error{nil, errors.New("disk"), errs.NotFound("errs.not_found")} {
		if got := ui.ErrorsOf(t.Context(), err); got != nil {
			t.Errorf("ErrorsOf(%v) = %v", err, got)
		}
	}
}

func TestMessage_hidesInternalErrors(t *testing.T) {
	t.Parallel()
	ctx := inLang(t, i18n.NB)
	internal := ui.Message(ctx, errors.New("password of db is hunter2"))
	if strings.Contains(internal, "hunter2") || internal != i18n.T(ctx, "errs.internal") {
		t.Errorf("Message = %q", internal)
	}
	if got := ui.Message(ctx, errs.Forbidden("errs.forbidden")); got != i18n.T(ctx, "errs.forbidden") {
		t.Errorf("Message = %q", got)
	}
}

func TestFieldset_canBeLinkedTo(t *testing.T) {
	t.Parallel()
	html := within(t, ui.Fieldset(ui.FieldsetProps{Name: "family", Legend: "Familien", Hint: "Alle hjemme", Error: "Fyll ut", Large: true}), templ.Raw("inni"))
	wants(t, html, `id="f-family"`, `tabindex="-1"`, `aria-describedby="f-family-error f-family-hint"`, "<legend", "t-legend--large", "inni")
}

func TestRepeatGroup_worksBySubmitButtons(t *testing.T) {
	t.Parallel()
	props := ui.RepeatProps{
		Name: "children", Legend: "Barn", AddLabel: "Legg til et barn",
		Items: []ui.RepeatItem{{Title: "Barn 1", Content: templ.Raw("<i>1</i>")}, {Title: "Barn 2", Content: templ.Raw("<i>2</i>")}},
	}
	html := render(t, ui.RepeatGroup(props))
	wants(t, html, `name="_remove" value="children[0]"`, `name="_remove" value="children[1]"`, `value="children"`, `name="_add"`,
		"Fjern: Barn 2", "Legg til et barn", "<i>2</i>")
	props.NoAdd, props.NoRemove = true, true
	lacks(t, render(t, ui.RepeatGroup(props)), "_add", "_remove")
}

func TestFileUpload_tellsTheLimitAndListsFiles(t *testing.T) {
	t.Parallel()
	html := render(t, ui.FileUpload(ui.FileProps{
		Field: ui.Field{Name: "files", Label: "Vedlegg"}, Accept: ".pdf", Multiple: true, MaxBytes: 5_000_000,
		Files: []ui.Document{{Name: "brev.pdf", Href: "/d/1", Bytes: 14_000, RemoveName: "remove", RemoveValue: "d1"}},
	}))
	wants(t, html, `accept=".pdf"`, " multiple", `data-max-bytes="5000000"`, "Hver fil kan være på inntil 5,0\u00a0MB",
		`aria-describedby="f-files-hint"`, `href="/d/1"`, `aria-label="Fjern brev.pdf"`, `name="remove" value="d1"`, "<progress")
}

func TestButton_hasItsLook(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		props ui.ButtonProps
		wants []string
	}{
		{ui.ButtonProps{Label: "Send"}, []string{`type="submit"`, `data-variant="primary"`, "<span>Send</span>"}},
		{ui.ButtonProps{Label: "Slett", Danger: true, Variant: ui.Tertiary, Small: true}, []string{`data-color="danger"`, `data-variant="tertiary"`, `data-size="sm"`}},
		{ui.ButtonProps{Label: "Neste", Name: "to", Value: "next", FormAction: "/x", FullWidth: true}, []string{`name="to"`, `value="next"`, `formaction="/x"`, "data-fullwidth"}},
		{ui.ButtonProps{Label: "Av", Disabled: true, Attrs: templ.Attributes{"data-x": "y"}}, []string{" disabled", `data-x="y"`}},
		{ui.ButtonProps{Label: "Neste", Icon: "arrow-right", IconAfter: true}, []string{"</span> <svg", `aria-hidden="true"`}},
	} {
		wants(t, render(t, ui.Button(tc.props)), append(tc.wants, `class="ds-button"`)...)
	}
	wants(t, render(t, ui.LinkButton(ui.LinkButtonProps{Label: "Last ned", Href: "/f", Download: true})), `<a class="ds-button" href="/f"`, " download")
}
