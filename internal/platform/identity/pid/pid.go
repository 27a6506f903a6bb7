package pid

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// ErrInvalid says that a text is not a national number. It does not repeat the
// text, which may be somebody's number with a slip.
var ErrInvalid = errors.New("pid: not a national number")

// PID is a valid national number. It hides itself from logs, JSON, fmt and the
// database; Digits gives it out to those who must have it. PIDs are compared
// with ==; the zero PID is no number.
type PID struct{ digits string }

// The offsets that tell the series apart.
const (
	offsetD         = 40 // on the day: D-number
	offsetH         = 40 // on the month: H-number, also a test series
	offsetSynthetic = 65 // on the month: an older test series
	offsetTenor     = 80 // on the month: Tenor, which ID-porten's test accepts
)

// Parse reads 11 digits. A space after the sixth is allowed, as people write it.
func Parse(s string) (PID, error) {
	if len(s) == 12 && s[6] == ' ' {
		s = s[:6] + s[7:]
	}
	if len(s) != 11 || !onlyDigits(s) {
		return PID{}, ErrInvalid
	}
	if !dateExists(s) || !checkDigitsHold(s) {
		return PID{}, ErrInvalid
	}
	return PID{digits: s}, nil
}

// Digits returns the 11 digits, for the register, ID-porten and encryption only.
func (p PID) Digits() string { return p.digits }

// IsZero reports whether there is no number.
func (p PID) IsZero() bool { return p.digits == "" }

// Temporary reports whether it is a D-number.
func (p PID) Temporary() bool { return !p.IsZero() && p.digits[0] >= '4' }

// Synthetic reports whether the number can belong to no real person known to
// the population register: month + 80, + 65 or + 40 (the last is shared with
// H-numbers, which identify nobody outside the hospital that made them). Only a
// test municipality accepts such numbers.
func (p PID) Synthetic() bool { return !p.IsZero() && two(p.digits, 2) > 12 }

// hidden is what everybody sees who prints a number.
const hidden = "***********"

// String hides the number.
func (p PID) String() string { return hidden }

// GoString hides the number from %#v.
func (p PID) GoString() string { return hidden }

// Format hides the number from every verb of fmt.
func (p PID) Format(w fmt.State, _ rune) {
	_, _ = io.WriteString(w, hidden) // fmt.State reports no failure worth handling
}

// LogValue implements slog.LogValuer and hides the number.
func (p PID) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON hides the number; whoever must send it takes Digits.
func (p PID) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText hides the number from every other encoder.
func (p PID) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// dateExists asks that day and month exist in some year ending in the two
// digits. The century is unknown, and 2000 was a leap year, so 29 February of
// "00" stands.
func dateExists(s string) bool {
	day, month, year := two(s, 0), two(s, 2), 2000+two(s, 4)
	if day > offsetD {
		day -= offsetD
	}
	switch {
	case month > offsetTenor:
		month -= offsetTenor
	case month > offsetSynthetic:
		month -= offsetSynthetic
	case month > offsetH:
		month -= offsetH
	}
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

func two(s string, at int) int { return int(s[at]-'0')*10 + int(s[at+1]-'0') }

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
