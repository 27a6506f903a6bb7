package cql2

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a token is.
type tokenKind uint8

const (
	atEnd   tokenKind = iota
	word              // a name or a keyword
	quoted            // a name in quotation marks
	text              // 'text'
	number            // 12.5
	symbol            // ( ) , + - * / % ^ = <> < > <= >=
	illegal           // anything else
)

type token struct {
	kind  tokenKind
	text  string // the word or name as written, the text without quotes, the symbol
	upper string // a word in capitals, for keywords
	value float64
	at    int
	end   int
}

func (t token) is(keyword string) bool { return t.kind == word && t.upper == keyword }

func (t token) sign(s string) bool { return t.kind == symbol && t.text == s }

// scan reads the token at an offset.
func scan(s string, at int) token {
	for at < len(s) && strings.IndexByte(" \t\r\n\f", s[at]) >= 0 {
		at++
	}
	if at >= len(s) {
		return token{kind: atEnd, at: at, end: at}
	}
	r, size := utf8.DecodeRuneInString(s[at:])
	switch {
	case r == utf8.RuneError && size < 2:
		return token{kind: illegal, at: at, end: at + 1}
	case r == '\'':
		return scanQuoted(s, at, '\'', text)
	case r == '"':
		return scanQuoted(s, at, '"', quoted)
	case r >= '0' && r <= '9', r == '.' && at+1 < len(s) && s[at+1] >= '0' && s[at+1] <= '9':
		return scanNumber(s, at)
	case starts(r):
		end := at
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !starts(r) && !(r >= '0' && r <= '9') && r != '.' || r == utf8.RuneError && size < 2 {
				break
			}
			end += size
		}
		return token{kind: word, text: s[at:end], upper: strings.ToUpper(s[at:end]), at: at, end: end}
	}
	return scanSymbol(s, at)
}

// starts tells whether a name may begin with a sign.
func starts(r rune) bool { return r == '_' || r == ':' || unicode.IsLetter(r) }

func scanSymbol(s string, at int) token {
	for _, sign := range [...]string{"<>", "<=", ">=", "(", ")", ",", "+", "-", "*", "/", "%", "^", "=", "<", ">"} {
		if strings.HasPrefix(s[at:], sign) {
			return token{kind: symbol, text: sign, at: at, end: at + len(sign)}
		}
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	return token{kind: illegal, at: at, end: at + size}
}

func scanNumber(s string, at int) token {
	end := at
	digits := func() {
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
	}
	digits()
	if end < len(s) && s[end] == '.' {
		end++
		digits()
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		mark := end
		end++
		if end < len(s) && (s[end] == '+' || s[end] == '-') {
			end++
		}
		if start := end; true {
			if digits(); end == start {
				end = mark
			}
		}
	}
	value, err := strconv.ParseFloat(s[at:end], 64)
	if err != nil { // larger than any number
		return token{kind: illegal, at: at, end: end}
	}
	return token{kind: number, value: value, text: s[at:end], at: at, end: end}
}

// scanQuoted reads what stands between quotation marks. A mark within is written
// twice or, in texts, after a backslash.
func scanQuoted(s string, at int, mark byte, kind tokenKind) token {
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == mark && i+1 < len(s) && s[i+1] == mark,
			s[i] == '\\' && kind == text && i+1 < len(s) && s[i+1] == mark:
			i++
			b.WriteByte(mark)
		case s[i] == mark:
			if !utf8.ValidString(b.String()) {
				return token{kind: illegal, at: at, end: i + 1}
			}
			return token{kind: kind, text: b.String(), at: at, end: i + 1}
		default:
			b.WriteByte(s[i])
		}
	}
	return token{kind: illegal, at: at, end: len(s)}
}
