// Package staff is where a municipality arranges who works with what (ansatte og
// tilganger): its departments (enheter), the roles people hold there, who stands
// in for whom (stedfortreder), the access tokens of other systems
// (tilgangsnøkler), the log of who did what, and the colour of its pages.
//
// The rules and the tables are package access', tenant's and audit's; this
// package asks access first, joins them with names, and has the pages and JSON
// operations. It is also where a new municipality's first administrator comes
// in, by a link that works once.
//
// Whoever gives a person a role finds her by the national number, which is
// posted and never part of an address, or by name among the persons whom the
// municipality already knows. People with a protected address
// (folkeregisterloven § 10-4) are found by number only. Each person who is shown
// so is noted as a look in the log (personvernforordningen art. 15).
//
// It also shows an administrator what Torg has given up doing (arbeid som har
// feilet): jobs and messages by kind and id, to be done again or put away.
//
// The package decides nothing about cases: a role says what somebody may see,
// and the policies of each service say what a role allows.
package staff
