// Package shape measures and compares shapes in the plane, on the types of
// github.com/paulmach/orb: area, length and distance, where a point lies, what is
// wrong with a shape, how two shapes relate (DE-9IM, OGC 06-103r4 § 6.1.15), how
// much of one another covers, cutting to a box, arcs, and WKB and WKT.
//
// All of it is plane geometry: metres in, metres out. Coordinates in degrees give
// true relations and meaningless areas; take them to a metre system first.
//
// # What is exact and what is not
//
// On which side of a line a point lies is decided exactly for every finite
// coordinate that is not absurdly small or large (orient), so that touching,
// crossing and containing are right for shapes whose corners are shared. Points
// where lines cross have to be rounded; areas, distances and cuts are therefore
// right to about a part in 10¹², and no error grows beyond that: an overlap is
// summed over horizontal strips, where a wrong decision between two lines costs
// no more than the sliver between them.
//
// A multi-polygon is taken as valid by OGC's rules: its parts touch in points at
// most. Check tells. Shapes that are not valid give some answer by the even-odd
// rule, never a panic.
package shape
