// Package units keeps the lists of places that a municipality has of a kind:
// its kindergartens, its schools, its nursing homes. A service says what kind it
// is with a [Kind] and gets the table's statements, the pages on which staff keep
// the list, the public page and the JSON operations.
//
// The table is the service's own, with the columns that [Columns] tells, and so
// are the permission, the addresses and the words that name the kind. A unit
// counts how many of its places are taken, beside the capacity it is compared
// with: two who give the last place at the same moment meet at its row.
package units
