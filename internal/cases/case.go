package cases

import (
	"fmt"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Status says where a case is on its way.
type Status string

// The statuses in the order a case passes them.
const (
	Received   Status = "received"    // mottatt: nobody has taken it
	InProgress Status = "in_progress" // under behandling
	Waiting    Status = "waiting"     // venter på svar fra søkeren
	Decided    Status = "decided"     // vedtak er gjort
	Closed     Status = "closed"      // avsluttet
	Withdrawn  Status = "withdrawn"   // trukket av søkeren, eller bortfalt: se OutcomeLapsed
)

// Statuses returns all of them, in order.
func Statuses() []Status { return []Status{Received, InProgress, Waiting, Decided, Closed, Withdrawn} }

// Open reports whether somebody still works on a case with the status.
func (s Status) Open() bool { return s == Received || s == InProgress || s == Waiting }

// Answer is what the party said to an offer.
type Answer string

// The answers; the empty one is none yet.
const (
	Accepted Answer = "accepted"
	Declined Answer = "declined"
)

// Case is a case as it stands.
type Case struct {
	ID            string
	Year, Number  int64 // saksnummer 2026/123: a label, never a key
	Kind          string
	Status        Status
	Outcome       string // of the decision: "granted", "refused" …; empty before it
	Answer        Answer
	Department    string
	Assignee      string // person id of the case worker; empty when nobody
	AssigneeName  string
	Applicant     string // person id of the party (part)
	ApplicantName string
	Subject       string // person id of whom it is about; the applicant when for oneself
	SubjectName   string
	Restricted    bool // somebody in it has a protected address
	Lang          i18n.Lang
	Submission    string // id of what was sent
	Entries       int64  // how many journal entries it has
	Further       string // ids of further parties, apart by spaces; see Party
	ProposedBy    string // whose decision waits for a second person; empty when none does
	ReceivedAt    time.Time
	UpdatedAt     time.Time
	DecidedAt     time.Time // zero before the decision
	ClosedAt      time.Time // zero while it is not closed
	Version       int64
}

// Label returns the case number as people write it.
func (c Case) Label() string { return label(c.Year, c.Number) }

func label(year, number int64) string { return fmt.Sprintf("%d/%d", year, number) }

// parseNumber reads what people type for a case: its label, or the bare number of
// a case of this year.
func parseNumber(s string, thisYear int64) (year, number int64, ok bool) {
	if year, number, ok = parseLabel(s); ok {
		return year, number, true
	}
	number, err := strconv.ParseInt(s, 10, 32)
	return thisYear, number, err == nil && number > 0
}

// parseLabel reads a case number; ok is false when the text is none.
func parseLabel(s string) (year, number int64, ok bool) {
	for i := range s {
		if s[i] != '/' {
			continue
		}
		year, errY := strconv.ParseInt(s[:i], 10, 32)
		number, errN := strconv.ParseInt(s[i+1:], 10, 63)
		return year, number, errY == nil && errN == nil && year > 0 && number > 0
	}
	return 0, 0, false
}

// owners are the persons the case belongs to.
func (c Case) owners() []string {
	owners := []string{c.Applicant}
	if c.Subject != c.Applicant {
		owners = append(owners, c.Subject)
	}
	return append(owners, c.parties()...)
}

// resource is the case as the policies see it.
func (c Case) resource() access.Resource {
	return access.Resource{
		Type: "case", ID: c.ID, Department: c.Department, Owners: c.owners(), Assignee: c.Assignee,
		Attrs: map[string]any{"restricted": c.Restricted, "status": string(c.Status), "kind": c.Kind},
	}
}

// Topic is woken when the case changed.
func Topic(caseID string) string { return "case:" + caseID }
