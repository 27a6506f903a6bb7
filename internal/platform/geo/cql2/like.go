package cql2

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// like is LIKE: % stands for any signs, _ for one, a backslash takes the meaning
// from the sign after it.
type like struct{ base }

func (l like) kind() Type { return Bool }

func (l like) eval(f Feature) value {
	v, pattern := l.args[0].eval(f), l.args[1].eval(f)
	if v.kind != Text || pattern.kind != Text {
		return value{}
	}
	return truth(matches(v.text, pattern.text))
}

// pace is one step of a pattern.
type pace struct {
	sign rune
	wild bool // any one sign
	many bool // any signs
}

func paces(pattern string) []pace {
	var all []pace
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			all = append(all, pace{sign: r})
			escaped = false
		case r == '\\':
			escaped = true
		case r == '%':
			all = append(all, pace{many: true})
		case r == '_':
			all = append(all, pace{wild: true})
		default:
			all = append(all, pace{sign: r})
		}
	}
	if escaped {
		all = append(all, pace{sign: '\\'})
	}
	return all
}

// matches goes back only to the last %, so the work is at most the product of
// the lengths.
func matches(s, pattern string) bool {
	signs, steps := []rune(s), paces(pattern)
	i, j, star, mark := 0, 0, -1, 0
	for i < len(signs) {
		switch {
		case j < len(steps) && steps[j].many:
			star, mark = j, i
			j++
		case j < len(steps) && (steps[j].wild || steps[j].sign == signs[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(steps) && steps[j].many {
		j++
	}
	return j == len(steps)
}

// caseFold makes texts that differ in capitals only the same.
func caseFold(s string) string { return cases.Fold().String(s) }

// accentFold takes the marks off letters: é becomes e, and å becomes a. Æ and ø
// are letters without marks and stay.
func accentFold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
