package neighbours

import (
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
)

// weeks is how long neighbours have for remarks (plan- og bygningsloven § 21-3:
// at least two weeks after the notice was sent).
const weeks = 2

// Deadline is the last day for remarks to a notice that was sent on a day. The day
// it was sent is not counted, and the last counts whole.
func Deadline(sent clock.Date) clock.Date { return sent.AddDays(7 * weeks) }

// State says where a notice is.
type State string

// The states of a notice.
const (
	Draft  State = "draft"  // being written
	Sent   State = "sent"   // varselet er sendt
	Exempt State = "exempt" // kommunen har fritatt fra varsling
)

// Exemption is how it stands with the wish to be exempted from notifying.
type Exemption string

// An exemption is asked for by the developer and given or refused by the
// municipality (plan- og bygningsloven § 21-3).
const (
	Asked   Exemption = "asked"
	Granted Exemption = "granted"
	Refused Exemption = "refused"
)

// Kind is what an owner is.
type Kind string

// The kinds of owners.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Estate       Kind = "estate"   // dødsbo: the owner is dead
	Unknown      Kind = "unknown"  // without a number, so that the municipality cannot reach her
	Nameless     Kind = "nameless" // of whom the register tells nothing, so that nobody knows who must consent
	Ownerless    Kind = "no_owner" // the register has no owner of the property, or of a section of it
	Ward         Kind = "ward"     // a minor, or somebody else whose guardian (verge) is notified
)

// unknown reports whether nobody knows who the owner is.
func (k Kind) unknown() bool { return k == Nameless || k == Ownerless }

// Way is who brings the notice.
type Way string

// The ways.
const (
	ByTorg Way = "torg" // the municipality's, whichever that is for each person
	ByHand Way = "hand" // the developer brings it herself (byggesaksforskriften § 5-2)
)

// Answer is what a neighbour says.
type Answer string

// The answers.
const (
	NoRemarks Answer = "none"
	Consents  Answer = "consent" // to less than four metres, § 29-4 third paragraph a
	Remarks   Answer = "remarks"
)

// Answers returns all of them, in order.
func Answers() []Answer { return []Answer{NoRemarks, Consents, Remarks} }

// Valid reports whether the answer is known.
func (a Answer) Valid() bool { return slices.Contains(Answers(), a) }

// The ways an answer comes.
const (
	onPage  = "page"  // on the neighbour's own page
	byCode  = "code"  // with the code of the letter
	onPaper = "paper" // on paper, written down by the staff
	// byHandCode is the code of a letter that the developer has brought, and can have read:
	// it proves less than one that the municipality has sent.
	byHandCode = "hand_code"
)

// Texts are what a notice says; they are kept encrypted.
type Texts struct {
	SenderName    string   `json:"sender_name"`
	Address       string   `json:"address"` // of the property to be built on
	Description   string   `json:"description"`
	Dispensations []string `json:"dispensations,omitempty"`
	Contact       string   `json:"contact,omitempty"` // how the neighbours reach the developer, as she wants
	Why           string   `json:"why,omitempty"`     // why she asks to be exempted
	Reason        string   `json:"reason,omitempty"`  // the municipality's, for its answer
	ReasonBy      string   `json:"reason_by,omitempty"`
	// CopyToOwner says that the developer does not own what is to be built on, and that
	// whoever does gets a copy.
	CopyToOwner bool `json:"copy_to_owner,omitempty"`
	// Consents are the proofs of consent that lie in the application, by property.
	Consents map[string]Consent `json:"consents,omitempty"`
}

// Notice is a neighbour notice as it stands.
type Notice struct {
	ID         string
	Sender     string // person id of the developer
	DraftID    string // the application it belongs to, "" when there is none yet
	CaseID     string // once the application is sent
	Department string
	Restricted bool     // the developer's address is protected
	Properties []string // numbers of those to be built on: "12/34"
	State      State
	Exemption  Exemption
	Documents  []string
	Texts      Texts
	ListedAt   time.Time // when the owners were looked up
	SentAt     time.Time
	Until      clock.Date // when everybody's deadline has run out; zero while that is not known
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Version    int64
}

