package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Result is what one run gave.
type Result struct {
	Cycles  int                `json:"cycles"`
	Lives   int                `json:"lives"` // which came last, counted or not
	Took    time.Duration      `json:"took_ns"`
	PerSec  float64            `json:"cycles_per_second"`
	ByName  map[string]Latency `json:"requests"`
	Errors  int                `json:"errors"`
	Away    int                `json:"told_to_wait"` // 429 with Retry-After, which is no error
	Example string             `json:"first_error,omitempty"`
}

// run is one measurement.
type run struct {
	target  Target
	client  *http.Client
	think   time.Duration
	start   clock.Date
	counter atomic.Int64
	counted atomic.Bool
	cycles  atomic.Int64
	times   map[string]*times
	window  times // of all requests, counted or not
	example atomic.Pointer[string]
	salt    string
}

// script is what a client does over and over. It reports whether all went well.
type script func(ctx context.Context, client int) bool

// Load lets the clients loose, each living through one case after the other, and
// returns what they saw. The salt keeps the idempotency keys of runs against one
// database apart.
func Load(ctx context.Context, target Target, o Options, salt string) (Result, error) {
	r := newRun(target, o, salt, Requests())
	r.counter.Store(int64(o.First))
	result, err := r.measure(ctx, o, r.life)
	result.Lives = int(r.counter.Load())
	return result, err
}

var errNothing = errors.New("bench: no tenants, clients or time")

// measure lets clients do what the script says, and counts once they are warm.
func (r *run) measure(ctx context.Context, o Options, do script) (Result, error) {
	if len(r.target.Tenants) == 0 || o.Clients < 1 || o.For <= 0 {
		return Result{}, errNothing
	}
	defer r.client.CloseIdleConnections()
	end := r.loose(ctx, o, do)
	wait(ctx, o.Warm)
	r.counted.Store(true)
	began := clock.System{}.Now()
	wait(ctx, o.For)
	r.counted.Store(false)
	took := clock.System{}.Now().Sub(began)
	end()
	return r.result(took), ctx.Err()
}

// goodbye is how long clients have to end what they have begun.
const goodbye = 20 * time.Second

// loose starts clients and returns how to end them: machines live the life they have
// begun to its end, so that no child is left with an open case. Those who think begin
// one after the other, as people do, and leave in the middle.
func (r *run) loose(ctx context.Context, o Options, do script) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var over atomic.Bool
	var clients sync.WaitGroup
	for client := range o.Clients {
		clients.Go(func() {
			wait(ctx, o.Think*time.Duration(client)/time.Duration(o.Clients))
			for ctx.Err() == nil && !over.Load() {
				if do(ctx, client) && r.counted.Load() {
					r.cycles.Add(1)
				}
			}
		})
	}
	return func() {
		defer cancel()
		if over.Store(true); o.Think > 0 {
			cancel()
		}
		late := time.AfterFunc(goodbye, cancel)
		defer late.Stop()
		clients.Wait()
	}
}

func newRun(target Target, o Options, salt string, names []string) *run {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	r := &run{target: target, salt: salt, think: o.Think, start: clock.DateIn(clock.System{}.Now()).AddYears(1), times: map[string]*times{}}
	for _, name := range names {
		r.times[name] = &times{}
	}
	r.client = &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// The hosts need not resolve: there is one address.
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, "tcp", target.Address)
			},
			MaxIdleConnsPerHost: 10 * o.Clients, MaxIdleConns: 0, DisableCompression: true,
		},
	}
	return r
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (r *run) result(took time.Duration) Result {
	out := Result{Cycles: int(r.cycles.Load()), Took: took, ByName: map[string]Latency{}}
	out.PerSec = float64(out.Cycles) / took.Seconds()
	for name, t := range r.times {
		l := t.latency()
		out.ByName[name] = l
		out.Away += l.Away
		for _, n := range l.Failed {
			out.Errors += n
		}
	}
	if example := r.example.Load(); example != nil {
		out.Example = *example
	}
	return out
}
