// Package deadlines runs the statutory clocks of cases (frister; lovpålagt
// saksbehandlingstid, klagefrist) and lets happen what the law says when one
// passes.
//
// The rules are data of package deadline. A clock starts, stops, goes on and is
// met by what happens to the case, which the package hears as a companion
// (cases.Companion), or by what another service tells with Signal: that an
// appeal was lodged, that a fee was paid. Which rules run for a kind of case is
// registered with Rules; the provisional answer (foreløpig svar,
// forvaltningsloven § 11 a) and the time to appeal (klagefrist, § 29) run for all.
//
// When a clock passes, its consequence happens by itself and once, in one
// transaction with the case's journal and the audit log: a permit counts as
// given (tillatelsen regnes som gitt, plan- og bygningsloven § 21-7), a quarter
// of the fee falls away for every week begun, the provisional answer goes out,
// the head of the department is told. The letter about it is made by a job that
// the same transaction enqueues. An event that comes after the last instant
// finds the consequence done first, also when no job had come to it yet.
//
// The resident sees on the case's page by when she is answered and what happens
// otherwise; the staff see what runs out this week on /work/deadlines.
//
// What it does not do: it reckons no fees, since it knows no prices; it tells
// which part of the fee falls away. Cases from before the package was there get
// their clocks from [Service.BeginMissing], which the command "torg deadline begin"
// runs.
package deadlines