// Property is the property as people write it, several apart by commas.
func (n Notice) Property() string { return strings.Join(n.Properties, ", ") }

// resource is the notice as the policies see it.
func (n Notice) resource() access.Resource {
	return access.Resource{
		Type: "notice", ID: n.ID, Department: n.Department, Owners: []string{n.Sender},
		Attrs: map[string]any{"restricted": n.Restricted, "kind": kindOfCase},
	}
}

// kindOfCase is which mandates reach notices: those for building cases.
const kindOfCase = "building"

// About is who a recipient is and what she wrote; it is kept encrypted.
type About struct {
	Name string `json:"name"` // the owner's, also where her guardian is notified
	// Protected says that her address is secret (kode 6 and 7, folkeregisterloven § 10-4):
	// her name beside the number of a property would tell it, and is shown to nobody.
	Protected bool `json:"protected,omitempty"`
	// Followed says that her address became secret since: Protected then ends with it.
	Followed bool `json:"followed,omitempty"`
	// Code is what stands in the letter that the developer brings, alike each time she
	// fetches it.
	Code string `json:"code,omitempty"`
	// Number is the national number or the organisation's, until it is sent: then the
	// person's row stands for it.
	Number string `json:"number,omitempty"`
	// Lines is where to send it, of those whom the developer notifies herself.
	Lines     []string  `json:"lines,omitempty"`
	Text      string    `json:"text,omitempty"`    // the remarks
	Comment   string    `json:"comment,omitempty"` // what the developer says to them
	Commented time.Time `json:"commented,omitzero"`
	By        string    `json:"by,omitempty"`      // who of the staff wrote the answer down
	Brought   string    `json:"brought,omitempty"` // how the developer brought it
}

// Recipient is somebody who is notified.
type Recipient struct {
	ID, NoticeID string
	PersonID     string // "" when the municipality has no way to her
	OwnerID      string // the person who owns the property, "" when she is not known or is none
	Kind         Kind
	Way          Way
	Properties   []string
	Opposite     bool // only of ground on the other side of a road
	Until        clock.Date
	DeliveredOn  clock.Date // when the developer brought it
	Answer       Answer
	AnsweredAt   time.Time
	Source       string
	Late         bool
	Documents    []string
	About        About
	ToldOf       string // the decision that she has been told of
	Version      int64

	message, code, posting string
	veiled                 bool // whoever reads is not told who it is
}

// Property is the recipient's properties as people write them.
func (r Recipient) Property() string { return strings.Join(r.Properties, ", ") }

// resource is the recipient's own part of a notice as the policies see it. Proven
// says that whoever asks has the code of the letter.
func (r Recipient) resource(n Notice, proven bool) access.Resource {
	owners := []string{}
	if r.PersonID != "" {
		owners = append(owners, r.PersonID)
	}
	return access.Resource{
		Type: "neighbour", ID: r.ID, Department: n.Department, Owners: owners,
		Attrs: map[string]any{"restricted": n.Restricted, "kind": kindOfCase, "proven": proven},
	}
}

// ByDeadline reports whether an answer was there in time.
func (r Recipient) ByDeadline() bool { return r.Answer != "" && !r.Late }

// Tally counts the answers.
type Tally struct{ All, Answered, Remarks, Consents, Waiting int }

// Count counts the answers of a notice.
func Count(list []Recipient) (t Tally) {
	for _, r := range list {
		t.All++
		switch r.Answer {
		case "":
			t.Waiting++
		case Remarks:
			t.Remarks++
		case Consents:
			t.Consents++
		case NoRemarks:
		}
	}
	t.Answered = t.All - t.Waiting
	return t
}
