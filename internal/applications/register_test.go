package applications

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

func synthetic(t *testing.T) string {
	t.Helper()
	n, err := pid.Synthetic(clock.NewDate(1990, 3, 1), 0)
	if err != nil {
		t.Fatal(err)
	}
	return n.Digits()
}

func TestRegistration_namesEveryWrongField(t *testing.T) {
	t.Parallel()
	good := Registration{Form: "kindergarten-place", Applicant: synthetic(t), Key: "paper-1"}
	for name, test := range map[string]struct {
		change func(*Registration)
		want   []string
	}{
		"nothing wrong":       {func(*Registration) {}, nil},
		"a subject":           {func(r *Registration) { r.Subject = synthetic(t) }, nil},
		"a language":          {func(r *Registration) { r.Lang = "nn" }, nil},
		"no applicant":        {func(r *Registration) { r.Applicant = "" }, []string{"applicant"}},
		"a slip":              {func(r *Registration) { r.Applicant = r.Applicant[:10] }, []string{"applicant"}},
		"a slip in the child": {func(r *Registration) { r.Subject = "1234" }, []string{"subject"}},
		"no key":              {func(r *Registration) { r.Key = "" }, []string{"key"}},
		"an endless key":      {func(r *Registration) { r.Key = string(make([]byte, maxKey+1)) }, []string{"key"}},
		"a strange language":  {func(r *Registration) { r.Lang = "de" }, []string{"lang"}},
		"all of it":           {func(r *Registration) { *r = Registration{Subject: "1", Lang: "x"} }, []string{"applicant", "subject", "key", "lang"}},
	} {
		r := good
		test.change(&r)
		var names []string
		if e := errs.Of(r.check()); e != nil {
			for _, f := range e.Fields {
				names = append(names, f.Name)
			}
		}
		if diff := cmp.Diff(test.want, names); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestAnswersWrong_putsFieldsBelowAnswers(t *testing.T) {
	t.Parallel()
	wrong := errs.InvalidFields(errs.Field{Name: "start_date", Key: "forms.too_early", Args: []any{"day", "x"}}, errs.Field{Name: "siblings[0].name", Key: "forms.required"})
	got := errs.Of(answersWrong(wrong))
	if got == nil || got.Kind != errs.KindInvalid {
		t.Fatalf("%v", got)
	}
	want := []errs.Field{{Name: "answers.start_date", Key: "forms.too_early", Args: []any{"day", "x"}}, {Name: "answers.siblings[0].name", Key: "forms.required"}}
	if diff := cmp.Diff(want, got.Fields); diff != "" {
		t.Error(diff)
	}
	for _, other := range []error{errors.New("broken"), errs.TooLarge("forms.too_large"), errs.Invalid("errs.invalid_input")} {
		if got := answersWrong(other); !errors.Is(got, other) {
			t.Errorf("%v became %v", other, got)
		}
	}
}

func TestUnacceptable_namesTheField(t *testing.T) {
	t.Parallel()
	down := errs.Unavailable(1, "identity.register_down")
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"no number":                     {pid.ErrInvalid, "applications.register.bad_number"},
		"made up, in a real town":       {errs.Forbidden("identity.synthetic"), "identity.synthetic"},
		"a real person, in a test town": {errs.Forbidden("identity.not_synthetic"), "identity.not_synthetic"},
	} {
		e := errs.Of(unacceptable("applicant", test.err))
		if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != "applicant" || e.Fields[0].Key != test.want {
			t.Errorf("%s: %v", name, e)
		}
	}
	if got := unacceptable("applicant", down); !errors.Is(got, down) {
		t.Errorf("a register that is down became %v", got)
	}
}

func TestIsNotGuardian_isThatAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"it":            {errs.InvalidFields(errs.Field{Name: "subject", Key: notGuardian}), true},
		"more than it":  {errs.InvalidFields(errs.Field{Name: "subject", Key: notGuardian}, errs.Field{Name: "key", Key: "x"}), false},
		"another field": {errs.InvalidFields(errs.Field{Name: "subject", Key: "x"}), false},
		"nothing":       {nil, false},
		"internal":      {errors.New("broken"), false},
	} {
		if got := isNotGuardian(test.err); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
