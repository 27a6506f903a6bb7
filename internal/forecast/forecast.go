package forecast

import (
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Least is how many decided cases must stand behind what is told.
const Least = 20

// Season is a quarter of the year by the day a case came in.
type Season string

// The seasons, each of three whole months.
const (
	Winter Season = "winter" // December to February
	Spring Season = "spring" // March to May: the main admission to kindergartens falls in it
	Summer Season = "summer" // June to August
	Autumn Season = "autumn" // September to November
)

// Seasons returns all of them, in order of the year.
func Seasons() []Season { return []Season{Winter, Spring, Summer, Autumn} }

// SeasonOf returns the season of a day.
func SeasonOf(d clock.Date) Season {
	return Seasons()[int(d.Month)%12/3]
}

// Estimate is what is told of how long a case takes, in whole days from the day
// it came in to the day it was decided. The zero Estimate tells nothing.
type Estimate struct {
	Cases  int64 // how many decided cases stand behind it
	Median int64 // half took no longer
	Most   int64 // nine of ten took no longer
}

// Told reports whether there is enough behind it to say it.
func (e Estimate) Told() bool { return e.Cases >= Least }

// estimate is the nearest-rank median and 90th percentile of durations in days,
// so that what is told is a duration that really was.
func estimate(days []int64) Estimate {
	if len(days) < Least {
		return Estimate{Cases: int64(len(days))}
	}
	sorted := slices.Sorted(slices.Values(days))
	return Estimate{Cases: int64(len(sorted)), Median: rank(sorted, 50), Most: rank(sorted, 90)}
}

// rank returns the value that the percentage of the sorted values does not exceed.
func rank(sorted []int64, percent int) int64 {
	at := (len(sorted)*percent + 99) / 100
	return sorted[max(at, 1)-1]
}

// took is how many days it took from one instant to another, as people in
// Norway count: the same day is 0.
func took(from, to time.Time) int64 {
	return int64(max(clock.DateIn(from).DaysUntil(clock.DateIn(to)), 0))
}

// Calibration is how often the truth fell within what was told.
type Calibration struct {
	Kind         string
	Cases        int64 // decided cases of which something had been told
	WithinMedian int64 // decided no later than the median that was told
	WithinMost   int64 // decided no later than the 90th percentile that was told
}

// Shown reports whether there are enough cases to show the shares.
func (c Calibration) Shown() bool { return c.Cases >= Least }

// Share returns the percentage, rounded to a whole one.
func (c Calibration) Share(n int64) int64 {
	if c.Cases == 0 {
		return 0
	}
	return (100*n + c.Cases/2) / c.Cases
}
