// Package index keeps spatial indexes in memory: one for each municipality and
// map layer, built from the store when first asked for, built anew when the
// layer's generation has moved on, and dropped when nobody has asked for a
// while or when others need the room.
//
// An index answers with candidates: boxes are kept in single precision, widened
// so that nothing is lost, which halves the memory. In metres they are up to a
// metre larger than they should be. What exactly lies where is for shape to say.
package index
