// Package retention sees to it that nothing is kept longer than it may be
// (lagringsbegrensning, personvernforordningen art. 5 no. 1 e), and that everybody
// can have a copy of what is kept about her (innsyn og dataportabilitet, art. 15
// and 20).
//
// The rules are data (rules/retention.toml): a kind of data, what its time is
// reckoned from, how long it is kept, what happens then and why. A municipality
// changes length and action by a setting "retention.<kind>". A rule that says keep
// means that the data go to the archive (bevaring, arkivlova) and are not touched.
//
// A nightly job goes through each municipality, one small transaction after the
// other. What a transaction has ended is counted in it; a run that is killed goes
// on where it stopped, since what it has ended is found no more. A case is
// anonymised from the outside in: documents, messages, answers and the details of
// the audit log first, by the packages that hold them, its own names last. Until
// then it is found again. The audit log's entries stay with ids and digests and
// still verify.
//
// A case that is on hold (sletteperre) is left alone: staff set and release a
// hold, and other services hold a case by themselves, as an open appeal does.
//
// The copy of everything about oneself (Takeout) is a ZIP that a job makes piece by
// piece, encrypted where documents lie: each case with its whole journal, what was
// sent, the decisions that stand and stood, the letters and the appeals, as pages
// to read and as JSON. A guardian has one for the child too, and an agent one of
// the cases that the mandate reaches (Whose): it holds what its reader could open
// on the pages, and is gone when the right ends. Only who asked for it fetches it,
// within 14 days, with a log-in that is fresh and of the level substantial. Who has
// looked, what was done by the staff and by all others, in general and case by case,
// and every log-in stand in it whole, in files of 500 lines at most. It never holds
// what others are protected by, their names where their address is, nor the notes of
// the staff.
//
// What it does not do: it deletes no persons, and hands nothing over to an archive.
package retention
