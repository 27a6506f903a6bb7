package casework

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Template is a text that a department writes again and again (mal).
type Template struct {
	ID         string
	Department string
	Kind       string // key of the kind of case; empty for all
	Part       string // the field it is for: cases.FieldReasons and its like
	Name       string
	Texts      i18n.Text
	Retired    bool // no longer offered
	SavedName  string
	SavedAt    time.Time
	Version    int64
}

// Parts are the fields that a template can be for.
func Parts() []string {
	return []string{cases.FieldReasons, cases.FieldBasis, cases.FieldAppeal, cases.FieldQuestion}
}

// languages are those that a template is written in.
func languages() []i18n.Lang { return []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} }

// always are the placeholders that every kind of case fills in.
func always() []string {
	return []string{"child", "applicant", "number", "kind", "municipality", "department", "case_worker", "received", "today"}
}

const (
	maxName = 80
	maxText = 8000
)

var placeholder = regexp.MustCompile(`\{[^{}\n]{1,60}\}`)

// unknown returns the first placeholder of a text that nothing is put in place of.
func unknown(text string, known []string) string {
	for _, found := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(known, strings.Trim(found, "{}")) {
			return found
		}
	}
	return ""
}

// tidy trims what was typed.
func (t Template) tidy() Template {
	t.Name = strings.Join(strings.Fields(strings.ReplaceAll(t.Name, "\x00", " ")), " ")
	texts := i18n.Text{}
	for _, lang := range languages() {
		text := strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(t.Texts[lang]))
		if text != "" {
			texts[lang] = text
		}
	}
	t.Texts = texts
	return t
}

// check returns what is wrong with a template for the placeholders that its kind
// fills in. It need not be written in every language: what is missing is read in
// the nearest.
func (t Template) check(known []string) []errs.Field {
	var wrong []errs.Field
	add := func(name, key string, args ...any) {
		wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
	}
	switch n := utf8.RuneCountInString(t.Name); {
	case n == 0:
		add("name", "casework.template.need_name")
	case n > maxName:
		add("name", "casework.too_long", "most", maxName)
	}
	if !slices.Contains(Parts(), t.Part) {
		add("part", "errs.invalid_input")
	}
	if t.Texts[i18n.NB] == "" && t.Texts[i18n.NN] == "" {
		add("text_nb", "casework.template.need_text")
	}
	for _, lang := range languages() {
		text := t.Texts[lang]
		if utf8.RuneCountInString(text) > maxText {
			add("text_"+string(lang), "casework.too_long", "most", maxText)
		}
		if found := unknown(text, known); found != "" {
			add("text_"+string(lang), "casework.template.unknown", "name", found)
		}
	}
	return wrong
}

// fill puts values in place of the placeholders. What there is no value for stays
// as it is, to be seen and filled in by hand.
func fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if value := values[strings.Trim(found, "{}")]; value != "" {
			return value
		}
		return found
	})
}
