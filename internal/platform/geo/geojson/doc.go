// Package geojson reads and writes GeoJSON (RFC 7946), also with the crs member
// of the format's first edition (2008), feature by feature: a file of a gigabyte
// takes the memory of its largest feature.
//
// A collection, a single feature and a bare geometry are read. Objects inside
// properties become dotted names, arrays inside properties become their text.
package geojson
