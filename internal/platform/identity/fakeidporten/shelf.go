package fakeidporten

import (
	"maps"
	"time"
)

// shelfLimit bounds what is remembered of one sort.
const shelfLimit = 10_000

// shelf remembers values for a time. The provider's mutex guards it.
type shelf[T any] struct{ items map[string]item[T] }

type item[T any] struct {
	value   T
	expires time.Time
}

func newShelf[T any]() shelf[T] { return shelf[T]{items: map[string]item[T]{}} }

// put remembers a value, unless the shelf is full of values still good.
func (s shelf[T]) put(now time.Time, key string, value T, expires time.Time) bool {
	if len(s.items) >= shelfLimit {
		maps.DeleteFunc(s.items, func(_ string, i item[T]) bool { return !i.expires.After(now) })
	}
	if len(s.items) >= shelfLimit {
		return false
	}
	s.items[key] = item[T]{value, expires}
	return true
}

// get returns a value that is still good.
func (s shelf[T]) get(now time.Time, key string) (value T, ok bool) {
	i, ok := s.items[key]
	if !ok || !i.expires.After(now) {
		return value, false
	}
	return i.value, true
}

// take returns a value and forgets it.
func (s shelf[T]) take(now time.Time, key string) (T, bool) {
	value, ok := s.get(now, key)
	delete(s.items, key)
	return value, ok
}
