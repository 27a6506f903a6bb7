// Package ogc gives out a municipality's map layers as open standards lay down, at
// /geo on its host, so that GDAL, QGIS and whatever else speaks them reads the layers
// as they are:
//
//   - OGC API – Features, Part 1: Core (OGC 17-069r4) with GeoJSON, HTML and
//     OpenAPI 3.0; Part 2: Coordinate Reference Systems by Reference (18-058r1);
//     Part 3: Filtering (19-079r2) with CQL2 text (21-065r2); Part 5: Schemas
//     (23-058r2)
//   - OGC API – Tiles, Part 1: Core (20-057) with Mapbox vector tiles, and TileJSON 3.0;
//     base maps of pictures as map tilesets
//
// Every address answers people with a page and programs with JSON, as each asks
// (RFC 9110 section 12) or says with f=html and f=json. Public layers are for
// everybody, from any other web page too (CORS); the others take a log-in or an access
// token in the header Authorization or X-API-Key, which programs on other web pages may
// send. What a log-in opens is never for other pages.
//
// # Wrong questions
//
// A parameter that is unknown, told twice or not understood is refused with 400 and
// the reason in words, in the reader's language, as a problem document (RFC 9457):
// never an answer to another question, never an empty list instead of an error.
//
// # How it answers quickly
//
// Pages of features are written by hand to one buffer, coordinates as fixed decimals.
// Answers to everybody are kept for a while under their address and the generation of
// the layer, within a bound, and carry an ETag of the same: what has not changed is
// not sent again.
package ogc
