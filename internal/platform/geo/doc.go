// Package geo is the ground under every map (kart) in the product: pure
// functions over shapes, with no database, no HTTP and no municipality in them.
//
//   - crs: the reference systems that Norwegian municipalities use, and the way
//     between them to within a fraction of a millimetre
//   - shape: area, distance, overlap, validity, relations, arcs, WKB and WKT, on
//     the types of github.com/paulmach/orb
//   - index: spatial indexes in memory, one for each municipality and layer
//   - tile: vector tiles (Mapbox Vector Tile 2.1)
//   - cql2: the filter language of OGC API – Features, Part 3
//   - exchange, formats and one package for each format: the files that
//     municipalities have
//
// A point is always x = east (or longitude), y = north (or latitude) inside the
// program, whatever order a reference system or a file has: axis order is a
// matter of reading and writing (crs.System.NorthFirst).
package geo
