package index

import (
	"errors"
	"math"
	"reflect"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// ErrTooLarge says that a layer takes more memory than all layers together may.
// The caller looks in the store instead.
var ErrTooLarge = errors.New("the layer is too large for an index in memory")

// Layer is the index of one layer. It is never changed once it is built, may be
// used by many at once, and stays good for who holds it after it was dropped.
type Layer[T any] struct {
	generation int64
	tree       rtree.RTreeGN[float32, T]
	bytes      int64
}

// Generation is the state of the layer that was indexed.
func (l *Layer[T]) Generation() int64 { return l.generation }

// Len is the number of items.
func (l *Layer[T]) Len() int { return l.tree.Len() }

// Bytes is about how much memory the index takes.
func (l *Layer[T]) Bytes() int64 { return l.bytes }

// Bound is the box around all items; false when there are none.
func (l *Layer[T]) Bound() (orb.Bound, bool) {
	if l.tree.Len() == 0 {
		return orb.Bound{}, false
	}
	low, high := l.tree.Bounds()
	return orb.Bound{Min: wide(low), Max: wide(high)}, true
}

func wide(p [2]float32) orb.Point { return orb.Point{float64(p[0]), float64(p[1])} }

// Search visits the items whose boxes meet b, in no order, until visit answers
// false.
func (l *Layer[T]) Search(b orb.Bound, visit func(T) bool) {
	low, high, ok := narrow(b)
	if !ok {
		return
	}
	l.tree.Search(low, high, func(_, _ [2]float32, item T) bool { return visit(item) })
}

// Nearest visits the items by the distance of their boxes from a point, nearest
// first, until visit answers false. What it is told is the least distance that
// the item can have: an item with a true distance below that of the next needs
// no further look.
func (l *Layer[T]) Nearest(p orb.Point, visit func(item T, atLeast float64) bool) {
	if math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		return
	}
	l.tree.Nearby(
		func(low, high [2]float32, _ T, _ bool) float64 { return distance(p, low, high) },
		func(_, _ [2]float32, item T, d float64) bool { return visit(item, d) },
	)
}

func distance(p orb.Point, low, high [2]float32) float64 {
	dx := max(0, float64(low[0])-p[0], p[0]-float64(high[0]))
	dy := max(0, float64(low[1])-p[1], p[1]-float64(high[1]))
	return math.Hypot(dx, dy)
}

// narrow rounds a box outwards to single precision. It is false for what is no
// box: of nothing, or with NaN.
func narrow(b orb.Bound) (low, high [2]float32, ok bool) {
	for i := range 2 {
		if !(b.Min[i] <= b.Max[i]) {
			return low, high, false
		}
		low[i], high[i] = float32(b.Min[i]), float32(b.Max[i])
		if float64(low[i]) > b.Min[i] {
			low[i] = math.Nextafter32(low[i], float32(math.Inf(-1)))
		}
		if float64(high[i]) < b.Max[i] {
			high[i] = math.Nextafter32(high[i], float32(math.Inf(1)))
		}
	}
	return low, high, true
}

// Builder builds the index of a layer.
type Builder[T any] struct {
	layer *Layer[T]
	each  int64
	limit int64
}

// box is what an entry takes besides its item, in a tree three fifths full.
const box = 16

func newBuilder[T any](generation, limit int64) *Builder[T] {
	own := int64(reflect.TypeFor[T]().Size())
	return &Builder[T]{layer: &Layer[T]{generation: generation}, each: (box + own) * 5 / 3, limit: limit}
}

// Add puts in an item with its box; size is what the item takes in memory
// besides its own value (a text it points to). Items without a box, as empty
// shapes have none, are left out. It fails with ErrTooLarge when the layer would
// take more than all layers may.
func (b *Builder[T]) Add(bound orb.Bound, item T, size int) error {
	low, high, ok := narrow(bound)
	if !ok {
		return nil
	}
	b.layer.bytes += b.each + int64(size)
	if b.layer.bytes > b.limit {
		return ErrTooLarge
	}
	b.layer.tree.Insert(low, high, item)
	return nil
}
