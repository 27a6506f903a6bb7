package cql2

import (
	"fmt"
	"unicode/utf8"
)

// Code says what is wrong with a filter, as a word that a message can be chosen
// by.
type Code string

// The codes.
const (
	TooLong         Code = "too_long"         // more than MaxBytes
	TooDeep         Code = "too_deep"         // more than MaxDepth levels
	TooManyTerms    Code = "too_many_terms"   // more than MaxTerms
	Syntax          Code = "syntax"           // something else was expected
	Unsupported     Code = "unsupported"      // a function or predicate that is not offered
	UnknownProperty Code = "unknown_property" // the collection has no such property
	WrongType       Code = "wrong_type"       // values of kinds that cannot be held together
	BadShape        Code = "bad_shape"        // a geometry that is none, or is not valid
	BadTime         Code = "bad_time"         // a date, time or interval that is none
)

// Error is what is wrong with a filter, and where.
type Error struct {
	Code Code
	// At is the byte of the text at which it was found, −1 when it is the whole.
	At int
	// Near is the text there, at most 30 signs of it.
	Near string
	// Detail is what was expected or found, in the words of the language.
	Detail string
}

// Error says it in plain English.
func (e *Error) Error() string {
	if e.At < 0 {
		return fmt.Sprintf("filter: %s: %s", e.Code, e.Detail)
	}
	return fmt.Sprintf("filter: %s at %d near %q: %s", e.Code, e.At, e.Near, e.Detail)
}

func excerpt(text string, at int) string {
	rest := text[min(max(at, 0), len(text)):]
	n := 0
	for i := range rest {
		if n++; n > 30 {
			rest = rest[:i]
			break
		}
	}
	if !utf8.ValidString(rest) {
		return ""
	}
	return rest
}
