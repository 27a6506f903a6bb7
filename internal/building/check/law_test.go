package check

import (
	"strings"
	"testing"
)

func TestParseLaw_refusesNonsense(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not toml":       "[boundary",
		"a misspelt key": strings.Replace(lawText, "share_of_height", "share_of_heigth", 1),
		"no limit":       strings.Replace(lawText, "metres = 4.0", "metres = 0.0", 1),
	} {
		if _, err := parseLaw(text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestLaw_theLongestCodeGoes(t *testing.T) {
	t.Parallel()
	l, err := ReadLaw()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{"1111": "111", "1589": "1589", "2011": "2", "5110": "5", "1001": "1001"} {
		if p, found := l.purpose(code); !found || p.Code != want {
			t.Errorf("%s: %q %t", code, p.Code, found)
		}
	}
	if _, found := l.purpose("1162"); found {
		t.Error("a school's zone is for a person to judge")
	}
}
