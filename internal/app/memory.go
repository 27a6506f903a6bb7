package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

const (
	// sweeps is how often indexes of maps that nobody asks for are given back.
	sweeps = time.Minute
	// usualPercent is how much garbage there may be to what is alive, as Go has it when
	// nobody says otherwise, and leastPercent the least that is made of it.
	usualPercent, leastPercent = 100, 20
	// manyBytes is from when on the indexes count, otherBytes what is alive beside them
	// at the least.
	manyBytes, otherBytes = 16 << 20, 48 << 20
)

// mapMemory keeps what maps take in bounds while the server runs.
//
// Go lets garbage grow to the size of what is alive. The indexes of maps are large, stay
// long and cost the collector nothing, since there are no pointers in them; garbage as
// large as they are would double what they take. So garbage may only grow to the size of
// all else that is alive. Whoever sets GOGC decides it herself.
type mapMemory struct {
	layers  *layers.Service
	serving atomic.Bool
	percent atomic.Int64
	end     func()
}

// Start implements part.
func (m *mapMemory) Start(context.Context) error {
	was := debug.SetGCPercent(usualPercent)
	debug.SetGCPercent(was)
	m.percent.Store(usualPercent)
	m.serving.Store(was == usualPercent)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(sweeps)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				m.layers.Sweep()
			case <-stop:
				return
			}
		}
	}()
	m.end = func() { close(stop); <-done }
	return nil
}

// Stop implements part.
func (m *mapMemory) Stop(context.Context) error {
	m.end()
	if m.serving.Swap(false) {
		m.set(usualPercent)
	}
	return nil
}

// resized is told of what the indexes take now.
func (m *mapMemory) resized(bytes int64) {
	if m.serving.Load() {
		m.set(garbagePercent(alive(), bytes))
	}
}

// set changes how much garbage there may be, when that is worth stopping everything for
// a moment.
func (m *mapMemory) set(percent int) {
	if was := m.percent.Load(); percent-int(was) < 5 && int(was)-percent < 5 && percent != usualPercent || int(was) == percent {
		return
	}
	m.percent.Store(int64(percent))
	debug.SetGCPercent(percent)
}

// alive is how many bytes were alive when the collector last looked.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64()) // #nosec G115 -- no machine has so much
}

// garbagePercent is how much garbage there may be to what is alive, when so much of that
// are indexes.
func garbagePercent(alive, indexes int64) int {
	if indexes < manyBytes {
		return usualPercent
	}
	alive = max(alive, indexes+otherBytes)
	return max(leastPercent, int(usualPercent*(alive-indexes)/alive))
}
