package deadline

import (
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Holiday is a day on which Norway is closed, besides Saturdays and Sundays.
type Holiday struct {
	Day clock.Date
	// Key names it: "good_friday".
	Key string
}

// Easter returns Easter Sunday of a year in the Gregorian calendar, by the
// anonymous algorithm of 1876 (Meeus, Jones, Butcher).
func Easter(year int) clock.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return clock.NewDate(year, time.Month(month), day)
}

// Holidays returns a year's holidays in order: the days of helligdagsfredloven
// § 2 that are not always Sundays, Easter and Whit Sunday, and 1 and 17 May,
// which the law of 26 April 1947 puts on a level with Sundays. Christmas Eve is
// a holiday only from the afternoon and New Year's Eve not at all, so both are
// working days here.
func Holidays(year int) []Holiday {
	easter := Easter(year)
	list := []Holiday{
		{clock.NewDate(year, time.January, 1), "new_year"},
		{easter.AddDays(-3), "maundy_thursday"},
		{easter.AddDays(-2), "good_friday"},
		{easter, "easter_sunday"},
		{easter.AddDays(1), "easter_monday"},
		{clock.NewDate(year, time.May, 1), "labour_day"},
		{clock.NewDate(year, time.May, 17), "constitution_day"},
		{easter.AddDays(39), "ascension"},
		{easter.AddDays(49), "whit_sunday"},
		{easter.AddDays(50), "whit_monday"},
		{clock.NewDate(year, time.December, 25), "christmas_day"},
		{clock.NewDate(year, time.December, 26), "boxing_day"},
	}
	slices.SortStableFunc(list, func(a, b Holiday) int { return b.Day.DaysUntil(a.Day) })
	return list
}

// IsHoliday reports whether a day is one of the year's holidays.
func IsHoliday(day clock.Date) bool {
	return slices.ContainsFunc(Holidays(day.Year), func(h Holiday) bool { return h.Day == day })
}

// IsWorkingDay reports whether a day is neither Saturday, Sunday nor holiday.
func IsWorkingDay(day clock.Date) bool {
	weekday := day.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday && !IsHoliday(day)
}

// NextWorkingDay returns the day itself when it is a working day, otherwise the
// first one after it (domstolloven § 149).
func NextWorkingDay(day clock.Date) clock.Date {
	for !IsWorkingDay(day) {
		day = day.AddDays(1)
	}
	return day
}

// AddWorkingDays returns the n-th working day after a day, or before it when n
// is negative.
func AddWorkingDays(day clock.Date, n int) clock.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		day = day.AddDays(step)
		if IsWorkingDay(day) {
			n--
		}
	}
	return day
}

// WorkingDaysBetween returns how many working days come after from, up to and
// with to; none when to is not later.
func WorkingDaysBetween(from, to clock.Date) int {
	n := 0
	for day := from.AddDays(1); !day.After(to); day = day.AddDays(1) {
		if IsWorkingDay(day) {
			n++
		}
	}
	return n
}

// AddMonths returns the day of the same number n months later, or the last day
// of that month when it has none (domstolloven § 148).
func AddMonths(day clock.Date, n int) clock.Date {
	last := clock.NewDate(day.Year, day.Month+time.Month(n)+1, 0)
	if day.Day > last.Day {
		return last
	}
	return clock.NewDate(last.Year, last.Month, day.Day)
}
