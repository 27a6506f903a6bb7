// Package exchange is the contract between files of geography and those who
// import and export them: a feature, a stream of features, and the report of
// what was wrong with a file, line by line.
//
// The formats stand beside it: geojson, gml, sosi, gpkg and pack (ready made
// tiles). Package formats looks at a file and picks one. All of them promise
// the same:
//
//   - a reader gives one feature at a time and holds one feature, and what an
//     index of the file takes, in memory;
//   - coordinates are those of the file with x to the east and y to the north,
//     and the reference system is told by its EPSG number: nothing is projected;
//   - outer rings run against the clock and holes with it (RFC 7946 section
//     3.1.6, ISO 19107), and every ring is closed;
//   - heights are left out; the first that is met is told as a warning;
//   - a feature that is wrong is told in the Report and left out, and reading
//     goes on, so that one reading finds all that is wrong. Whether a report
//     with problems stops an import is the importer's choice: it does;
//   - a file that cannot be read on from where it is ends with an error that
//     has words for people (package errs).
package exchange
