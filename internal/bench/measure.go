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
	away   int
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

// turnAway counts a request that was told to come again later.
func (t *times) turnAway() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away++
}

// Latency says how long requests took. P99 is that of the slowest in a hundred.
type Latency struct {
	Count  int            `json:"count"`
	P50    time.Duration  `json:"p50_ns"`
	P95    time.Duration  `json:"p95_ns"`
	P99    time.Duration  `json:"p99_ns"`
	Away   int            `json:"told_to_wait,omitempty"` // 429 with Retry-After
	Failed map[string]int `json:"failed,omitempty"`       // by status or cause
}

func (t *times) latency() Latency {
	t.mu.Lock()
	defer t.mu.Unlock()
	sorted := slices.Sorted(slices.Values(t.took))
	return Latency{Count: len(sorted), P50: at(sorted, 50), P95: at(sorted, 95), P99: at(sorted, 99), Away: t.away, Failed: t.failed}
}

// cut returns what has been gathered since the last cut, and begins anew.
func (t *times) cut() Latency {
	l := t.latency()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.took, t.away = nil, 0
	return l
}

// at returns the value that so many per cent do not exceed (nearest rank).
func at(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}

// reset forgets what has been gathered, failures too.
func (t *times) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.took, t.away, t.failed = nil, 0, nil
}
