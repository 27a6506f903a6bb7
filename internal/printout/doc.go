// Package printout gives what a party sent with a case (det som ble sendt) on
// paper: a page that prints well, and a tagged PDF, with every question and answer
// in the language it was sent in and the form's version. Both the party and the
// case worker may have it; package cases asks whether they may and records the
// look.
package printout
