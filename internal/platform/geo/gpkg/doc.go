// Package gpkg reads and writes GeoPackage (OGC 12-128r18), the format of QGIS and
// of Geonorge's downloads.
//
// All tables of features are read, one after the other; a feature's type is its
// table. Views are refused, since a view may be anything. Curves are stroked,
// heights and measures left out.
//
// What the writer writes, the reader reads back to the same features: columns
// that are named otherwise than their property, and names of types that cannot
// be names of tables, are told in the file.
package gpkg
