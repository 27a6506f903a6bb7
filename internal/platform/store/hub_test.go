package store

import (
	"strconv"
	"sync"
	"testing"
)

func pendingWakes(ch <-chan struct{}) (n int) {
	for {
		select {
		case <-ch:
			n++
		default:
			return n
		}
	}
}

func TestHub_wakesRunTogether(t *testing.T) {
	t.Parallel()
	h := newHub()
	a, cancelA := h.subscribe("a")
	b, cancelB := h.subscribe("b")
	defer cancelA()
	defer cancelB()
	for range 100 {
		h.wake("a", "a", "nobody")
	}
	if n := pendingWakes(a); n != 1 {
		t.Errorf("%d wake-ups for many at once", n)
	}
	if n := pendingWakes(b); n != 0 {
		t.Errorf("another topic was woken %d times", n)
	}
	h.wakeAll()
	if pendingWakes(a) != 1 || pendingWakes(b) != 1 {
		t.Error("not everybody was woken")
	}
}

func TestHub_wakesEverySubscriberOfATopic(t *testing.T) {
	t.Parallel()
	h := newHub()
	first, cancel := h.subscribe("a")
	second, cancelSecond := h.subscribe("a")
	defer cancelSecond()
	h.wake("a")
	if pendingWakes(first) != 1 || pendingWakes(second) != 1 {
		t.Error("one of two was not woken")
	}
	cancel()
	cancel() // once more is harmless
	h.wake("a")
	if pendingWakes(first) != 0 || pendingWakes(second) != 1 {
		t.Error("who left was woken, or who stayed was not")
	}
}

func TestHub_forgetsWhoLeft(t *testing.T) {
	t.Parallel()
	h := newHub()
	var wg sync.WaitGroup
	for worker := range 20 {
		wg.Go(func() {
			for i := range 200 {
				_, cancel := h.subscribe("topic " + strconv.Itoa((worker+i)%7))
				h.wake("topic 3")
				cancel()
			}
		})
	}
	wg.Wait()
	if len(h.topics) != 0 {
		t.Errorf("%d topics are left: each open page would cost memory for ever", len(h.topics))
	}
}
