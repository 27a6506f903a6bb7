// Package exchangetest is what the tests of the file formats share: reading a file
// to its end, telling whether two shapes are the same, and GDAL's reading of the
// same file.
package exchangetest
