package forms

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/torg-no/torg/internal/platform/clock"
)

// maxValue bounds one posted value in bytes; texts have shorter limits of their own.
const maxValue = 64 << 10

// cleanText returns a text as it is kept: composed (NFC), trimmed, with plain
// line breaks. A text that is not UTF-8 or holds control characters is not ok:
// NUL alone breaks databases, letters and exports.
func cleanText(s string, lines bool) (string, bool) {
	if len(s) > maxValue || !utf8.ValidString(s) {
		return "", false
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if !lines {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\n", " "), "\t", " ")
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return "", false
		}
	}
	return strings.TrimSpace(norm.NFC.String(s)), true
}

// readScalar turns a typed text into the canonical answer; nil is no answer. It
// is not ok when the text is not of the field's kind.
func (f *Field) readScalar(s string) (any, bool) {
	if s == "" {
		return nil, true
	}
	switch f.Type {
	case Number, Integer:
		return readNumber(s, f.Type == Integer)
	case Date:
		return readDate(s)
	case Phone:
		return readPhone(s), true
	default:
		return s, true
	}
}

var (
	thousandsPattern = regexp.MustCompile(`^-?\d{1,3}(\.\d{3})+,\d+$`)
	numberPattern    = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,6})?$`)
	integerPattern   = regexp.MustCompile(`^-?\d{1,15}$`)
)

// readNumber reads a number as Norwegians write it: "1 234,5", also "1.234,5"
// and "1234.5".
func readNumber(s string, whole bool) (any, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-").Replace(s)
	if thousandsPattern.MatchString(s) {
		s = strings.ReplaceAll(s, ".", "")
	}
	s = strings.Replace(s, ",", ".", 1)
	pattern := numberPattern
	if whole {
		pattern = integerPattern
	}
	if !pattern.MatchString(s) {
		return nil, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return finite(n), err == nil
}

var datePattern = regexp.MustCompile(`^(\d{1,2})[./ -]\s?(\d{1,2})[./ -]\s?(\d{4})$`)

// readDate reads YYYY-MM-DD, and the Norwegian forms 1.8.2026, 01/08/2026 and
// 01082026.
func readDate(s string) (any, bool) {
	if match := datePattern.FindStringSubmatch(s); match != nil {
		s = match[3] + "-" + twoDigits(match[2]) + "-" + twoDigits(match[1])
	} else if len(s) == 8 && integerPattern.MatchString(s) {
		s = s[4:] + "-" + s[2:4] + "-" + s[:2]
	}
	if _, ok := dateOf(s); !ok {
		return nil, false
	}
	return s, true
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// readPhone brings a number to E.164; what is no number stays as it was typed
// and is refused by the schema. Eight digits are Norwegian.
func readPhone(s string) string {
	bare := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "(", "", ")", "", ".", "").Replace(s)
	if rest, ok := strings.CutPrefix(bare, "00"); ok {
		bare = "+" + rest
	}
	if len(bare) == 8 && integerPattern.MatchString(bare) {
		bare = "+47" + bare
	}
	if strings.HasPrefix(bare, "+") {
		return bare
	}
	return s
}

// writeNumber is the inverse of readNumber, for input fields.
func writeNumber(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", ",", 1)
}

// writeDate writes a date for people without a localizer: 01.08.2026.
func writeDate(d clock.Date) string {
	s := d.String()
	return s[8:] + "." + s[5:7] + "." + s[:4]
}
