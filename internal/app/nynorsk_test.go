package app_test

import (
	"io/fs"
	"regexp"
	"testing"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/maps"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/property"
)

// What is said of building and maps in nynorsk keeps to one form of each word; see the
// glossary.
func TestNynorsk_keepsToOneFormOfAWord(t *testing.T) {
	t.Parallel()
	other := regexp.MustCompile(`(?i)\beigedom(en|ar|ane)\b|\bbyggesak|\bfriteken\b|\bblei\b`)
	for name, messages := range map[string]fs.FS{
		"property": property.Messages(), "maps": maps.Messages(), "building": building.Messages(), "neighbours": neighbours.Messages(), "around": around.Messages(),
	} {
		text, err := fs.ReadFile(messages, "messages/nn.toml")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		texts := regexp.MustCompile(`(?m)^("[^"]+"|one|other) *= *(.*)$`).FindAllSubmatch(text, -1)
		if len(texts) < 50 {
			t.Errorf("%s: %d texts are read", name, len(texts))
		}
		for _, line := range texts {
			if found := other.Find(line[2]); found != nil {
				t.Errorf("%s: %s says %q", name, line[1], found)
			}
		}
	}
}
