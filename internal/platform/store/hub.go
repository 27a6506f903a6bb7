package store

import (
	"sync"
)

// hub wakes those who wait for a topic. A wake-up carries nothing and may be
// spurious: the waiter looks in the database.
type hub struct {
	mu     sync.Mutex
	topics map[string]map[chan struct{}]bool
}

func newHub() *hub { return &hub{topics: map[string]map[chan struct{}]bool{}} }

func (h *hub) subscribe(topic string) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.topics[topic] == nil {
		h.topics[topic] = map[chan struct{}]bool{}
	}
	h.topics[topic][ch] = true
	return ch, func() { h.unsubscribe(topic, ch) }
}

func (h *hub) unsubscribe(topic string, ch chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.topics[topic], ch)
	if len(h.topics[topic]) == 0 {
		delete(h.topics, topic)
	}
}

func (h *hub) wake(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		for ch := range h.topics[topic] {
			signal(ch)
		}
	}
}

// wakeAll is for the moment after a lost connection: anything may have happened.
func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, waiting := range h.topics {
		for ch := range waiting {
			signal(ch)
		}
	}
}

// signal leaves one wake-up in the channel; a second one adds nothing.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
