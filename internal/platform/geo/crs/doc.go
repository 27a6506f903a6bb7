// Package crs knows the coordinate reference systems (koordinatsystemer) of
// Norwegian public maps and calculates between them: EPSG:25832, 25833 and 25835
// (EUREF89 UTM, zones 32, 33 and 35), EPSG:4258 (EUREF89, degrees), EPSG:4326
// and CRS84 (WGS 84), and EPSG:3857 (the square of web maps).
//
// The transverse Mercator projection is reckoned with Krüger's series in the
// third flattening to the sixth order (C. F. F. Karney, Transverse Mercator with
// an accuracy of a few nanometers, Journal of Geodesy 85, 2011), which stands
// within a micrometre of PROJ over all of Norway in each of the three zones, so
// also where the zone is not meant to be used.
//
// # EUREF89 and WGS 84 are taken to be the same
//
// EUREF89 is the realisation of ETRS89 in Norway and moves with the Eurasian
// plate; WGS 84 follows the earth as a whole. In 2026 they lie some 80 cm apart
// in Norway. No municipal data set and no browser tells at which epoch its
// WGS 84 positions were measured, maps from Kartverket are EUREF89 under either
// name, and PROJ too takes them as equal unless told an epoch. Therefore this
// package takes them as equal. Who needs a boundary to the centimetre works in
// EUREF89 from end to end and is not touched by this.
//
// Heights are not reckoned: a system with a height (EPSG:5972 and its like) is
// read as its horizontal part.
package crs
