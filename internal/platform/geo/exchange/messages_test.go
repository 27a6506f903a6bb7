package exchange

import (
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func TestMessages_loadInThreeLanguages(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("geo_file", Messages()); err != nil {
		t.Fatal(err)
	}
	for _, missing := range bundle.Missing() {
		if strings.Contains(missing, "geo_file.") {
			t.Error(missing)
		}
	}
}

// The three languages must ask for the same arguments: one that forgets the line
// or the value leaves its reader without.
func TestMessages_tellTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	asks := func(text string) string {
		var all []string
		for _, piece := range strings.Split(text, "{{.")[1:] {
			name, _, _ := strings.Cut(piece, "}}")
			if !strings.Contains(strings.Join(all, " "), name) {
				all = append(all, name)
			}
		}
		return strings.Join(slices.Sorted(slices.Values(all)), " ")
	}
	texts := map[string]map[string]string{}
	for _, lang := range []string{"nb", "nn", "en"} {
		var read map[string]string
		if _, err := toml.DecodeFS(Messages(), "messages/"+lang+".toml", &read); err != nil {
			t.Fatal(err)
		}
		texts[lang] = read
	}
	for key, nb := range texts["nb"] {
		for _, lang := range []string{"nn", "en"} {
			if other := texts[lang][key]; asks(other) != asks(nb) {
				t.Errorf("%s in %s: %q, in nb: %q", key, lang, other, nb)
			}
		}
	}
}
