package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// otherForm are the forms of nynorsk words that our texts do not use, where nynorsk has two
// or more, and bokmål that has slipped in: what we write instead stands in the glossary.
var otherForm = regexp.MustCompile(`^(` + strings.Join([]string{
	`eigedom(en|ar|ane)`, `byggesak.*`, `friteken`, `blei`, `vert`, `verte`, `vorten?`, `gjev(e|en|ne|ast)?`, `oppgje`, `(grunn)?gjeving.*`,
	`(saks)?handsam.*`, `svarer`, `svarte`, `viss`, `også`, `formål.*`, `.*(forvaltnings|bygnings|barnehage|opplærings)loven`, `tilgjenge`,
	`me`, `vera`, `søkar(en|ar|ane)?`, `vei(en|ar|ane)?`, `sjøl`, `noe`, `noen`, `bare`, `måned(er|en)?`, `fyrst`,
}, "|") + `)$`)

// aInfinitive tells whether a word after "å" ends as infinitives do not with us.
func aInfinitive(word string) bool {
	return len([]rune(word)) > 3 && strings.HasSuffix(word, "a") // ta, ha, la and dra have no other form
}

// wavers is the first word of a text that has the other form, with "å" before an infinitive.
func wavers(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != ':' })
	for i, word := range words {
		word = strings.ToLower(strings.Trim(word, ":"))
		switch {
		case otherForm.MatchString(word):
			return word
		case i > 0 && words[i-1] == "å" && aInfinitive(word):
			return "å " + word
		}
	}
	return ""
}

// Every text in nynorsk keeps to one form of each word, whichever module it is of.
func TestNynorsk_keepsToOneFormOfAWord(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`^("[^"]+"|one|other) *= *`)
	files, texts := 0, 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != "nn.toml" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for number, line := range strings.Split(string(content), "\n") {
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, `["`) {
				continue // a comment, or the key of a text in the singular and the plural
			}
			if key.MatchString(line) {
				texts++
			}
			if found := wavers(key.ReplaceAllString(line, "")); found != "" {
				t.Errorf("%s:%d says %q", path, number+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 30 || texts < 5000 {
		t.Errorf("%d texts in %d files are read", texts, files)
	}
}

// The test above finds what it is to find, first in a sentence and in the middle of it, and
// nothing within other words.
func TestNynorsk_knowsTheOtherForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Klaga blei send i går.": "blei", "Vert behandla seinare.": "vert", "Ho er under handsaming.": "handsaming", "Me ser på saka.": "me",
		"Du kan byrje å skriva no.": "å skriva", "Formålet er klart.": "formålet", "Eigedomen, din": "eigedomen", "(forvaltningsloven § 12)": "forvaltningsloven",
		"Du kan ta med det du har å ta vare på.": "", "Klaga vart send.": "", "Dette er eit døme.": "", "å ha, å la og å dra": "", "tcp://vert:port": "", "Noreg": "",
	} {
		if got := wavers(text); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}
