package index

import (
	"errors"
	"math"
	"reflect"

	"github.com/paulmach/orb"
)

// ErrTooLarge says that a layer takes more memory than all layers together may.
// The caller looks in the store instead.
var ErrTooLarge = errors.New("the layer is too large for an index in memory")

// fan is how many boxes lie in one of the level above.
const fan = 16

// box is a box in single precision: west, south, east, north.
type box [4]float32

func (b box) meets(o box) bool { return b[0] <= o[2] && b[2] >= o[0] && b[1] <= o[3] && b[3] >= o[1] }

func (b box) with(o box) box {
	return box{min(b[0], o[0]), min(b[1], o[1]), max(b[2], o[2]), max(b[3], o[3])}
}

func (b box) bound() orb.Bound {
	return orb.Bound{Min: orb.Point{float64(b[0]), float64(b[1])}, Max: orb.Point{float64(b[2]), float64(b[3])}}
}

// Layer is the index of one layer: an R-tree that is packed once and for all, its
// items in the order of Hilbert's curve (Kamel and Faloutsos, 1993). It has no
// pointers, so that the garbage collector does not look through a million items. It is
// never changed once it is built, may be used by many at once, and stays good for who
// holds it after it was dropped.
type Layer[T any] struct {
	generation int64
	items      []T
	// boxes are those of the items and then those of each level above, up to the one
	// around all; levels is where each level begins.
	boxes  []box
	levels []int
	shelf  shelf
	bytes  int64
}

// Generation is the state of the layer that was indexed.
func (l *Layer[T]) Generation() int64 { return l.generation }

// Len is the number of items.
func (l *Layer[T]) Len() int { return len(l.items) }

// Bytes is about how much memory the index takes.
func (l *Layer[T]) Bytes() int64 { return l.bytes }

// Bound is the box around all items; false when there are none.
func (l *Layer[T]) Bound() (orb.Bound, bool) {
	if len(l.items) == 0 {
		return orb.Bound{}, false
	}
	return l.boxes[len(l.boxes)-1].bound(), true
}

// Kept gives what the builder has kept at a place, and what follows it: how long it is,
// the reader must know. Nobody may change it.
func (l *Layer[T]) Kept(at Place) []byte { return l.shelf.at(at) }

// Search visits the items whose boxes meet b, in no order, until visit answers
// false.
func (l *Layer[T]) Search(b orb.Bound, visit func(T) bool) {
	l.Boxes(b, func(_ orb.Bound, item T) bool { return visit(item) })
}

// Boxes is Search that tells the box of each item too. It holds all of the item: what
// is true of the whole box is true of the item.
func (l *Layer[T]) Boxes(b orb.Bound, visit func(box orb.Bound, item T) bool) {
	if ask, ok := narrow(b); ok && len(l.items) > 0 {
		l.search(len(l.levels)-1, 0, ask, visit)
	}
}

// search goes through the boxes that lie in the one with a number of a level.
func (l *Layer[T]) search(level, number int, ask box, visit func(orb.Bound, T) bool) bool {
	if level == 0 { // a single item
		return !l.boxes[0].meets(ask) || visit(l.boxes[0].bound(), l.items[0])
	}
	from := number * fan
	below := l.boxes[l.levels[level-1]:l.levels[level]]
	below = below[from:min(from+fan, len(below))]
	for i := range below {
		if !below[i].meets(ask) {
			continue
		}
		if level == 1 {
			if !visit(below[i].bound(), l.items[from+i]) {
				return false
			}
		} else if !l.search(level-1, from+i, ask, visit) {
			return false
		}
	}
	return true
}

// narrow rounds a box outwards to single precision. It is false for what is no
// box: of nothing, or with NaN.
func narrow(b orb.Bound) (out box, ok bool) {
	for i := range 2 {
		if !(b.Min[i] <= b.Max[i]) {
			return out, false
		}
		low, high := float32(b.Min[i]), float32(b.Max[i])
		if float64(low) > b.Min[i] {
			low = math.Nextafter32(low, float32(math.Inf(-1)))
		}
		if float64(high) < b.Max[i] {
			high = math.Nextafter32(high, float32(math.Inf(1)))
		}
		out[i], out[i+2] = low, high
	}
	return out, true
}

// Builder builds the index of a layer.
type Builder[T any] struct {
	layer *Layer[T]
	each  int64
	limit int64
}

// boxBytes is what an entry takes besides its item: its box and its part of those
// above.
const boxBytes = 16 * fan / (fan - 1)

func newBuilder[T any](generation, limit int64) *Builder[T] {
	own := int64(reflect.TypeFor[T]().Size())
	return &Builder[T]{layer: &Layer[T]{generation: generation}, each: boxBytes + own, limit: limit}
}

// Expect makes room for so many items, so that none has to be moved; it is a guess.
func (b *Builder[T]) Expect(n int) {
	if len(b.layer.items) > 0 || n <= 0 || int64(n)*b.each > b.limit {
		return
	}
	b.layer.items = make([]T, 0, n)
	b.layer.boxes = make([]box, 0, n+n/(fan-1)+8)
}

// Add puts in an item with its box; size is what the item takes in memory
// besides its own value and what was kept (a text it points to). Items without a box,
// as empty shapes have none, are left out. It fails with ErrTooLarge when the layer
// would take more than all layers may.
func (b *Builder[T]) Add(bound orb.Bound, item T, size int) error {
	one, ok := narrow(bound)
	if !ok {
		return nil
	}
	b.layer.bytes += b.each + int64(size)
	if b.layer.bytes > b.limit {
		return ErrTooLarge
	}
	b.layer.boxes, b.layer.items = append(b.layer.boxes, one), append(b.layer.items, item)
	return nil
}

// Keep puts bytes on the layer's shelf, where the garbage collector sees a few large
// pieces instead of many small ones, and tells where: an item holds the place.
func (b *Builder[T]) Keep(data []byte) (Place, error) {
	at, ok := b.layer.shelf.put(data)
	b.layer.bytes += int64(len(data))
	if !ok || b.layer.bytes > b.limit {
		return 0, ErrTooLarge
	}
	return at, nil
}

// pack puts the items in order and makes the boxes above them.
func (b *Builder[T]) pack() *Layer[T] {
	l := b.layer
	l.shelf.trim()
	if len(l.items) == 0 {
		return l
	}
	order(l.boxes, l.items)
	for begin := 0; ; {
		l.levels = append(l.levels, begin)
		end := len(l.boxes)
		if end-begin == 1 {
			return l
		}
		for i := begin; i < end; i += fan {
			around := l.boxes[i]
			for _, one := range l.boxes[i+1 : min(i+fan, end)] {
				around = around.with(one)
			}
			l.boxes = append(l.boxes, around)
		}
		begin = end
	}
}
