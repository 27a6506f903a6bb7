package jobs

import (
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Schedule tells when a periodic job comes: Interval or Daily.
type Schedule struct {
	interval     time.Duration
	hour, minute int
}

// Interval is every d, at whole multiples of it, so that all processes agree.
func Interval(d time.Duration) Schedule {
	if d <= 0 {
		panic("jobs: an interval must be positive")
	}
	return Schedule{interval: d}
}

// Daily is once a day at a time of the clock in Norway. On the night when
// summer time begins, a time that does not exist comes an hour later by the
// clock; when it ends, a time that exists twice comes the first time only.
func Daily(hour, minute int) Schedule {
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		panic("jobs: no such time of day")
	}
	return Schedule{hour: hour, minute: minute}
}

// Next returns the first instant of the schedule after the given one.
func (s Schedule) Next(after time.Time) time.Time {
	if s.interval > 0 {
		return after.UTC().Truncate(s.interval).Add(s.interval)
	}
	day := clock.DateIn(after)
	if at := s.on(day); at.After(after) {
		return at
	}
	return s.on(day.AddDays(1))
}

// on returns the instant on a day in Norway.
func (s Schedule) on(day clock.Date) time.Time {
	at := time.Date(day.Year, day.Month, day.Day, s.hour, s.minute, 0, 0, clock.Oslo())
	if s.before(at) {
		// The time falls in the hour that was skipped, and Go answered with the
		// instant before it.
		at = at.Add(time.Hour)
	}
	if earlier := at.Add(-time.Hour); earlier.Hour() == at.Hour() {
		at = earlier
	}
	return at.UTC()
}

// before reports whether the clock at that instant shows less than asked for.
func (s Schedule) before(at time.Time) bool {
	return at.Hour()*60+at.Minute() < s.hour*60+s.minute
}

// String describes the schedule; a changed text makes the next time anew.
func (s Schedule) String() string {
	if s.interval > 0 {
		return "every " + s.interval.String()
	}
	return fmt.Sprintf("daily %02d:%02d Europe/Oslo", s.hour, s.minute)
}
