// Package casework makes the daily work of those who handle cases lighter, beside
// the cases themselves: templates (maler) for what a department writes again and
// again, checklists (sjekklister) for each kind of case, filters that a case
// worker keeps, and what the head of a department needs to see: how much there is
// to do, how old it is, and who has it (restanser).
//
// It is a companion of package cases: its texts are offered where a question or a
// decision is written, its checklist stands on the page of the case, and its
// filters on the work list. Which decisions need a second person is arranged on
// its pages and kept by package cases.
//
// A template is written in the municipality's languages; the one that the party
// of a case is answered in is chosen, so that a letter never mixes two
// (språklova § 15). A change makes a new version and the old ones can be read.
// Placeholders such as {child} are filled in when a text is put into a field;
// what cannot be filled in stays, and no decision is made with it.
//
// The page of the load tells of the staff and never of residents.
package casework
