// Package errs holds the errors a person may be told about.
//
// An Error carries a message key that the page or the problem document turns
// into words in the reader's language. Every other error is internal: it is
// logged, and the person sees only that something went wrong. The key
// "errs.not_found" and its siblings stand in i18n's own messages; services add
// their own, prefixed with the module's name.
package errs

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Kind says what sort of answer an error is.
type Kind int

// The kinds, each with the HTTP status it becomes.
const (
	KindInternal    Kind = iota // 500: a fault of ours
	KindInvalid                 // 422: the input is wrong
	KindNotFound                // 404: not there, or not to be known of
	KindForbidden               // 403: known, but not allowed
	KindConflict                // 409: somebody else was first
	KindTooMany                 // 429: too often
	KindTooLarge                // 413: too much
	KindUnavailable             // 503: a neighbour is down; try again
	KindLogin                   // 401: log in first
)

// Error is an error with words for the person it concerns.
type Error struct {
	Kind   Kind
	Key    string // message key
	Args   []any  // name, value, name, value … for the message
	Fields []Field
	// RetryAfter is set on KindTooMany and KindUnavailable.
	RetryAfter time.Duration
	cause      error
}

// Field is one wrong field of a form, addressed as the form names it
// ("children[0].name").
type Field struct {
	Name string
	Key  string
	Args []any
}

// Error implements error; the text is for logs.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Key)
	for _, f := range e.Fields {
		text.WriteString(" " + f.Name + "=" + f.Key)
	}
	if e.cause != nil {
		text.WriteString(": " + e.cause.Error())
	}
	return text.String()
}

// Unwrap returns the cause, which no person is shown.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e that wraps a cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// NotFound says that a thing is not there or not to be known of.
func NotFound(key string, args ...any) *Error { return newError(KindNotFound, key, args) }

// Forbidden says that a thing is known but not allowed.
func Forbidden(key string, args ...any) *Error { return newError(KindForbidden, key, args) }

// Conflict says that somebody else was first; the page shows their version.
func Conflict(key string, args ...any) *Error { return newError(KindConflict, key, args) }

// Login says that one must log in first.
func Login() *Error { return newError(KindLogin, "errs.login", nil) }

// TooLarge says that what was sent is over a limit.
func TooLarge(key string, args ...any) *Error { return newError(KindTooLarge, key, args) }

// TooMany says that somebody did this too often and when to try again.
func TooMany(after time.Duration, key string, args ...any) *Error {
	e := newError(KindTooMany, key, args)
	e.RetryAfter = after
	return e
}

// Unavailable says that a neighbour is down and when to try again.
func Unavailable(after time.Duration, key string, args ...any) *Error {
	e := newError(KindUnavailable, key, args)
	e.RetryAfter = after
	return e
}

// Invalid says that the input as a whole is wrong.
func Invalid(key string, args ...any) *Error { return newError(KindInvalid, key, args) }

// InvalidFields says which fields are wrong; nil when none is.
func InvalidFields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	e := newError(KindInvalid, "errs.invalid", nil)
	e.Fields = slices.Clone(fields)
	return e
}

// Of returns the Error inside err, or nil when err is internal.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return nil
}

// Is reports whether err is of a kind; every error without words is KindInternal.
func Is(err error, kind Kind) bool {
	if err == nil {
		return false
	}
	e := Of(err)
	if e == nil {
		return kind == KindInternal
	}
	return e.Kind == kind
}

func newError(kind Kind, key string, args []any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}
