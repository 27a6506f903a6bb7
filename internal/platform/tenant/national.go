package tenant

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/platform/errs"
)

//go:embed national.tsv
var nationalTable string

// Municipality is a row of the national list of 1 January 2024, which has 357
// (Statistics Norway's classification 131).
type Municipality struct {
	Number string // four digits
	Name   string // Norwegian
	Local  string // Sámi name, where that is the first one; else empty
	Form   Form
	County string
}

// Form is the language form that a municipality has decided to be answered in.
type Form string

// The three forms of the official list; a neutral municipality may be
// addressed in either.
const (
	Bokmaal Form = "bokmål"
	Nynorsk Form = "nynorsk"
	Neutral Form = "neutral"
)

var national = sync.OnceValue(func() []Municipality {
	var list []Municipality
	for line := range strings.Lines(nationalTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 5 {
			panic(fmt.Sprintf("tenant: embedded list: %q", line))
		}
		list = append(list, Municipality{Number: f[0], Name: f[1], Local: f[2], Form: Form(f[3]), County: f[4]})
	}
	return list
})

// National returns the municipalities of Norway in the order of their numbers.
func National() []Municipality { return national() }

// Find returns the municipality with a number.
func Find(number string) (Municipality, error) {
	for _, m := range national() {
		if m.Number == number {
			return m, nil
		}
	}
	return Municipality{}, errs.NotFound("tenant.unknown_number", "number", number)
}

// Slug returns the municipality's name as part of a host name, unique in
// Norway: "kristiansand", "heroy-nordland".
func (m Municipality) Slug() string {
	slug := Slug(m.Name)
	for _, other := range national() {
		if other.Number != m.Number && Slug(other.Name) == slug {
			return slug + "-" + Slug(m.County)
		}
	}
	return slug
}

var letters = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", "á", "a", "č", "c", "đ", "d", "ŋ", "n", "š", "s", "ŧ", "t", "ž", "z", "ö", "o", "ä", "a", "ü", "u", "é", "e")

// Slug turns a name into letters, digits and hyphens that a host name takes.
func Slug(name string) string {
	var out strings.Builder
	gap := false
	for _, r := range letters.Replace(strings.ToLower(name)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			out.WriteRune(r)
			gap = false
		} else {
			gap = true
		}
	}
	return out.String()
}
