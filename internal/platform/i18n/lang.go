package i18n

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Lang is a language form by its BCP 47 tag.
type Lang string

// The languages Torg speaks: bokmål, nynorsk, English and Northern Sámi. Sámi
// texts are not complete and fall back to bokmål.
const (
	NB Lang = "nb"
	NN Lang = "nn"
	EN Lang = "en"
	SE Lang = "se"
)

// Offered returns the languages a person may choose, complete ones only.
func Offered() []Lang { return []Lang{NB, NN, EN} }

// Valid reports whether the language is one that may be chosen.
func (l Lang) Valid() bool { return slices.Contains(Offered(), l) }

// Chain returns the languages to try for a reader, best first.
func (l Lang) Chain() []Lang {
	switch l {
	case NN:
		return []Lang{NN, NB, EN}
	case EN:
		return []Lang{EN, NB, NN}
	case SE:
		return []Lang{SE, NB, NN, EN}
	default:
		return []Lang{NB, NN, EN}
	}
}

// Tag returns the tag for HTML lang attributes and PDF metadata.
func (l Lang) Tag() string {
	if l == "" {
		return string(NB)
	}
	return string(l)
}

// Match returns the offered language that suits an Accept-Language header, or
// fallback when none does. "no" counts as bokmål.
func Match(header string, fallback Lang) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return fallback
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		switch base.String() {
		case "nb", "no":
			return NB
		case "nn":
			return NN
		case "en":
			return EN
		}
	}
	return fallback
}

// Text is a text that is data, such as the name of a kindergarten or a field of
// a form, by language.
type Text map[Lang]string

// In returns the text for a reader, along the chain; when no chained language
// has it, any other that does.
func (t Text) In(l Lang) string {
	for _, lang := range l.Chain() {
		if s := t[lang]; s != "" {
			return s
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if s := strings.TrimSpace(t[lang]); s != "" {
			return s
		}
	}
	return ""
}

// Same returns a Text that reads alike in every language, for names.
func Same(s string) Text { return Text{NB: s} }
