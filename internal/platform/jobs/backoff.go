package jobs

import (
	"math/rand/v2"
	"time"
)

const (
	firstWait   = time.Second
	longestWait = time.Hour
)

// Backoff is the usual wait after a failed attempt: a second, doubled with each
// attempt up to an hour, and a fifth more or less, so that what failed together
// does not come back together.
func Backoff(attempt int) time.Duration {
	wait := longestWait
	if shift := max(0, attempt-1); shift < 12 {
		wait = min(longestWait, firstWait<<shift)
	}
	spread := wait / 5
	return wait - spread + rand.N(2*spread) //nolint:gosec // spreads retries, guards nothing
}
