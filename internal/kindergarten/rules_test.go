package kindergarten

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// The table follows barnehageloven § 16 month by month for the admission of 2027.
func TestRightTo_followsTheLaw(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		born string
		by   string // empty: no right
	}{
		{"2024-02-29", "2027-08-31"}, // older children keep the right
		{"2026-01-01", "2027-08-31"},
		{"2026-08-31", "2027-08-31"}, // turns one on the last day
		{"2026-09-01", "2027-09-30"},
		{"2026-09-30", "2027-09-30"},
		{"2026-10-01", "2027-10-31"},
		{"2026-11-30", "2027-11-30"},
		{"2026-12-01", ""},
		{"2027-03-01", ""},
		{"", ""},
	} {
		born, err := clock.ParseDate(test.born)
		if err != nil {
			t.Fatal(err)
		}
		right := RightTo(born, 2027)
		if right.Has != (test.by != "") || right.By.String() != test.by {
			t.Errorf("born %s: %+v, want by %q", test.born, right, test.by)
		}
	}
}

func TestAdmissionYear_beginsInAugust(t *testing.T) {
	t.Parallel()
	for start, want := range map[clock.Date]int{
		clock.NewDate(2027, time.July, 31):    2026,
		clock.NewDate(2027, time.August, 1):   2027,
		clock.NewDate(2027, time.December, 1): 2027,
		clock.NewDate(2028, time.January, 2):  2027,
	} {
		if got := AdmissionYear(start); got != want {
			t.Errorf("%s belongs to %d, want %d", start, got, want)
		}
	}
}

func TestPriority_tellsLawFromTheMunicipalitysOwn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reasons any
		law     bool
		other   bool
	}{
		{[]any{"disability"}, true, false},
		{[]any{"child_welfare"}, true, false},
		{[]any{"illness", "single_parent"}, false, true},
		{[]any{"disability", "language"}, true, true},
		{nil, false, false},
		{"disability", false, false}, // not a list: nothing is claimed
	} {
		p := priorityOf(map[string]any{"priority_reasons": test.reasons})
		if p.ByLaw() != test.law || p.Other != test.other {
			t.Errorf("%v gives %+v", test.reasons, p)
		}
	}
}
