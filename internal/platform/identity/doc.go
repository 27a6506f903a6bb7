// Package identity knows who somebody is.
//
// A resident logs in by OpenID Connect exactly as ID-porten documents it, and
// gets a session: a row in the store that a cookie points to. A Person belongs
// to one municipality (tenant); the national number is kept encrypted and is
// found by a keyed hash, and nothing about a person is shared between
// municipalities. A log-in is (tenant, issuer, client, sub), because ID-porten's
// sub differs per client.
//
// Families, names, addresses, protection and deaths come from the population
// register (Folkeregisteret) through the port Register. An address protected
// under the grades "fortrolig" (formerly code 7) and "strengt fortrolig"
// (formerly code 6), folkeregisterforskriften § 10-4, is shown to nobody, also
// not to the other guardian. A child has the strictest of its own grade and of those
// it lives with, and both are kept, so that it is uncovered with them; that somebody
// is, Options.Uncovered is told. Whoever a protected address keeps apart from a child
// does not act in its name meanwhile.
//
// What somebody may do is package access' business; identity only carries the
// roles a person holds, read anew with every request, so that a role taken away
// is gone at once.
package identity
