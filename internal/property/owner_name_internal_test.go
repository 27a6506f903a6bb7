package property

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func TestOwnerName_tellsNobodyWhoIsProtected(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("property", Messages()); err != nil {
		t.Fatal(err)
	}
	for lang, hidden := range map[i18n.Lang]string{i18n.NB: "Eier med hemmelig adresse", i18n.NN: "Eigar med hemmeleg adresse", i18n.EN: "Owner with a secret address"} {
		words := bundle.For(lang)
		for name, test := range map[string]struct {
			owner Owner
			want  string
		}{
			"a person":                {Owner{Name: "Kari Nes", PersonID: "p"}, "Kari Nes"},
			"an organisation":         {Owner{Name: "Nes AS", Organisation: "810000007"}, "Nes AS"},
			"protected":               {Owner{Name: "Kari Nes", PersonID: "p", Protected: true}, hidden},
			"protected, and unknown":  {Owner{Name: "Kari Nes", Protected: true}, hidden},
			"dead, and was protected": {Owner{Name: "Kari Nes", Protected: true, Deceased: true}, hidden},
		} {
			if got := ownerName(words, test.owner); got != test.want {
				t.Errorf("%s, %s: %q", lang, name, got)
			}
		}
		if got := ownerName(words, Owner{}); got == "" || got == hidden {
			t.Errorf("%s: nobody is %q", lang, got)
		}
	}
}
