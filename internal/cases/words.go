package cases

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/torg-no/torg/internal/platform/store"
)

const (
	maxWords      = 40 // words indexed of one case
	maxQueryWords = 5  // words a search looks at
	maxWordLength = 40
)

// words are what a case is found by beside its number: the names of those it
// concerns, and whatever else is said of it.
//
// Where there are more than are kept, it is the other spellings of the last that go, and
// no word as it is written.
func words(c Case, more ...string) []string {
	var parts, list []string
	for part := range strings.FieldsSeq(fold(c.ApplicantName + " " + c.SubjectName + " " + strings.Join(more, " "))) {
		parts = append(parts, part)
		// Hansen-Eira is found as Eira too.
		for i, r := range part {
			if strings.ContainsRune("-–'’", r) && i+utf8.RuneLen(r) < len(part) {
				parts = append(parts, part[i+utf8.RuneLen(r):])
			}
		}
	}
	for _, part := range parts {
		list = append(list, cut(part))
	}
	for _, part := range parts {
		list = append(list, spellings(part)[1:]...)
	}
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(word string) bool {
		was := seen[word]
		seen[word] = true
		return was
	})
	list = list[:min(len(list), maxWords)]
	slices.Sort(list)
	return list
}

// spellings are the ways in which people type a word: Sørås as Soras and Soeraas by
// whoever has other keys, Aasen as Åsen by whoever has only heard it.
func spellings(word string) []string {
	list := []string{cut(word)}
	for _, other := range []string{plain(word), plain(asTwo.Replace(word)), strings.ReplaceAll(word, "aa", "å")} {
		if other = cut(other); !slices.Contains(list, other) {
			list = append(list, other)
		}
	}
	return list
}

var (
	// asTwo are letters that a keyboard without them gives as two.
	asTwo = strings.NewReplacer("å", "aa", "ø", "oe", "ö", "oe", "ä", "ae", "ü", "ue")
	// asOne are letters that are not another one with a mark.
	asOne = strings.NewReplacer("ø", "o", "æ", "ae", "đ", "d", "ŋ", "n", "ŧ", "t", "ð", "d", "þ", "th", "ł", "l", "ß", "ss")
)

// plain takes the marks off the letters of a folded word.
func plain(word string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(asOne.Replace(word))))
}

// queryWords are the beginnings of words that a search asks for, the longest
// first: it leaves the fewest cases.
func queryWords(text string) []string {
	var list []string
	for part := range strings.FieldsSeq(fold(strings.ReplaceAll(text, "\x00", " "))) {
		list = append(list, cut(part))
	}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list[:min(len(list), maxQueryWords)]
}

// fold makes one text of what looks alike: an å that a keyboard sends as a and a
// ring is the letter å, and Sámi Š is š, in whichever database.
func fold(text string) string { return store.Fold(norm.NFC.String(text)) }

func cut(word string) string {
	runes := []rune(word)
	return string(runes[:min(len(runes), maxWordLength)])
}

// after returns the first text that does not begin with the prefix any more,
// so that a prefix is a range in an index of either database.
func after(prefix string) string { return prefix + "\U0010ffff" }
