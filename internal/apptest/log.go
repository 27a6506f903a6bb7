package apptest

import (
	"context"
	"log/slog"
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
func (l *Log) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *Log) WithGroup(string) slog.Handler { return l }

// Records returns what was logged so far.
func (l *Log) Records() []slog.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]slog.Record{}, l.records...)
}

// Log returns what the product has logged.
func (h *Harness) Log() *Log { return h.log }
