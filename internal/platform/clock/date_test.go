package clock_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
)

func TestParseDate_readsOnlyOneWayOfWriting(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]clock.Date{
		"":           {},
		"2026-11-21": {Year: 2026, Month: time.November, Day: 21},
		"2024-02-29": {Year: 2024, Month: time.February, Day: 29},
		"0001-01-01": {Year: 1, Month: time.January, Day: 1},
		"9999-12-31": {Year: 9999, Month: time.December, Day: 31},
	} {
		got, err := clock.ParseDate(text)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
		if got.String() != text {
			t.Errorf("%q is written back as %q", text, got)
		}
	}
	for _, text := range []string{
		"2026-11-31", "2023-02-29", "2026-13-01", "2026-00-01", "2026-1-1", "26-01-01", "21.11.2026",
		"2026-11-21T00:00:00Z", " 2026-11-21", "2026-11-21 ", "x", "-001-01-01", "10000-01-01", "2026/11/21",
	} {
		if got, err := clock.ParseDate(text); err == nil || !got.IsZero() {
			t.Errorf("%q was read as %v, %v", text, got, err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2026-11-21", "2024-02-29", "0000-00-00", "9999-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := clock.ParseDate(s)
		if err == nil && d.String() != s {
			t.Errorf("%q was read as %v", s, d)
		}
	})
}

// anyDate returns a day of the years 1 to 9999.
func anyDate() clock.Date { return clock.NewDate(1, time.January, 1+rand.IntN(3_651_695)) }

func TestDate_comesBackFromTextColumnAndJSON(t *testing.T) {
	t.Parallel()
	dates := []clock.Date{{}}
	for range 2000 {
		dates = append(dates, anyDate())
	}
	for _, want := range dates {
		var viaText, viaBytes, viaJSON clock.Date
		value, err := want.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := viaText.Scan(value); err != nil {
			t.Fatal(err)
		}
		if err := viaBytes.Scan([]byte(want.String())); err != nil {
			t.Fatal(err)
		}
		doc, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(doc, &viaJSON); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]clock.Date{want, want, want}, []clock.Date{viaText, viaBytes, viaJSON}); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestDate_zeroIsNullEverywhere(t *testing.T) {
	t.Parallel()
	value, err := clock.Date{}.Value()
	if value != nil || err != nil {
		t.Errorf("column: %v, %v", value, err)
	}
	doc, err := json.Marshal(struct{ Born clock.Date }{})
	if err != nil || string(doc) != `{"Born":null}` {
		t.Errorf("document: %s, %v", doc, err)
	}
	d := clock.NewDate(2026, 1, 1)
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("scan of NULL: %v, %v", d, err)
	}
	d = clock.NewDate(2026, 1, 1)
	if err := json.Unmarshal([]byte("null"), &d); err != nil || !d.IsZero() {
		t.Errorf("null: %v, %v", d, err)
	}
}

func TestDate_refusesWhatIsNoDate(t *testing.T) {
	t.Parallel()
	var d clock.Date
	for _, v := range []any{int64(20261121), 1.5, true, time.Now(), "21.11.2026", []byte("x")} {
		if err := d.Scan(v); err == nil {
			t.Errorf("scan took %T %v", v, v)
		}
	}
	for _, doc := range []string{`20261121`, `"21.11.2026"`, `{}`, `"2026-02-30"`, `true`} {
		if err := json.Unmarshal([]byte(doc), &d); err == nil {
			t.Errorf("%s was read as %v", doc, d)
		}
	}
}

func TestDate_sortsAsItsText(t *testing.T) {
	t.Parallel()
	for range 2000 {
		a, b := anyDate(), anyDate()
		if a.Before(b) != (a.String() < b.String()) || a.After(b) != (a.String() > b.String()) {
			t.Fatalf("%v and %v", a, b)
		}
		if back := a.AddDays(a.DaysUntil(b)); back != b {
			t.Fatalf("from %v to %v are %d days, which lead to %v", a, b, a.DaysUntil(b), back)
		}
	}
}

