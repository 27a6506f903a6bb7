package bench

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// spikeTimes is how many times more clients come at once in a spike.
const spikeTimes = 10

const (
	window     = time.Second      // in which a recovery is judged
	stillCalm  = 2                // times the calm p95 is calm again
	recoverFor = 60 * time.Second // after that it has not recovered
)

// Spiked is what a sudden rush of clients did.
type Spiked struct {
	Clients   int           `json:"clients"` // before the rush; ten times as many in it
	Calm      Result        `json:"calm"`
	Rush      Result        `json:"rush"`
	CalmP95   time.Duration `json:"calm_p95_ns"`  // of all requests
	RushP95   time.Duration `json:"rush_p95_ns"`  // of all requests
	Recovery  time.Duration `json:"recovery_ns"`  // until p95 was twice the calm one at most
	Recovered bool          `json:"recovered"`    // within a minute
	Memory    int64         `json:"memory_bytes"` // peak of the server
}

// Spike lets clients work calmly, brings ten times as many for a while, and watches
// how long it takes until those who stay are served as before.
func Spike(ctx context.Context, target Target, o Options, salt string) (s Spiked, err error) {
	if len(target.Tenants) == 0 || o.Clients < 1 || o.For <= 0 {
		return s, errNothing
	}
	s.Clients = o.Clients
	r := newRun(target, o, salt, Requests())
	defer r.client.CloseIdleConnections()
	// After all families have had their turn, so that no child is offered a second place.
	for _, t := range target.Tenants {
		r.counter.Add(int64(len(t.Families) + 1))
	}
	end := r.loose(ctx, o, r.life)
	defer end()
	wait(ctx, o.Warm)
	r.window.cut()
	s.Calm = r.part(ctx, o.For/6)
	s.CalmP95 = r.window.cut().P95
	more := o
	more.Clients = (spikeTimes - 1) * o.Clients
	gone := r.loose(ctx, more, r.life)
	s.Rush = r.part(ctx, o.For)
	began := clock.System{}.Now()
	s.RushP95 = r.window.cut().P95
	gone()
	for !s.Recovered && s.Recovery < recoverFor && ctx.Err() == nil {
		wait(ctx, window)
		now := r.window.cut()
		s.Recovery = clock.System{}.Now().Sub(began)
		s.Recovered = now.Count > 0 && now.Away == 0 && now.P95 <= stillCalm*s.CalmP95
	}
	return s, ctx.Err()
}

// part counts for a while, and then begins anew.
func (r *run) part(ctx context.Context, d time.Duration) Result {
	r.counted.Store(true)
	began := clock.System{}.Now()
	wait(ctx, d)
	r.counted.Store(false)
	result := r.result(clock.System{}.Now().Sub(began))
	r.cycles.Store(0)
	for name := range r.times {
		r.times[name].reset()
	}
	return result
}
