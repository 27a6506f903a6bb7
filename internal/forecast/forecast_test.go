package forecast

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
)

func TestSeasonOf_hasThreeWholeMonths(t *testing.T) {
	t.Parallel()
	want := map[Season][]time.Month{
		Winter: {time.January, time.February, time.December}, Spring: {time.March, time.April, time.May},
		Summer: {time.June, time.July, time.August}, Autumn: {time.September, time.October, time.November},
	}
	got := map[Season][]time.Month{}
	for month := time.January; month <= time.December; month++ {
		first, last := SeasonOf(clock.NewDate(2027, month, 1)), SeasonOf(clock.NewDate(2027, month+1, 0))
		if first != last {
			t.Errorf("%s begins in %s and ends in %s", month, first, last)
		}
		got[first] = append(got[first], month)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func upTo(n int64) []int64 {
	var list []int64
	for i := int64(1); i <= n; i++ {
		list = append(list, i)
	}
	return list
}

func TestEstimate_isSilentBelowTwentyAndNeverInvents(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		days []int64
		want Estimate
	}{
		"nothing":          {nil, Estimate{}},
		"one too few":      {upTo(19), Estimate{Cases: 19}},
		"just enough":      {upTo(20), Estimate{20, 10, 18}},
		"a hundred":        {upTo(100), Estimate{100, 50, 90}},
		"in any order":     {[]int64{9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 1}, Estimate{21, 1, 9}},
		"all at once":      {make([]int64, 30), Estimate{30, 0, 0}},
		"one took forever": {append(make([]int64, 19), 4000), Estimate{20, 0, 0}},
		"three took long":  {append(make([]int64, 17), 400, 500, 600), Estimate{20, 0, 400}},
	} {
		given := slices.Clone(tt.days)
		got := estimate(tt.days)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got.Told() != (len(tt.days) >= Least) {
			t.Errorf("%s: told %v", name, got.Told())
		}
		if !slices.Equal(given, tt.days) {
			t.Errorf("%s: the durations were changed", name)
		}
		if got.Told() && (!slices.Contains(tt.days, got.Median) || !slices.Contains(tt.days, got.Most)) {
			t.Errorf("%s: %+v is no duration that ever was", name, got)
		}
	}
}

func TestTook_countsDaysAsPeopleInNorwayDo(t *testing.T) {
	t.Parallel()
	oslo := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Oslo())
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for _, tt := range []struct {
		from, to string
		want     int64
	}{
		{"2027-01-10 08:00", "2027-01-10 23:59", 0},
		{"2027-01-10 23:59", "2027-01-11 00:01", 1},
		{"2027-03-27 12:00", "2027-03-29 12:00", 2}, // the night that lacks an hour
		{"2027-10-30 23:30", "2027-10-31 23:30", 1}, // the day of 25 hours
		{"2028-02-28 12:00", "2028-03-01 12:00", 2}, // leap year
		{"2027-01-10 08:00", "2027-01-09 08:00", 0}, // a clock that went back
	} {
		if got := took(oslo(tt.from), oslo(tt.to)); got != tt.want {
			t.Errorf("%s to %s took %d", tt.from, tt.to, got)
		}
	}
}

func TestCalibration_sharesAreWholePercent(t *testing.T) {
	t.Parallel()
	c := Calibration{Cases: 30, WithinMedian: 16, WithinMost: 27}
	if !c.Shown() || c.Share(c.WithinMedian) != 53 || c.Share(c.WithinMost) != 90 || c.Share(30) != 100 || c.Share(0) != 0 {
		t.Errorf("shares %d %d", c.Share(c.WithinMedian), c.Share(c.WithinMost))
	}
	if few := (Calibration{Cases: 19, WithinMost: 19}); few.Shown() {
		t.Error("nineteen cases are shown")
	}
	if (Calibration{}).Share(0) != 0 {
		t.Error("nothing is not zero")
	}
}
