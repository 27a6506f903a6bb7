package index

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOrder_putsAllInTheOrderOfTheCurve sorts boxes that lie anywhere, in the order of the
// curve but for the last, which belongs first, and all in one place. Nothing is lost, and
// every box stays with its item.
func TestOrder_putsAllInTheOrderOfTheCurve(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	anywhere := make([]box, 2000)
	for i := range anywhere {
		x, y := r.Float32()*1000, r.Float32()*1000
		anywhere[i] = box{x, y, x + 1, y + 1}
	}
	// An outlier makes all the rest one cell, in which they keep their order.
	turned := make([]box, 300_000)
	for i := range turned {
		turned[i] = box{1e6, 1e6, 1e6, 1e6}
	}
	turned[len(turned)-1] = box{0, 0, 0, 0}
	for name, boxes := range map[string][]box{"anywhere": anywhere, "turned": turned, "one": {{1, 2, 3, 4}}, "one place": make([]box, 17)} {
		before := slices.Clone(boxes)
		items := make([]int, len(boxes))
		for i := range items {
			items[i] = i
		}
		order(boxes, items)
		seen := make([]bool, len(items))
		for at, item := range items {
			if seen[item] || boxes[at] != before[item] {
				t.Fatalf("%s: item %d stands with another's box, or twice", name, item)
			}
			seen[item] = true
		}
		if name == "turned" && (items[0] != len(items)-1 || !slices.IsSorted(items[1:])) {
			t.Errorf("%s: the outlier is not first, or the rest has lost its order", name)
		}
	}
}
