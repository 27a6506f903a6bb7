// Package demo is the demonstration: two municipalities that do not exist, with
// residents who do not exist, for whoever wants to try Torg within five minutes.
//
// It makes the population (the same people again from the same seed and day),
// sets the municipalities up through the services' own code, so that every case
// in it has followed the rules and left its traces, and serves the portal: a
// front page with the people one may log in as, an ID-porten that lets anybody
// be anybody, and an outbox that shows the e-mails nobody was sent.
//
// The command serve never mounts any of it: a portal that shows mail and a
// provider that asks for no password must not stand in front of real people.
// Both municipalities are marked as tests, and so accept synthetic national
// numbers and no others.
package demo
