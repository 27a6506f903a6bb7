package sosi

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Namespace marks, as PRODUKTSPEK in the head, the files that we write. Such a file
// is read back to the same features: with their identities, the types and names of
// their properties, and shapes of several parts. To others it is a SOSI file.
const Namespace = "urn:torg:features:1"

// outline is the name space (NAVNEROM) of curves that only stand there because a
// surface has to refer to curves.
const outline = "urn:torg:outline:1"

// partName is the element that says which part of a shape an element is: its number,
// how many there are and, for the first, what they make together.
const partName = "TORGDEL"

// ownPrefix begins a name that could not be written as it is.
const ownPrefix = "TORG_"

// The types of properties, as .DEF tells them. Text is not told.
const (
	typeText    = 'T'
	typeWhole   = 'H' // heltall
	typeDecimal = 'N' // desimaltall
	typeLogical = 'L' // BOOLSK
	typeMoment  = 'M' // DATOTID
)

// definitions are how .DEF writes the types.
var definitions = map[byte]string{typeWhole: "H20", typeDecimal: "D25.15", typeLogical: "BOOLSK", typeMoment: "DATOTID"}

// typeOf reads a type of .DEF.
func typeOf(text string) byte {
	for kind, definition := range definitions {
		if text == definition {
			return kind
		}
	}
	return typeText
}

// taken are names that mean something else where a property may stand.
var taken = map[string]bool{"REF": true, "OBJTYPE": true, partName: true}

// element makes a name of an element of one part of a property's name. A suffix tells
// the type where another property of that name has another.
func element(part string, suffix byte) string {
	first, _ := utf8.DecodeRuneInString(part)
	plain := suffix == 0 && unicode.IsLetter(first) && !taken[part] && !strings.HasPrefix(part, "NØ") && !strings.HasPrefix(part, ownPrefix)
	encoded := exchange.EncodeName(part)
	if plain && encoded == part {
		return part
	}
	if suffix != 0 {
		encoded += ":" + string(suffix)
	}
	return ownPrefix + encoded
}

// ownName reads what element has written.
func ownName(name string) (part string, suffix byte) {
	encoded, changed := strings.CutPrefix(name, ownPrefix)
	if !changed {
		return name, 0
	}
	if n := len(encoded); n > 1 && encoded[n-2] == ':' {
		encoded, suffix = encoded[:n-2], encoded[n-1]
	}
	return exchange.DecodeName(encoded), suffix
}

// format writes a value; false for one that is no kind of property.
func format(value any) (text string, kind byte, ok bool) {
	switch v := value.(type) {
	case string:
		return v, typeText, true
	case int64:
		return strconv.FormatInt(v, 10), typeWhole, true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), typeDecimal, true
	case bool:
		if v {
			return "JA", typeLogical, true
		}
		return "NEI", typeLogical, true
	case time.Time:
		if v.Location() == time.UTC && v.Nanosecond() == 0 && v.Year() >= 1000 && v.Year() < 10_000 {
			return v.Format(momentForm), typeMoment, true
		}
		return v.Format(time.RFC3339Nano), typeMoment, true
	default:
		return "", 0, false
	}
}

// momentForm is how DATOTID is written.
const momentForm = "20060102150405"

// parse reads what format has written; what is not of its type stays text.
func parse(text string, kind byte) any {
	switch kind {
	case typeWhole:
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v
		}
	case typeDecimal:
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v
		}
	case typeLogical:
		if text == "JA" || text == "NEI" {
			return text == "JA"
		}
	case typeMoment:
		for _, layout := range []string{momentForm, time.RFC3339Nano} {
			if v, err := time.Parse(layout, text); err == nil {
				return v
			}
		}
	}
	return text
}

// quote writes a text so that it is read as it is: without quotes where none are
// needed, as other programs expect of codes and numbers.
func quote(text string) string {
	if text != "" && !strings.ContainsFunc(text, unusual) {
		return text
	}
	safe := escape(text, false)
	for _, way := range []string{safe, `"` + safe + `"`, `'` + safe + `'`} {
		if (way != safe || several(safe)) && reads(way, text) {
			return way
		}
	}
	return `"` + escape(text, true) + `"`
}

// unusual reports whether a character may need quotes.
func unusual(r rune) bool {
	return r < '0' && r != '-' && r != '+' && r != '/' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' && (r < 0xC0 || !unicode.IsLetter(r))
}

// quoted is a text in quotes.
var quoted = regexp.MustCompile(`"[^"]*"`)

// several reports whether a text is a list of codes, which stands without quotes
// (KVALITET 22 18 * 0), or a single word.
func several(text string) bool {
	fields := strings.Fields(quoted.ReplaceAllLiteralString(text, "*"))
	for _, field := range fields {
		if _, err := strconv.ParseFloat(field, 64); err != nil && field != "*" && len(fields) > 1 {
			return false
		}
	}
	return text != ""
}

// reads reports whether a value, as it stands, is read as a text.
func reads(value, text string) bool {
	items := block{text: []string{"..A " + value}}.items()
	return len(items) == 1 && unescape(unquote(items[0].value)) == text
}

// escape writes characters that no line can hold, and quotes when it must, by number.
func escape(text string, quotes bool) string {
	var b strings.Builder
	for i, r := range text {
		if r < ' ' || r == 0x7F || r == 0xFEFF || quotes && r == '"' || r == '_' && strings.HasPrefix(text[i:], "_x") {
			b.WriteString("_x" + strings.ToUpper(strconv.FormatInt(0x10000+int64(r), 16)[1:]) + "_")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unescape takes escape back.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return exchange.DecodeName(text)
}
