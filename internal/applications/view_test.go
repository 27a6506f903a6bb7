package applications

import (
	"encoding/json"
	"testing"

	"github.com/torg-no/torg/internal/platform/forms"
)

func TestUploadWhen_theButtonFollowsTheQuestionsForFiles(t *testing.T) {
	t.Parallel()
	text := forms.FieldView{Type: forms.Text}
	always := forms.FieldView{Type: forms.File}
	never := forms.FieldView{Type: forms.File, WhenJSON: `{"op":"eq","args":[{"field":"a"},"x"]}`, Hidden: true}
	now := forms.FieldView{Type: forms.File, WhenJSON: `{"op":"eq","args":[{"field":"b"},"y"]}`}
	for name, c := range map[string]struct {
		fields []forms.FieldView
		when   string
		hidden bool
	}{
		"one that is always asked": {[]forms.FieldView{text, never, always}, "", false},
		"one that is not asked":    {[]forms.FieldView{text, never}, `{"op":"or","args":[` + never.WhenJSON + `]}`, true},
		"one of two":               {[]forms.FieldView{never, now}, `{"op":"or","args":[` + never.WhenJSON + `,` + now.WhenJSON + `]}`, false},
	} {
		v := forms.PageView{Fields: c.fields}
		if got := uploadWhen(v); got != c.when || filesHidden(v) != c.hidden {
			t.Errorf("%s: %s, hidden %v", name, got, filesHidden(v))
		} else if c.when != "" && !json.Valid([]byte(got)) {
			t.Errorf("%s: %s is no JSON", name, got)
		}
		if !hasFiles(v) {
			t.Errorf("%s: no button", name)
		}
	}
}

func TestLead_endsAsOneAsks(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{"Navn": "Navn:", "Hvem gjelder det?": "Hvem gjelder det?"} {
		if got := (forms.SummaryRow{Question: question}).Lead(); got != want {
			t.Errorf("%q becomes %q", question, got)
		}
	}
}
