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
// A letter template (brevmal) says which blocks (avsnitt) the letters of decisions of
// a kind have, and in which order: the department's before the municipality's, which is
// for the head of the department that the kind comes to. What the law wants in every
// letter can be moved but not removed (forvaltningsloven §§ 23, 25 and 27); the texts of
// the municipality's own are written in every language. Package cases keeps the layout
// in the decision that is made, so that no later version changes a letter.
//
// Filters, templates and letter templates are kept by the JSON API too (/api/filters,
// /api/templates, /api/letters), by the same rules: a filter is its keeper's alone, also
// a machine's, and templates are for the head of the department.
//
// The page of the load tells of the staff and never of residents.
package casework
