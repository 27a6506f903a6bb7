package neighbours

import (
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// goodYears is how long neighbours who were notified need not be so anew. The law names no
// time (plan- og bygningsloven § 21-3); municipalities reckon with a year.
const goodYears = 1

// stands reports whether a notice is new enough to go with an application on a day.
func (n Notice) stands(on clock.Date) bool {
	made := n.SentAt
	if made.IsZero() {
		made = n.UpdatedAt // exempted
	}
	return !clock.DateIn(made).AddYears(goodYears).Before(on)
}

// leastWord is how many letters a word has that tells what is built.
const leastWord = 4

// sameWorks reports whether two descriptions tell of the same works: at least half of the
// words of the shorter one stand in the other. Whoever writes it twice writes it otherwise.
func sameWorks(a, b string) bool {
	short, long := wordsIn(a), wordsIn(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	common := 0
	for _, w := range short {
		if slices.Contains(long, w) {
			common++
		}
	}
	return common > 0 && 2*common >= len(short)
}

// wordsIn are the words of a text that tell something, each once.
func wordsIn(text string) []string {
	words := strings.FieldsFunc(store.Fold(text), func(r rune) bool { return strings.ContainsRune(" \n\t.,;:!?()/–-«»\"", r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len([]rune(w)) < leastWord })
	slices.Sort(words)
	return slices.Compact(words)
}
