package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func registerFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "register.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func synthetic(t *testing.T, n int) pid.PID {
	t.Helper()
	number, err := pid.Synthetic(clock.NewDate(2025, 2, 13), n)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func TestReadRegister_knowsFamiliesInTestMunicipalitiesOnly(t *testing.T) {
	t.Parallel()
	mother, child := synthetic(t, 0), synthetic(t, 1)
	register, err := readRegister(registerFile(t, `[
		{"number": "`+mother.Digits()+`", "given": "Kari", "family": "Ås", "birth_date": "1990-01-02"},
		{"number": "`+child.Digits()+`", "given": "Ådne", "family": "Ås", "birth_date": "2025-02-13", "guardians": ["`+mother.Digits()+`"]}
	]`))
	if err != nil {
		t.Fatal(err)
	}
	test := tenant.Bind(t.Context(), tenant.Tenant{ID: "t-a", Test: true})
	got, err := register.Person(test, mother)
	if err != nil || got.Name.Full() != "Kari Ås" || len(got.Children) != 1 || got.Children[0] != child {
		t.Errorf("the mother: %+v, %v", got.Name, err)
	}
	if got, err = register.Person(test, child); err != nil || len(got.Guardians) != 1 || !got.Guardians[0].Responsible {
		t.Errorf("the child: %+v, %v", got.Guardians, err)
	}
	if _, err := register.Person(test, synthetic(t, 2)); err == nil {
		t.Error("a stranger is known")
	}
	if _, err := register.Person(tenant.Bind(t.Context(), tenant.Tenant{ID: "t-b"}), mother); err == nil {
		t.Error("a real municipality has made-up residents")
	}
}

func TestReadRegister_refusesWhatIsNoRegister(t *testing.T) {
	t.Parallel()
	number := synthetic(t, 0).Digits()
	for name, text := range map[string]string{
		"no list":        `{}`,
		"no number":      `[{"number": "1", "birth_date": "1990-01-02"}]`,
		"no date":        `[{"number": "` + number + `", "birth_date": "x"}]`,
		"no such parent": `[{"number": "` + number + `", "birth_date": "1990-01-02", "guardians": ["1"]}]`,
		"nothing":        ``,
		"cut off":        `[{"number"`,
	} {
		if _, err := readRegister(registerFile(t, text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := readRegister(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file is taken")
	}
	none, err := readRegister("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.Person(t.Context(), synthetic(t, 0)); err == nil {
		t.Error("somebody is known where there is no register")
	}
}
