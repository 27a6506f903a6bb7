package deadline_test

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

func TestParseLength_readsWhatTheLawWrites(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]deadline.Length{
		"1 day":          {N: 1, Unit: deadline.Days},
		"5 days":         {N: 5, Unit: deadline.Days},
		"1 working day":  {N: 1, Unit: deadline.WorkingDays},
		"3 working days": {N: 3, Unit: deadline.WorkingDays},
		"1 week":         {N: 1, Unit: deadline.Weeks},
		"12 weeks":       {N: 12, Unit: deadline.Weeks},
		"1 month":        {N: 1, Unit: deadline.Months},
		"366 days":       {N: 366, Unit: deadline.Days},
	} {
		got, err := deadline.ParseLength(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "week", "3", "3 ", " 3 weeks", "3  weeks", "0 weeks", "-1 weeks", "1 weeks", "2 week", "03 weeks", "+3 weeks",
		"367 days", "99999999999999999999 days", "3 uker", "3 weeks ", "3.5 weeks", "3 Weeks", "1 year", "1 workingday",
	} {
		if got, err := deadline.ParseLength(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if got := (deadline.Length{}).String(); got != "" {
		t.Errorf("no length is written %q", got)
	}
}

func TestLength_endsOnTheDayOfTheSameName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ length, from, want string }{
		{"3 weeks", "2026-11-20", "2026-12-11"},
		{"12 weeks", "2026-11-20", "2027-02-12"},
		{"2 weeks", "2028-02-20", "2028-03-05"}, // over 29 February
		{"2 weeks", "2026-02-20", "2026-03-06"},
		{"5 days", "2026-12-29", "2027-01-03"},
		{"1 month", "2026-01-31", "2026-02-28"},
		{"2 working days", "2026-04-01", "2026-04-08"},
	} {
		l, err := deadline.ParseLength(c.length)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.From(date(t, c.from)).String(); got != c.want {
			t.Errorf("%s from %s: %s, want %s", c.length, c.from, got, c.want)
		}
	}
	for day := date(t, "2020-01-01"); day.Year < 2041; day = day.AddDays(1) {
		l := deadline.Length{N: 3, Unit: deadline.Weeks}
		due := l.From(day)
		if due.Weekday() != day.Weekday() || day.DaysUntil(due) != 21 || l.Before(due) != day {
			t.Fatalf("three weeks from %v: %v", day, due)
		}
	}
}

// In the weeks of the change to and from summer time a limit of days is an hour
// shorter or longer, and ends at midnight all the same.
func TestLength_endsAtMidnightAcrossSummerTime(t *testing.T) {
	t.Parallel()
	for year := 2020; year <= 2040; year++ {
		for month, want := range map[time.Month]time.Duration{time.March: 8*24*time.Hour - time.Hour, time.October: 8*24*time.Hour + time.Hour} {
			last := clock.NewDate(year, month+1, 0)
			change := last.AddDays(-int(last.Weekday())) // the last Sunday
			begin := change.AddDays(-3)
			due := deadline.Length{N: 1, Unit: deadline.Weeks}.From(begin)
			if got := due.End().Sub(begin.Start()); got != want {
				t.Errorf("the week over %v lasts %v, want %v", change, got, want)
			}
			if end := due.End().In(clock.Oslo()); end.Hour() != 0 || end.Minute() != 0 {
				t.Errorf("%v ends at %v", due, end)
			}
		}
	}
}
