package apptest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// Log keeps what the product logs, so that a test can look for what must not
// stand there and for errors nobody expected.
type Log struct {
	mu      sync.Mutex
	records []slog.Record
}

// Enabled implements slog.Handler.
func (l *Log) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (l *Log) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r.Clone())
	return nil
}

// WithAttrs implements slog.Handler.
func (l *Log) WithAttrs(attrs []slog.Attr) slog.Handler { return withAttrs{l, attrs} }

// WithGroup implements slog.Handler. Groups are not kept apart: a test looks for
// words, wherever they stand.
func (l *Log) WithGroup(string) slog.Handler { return l }

// withAttrs adds to each record what its logger carries, so that nothing hides
// there from the tests.
type withAttrs struct {
	*Log
	attrs []slog.Attr
}

// Handle implements slog.Handler.
func (w withAttrs) Handle(ctx context.Context, r slog.Record) error {
	r = r.Clone()
	r.AddAttrs(w.attrs...)
	return w.Log.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (w withAttrs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withAttrs{w.Log, append(slices.Clone(w.attrs), attrs...)}
}

// WithGroup implements slog.Handler.
func (w withAttrs) WithGroup(string) slog.Handler { return w }

// Records returns what was logged so far.
func (l *Log) Records() []slog.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]slog.Record{}, l.records...)
}

// Log returns what the product has logged.
func (h *Harness) Log() *Log { return h.log }
