package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // Europe/Oslo must exist on machines without a zone database.
)

// Clock tells the present instant.
type Clock interface {
	Now() time.Time
}

// System is the machine's own clock, in UTC and whole microseconds, the
// precision that both databases keep.
type System struct{}

// Now returns the present instant.
func (System) Now() time.Time {
	return time.Now().UTC().Truncate(time.Microsecond) //nolint:forbidigo // the one place that may ask the machine
}

// Fake is a clock that stands still until it is moved. It may be used by
// several goroutines.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock that stands at the given instant.
func NewFake(at time.Time) *Fake {
	return &Fake{now: at.UTC().Truncate(time.Microsecond)}
}

// Now returns the instant the clock stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock forward.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Set moves the clock to an instant, also backwards: machines' clocks do that.
func (f *Fake) Set(at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = at.UTC().Truncate(time.Microsecond)
}

// Oslo is the time zone in which Norwegian deadlines run.
func Oslo() *time.Location { return oslo() }

var oslo = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic("clock: embedded zone data lacks Europe/Oslo: " + err.Error())
	}
	return zone
})
