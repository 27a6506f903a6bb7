package web

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts requests by route, never by address or person.
type metrics struct {
	requests *prometheus.HistogramVec
	running  prometheus.Gauge
}

func newMetrics() *metrics {
	return &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "torg_http_request_seconds", Help: "Duration of requests by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "status"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "torg_http_requests_running", Help: "Requests being answered now."}),
	}
}

// Collectors returns the edge's figures for /metrics.
func (s *Site) Collectors() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.requests, s.metrics.running}
}

// recorder remembers the status that was sent.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe gives each request its id and measures it. The pattern is known only
// after the mux has chosen, which is written into the holder.
func (s *Site) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now() //nolint:forbidigo // measures a duration on the machine's own clock
		s.metrics.running.Inc()
		defer s.metrics.running.Dec()
		rec := &recorder{ResponseWriter: w}
		ctx, h := withHolder(r.Context())
		defer func() { s.measure(ctx, h, rec.status, time.Since(start)) }() // also when the handler aborts
		next.ServeHTTP(rec, r.WithContext(ctx))
	})
}

func (s *Site) measure(ctx context.Context, h *holder, status int, took time.Duration) {
	route := h.pattern
	if route == "" {
		route = "other"
	}
	if status == 0 {
		status = http.StatusOK // what the server sends when nobody said anything
	}
	s.metrics.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
	s.deps.Log.DebugContext(ctx, "request", "route", route, "status", status, "took", took, "request", h.id)
}

// began reports whether some of the answer has been sent already, so that no
// other can be given.
func began(w http.ResponseWriter) bool {
	rec, ok := w.(*recorder)
	return ok && rec.status != 0
}

// recoverer answers a panic with the page for our own faults.
func (s *Site) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
				panic(v)
			}
			s.deps.Log.ErrorContext(r.Context(), "panic in a handler", "request", requestID(r.Context()), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			if began(w) {
				panic(http.ErrAbortHandler) // or half an answer would look like a whole one
			}
			s.plainFailure(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}