func TestNewDate_normalises(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got  clock.Date
		want string
	}{
		{clock.NewDate(2026, time.January, 32), "2026-02-01"},
		{clock.NewDate(2026, 13, 1), "2027-01-01"},
		{clock.NewDate(2026, time.March, 0), "2026-02-28"},
		{clock.NewDate(2026, time.November, 21).AddDays(14), "2026-12-05"},
		{clock.NewDate(2026, time.January, 1).AddDays(-1), "2025-12-31"},
		{clock.NewDate(2024, time.February, 29).AddYears(1), "2025-03-01"},
		{clock.NewDate(2024, time.February, 29).AddYears(4), "2028-02-29"},
		{clock.NewDate(2026, time.November, 21).AddYears(-100), "1926-11-21"},
	} {
		if c.got.String() != c.want {
			t.Errorf("got %v, want %s", c.got, c.want)
		}
	}
}

func TestYearsAt_countsBirthdays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		born, day string
		want      int
	}{
		{"2020-06-15", "2026-06-14", 5},
		{"2020-06-15", "2026-06-15", 6},
		{"2020-06-15", "2020-06-15", 0},
		{"2020-06-15", "2020-06-14", -1},
		// Who is born on 29 February has a birthday on 1 March in other years.
		{"2024-02-29", "2025-02-28", 0},
		{"2024-02-29", "2025-03-01", 1},
		{"2024-02-29", "2028-02-28", 3},
		{"2024-02-29", "2028-02-29", 4},
		{"2008-12-31", "2026-12-30", 17},
		{"2008-12-31", "2026-12-31", 18},
	} {
		born, day := parse(t, c.born), parse(t, c.day)
		if got := born.YearsAt(day); got != c.want {
			t.Errorf("born %s, on %s: %d years, want %d", c.born, c.day, got, c.want)
		}
	}
}

func TestDaysUntil_isNotShortenedByClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2026-03-28", "2026-03-30", 2}, // 47 hours
		{"2026-10-24", "2026-10-26", 2}, // 49 hours
		{"2026-01-01", "2027-01-01", 365},
		{"2024-01-01", "2025-01-01", 366},
		{"2026-11-21", "2026-11-21", 0},
		{"2026-11-21", "2026-11-07", -14},
	} {
		if got := parse(t, c.from).DaysUntil(parse(t, c.to)); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestStartAndEnd_areMidnightInNorway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day, start, end string
		hours           float64
	}{
		{"2026-01-15", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z", 24},
		{"2026-07-15", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z", 24},
		{"2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23},
		{"2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25},
	} {
		d := parse(t, c.day)
		if got := d.Start().Format(time.RFC3339); got != c.start {
			t.Errorf("%s starts %s, want %s", c.day, got, c.start)
		}
		if got := d.End().Format(time.RFC3339); got != c.end {
			t.Errorf("%s ends %s, want %s", c.day, got, c.end)
		}
		if got := d.End().Sub(d.Start()).Hours(); got != c.hours {
			t.Errorf("%s has %v hours, want %v", c.day, got, c.hours)
		}
		// The first and the last moment of a day belong to it, the next does not.
		if clock.DateIn(d.Start()) != d || clock.DateIn(d.End().Add(-time.Microsecond)) != d || clock.DateIn(d.End()) != d.AddDays(1) {
			t.Errorf("the edges of %s are in another day", c.day)
		}
	}
}

func TestDateIn_isTheDayInNorway(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	if got := clock.DateIn(late).String(); got != "2027-01-01" {
		t.Errorf("got %s: it is past midnight in Norway", got)
	}
	if got := clock.DateIn(late).Weekday(); got != time.Friday {
		t.Errorf("New Year's Day 2027 is a %v", got)
	}
}

func parse(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
