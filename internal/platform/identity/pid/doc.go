// Package pid knows how Norwegian identity numbers are written.
//
// A national number is a fødselsnummer, a D-number (day + 40, for people with a
// temporary stay) or an H-number (month + 40, made up by a hospital). Test
// series add 80 (the tax administration's Tenor), 65 or 40 to the month. The
// check digits follow folkeregisterforskriften § 2-2 and, for numbers handed
// out from 2032 on, the rule by which the first check digit may leave a
// remainder of 0, 1, 2 or 3.
//
// From 2032 on neither sex nor century can be read out of a number, so the
// package offers no way to do it: both come from the population register. All
// it asks of the date is that it exists.
package pid
