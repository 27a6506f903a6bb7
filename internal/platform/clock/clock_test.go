package clock_test

import (
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

func TestSystem_tellsUTCInMicroseconds(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := clock.System{}.Now()
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("%v is not now", now)
	}
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("%v is more than the databases keep", now)
	}
}

func TestFake_standsUntilMoved(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 0, 0, 123456789, clock.Oslo())
	c := clock.NewFake(at)
	want := time.Date(2026, 11, 21, 11, 0, 0, 123456000, time.UTC)
	if got := c.Now(); got != want || c.Now() != got {
		t.Errorf("it stands at %v, want %v", got, want)
	}
	c.Advance(3 * time.Minute)
	if got := c.Now(); got != want.Add(3*time.Minute) {
		t.Errorf("after three minutes: %v", got)
	}
	c.Set(at.Add(-time.Hour))
	if got := c.Now(); got != want.Add(-time.Hour) {
		t.Errorf("set back: %v", got)
	}
}

func TestFake_isSharedByGoroutines(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := clock.NewFake(start)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			c.Advance(time.Second)
			c.Now()
		})
	}
	wg.Wait()
	if got := c.Now().Sub(start); got != 50*time.Second {
		t.Errorf("fifty seconds became %v", got)
	}
}

func TestOslo_knowsItsOffsets(t *testing.T) {
	t.Parallel()
	for month, want := range map[time.Month]int{time.January: 3600, time.July: 7200} {
		_, offset := time.Date(2026, month, 1, 12, 0, 0, 0, clock.Oslo()).Zone()
		if offset != want {
			t.Errorf("%v: offset %d, want %d", month, offset, want)
		}
	}
}
