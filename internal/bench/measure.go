package bench

import (
	"slices"
	"sync"
	"time"
)

// times gathers how long the requests of one name took.
type times struct {
	mu     sync.Mutex
	took   []time.Duration
	failed map[string]int
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.took = append(t.took, d)
}

func (t *times) fail(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.failed = map[string]int{}
	}
	t.failed[why]++
}

// Latency says how long requests took. P99 is that of the slowest in a hundred.
type Latency struct {
	Count  int            `json:"count"`
	P50    time.Duration  `json:"p50_ns"`
	P95    time.Duration  `json:"p95_ns"`
	P99    time.Duration  `json:"p99_ns"`
	Failed map[string]int `json:"failed,omitempty"` // by status or cause
}

func (t *times) latency() Latency {
	t.mu.Lock()
	defer t.mu.Unlock()
	sorted := slices.Sorted(slices.Values(t.took))
	return Latency{Count: len(sorted), P50: at(sorted, 50), P95: at(sorted, 95), P99: at(sorted, 99), Failed: t.failed}
}

// at returns the value that so many per cent do not exceed (nearest rank).
func at(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}
