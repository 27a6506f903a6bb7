package pdf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fallback stands for a character that the letter cannot show. PDF/A forbids
// the glyph .notdef (ISO 19005-2, 6.2.11.8), and a gap would hide the loss.
const fallback = '\uFFFD'

const (
	nbsp             = '\u00A0'
	softHyphen       = '\u00AD'
	nonBreakingHyp   = '\u2011'
	narrowNoBreak    = '\u202F'
	wordJoiner       = '\u2060'
	byteOrderMark    = '\uFEFF'
	zeroWidthSpace   = '\u200B'
	zeroWidthJoiner  = '\u200D'
	zeroWidthNonJoin = '\u200C'
	ideographicSpace = '\u3000'
)

// clean brings text to composed form, so that a + ring is å, and to the
// spaces and line feeds that layout knows. Invisible characters go.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(fallback)), "\r\n", "\n")
	return strings.Map(cleanRune, norm.NFC.String(s))
}

func cleanRune(r rune) rune {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	case '\t', ideographicSpace:
		return ' '
	case narrowNoBreak, '\u2007':
		return nbsp
	case softHyphen, wordJoiner, byteOrderMark, zeroWidthSpace, zeroWidthJoiner, zeroWidthNonJoin:
		return -1
	case '\u2010':
		return '-'
	}
	switch {
	case r >= '\u2000' && r <= '\u200A':
		return ' '
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
		// A private character would need an ActualText (ISO 19005-2, 6.2.11.7.3)
		// that nobody knows; the others may not stand in XML.
		return fallback
	}
	return r
}

// oneLine cleans text for places that hold a single line.
func oneLine(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(clean(s), "\n", " "))
}
