// Package cql2 reads the text form of the Common Query Language (OGC 21-065r2,
// CQL2) and holds features against it: the filter of OGC API – Features, Part 3.
//
// Of the standard it has: comparison, IS NULL, AND, OR and NOT (Basic CQL2),
// LIKE, BETWEEN and IN (Advanced Comparison Operators), CASEI and ACCENTI,
// arithmetic, comparison of one property with another, the eight spatial
// predicates with points, lines, areas, collections and BBOX, and the fifteen
// temporal ones. It has no arrays (A_CONTAINS and its like) and no functions of
// its own; they are refused by name.
//
// # How it decides
//
// Logic has three values, as SQL's: what is compared with a missing value is
// unknown, and a feature matches only when the whole is true. A filter is checked
// against the types of the properties (Filter.Check) before it is used, so that a
// misspelt name or a number held against a text is an error to the one who
// asked, never an empty answer.
//
// A day held against an instant is held against the day, in Norway, on which
// the instant falls; a filter mixes the two freely.
//
// Text from outside is bounded: 64 kB, a hundred levels, five thousand terms.
package cql2
