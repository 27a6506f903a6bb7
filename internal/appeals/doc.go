// Package appeals is the appeal against a decision (klage på enkeltvedtak,
// forvaltningsloven chapter VI), from the party's few words to the answer of the
// appeal body (klageinstans).
//
// A party appeals from the decision. How long she has is a clock of her own that
// package deadlines runs: three weeks from when notice reached her (§ 29), which a
// letter in the print room has not. Package notify tells when it was sent or posted,
// and when it came back. An appeal that comes later is taken in with her reason for it
// and judged first (§ 31); when a year has passed since the decision it is refused.
// Where the law lets her ask for reasons (§ 24), asking stops her limit, and it begins
// anew when they have reached her; what one party does is nothing to the others'.
//
// The department prepares it (§ 33): it takes the case up again for a new
// decision, which goes the case's own way, or rejects the appeal when the terms
// for considering it are not there, or sends it on with a statement. Where the
// department has decided that decisions need a second person, so do the last two.
//
// A rejection can be appealed against in its turn, within a limit of its own. What is
// sent on is sent when somebody has confirmed that the package is handed over: that ends
// the preparation and tells the parties.
//
// What is sent on is one ZIP package: everything in the case that the parties
// know of, the journal, who has looked, an index as tagged PDF, SHA-256 sums, and
// an arkivmelding (Noark 5) that names exactly the files there are. A job makes
// it, one document at a time, and keeps it encrypted. Addresses are never in what
// Torg writes into it; what people have written themselves is sent as it is. The
// notes of the staff to each other stay in the house (organinterne dokumenter,
// § 18 a).
//
// What it does not do: send the package by itself (eFormidling), decide on
// suspensive effect (oppsettende virkning, § 42), or read the appeal body's case.
package appeals
