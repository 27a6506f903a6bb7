package exchange

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// EncodeName makes a name for a format that is strict about names of any text: what
// cannot stand in one is written _x0020_, as ISO 9075-14 does; the empty one is a
// sign by itself.
func EncodeName(name string) string {
	if name == "" {
		return "_x_"
	}
	var b strings.Builder
	for i, r := range name {
		plain := unicode.IsLetter(r) || i > 0 && (r >= '0' && r <= '9' || r == '.' || r == '-') || r == '_' && !strings.HasPrefix(name[i:], "_x")
		if plain && r < 0x2000 {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "_x%04X_", r)
	}
	return b.String()
}

// DecodeName gives the text of which EncodeName made a name.
func DecodeName(name string) string {
	if name == "_x_" {
		return ""
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(name, "_x")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits, after, closed := strings.Cut(rest, "_")
		v, err := strconv.ParseUint(digits, 16, 32)
		if !closed || err != nil || v > unicode.MaxRune {
			b.WriteString("_x")
			name = rest
			continue
		}
		b.WriteRune(rune(v))
		name = after
	}
}
