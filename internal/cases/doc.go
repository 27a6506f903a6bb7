// Package cases handles a case (sak) from the moment it is received until it is
// closed: the work list, who handles it, questions and answers, the decision
// (enkeltvedtak, forvaltningsloven § 2 first paragraph letter b), the letter, and the party's answer to
// an offer.
//
// It knows no single service. A service such as kindergarten registers a Kind
// that says which outcomes its decisions have, what they must hold and what the
// letter tells; everything else is alike for all, so that a case worker who
// knows one kind knows them all.
//
// Colleagues work on it together: a case is given to one of them, several at a
// press; a note can be for somebody; a decision's draft is never written over
// unread; and where the department wants it, a second person approves the
// decision before it is final and its letter is sent (totrinnskontroll). What is
// posted twice under one key stands once.
//
// A case changes only in the version that was read. Each change writes a journal
// entry (journalføring) in the same transaction, and whatever must be told enqueues a
// job there, so that nothing is told before it is true and nothing true is left
// untold.
//
// What a party without a computer says on paper, by telephone or at the counter, the
// staff write down, as hers and as written by them. Who the parties are follows from
// the registers; what those do not tell, as who is an heir, the head of the department
// finds out (Include, Exclude, Replace), and lets a case fall away that nobody can go
// on with (Lapse).
//
// Deadlines by law, appeals and retention are packages of their own, which follow the
// cases as companions.
package cases
