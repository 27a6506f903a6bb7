// Package forecast tells a party how long the municipality usually takes
// (forventet saksbehandlingstid), from nothing but its own decided cases of the
// same kind that came in the same season of the year.
//
// It says the median and the 90th percentile, and is silent when fewer than 20
// cases stand behind them: a guess that looks like knowledge is worse than
// none. What was told is kept, and when the case is decided the two are
// compared; everybody can read on a public page how often the truth fell within
// what was told. Where cases are handled in order of arrival it says which in
// line the case is.
//
// A forecast is guidance (forvaltningsloven § 11) and binds nobody; what the law
// sets as limits is told by package deadlines. Nothing here names a person: a
// row holds a case's id, its kind and two dates.
//
// What it does not do: learn from anything but kind and season, and forecast
// appeals.
package forecast
