package property

import (
	"strings"
	"unicode"
)

// fold writes a text so that what people type meets what the register says: small
// letters, æ as ae, ø and ö as o, å and aa as a, other letters without their marks.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range strings.ToLower(s) {
		switch c {
		case 'æ', 'ä':
			b.WriteString("ae")
		case 'ø', 'ö':
			b.WriteByte('o')
		case 'å', 'à', 'á', 'â':
			b.WriteByte('a')
		case 'é', 'è', 'ê', 'ë':
			b.WriteByte('e')
		case 'í', 'ï':
			b.WriteByte('i')
		case 'ó', 'ò', 'ô':
			b.WriteByte('o')
		case 'ú', 'ü':
			b.WriteByte('u')
		case 'č', 'ç':
			b.WriteByte('c')
		case 'đ':
			b.WriteByte('d')
		case 'ŋ', 'ñ':
			b.WriteByte('n')
		case 'š':
			b.WriteByte('s')
		case 'ŧ':
			b.WriteByte('t')
		case 'ž':
			b.WriteByte('z')
		default:
			b.WriteRune(c)
		}
	}
	return strings.NewReplacer("aa", "a", "oe", "o").Replace(b.String())
}

// maxWords is how many words of a search are looked at.
const maxWords = 8

// wordsOf takes a text apart into folded words and numbers: "Kaivegen 31B" is
// kaivei, 31 and b.
func wordsOf(s string) []string {
	var list []string
	var word strings.Builder
	var kind int // of the word: 1 letters, 2 digits
	flush := func() {
		if word.Len() > 0 {
			list = append(list, streetForm(word.String()))
			word.Reset()
		}
	}
	for _, c := range fold(s) {
		now := 0
		switch {
		case unicode.IsLetter(c):
			now = 1
		case isDigit(c):
			now = 2
		}
		if now != kind {
			flush()
			kind = now
		}
		if now != 0 {
			word.WriteRune(c)
		}
	}
	flush()
	return list
}

// streetForm brings the ways of writing a street to one: veien, vegen, veg and vn
// are vei; gata, gaten and gt are gat.
func streetForm(word string) string {
	for _, ending := range []struct{ from, to string }{
		{"veien", "vei"},
		{"vegen", "vei"},
		{"veie", "vei"},
		{"vege", "vei"},
		{"veg", "vei"},
		{"vn", "vei"},
		{"gaten", "gat"},
		{"gata", "gat"},
		{"gate", "gat"},
		{"gt", "gat"},
	} {
		if stem, cut := strings.CutSuffix(word, ending.from); cut {
			return stem + ending.to
		}
	}
	return word
}

func isNumber(word string) bool { return word != "" && isDigit(rune(word[0])) }

// distance is how many letters must be put in, left out, changed or swapped with the
// next to make one word of another (Damerau and Levenshtein), most+1 when it is more
// than most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := row[0]
		for j := 1; j <= len(y); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ(x[i-1], y[j-1]))
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
