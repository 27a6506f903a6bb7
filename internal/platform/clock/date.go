package clock

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Date is a day in the Gregorian calendar without time or zone, such as a
// birthday or a wished start. The zero Date means "no date". It is stored as
// the text YYYY-MM-DD, which sorts by time in both databases.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

const dateLayout = "2006-01-02"

// NewDate returns the date, normalised as time.Date does (32 January is 1 February).
func NewDate(year int, month time.Month, day int) Date {
	return fromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateIn returns the day it is at an instant in Norway.
func DateIn(at time.Time) Date { return fromTime(at.In(Oslo())) }

// ParseDate reads YYYY-MM-DD; the empty text is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return Date{}, fmt.Errorf("clock: %q is not a date written YYYY-MM-DD", s)
	}
	return fromTime(t), nil
}

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns YYYY-MM-DD, or the empty text for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(dateLayout)
}

// AddDays returns the date n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// AddYears returns the same day n years later; 29 February becomes 1 March.
func (d Date) AddYears(n int) Date { return NewDate(d.Year+n, d.Month, d.Day) }

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.utc().Before(other.utc()) }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return other.Before(d) }

// DaysUntil returns the number of days from d to other.
func (d Date) DaysUntil(other Date) int {
	const day = 24 * 60 * 60 // a Duration would end after 292 years
	return int((other.utc().Unix() - d.utc().Unix()) / day)
}

// YearsAt returns the age in whole years on a day.
func (d Date) YearsAt(day Date) int {
	years := day.Year - d.Year
	if d.AddYears(years).After(day) {
		years--
	}
	return years
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Start returns the instant the day begins in Norway.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Oslo()).UTC()
}

// End returns the instant the day ends in Norway, which is when the next begins.
func (d Date) End() time.Time { return d.AddDays(1).Start() }

func (d Date) utc() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Value implements driver.Valuer; the zero Date is NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil //nolint:nilnil // NULL is written so
	}
	return d.String(), nil
}

// Scan implements sql.Scanner.
func (d *Date) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		*d = Date{}
	case string:
		*d, err = ParseDate(v)
	case []byte:
		*d, err = ParseDate(string(v))
	default:
		err = fmt.Errorf("clock: scan date from %T", v)
	}
	return err
}

// MarshalJSON writes "YYYY-MM-DD" or null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads "YYYY-MM-DD" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("clock: read date: %w", err)
	}
	if s == nil {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(*s)
	*d = parsed
	return err
}
