package i18n_test

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func TestMatch_table(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header   string
		fallback i18n.Lang
		want     i18n.Lang
	}{
		{"", i18n.NN, i18n.NN},
		{"nb", i18n.NN, i18n.NB},
		{"no", i18n.NN, i18n.NB},
		{"nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.6,en;q=0.5", i18n.NN, i18n.NB},
		{"nn-NO", i18n.NB, i18n.NN},
		{"nn;q=0.5, nb;q=0.8", i18n.NN, i18n.NB},
		{"en-GB,en;q=0.9", i18n.NB, i18n.EN},
		{"EN-us", i18n.NB, i18n.EN},
		{"se-NO, nn;q=0.7", i18n.NB, i18n.NN},
		{"de, fr;q=0.9", i18n.NN, i18n.NN},
		{"uk, ru;q=0.9, en;q=0.1", i18n.NB, i18n.EN},
		{"da, sv;q=0.9", i18n.NB, i18n.NB},
		{"*", i18n.NN, i18n.NN},
		{"en;q=0", i18n.NB, i18n.NB},
		{"en;q=nonsense", i18n.NN, i18n.NN},
		{";;;;,,,==", i18n.NN, i18n.NN},
		{"\x00\xff", i18n.NB, i18n.NB},
	} {
		if got := i18n.Match(c.header, c.fallback); got != c.want {
			t.Errorf("Match(%q, %s) = %s, want %s", c.header, c.fallback, got, c.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"nb-NO,nb;q=0.9,nn;q=0.6,en;q=0.5", "*", "en;q=0", "x-klingon", "zh-Hant-TW;q=1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := i18n.Match(header, i18n.NN); !got.Valid() {
			t.Errorf("%q gave %q", header, got)
		}
	})
}

func TestValid_isWhatMayBeChosen(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang]bool{i18n.NB: true, i18n.NN: true, i18n.EN: true, i18n.SE: false, "": false, "no": false, "NB": false} {
		if lang.Valid() != want {
			t.Errorf("%q: %v", lang, !want)
		}
	}
	if i18n.Lang("").Tag() != "nb" || i18n.NN.Tag() != "nn" {
		t.Error("the tag for HTML is wrong")
	}
}

func TestTextIn_table(t *testing.T) {
	t.Parallel()
	full := i18n.Text{i18n.NB: "barnehage", i18n.NN: "barnehage (nn)", i18n.EN: "kindergarten", i18n.SE: "mánáidgárdi"}
	for _, c := range []struct {
		name string
		text i18n.Text
		lang i18n.Lang
		want string
	}{
		{"own", full, i18n.SE, "mánáidgárdi"},
		{"nn from nb", i18n.Text{i18n.NB: "b", i18n.EN: "e"}, i18n.NN, "b"},
		{"nb from nn", i18n.Text{i18n.NN: "n", i18n.EN: "e"}, i18n.NB, "n"},
		{"en from nb", i18n.Text{i18n.NN: "n", i18n.NB: "b"}, i18n.EN, "b"},
		{"se from nb", i18n.Text{i18n.NN: "n", i18n.NB: "b", i18n.EN: "e"}, i18n.SE, "b"},
		{"only Sámi, asked in English", i18n.Text{i18n.SE: "s"}, i18n.EN, "s"},
		{"a language outside every chain", i18n.Text{"fi": "f"}, i18n.NB, "f"},
		{"empty does not count", i18n.Text{i18n.NN: "", i18n.NB: "b"}, i18n.NN, "b"},
		{"nothing", i18n.Text{}, i18n.NB, ""},
		{"nil", nil, i18n.NB, ""},
		{"names", i18n.Same("Åsgård"), i18n.EN, "Åsgård"},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
