package index

import "slices"

// order puts items with their boxes in the order in which Hilbert's curve comes by
// their middles, so that what lies together in memory lies together on the ground.
func order[T any](boxes []box, items []T) {
	all := boxes[0]
	for _, b := range boxes[1:] {
		all = all.with(b)
	}
	const cells = 1<<16 - 1
	width, height := middle(all[0], all[2], all[0]), middle(all[1], all[3], all[1])
	scale := func(at, size float64) uint32 {
		if !(size > 0) {
			return 0
		}
		return uint32(min(max(at/size/2, 0), 1) * cells)
	}
	// The place on the curve, and behind it which item it was: sorted as one number.
	keys := make([]uint64, len(items))
	for i, b := range boxes {
		x, y := scale(middle(b[0], b[2], all[0]), width), scale(middle(b[1], b[3], all[1]), height)
		keys[i] = uint64(curve(x, y))<<32 | uint64(uint32(i)) // #nosec G115 -- places are 32 bits, so there are no more items
	}
	slices.Sort(keys)
	for i := range keys {
		// Each round of places that change with one another is gone through once.
		for at := i; ; {
			from := int(uint32(keys[at])) // #nosec G115 -- the lower half
			keys[at] = uint64(at)         // #nosec G115 -- it is in its place
			if from == i {
				break
			}
			boxes[at], boxes[from] = boxes[from], boxes[at]
			items[at], items[from] = items[from], items[at]
			at = from
		}
	}
}

// middle is how far the middle of two is from a third.
func middle(low, high, from float32) float64 {
	return (float64(low)+float64(high))/2 - float64(from)
}

// curve is how far along Hilbert's curve through a square of 2¹⁶ by 2¹⁶ cells a cell
// lies.
func curve(x, y uint32) (d uint32) {
	const n = 1 << 16
	for s := uint32(n / 2); s > 0; s /= 2 {
		var right, up uint32
		if x&s > 0 {
			right = 1
		}
		if y&s > 0 {
			up = 1
		}
		d += s * s * (3*right ^ up)
		if up == 0 {
			if right == 1 {
				x, y = n-1-x, n-1-y
			}
			x, y = y, x
		}
	}
	return d
}
