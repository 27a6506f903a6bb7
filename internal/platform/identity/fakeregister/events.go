package fakeregister

import (
	"context"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// Events implements identity.EventFeed: every change since the register was
// made, numbered from 1. The people it was made with are no events.
func (r *Register) Events(ctx context.Context, after string, limit int) ([]identity.RegisterEvent, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("fakeregister: not asked: %w", err)
	}
	seen := 0
	if after != "" {
		var err error
		if seen, err = strconv.Atoi(after); err != nil || seen < 0 {
			return nil, fmt.Errorf("fakeregister: no position %q", after)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return nil, ErrDown
	}
	var list []identity.RegisterEvent
	for i := seen; i < len(r.events) && len(list) < limit; i++ {
		list = append(list, identity.RegisterEvent{Position: strconv.Itoa(i + 1), Number: r.events[i]})
	}
	return list, nil
}

// happened notes an event; the lock is held.
func (r *Register) happened(number pid.PID) { r.events = append(r.events, number) }
