package cql2

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// like is LIKE: % stands for any signs, _ for one, a backslash takes the meaning
// from the sign after it.
type like struct {
	base

	steps []pace // of a pattern that stands in the text
	known bool
}

// newLike reads the pattern at once when it is the same for all features, as CASEI('%a')
// is too.
func newLike(left, pattern node) like {
	l := like{base: base{left.offset(), []node{left, pattern}}}
	same := true
	walk(pattern, func(n node) {
		if _, is := n.(*property); is {
			same = false
		}
	})
	if same {
		v := pattern.eval(nil)
		l.steps, l.known = paces(v.text), v.kind == Text
	}
	return l
}

func (l like) kind() Type { return Bool }

func (l like) eval(f Feature) value {
	v := l.args[0].eval(f)
	if v.kind != Text {
		return value{}
	}
	if l.known {
		return truth(matches(v.text, l.steps))
	}
	pattern := l.args[1].eval(f)
	if pattern.kind != Text {
		return value{}
	}
	return truth(matches(v.text, paces(pattern.text)))
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
func matches(s string, steps []pace) bool {
	i, j, star, mark := 0, 0, -1, 0
	for i < len(s) {
		sign, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case j < len(steps) && steps[j].many:
			star, mark = j, i
			j++
		case j < len(steps) && (steps[j].wild || steps[j].sign == sign):
			i += size
			j++
		case star >= 0:
			_, size = utf8.DecodeRuneInString(s[mark:])
			mark += size
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
