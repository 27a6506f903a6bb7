package forms

import "testing"

// cosigned is the small form, made one about a child, with the property.
func cosigned(extra map[string]any) func(form map[string]any) {
	return func(form map[string]any) {
		form["subject"] = "child"
		sign := map[string]any{"by": "guardian", "days": 14, "text": text3("Eg er samd")}
		for key, value := range extra {
			sign[key] = value
		}
		form["cosign"] = sign
	}
}

func TestCosign_isRefusedWhenItCannotWork(t *testing.T) {
	t.Parallel()
	if err := changed(t, cosigned(nil)); err != nil {
		t.Fatal(err)
	}
	refuses(t, []refusal{
		{"by somebody", cosigned(map[string]any{"by": "neighbour"}), `by "neighbour"`},
		{"no days", cosigned(map[string]any{"days": 0}), "0 days"},
		{"too many days", cosigned(map[string]any{"days": 91}), "91 days"},
		{"no words", cosigned(map[string]any{"text": map[string]any{"nb": "Ja"}}), "text missing in nn"},
		{"unknown field", cosigned(map[string]any{"when": ref("nowhere")}), `unknown field "nowhere"`},
		{"about oneself", func(form map[string]any) {
			cosigned(nil)(form)
			form["subject"] = "self"
		}, "no guardians"},
	})
}

func TestNeedsCosign_looksAtTheAnswers(t *testing.T) {
	t.Parallel()
	d := smallForm(t)
	if d.NeedsCosign(Answers{}, testEnv()) {
		t.Error("a form that says nothing of it")
	}
	always := *d
	always.Cosign = &Cosign{By: CosignGuardian}
	if !always.NeedsCosign(Answers{}, testEnv()) {
		t.Error("always")
	}
	id := d.Pages[0].Fields[0].ID
	sometimes := *d
	sometimes.Cosign = &Cosign{By: CosignGuardian, When: exprOf(op("eq", ref(id), "yes"))}
	for answer, want := range map[string]bool{"yes": true, "no": false} {
		if got := sometimes.NeedsCosign(Answers{Values: map[string]any{id: answer}}, testEnv()); got != want {
			t.Errorf("%s: %t", answer, got)
		}
	}
}
