package property_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/property"
)

func TestParseRef_readsAllTheWaysPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		municipality string
		ref          property.Ref
	}{
		"12/34":                                  {"", property.Ref{Gnr: 12, Bnr: 34}},
		" 12 / 34 ":                              {"", property.Ref{Gnr: 12, Bnr: 34}},
		"12/34/0/2":                              {"", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"12/34/5":                                {"", property.Ref{Gnr: 12, Bnr: 34, Fnr: 5}},
		"12/34/0/0":                              {"", property.Ref{Gnr: 12, Bnr: 34}},
		"12-34":                                  {"", property.Ref{Gnr: 12, Bnr: 34}},
		"12-34-0-2":                              {"", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"4204-12/34":                             {"4204", property.Ref{Gnr: 12, Bnr: 34}},
		"4204-12/34/0/2":                         {"4204", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"4204 12/34":                             {"4204", property.Ref{Gnr: 12, Bnr: 34}},
		"4204/12/34/0/2":                         {"4204", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"4204-12-34-0-2":                         {"4204", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"0301-1/2":                               {"0301", property.Ref{Gnr: 1, Bnr: 2}},
		"gnr 12 bnr 34":                          {"", property.Ref{Gnr: 12, Bnr: 34}},
		"Gnr. 12, bnr. 34":                       {"", property.Ref{Gnr: 12, Bnr: 34}},
		"g.nr. 12 b.nr. 34":                      {"", property.Ref{Gnr: 12, Bnr: 34}},
		"gnr12bnr34":                             {"", property.Ref{Gnr: 12, Bnr: 34}},
		"Gårdsnummer 12 bruksnummer 34":          {"", property.Ref{Gnr: 12, Bnr: 34}},
		"gardsnr. 12, bruksnr. 34, seksjonsnr 2": {"", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
		"gnr 12 bnr 34 fnr 5 snr 6":              {"", property.Ref{Gnr: 12, Bnr: 34, Fnr: 5, Snr: 6}},
		"bnr 34 gnr 12":                          {"", property.Ref{Gnr: 12, Bnr: 34}},
		"gnr/bnr 12/34":                          {"", property.Ref{Gnr: 12, Bnr: 34}},
		"gnr 12/34":                              {"", property.Ref{Gnr: 12, Bnr: 34}},
		"kommune 4204 gnr 12 bnr 34":             {"4204", property.Ref{Gnr: 12, Bnr: 34}},
		"4204 gnr 12 bnr 34":                     {"4204", property.Ref{Gnr: 12, Bnr: 34}},
		"12/34 snr 2":                            {"", property.Ref{Gnr: 12, Bnr: 34, Snr: 2}},
	} {
		municipality, ref, ok := property.ParseNumbered(text)
		if !ok || municipality != want.municipality || ref != want.ref {
			t.Errorf("%q is %q %+v %v, want %q %+v", text, municipality, ref, ok, want.municipality, want.ref)
		}
	}
}

func TestParseRef_refusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "12", "12/", "/34", "12 34", "Kaiveien 31", "12/34/1/2/3/4", "0/34", "12/0", "123456/1", "12/34a", "gnr", "gnr 12", "bnr 34", "gnr 12 bnr",
		"gnr 1 gnr 2", "420-12/34", "kommune 42 gnr 1 bnr 2", "12/34?", "12\x00/34", "1e3/2", strings.Repeat("1/", 100), "١٢/٣٤",
	} {
		if ref, ok := property.ParseRef(text); ok {
			t.Errorf("%q is taken for %+v", text, ref)
		}
	}
}

func TestRef_writesWhatItReads(t *testing.T) {
	t.Parallel()
	for ref, want := range map[property.Ref][2]string{
		{Gnr: 12, Bnr: 34}:                  {"12/34", "12-34"},
		{Gnr: 12, Bnr: 34, Fnr: 5}:          {"12/34/5", "12-34-5"},
		{Gnr: 12, Bnr: 34, Snr: 2}:          {"12/34/0/2", "12-34-0-2"},
		{Gnr: 1, Bnr: 2, Fnr: 3, Snr: 4}:    {"1/2/3/4", "1-2-3-4"},
		{Gnr: 9999, Bnr: 12345}:             {"9999/12345", "9999-12345"},
		{Gnr: 4204, Bnr: 12, Fnr: 3}:        {"4204/12/3", "4204-12-3"},
		{Gnr: 4204, Bnr: 1, Fnr: 2, Snr: 3}: {"4204/1/2/3", "4204-1-2-3"},
	} {
		if ref.String() != want[0] || ref.Path() != want[1] {
			t.Errorf("%+v is %s and %s, want %v", ref, ref, ref.Path(), want)
		}
		for _, text := range want {
			if back, ok := property.ParseRef(text); !ok || back != ref {
				t.Errorf("%s is read as %+v, %v", text, back, ok)
			}
		}
	}
	if (property.Ref{Gnr: 1, Bnr: 2, Snr: 3}).Ground() != (property.Ref{Gnr: 1, Bnr: 2}) || !(property.Ref{}).IsZero() {
		t.Error("the ground of a section is not the property")
	}
	if !(property.Ref{Gnr: 2, Bnr: 9}).Less(property.Ref{Gnr: 10, Bnr: 1}) || (property.Ref{Gnr: 1, Bnr: 1}).Less(property.Ref{Gnr: 1, Bnr: 1}) {
		t.Error("numbers are not ordered as numbers")
	}
}

func FuzzParseRef(f *testing.F) {
	for _, seed := range []string{"12/34", "4204-12/34/0/2", "gnr 12 bnr 34", "gnr/bnr 12/34", "12-34-0-2", "æøå 1/2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		municipality, ref, ok := property.ParseNumbered(text)
		if !ok {
			return
		}
		if ref.Gnr <= 0 || ref.Bnr <= 0 || ref.Fnr < 0 || ref.Snr < 0 || municipality != "" && len(municipality) != 4 {
			t.Fatalf("%q gives %q %+v", text, municipality, ref)
		}
		if back, ok := property.ParseRef(ref.String()); !ok || back != ref {
			t.Fatalf("%q gives %+v, which is written %s and read %+v", text, ref, ref, back)
		}
	})
}
