// Package tile cuts the world into the squares of web maps and writes vector
// tiles: Mapbox Vector Tile 2.1 (github.com/mapbox/vector-tile-spec), which
// MapLibre, QGIS and GDAL read.
//
// A Builder is made for one tile and one reference system of the features, and
// is given features as they are stored; it projects, cuts, rounds and writes.
// Polygons are cut so that no part hangs on another by a bridge along the edge,
// rings turn as § 4.3.3.3 of the specification lays down, and what rounds to
// nothing is left out.
package tile
