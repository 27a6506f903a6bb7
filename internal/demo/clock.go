package demo

import (
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Clock is a clock that can be put back, so that the demonstration's cases have
// come in over weeks and not all in the same second. It runs on while it is
// behind. It may be used by several goroutines.
type Clock struct {
	base clock.Clock
	back atomic.Int64 // nanoseconds behind the base
}

// NewClock returns a clock that shows what base shows until it is put back.
func NewClock(base clock.Clock) *Clock { return &Clock{base: base} }

// Now implements clock.Clock.
func (c *Clock) Now() time.Time {
	return c.base.Now().Add(-time.Duration(c.back.Load()))
}

// PutBack makes the clock show the time d ago; zero is the right time again.
func (c *Clock) PutBack(d time.Duration) { c.back.Store(int64(d)) }
