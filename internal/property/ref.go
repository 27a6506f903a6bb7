package property

import (
	"strconv"
	"strings"
	"unicode"
)

// Ref is the number of a property in its municipality (matrikkelnummer,
// matrikkelforskriften § 2): farm (gårdsnummer), holding (bruksnummer), leased
// ground (festenummer) and section (seksjonsnummer). The last two are 0 for
// ordinary ground.
type Ref struct{ Gnr, Bnr, Fnr, Snr int }

// IsZero reports whether there is no number.
func (r Ref) IsZero() bool { return r == Ref{} }

// Ground is the number of the ground that a section is part of.
func (r Ref) Ground() Ref {
	r.Snr = 0
	return r
}

// String writes the number in its shortest form: 12/34, 12/34/5, 12/34/0/2.
func (r Ref) String() string { return r.join("/") }

// Path is the number as it stands in addresses of pages: 12-34, 12-34-0-2.
func (r Ref) Path() string { return r.join("-") }

func (r Ref) join(by string) string {
	parts := []int{r.Gnr, r.Bnr}
	if r.Fnr != 0 || r.Snr != 0 {
		parts = append(parts, r.Fnr)
	}
	if r.Snr != 0 {
		parts = append(parts, r.Snr)
	}
	texts := make([]string, len(parts))
	for i, n := range parts {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, by)
}

// Less orders numbers as a register lists them.
func (r Ref) Less(o Ref) bool {
	a, b := [4]int{r.Gnr, r.Bnr, r.Fnr, r.Snr}, [4]int{o.Gnr, o.Bnr, o.Fnr, o.Snr}
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// ParseRef reads a number in any of the ways people write it: 12/34, 12-34-0-2,
// "gnr 12 bnr 34", "gnr/bnr 12/34", 4204-12/34/0/2. A number of a municipality
// before it is read and left out; ParseNumbered tells it.
func ParseRef(s string) (Ref, bool) {
	_, r, ok := ParseNumbered(s)
	return r, ok
}

// maxRefText is longer than any way of writing a number.
const maxRefText = 80

// ParseNumbered reads a number with the number of its municipality, "" when that
// is not told.
func ParseNumbered(s string) (municipality string, r Ref, ok bool) {
	if len(s) > maxRefText {
		return "", Ref{}, false
	}
	marks, ok := scanRef(strings.ToLower(s))
	if !ok {
		return "", Ref{}, false
	}
	if labelled(marks) {
		return labelledRef(marks)
	}
	return plainRef(marks)
}

// mark is a number of the text with what stood before it: the label, or else the
// separator.
type mark struct {
	label  string
	by     rune // '/', '-' or ' ', 0 for the first
	digits string
}

// scanRef takes the text apart; false when something in it belongs to no number.
func scanRef(s string) (marks []mark, ok bool) {
	next := mark{}
	for rest := s; rest != ""; {
		first := rune(rest[0])
		switch {
		case isDigit(first):
			end := strings.IndexFunc(rest, func(c rune) bool { return !isDigit(c) })
			if end < 0 {
				end = len(rest)
			}
			next.digits = rest[:end]
			marks, next, rest = append(marks, next), mark{by: ' '}, rest[end:]
		case strings.ContainsRune(" ,:;.\t", first):
			rest = rest[1:]
		case first == '/' || first == '-':
			next.by, rest = first, rest[1:]
		default:
			word, after := cutWord(rest)
			label, known := labels()[word]
			if !known {
				return nil, false
			}
			// "gnr/bnr 12/34": two labels before one number say only what kind of
			// number it is.
			if next.label != "" {
				label = ""
			}
			next.label, rest = label, after
		}
	}
	return marks, len(marks) > 0 && next.label == ""
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// cutWord takes a word off, with the full stops inside abbreviations: g.nr.
func cutWord(s string) (word, rest string) {
	end := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '.' })
	if end < 0 {
		end = len(s)
	}
	if end == 0 { // something that is neither letter, digit nor separator
		return "?", ""
	}
	return strings.ReplaceAll(s[:end], ".", ""), s[end:]
}

// labels are what people call the parts of a number.
func labels() map[string]string {
	return map[string]string{
		"gnr": "g", "gårdsnr": "g", "gårdsnummer": "g", "gardsnr": "g", "gardsnummer": "g", "g": "g",
		"bnr": "b", "bruksnr": "b", "bruksnummer": "b", "b": "b",
		"fnr": "f", "festenr": "f", "festenummer": "f", "f": "f",
		"snr": "s", "seksjonsnr": "s", "seksjonsnummer": "s", "seksjon": "s", "s": "s",
		"knr": "k", "kommunenr": "k", "kommunenummer": "k", "kommune": "k",
	}
}

// labelled reports whether any number has a label of its own.
func labelled(marks []mark) bool {
	for _, m := range marks {
		if m.label != "" {
			return true
		}
	}
	return false
}

// labelledRef reads "gnr 12 bnr 34" and the mixture "gnr 12/34".
func labelledRef(marks []mark) (municipality string, r Ref, ok bool) {
	after := map[string]string{"k": "g", "g": "b", "b": "f", "f": "s"}
	parts := map[string]string{}
	label := ""
	for i, m := range marks {
		switch {
		case m.label != "":
			label = m.label
		case label == "" && i+1 < len(marks) && marks[i+1].label == "" && marks[i+1].by == '/':
			label = "g" // 12/34 snr 2
		case label == "":
			label = "k" // 4204 gnr 12 bnr 34
		case m.by == '/':
			label = after[label]
		default:
			return "", Ref{}, false
		}
		if label == "" || parts[label] != "" {
			return "", Ref{}, false
		}
		parts[label] = m.digits
	}
	if m := parts["k"]; m != "" && len(m) != 4 {
		return "", Ref{}, false
	}
	r, ok = refOf([]string{parts["g"], parts["b"], parts["f"], parts["s"]})
	return parts["k"], r, ok
}

// plainRef reads numbers alone. The municipality's four digits stand before a hyphen
// or a space with slashes behind them, or are the first of five.
func plainRef(marks []mark) (municipality string, r Ref, ok bool) {
	slashes := 0
	for _, m := range marks {
		if m.by == '/' {
			slashes++
		}
	}
	first := len(marks) == 5 || len(marks) > 2 && marks[1].by != '/' && slashes == len(marks)-2
	if first {
		if len(marks[0].digits) != 4 {
			return "", Ref{}, false
		}
		municipality, marks = marks[0].digits, marks[1:]
	}
	if len(marks) < 2 || len(marks) > 4 {
		return "", Ref{}, false
	}
	parts := make([]string, 4)
	for i, m := range marks {
		if i > 0 && m.by == ' ' {
			return "", Ref{}, false
		}
		parts[i] = m.digits
	}
	r, ok = refOf(parts)
	return municipality, r, ok
}

// refOf makes a number of its four parts; farm and holding must be told.
func refOf(parts []string) (Ref, bool) {
	var n [4]int
	for i, digits := range parts {
		if digits == "" {
			continue
		}
		if len(digits) > 5 {
			return Ref{}, false
		}
		var err error
		if n[i], err = strconv.Atoi(digits); err != nil {
			return Ref{}, false
		}
	}
	return Ref{n[0], n[1], n[2], n[3]}, n[0] > 0 && n[1] > 0
}
