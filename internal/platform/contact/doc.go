// Package contact knows how a person can be reached digitally: it asks the
// contact and reservation register (kontakt- og reservasjonsregisteret, KRR)
// and remembers what it said.
//
// Public bodies shall use the register's addresses for what the law wants told
// (eForvaltningsforskriften § 29). Two rules decide what an address may be used
// for. Who has reserved herself (§ 15 a) gets decisions on paper. And e-mail
// address and mobile number are each usable for decisions only when updated or
// verified within the last 18 months (§ 32); older ones may still carry service
// messages, such as that the water must be boiled. Record holds both rules.
//
// The register is asked as its documentation says: POST …/rest/v2/personer with
// at most 1,000 numbers, and an access token from Maskinporten by a signed
// assertion (RFC 7523). Lookups that come at the same time become one call.
//
// An answer is kept for each person, encrypted, with its age. While the register
// does not answer, what it said last is still there; how long that is good enough
// is the caller's question, see Record.FetchedAt.
package contact
