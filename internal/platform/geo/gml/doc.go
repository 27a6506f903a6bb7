// Package gml reads and writes GML 3.2 (ISO 19136): zoning plans
// (reguleringsplaner) as municipalities and Kartverket exchange them, and other
// feature collections of the same kind.
//
// Curves keep no bow: arcs and circles are stroked, to five millimetres. What an
// xlink:href points to in the same file is put in its place where it is geometry,
// and must at least be there where it is not. A plan is judged by the rules of
// its product specification too: rings run the right way, arcs have three points
// that are not on a line, and the boundaries that a surface names
// (avgrensesAv) are its outline.
//
// Document types and the entities they declare are refused.
package gml
