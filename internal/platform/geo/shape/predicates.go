package shape

// The relations of OGC 06-103r4 § 6.1.15.3, read from the matrix.

// Disjoint tells whether the shapes have nothing in common.
func (m Matrix) Disjoint() bool {
	return !m.some(inside, inside) && !m.some(inside, boundary) && !m.some(boundary, inside) && !m.some(boundary, boundary)
}

// Touches tells whether the shapes meet without their insides meeting.
func (m Matrix) Touches() bool { return !m.some(inside, inside) && !m.Disjoint() }

// Within tells whether all of the first lies in the second, and not only in its
// boundary.
func (m Matrix) Within() bool {
	return m.some(inside, inside) && !m.some(inside, outside) && !m.some(boundary, outside)
}

// Contains tells whether all of the second lies in the first, and not only in its
// boundary.
func (m Matrix) Contains() bool {
	return m.some(inside, inside) && !m.some(outside, inside) && !m.some(outside, boundary)
}

// Covers tells whether all of the second lies in the first, its boundary
// included.
func (m Matrix) Covers() bool {
	return !m.Disjoint() && !m.some(outside, inside) && !m.some(outside, boundary)
}

// Equals tells whether the shapes cover the same points.
func (m Matrix) Equals() bool { return m.Within() && m.Contains() }

// Crosses tells whether shapes of the given dimensions cross: what they share is
// of lower dimension than the greater of them, and neither holds the other.
func (m Matrix) Crosses(a, b int) bool {
	switch {
	case a < b:
		return m.some(inside, inside) && m.some(inside, outside)
	case a > b:
		return m.some(inside, inside) && m.some(outside, inside)
	default:
		return a == 1 && m[inside][inside] == 0
	}
}

// Overlaps tells whether shapes of the given dimensions overlap: they are of the
// same, what they share is too, and neither holds the other.
func (m Matrix) Overlaps(a, b int) bool {
	if a != b || !m.some(inside, outside) || !m.some(outside, inside) {
		return false
	}
	if a == 1 {
		return m[inside][inside] == 1
	}
	return m.some(inside, inside)
}
