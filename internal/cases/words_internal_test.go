package cases

import (
	"slices"
	"testing"
)

// A case with many names and an address keeps every word as it is written: what goes is
// the other spellings, and the last letters of the alphabet are as good as the first.
func TestWords_keepWhatIsWrittenBeforeOtherSpellings(t *testing.T) {
	t.Parallel()
	c := Case{ApplicantName: "Åse-Marie Kjærgård-Sørås Ødegård Bjørnstjerne", SubjectName: "Øyvind Ærø-Håkonsen Blåbærskogen Tårnåsen"}
	written := []string{"åse-marie", "marie", "kjærgård-sørås", "sørås", "ødegård", "bjørnstjerne", "øyvind", "ærø-håkonsen", "håkonsen", "blåbærskogen", "tårnåsen", "østre", "åsgårdstrandsvegen", "ålgård"}
	got := words(c, "Østre Åsgårdstrandsvegen 14 Ålgård Sjøgårdsbråten Gråkållen Kråkerøy Ørsta-Våg Løkkegård")
	if len(got) != maxWords || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("%d words, sorted: %t", len(got), slices.IsSorted(got))
	}
	for _, word := range written {
		if !slices.Contains(got, word) {
			t.Errorf("%q is not found in %q", word, got)
		}
	}
	if few := words(Case{ApplicantName: "Øyvind Aasen"}); !slices.Equal(few, []string{"aasen", "oeyvind", "oyvind", "åsen", "øyvind"}) {
		t.Errorf("%q", few)
	}
}
