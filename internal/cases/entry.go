package cases

import (
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
)

// EntryKind says what happened.
type EntryKind string

// What can happen to a case, as the journal tells it.
const (
	EntryReceived   EntryKind = "received"
	EntrySigned     EntryKind = "signed" // by another than the applicant, who sent it
	EntryAssigned   EntryKind = "assigned"
	EntryReleased   EntryKind = "released"
	EntryAsked      EntryKind = "asked"
	EntryAnswered   EntryKind = "answered"
	EntryNoted      EntryKind = "noted"
	EntryProposed   EntryKind = "proposed"  // a decision waits for a second person
	EntrySentBack   EntryKind = "sent_back" // and was sent back, with a comment
	EntryApproved   EntryKind = "approved"
	EntryDecided    EntryKind = "decided"
	EntryLetter     EntryKind = "letter"
	EntryAccepted   EntryKind = "accepted"
	EntryDeclined   EntryKind = "declined"
	EntryWithdrawn  EntryKind = "withdrawn"
	EntryPartyAdded EntryKind = "party_added"
	EntryPartyEnded EntryKind = "party_ended"
	EntryApplicant  EntryKind = "applicant"
	EntryRefused    EntryKind = "file_refused" // the scanner refused a file
	EntryLapsed     EntryKind = "lapsed"       // the case has fallen away
)

// Entry is a line of the case's journal.
type Entry struct {
	Seq       int64
	At        time.Time
	Kind      EntryKind
	Internal  bool // notes are for the staff; everything else the party may read
	ActorID   string
	ActorName string
	// BehalfID and BehalfName are of the one the actor represented.
	BehalfID, BehalfName string
	Text                 string   // question, answer or note
	Documents            []string // ids
	Mentions             []string // names of colleagues that a note is for

	// Came says how it reached the staff, of what they wrote down for a party.
	Came Came

	posting string // see Posting
}

const maxMessage = 10_000

// checkText refuses an empty or endless message.
func checkText(text string) error {
	switch n := len([]rune(text)); {
	case n == 0:
		return errs.InvalidFields(errs.Field{Name: "text", Key: "cases.need_text"})
	case n > maxMessage:
		return errs.InvalidFields(errs.Field{Name: "text", Key: "cases.too_long", Args: []any{"most", maxMessage}})
	}
	return nil
}
