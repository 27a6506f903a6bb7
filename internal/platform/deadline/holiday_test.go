package deadline_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// easters are the Easter Sundays of the years 2020 to 2040, from the church's
// calendar, not from a formula.
var easters = []string{
	"2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05",
	"2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2031-04-13", "2032-03-28", "2033-04-17",
	"2034-04-09", "2035-03-25", "2036-04-13", "2037-04-05", "2038-04-25", "2039-04-10", "2040-04-01",
}

func TestEaster_isThatOfTheCalendar(t *testing.T) {
	t.Parallel()
	for i, want := range easters {
		if got := deadline.Easter(2020 + i).String(); got != want {
			t.Errorf("%d: %s, want %s", 2020+i, got, want)
		}
	}
	// The ends of what is possible: 22 March and 25 April.
	for year, want := range map[int]string{1818: "1818-03-22", 2285: "2285-03-22", 1943: "1943-04-25"} {
		if got := deadline.Easter(year).String(); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
	for year := 1900; year < 2400; year++ {
		if got := deadline.Easter(year); got.Weekday() != time.Sunday {
			t.Errorf("%v is no Sunday", got)
		}
	}
}

func TestHolidays_ofAYear(t *testing.T) {
	t.Parallel()
	var got []string
	for _, h := range deadline.Holidays(2026) {
		got = append(got, h.Day.String()+" "+h.Key)
	}
	want := []string{
		"2026-01-01 new_year", "2026-04-02 maundy_thursday", "2026-04-03 good_friday", "2026-04-05 easter_sunday",
		"2026-04-06 easter_monday", "2026-05-01 labour_day", "2026-05-14 ascension", "2026-05-17 constitution_day",
		"2026-05-24 whit_sunday", "2026-05-25 whit_monday", "2026-12-25 christmas_day", "2026-12-26 boxing_day",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHolidays_meetOnOneDay(t *testing.T) {
	t.Parallel()
	// In 2008 Ascension was 1 May; in 2027 Whit Monday is 17 May.
	for day, keys := range map[string]int{"2008-05-01": 2, "2027-05-17": 2} {
		n := 0
		for _, h := range deadline.Holidays(date(t, day).Year) {
			if h.Day == date(t, day) {
				n++
			}
		}
		if n != keys || !deadline.IsHoliday(date(t, day)) {
			t.Errorf("%s is %d holidays, want %d", day, n, keys)
		}
	}
}

func TestIsWorkingDay_overTheYears(t *testing.T) {
	t.Parallel()
	for year := 2020; year <= 2040; year++ {
		easter := date(t, easters[year-2020])
		off := map[clock.Date]bool{
			clock.NewDate(year, 1, 1): true, clock.NewDate(year, 5, 1): true, clock.NewDate(year, 5, 17): true,
			clock.NewDate(year, 12, 25): true, clock.NewDate(year, 12, 26): true,
		}
		for _, n := range []int{-3, -2, 0, 1, 39, 49, 50} {
			off[easter.AddDays(n)] = true
		}
		for day := clock.NewDate(year, 1, 1); day.Year == year; day = day.AddDays(1) {
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			if got := deadline.IsWorkingDay(day); got == (off[day] || weekend) {
				t.Errorf("%v %v is a working day: %v", day.Weekday(), day, got)
			}
			if got := deadline.IsHoliday(day); got != off[day] {
				t.Errorf("%v is a holiday: %v", day, got)
			}
		}
	}
}

func TestNextWorkingDay_passesOverRowsOfHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, want string }{
		{"2026-11-20", "2026-11-20"}, // a Friday
		{"2026-11-21", "2026-11-23"}, // Saturday
		{"2026-04-02", "2026-04-07"}, // Maundy Thursday to the Tuesday after Easter
		{"2026-12-24", "2026-12-24"}, // Christmas Eve is a working day
		{"2026-12-25", "2026-12-28"}, // Friday, Saturday, and a Sunday
		{"2027-12-25", "2027-12-27"},
		{"2026-05-14", "2026-05-15"}, // Ascension, with a Friday between
		{"2027-05-15", "2027-05-18"}, // Saturday, Whit Sunday, Whit Monday that is 17 May too
		{"2022-01-01", "2022-01-03"},
	} {
		if got := deadline.NextWorkingDay(date(t, c.from)).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.from, got, c.want)
		}
	}
}

func TestAddWorkingDays_andBackAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-20", 1, "2026-11-23"},
		{"2026-11-20", 5, "2026-11-27"},
		{"2026-04-01", 1, "2026-04-07"},
		{"2026-04-07", -1, "2026-04-01"},
		{"2026-12-23", 3, "2026-12-29"},
		{"2026-11-22", -2, "2026-11-19"},
		{"2026-11-22", 0, "2026-11-22"},
	} {
		if got := deadline.AddWorkingDays(date(t, c.from), c.n).String(); got != c.want {
			t.Errorf("%s and %d working days: %s, want %s", c.from, c.n, got, c.want)
		}
	}
	for day := date(t, "2020-01-01"); day.Year < 2041; day = day.AddDays(7) {
		for _, n := range []int{1, 3, 10, 20} {
			later := deadline.AddWorkingDays(day, n)
			if got := deadline.WorkingDaysBetween(day, later); got != n || !deadline.IsWorkingDay(later) {
				t.Fatalf("from %v to %v are %d working days, want %d", day, later, got, n)
			}
		}
		if got := deadline.WorkingDaysBetween(day, day.AddDays(-30)); got != 0 {
			t.Fatalf("backwards: %d", got)
		}
	}
}

func TestAddMonths_endsOnTheLastDayThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2100-01-31", 1, "2100-02-28"}, // no leap year
		{"2026-01-30", 1, "2026-02-28"},
		{"2026-01-28", 1, "2026-02-28"},
		{"2026-02-28", 1, "2026-03-28"},
		{"2028-02-29", 12, "2029-02-28"},
		{"2028-02-29", 48, "2032-02-29"},
		{"2026-05-31", 1, "2026-06-30"},
		{"2026-10-31", 4, "2027-02-28"},
		{"2026-11-30", 1, "2026-12-30"},
		{"2026-12-31", 1, "2027-01-31"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-11-22", 0, "2026-11-22"},
	} {
		if got := deadline.AddMonths(date(t, c.from), c.n).String(); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
	for day := date(t, "2020-01-01"); day.Year < 2041; day = day.AddDays(1) {
		next := deadline.AddMonths(day, 1)
		if n := day.DaysUntil(next); n < 28 || n > 31 || next.Month != day.Month%12+1 {
			t.Fatalf("a month from %v is %v", day, next)
		}
	}
}

func date(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
