// Package sqlitefile opens SQLite files that somebody else made, such as
// GeoPackages and MBTiles, without trusting them: on a copy of their own, read
// only, with journals left alone, functions in the schema switched off, and every
// cell checked.
package sqlitefile
