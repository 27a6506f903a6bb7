package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Result is what one run gave.
type Result struct {
	Cycles  int                `json:"cycles"`
	Took    time.Duration      `json:"took_ns"`
	PerSec  float64            `json:"cycles_per_second"`
	ByName  map[string]Latency `json:"requests"`
	Errors  int                `json:"errors"`
	Example string             `json:"first_error,omitempty"`
}

// run is one measurement.
type run struct {
	target  Target
	client  *http.Client
	start   clock.Date
	counter atomic.Int64
	counted atomic.Bool
	cycles  atomic.Int64
	times   map[string]*times
	example atomic.Pointer[string]
	salt    string
}

// Load lets the clients loose and returns what they saw. The salt keeps the
// idempotency keys of runs against one database apart.
func Load(ctx context.Context, target Target, o Options, salt string) (Result, error) {
	if len(target.Tenants) == 0 || o.Clients < 1 || o.For <= 0 {
		return Result{}, errors.New("bench: no tenants, clients or time")
	}
	r := newRun(target, o, salt)
	defer r.client.CloseIdleConnections()
	end, cancel := context.WithCancel(ctx)
	defer cancel()
	var clients sync.WaitGroup
	for range o.Clients {
		clients.Go(func() { r.live(end) })
	}
	wait(ctx, o.Warm)
	r.counted.Store(true)
	began := clock.System{}.Now()
	wait(ctx, o.For)
	r.counted.Store(false)
	took := clock.System{}.Now().Sub(began)
	cancel()
	clients.Wait()
	return r.result(took), ctx.Err()
}

func newRun(target Target, o Options, salt string) *run {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	r := &run{target: target, salt: salt, start: clock.DateIn(clock.System{}.Now()).AddYears(1), times: map[string]*times{}}
	for _, name := range Requests() {
		r.times[name] = &times{}
	}
	r.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		// The hosts need not resolve: there is one address.
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", target.Address)
		},
		MaxIdleConnsPerHost: o.Clients, MaxIdleConns: 0, DisableCompression: true,
	}}
	return r
}

func wait(ctx context.Context, d time.Duration) {
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
		for _, n := range l.Failed {
			out.Errors += n
		}
	}
	if example := r.example.Load(); example != nil {
		out.Example = *example
	}
	return out
}

// live goes through one case after the other until the time is up.
func (r *run) live(ctx context.Context) {
	for ctx.Err() == nil {
		n := int(r.counter.Add(1))
		tenants := r.target.Tenants
		if r.cycle(ctx, tenants[n%len(tenants)], n) && r.counted.Load() {
			r.cycles.Add(1)
		}
	}
}

// made is what the API says of a new case.
type made struct {
	Case    string `json:"case"`
	Version int64  `json:"version"`
}

// changed is what it says of a changed one.
type changed struct {
	Version int64 `json:"version"`
}

type found struct {
	Cases []struct {
		ID string `json:"id"`
	} `json:"cases"`
}

// cycle is the life of one case. It reports whether all of it went well.
func (r *run) cycle(ctx context.Context, t Tenant, n int) bool {
	turn := n / len(r.target.Tenants)
	f := t.Families[turn%len(t.Families)]
	var c made
	if !r.ask(ctx, t, Register, http.MethodPost, "/api/applications", r.application(t, f, n), &c) {
		return false
	}
	now := changed{Version: c.Version}
	if !r.ask(ctx, t, Assign, http.MethodPost, "/api/cases/"+c.Case+"/assign", map[string]any{"version": now.Version}, &now) {
		return false
	}
	if !r.ask(ctx, t, Decide, http.MethodPost, "/api/cases/"+c.Case+"/decision", r.decision(t, n, now.Version, turn < len(t.Families)), &now) {
		return false
	}
	var list found
	if !r.ask(ctx, t, Search, http.MethodGet, "/api/cases?limit=20&text="+url.QueryEscape(f.Child.Name()), nil, &list) {
		return false
	}
	if len(list.Cases) == 0 {
		r.failed(Search, "not found", "a case was not found by the child's name")
		return false
	}
	return true
}

func (r *run) application(t Tenant, f Family, n int) map[string]any {
	return map[string]any{
		"form": "kindergarten-place", "applicant": f.Mother.Number, "subject": f.Child.Number, "key": r.salt + "-" + strconv.Itoa(n), "lang": "nb",
		"answers": map[string]any{
			"lives_with": "both", "phone": "+4799999999", "email": "mor@example.test", "application_type": "new", "start_date": r.start.String(),
			"kindergartens": []string{t.Kindergartens[n%len(t.Kindergartens)]}, "accept_other": "yes", "percentage": "100",
			"has_sibling": "no", "interpreter": "no",
		},
	}
}

// decision grants nine of ten, as an ordinary admission does, while the child has
// not been offered a place yet; a second application of hers is refused.
func (r *run) decision(t Tenant, n int, version int64, first bool) map[string]any {
	d := map[string]any{
		"version": version, "outcome": "granted", "legal_basis": "Barnehageloven §§ 16 og 17.",
		"reasons": "Barnet har rett til plass fordi det fyller ett år innen fristen og bor i kommunen.",
		"appeal":  "Du kan klage innen tre uker fra du fikk dette brevet.",
		"values":  map[string]string{"kindergarten": t.Kindergartens[n%len(t.Kindergartens)], "start": r.start.String()},
	}
	if n%10 == 0 || !first {
		d["outcome"] = "refused"
		delete(d, "values")
	}
	return d
}

// ask makes one request and reads the answer. What ends because the time is up
// is not counted.
func (r *run) ask(ctx context.Context, t Tenant, name, method, path string, body, into any) bool {
	began := clock.System{}.Now()
	status, err := r.send(ctx, t, method, path, body, into)
	if ctx.Err() != nil {
		return false
	}
	switch {
	case err != nil && status == 0:
		r.failed(name, "no answer", err.Error())
		return false
	case err != nil:
		r.failed(name, strconv.Itoa(status), err.Error())
		return false
	}
	if r.counted.Load() {
		r.times[name].add(clock.System{}.Now().Sub(began))
	}
	return true
}

// failed counts also what fails before the counting begins: an error is never warm-up.
func (r *run) failed(name, why, example string) {
	r.times[name].fail(why)
	example = name + ": " + example
	r.example.CompareAndSwap(nil, &example)
}

const maxAnswer = 1 << 20

func (r *run) send(ctx context.Context, t Tenant, method, path string, body, into any) (int, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, fmt.Errorf("bench: write request: %w", err)
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+t.Host+path, content)
	if err != nil {
		return 0, fmt.Errorf("bench: make request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+t.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := r.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("bench: send: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, fmt.Errorf("bench: receive: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return res.StatusCode, fmt.Errorf("bench: status %d: %s", res.StatusCode, text[:min(len(text), 400)])
	}
	if err := json.Unmarshal(text, into); err != nil {
		return res.StatusCode, fmt.Errorf("bench: read answer: %w", err)
	}
	return res.StatusCode, nil
}
