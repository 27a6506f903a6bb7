// Package tenant keeps the municipalities of an installation (tenant =
// kommune) and the departments (enhet, etat) inside each.
//
// A tenant is an immutable internal key that is never reused. Everything else
// about it is rows that change with time: its number (kommunenummer, which
// changes when counties and municipalities are divided or joined), its names,
// its hosts, its language form (målform; lov om språk § 16), its colour and the services
// that are switched on. The Directory holds the living tenants in memory and
// follows the database, so that a running server notices one added by the
// command line.
//
// Herøy and Våler occur twice in Norway: the slug of each carries its county.
package tenant
