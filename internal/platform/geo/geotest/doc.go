// Package geotest is what the tests of geo share: PROJ and GDAL (which brings
// GEOS) as the judges of our own reckoning, real boundaries, and shapes drawn at
// random. Debian's proj-bin and gdal-bin have the programs; without them a test
// fails on the build server and is skipped, saying so, elsewhere.
package geotest
