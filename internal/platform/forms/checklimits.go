package forms

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// limits checks that the limits of a field fit its type and each other.
func (c *checker) limits(f *Field, where string) {
	counted := slices.Contains([]FieldType{Checkboxes, Ranked, File, Group}, f.Type)
	numeric := f.Type == Number || f.Type == Integer
	c.require(counted || numeric || f.Min == nil && f.Max == nil, where, "a %s has neither min nor max", f.Type)
	if f.Min != nil && f.Max != nil {
		c.require(*f.Min <= *f.Max, where, "min is above max")
	}
	if counted {
		c.count(f, where)
	}
	c.require(f.written() || f.MinLength == 0 && f.MaxLength == 0, where, "a %s has no length", f.Type)
	c.require(f.MinLength >= 0 && f.MaxLength >= 0 && f.MaxLength <= 20_000, where, "length out of bounds")
	c.require(f.MinLength <= f.longest(), where, "min_length is above max_length")
	c.pattern(f, where)
	c.require(f.Type == Date || f.From == "" && f.To == "", where, "only a date has from and to")
	c.day(f.From, where)
	c.day(f.To, where)
}

func (c *checker) count(f *Field, where string) {
	most := maxItems
	if f.Type == Checkboxes {
		most = maxChoices
	}
	for _, n := range []*float64{f.Min, f.Max} {
		ok := n == nil || *n >= 0 && *n <= float64(most) && *n == math.Trunc(*n)
		c.require(ok, where, "min and max must be whole numbers up to %d", most)
	}
	c.require(f.Max == nil || *f.Max >= 1, where, "max must be 1 or more")
	c.require(f.least() <= f.most(), where, "min is above max")
}

func (c *checker) pattern(f *Field, where string) {
	if f.Pattern == "" {
		return
	}
	c.require(f.Type == Text || f.Type == Textarea, where, "a %s has no pattern", f.Type)
	if _, err := regexp.Compile(f.Pattern); err != nil {
		c.fail(where, "pattern cannot be read: %v", err)
	}
}

func (c *checker) day(limit, where string) {
	if limit == "" {
		return
	}
	if _, ok := dayLimit(limit, clock.NewDate(2026, 1, 1)); !ok {
		c.fail(where, "%q is neither a date nor today with an offset", limit)
	}
}

var offsetPattern = regexp.MustCompile(`^today(?:([+-]\d{1,4})([dmy]))?$`)

// dayLimit computes a limit such as 2026-08-01, today or today+6m.
func dayLimit(limit string, today clock.Date) (clock.Date, bool) {
	match := offsetPattern.FindStringSubmatch(limit)
	if match == nil {
		d, err := clock.ParseDate(limit)
		return d, err == nil && !d.IsZero()
	}
	n, err := strconv.Atoi(match[1])
	if match[1] != "" && err != nil {
		return clock.Date{}, false
	}
	switch match[2] {
	case "d":
		return today.AddDays(n), true
	case "m":
		return addMonths(today, n), true
	case "y":
		return addMonths(today, 12*n), true
	}
	return today, true
}

// addMonths keeps to the month: a month after 31 January is 28 or 29 February.
func addMonths(d clock.Date, n int) clock.Date {
	first := clock.NewDate(d.Year, d.Month, 1)
	first = clock.NewDate(first.Year, first.Month+time.Month(n), 1)
	last := clock.NewDate(first.Year, first.Month+1, 1).AddDays(-1)
	return clock.NewDate(first.Year, first.Month, min(d.Day, last.Day))
}
