package appeals

import (
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
)

// State says where an appeal is on its way.
type State string

// The states of an appeal.
const (
	Received  State = "received"  // mottatt: kommunen forbereder den
	Withdrawn State = "withdrawn" // trukket
	Rejected  State = "rejected"  // avvist
	Changed   State = "changed"   // vedtaket er omgjort: saken behandles på nytt
	Ready     State = "ready"     // pakken er klar, men ikke overlevert klageinstansen
	Forwarded State = "forwarded" // oversendt klageinstansen
	Answered  State = "answered"  // klageinstansen har svart
)

// States returns all of them, in order.
func States() []State {
	return []State{Received, Ready, Forwarded, Answered, Changed, Rejected, Withdrawn}
}

// Valid reports whether the state is known.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Verdict is what the preparation ends with.
type Verdict string

// What a municipality can do with an appeal (forvaltningsloven § 33 second paragraph).
const (
	Change  Verdict = "change"  // omgjør: oppheve eller endre vedtaket
	Forward Verdict = "forward" // opprettholder vedtaket og sender klagen videre
	Reject  Verdict = "reject"  // avviser, når vilkårene for å behandle klagen ikke er der
)

// Valid reports whether the verdict is known.
func (v Verdict) Valid() bool { return slices.Contains([]Verdict{Change, Forward, Reject}, v) }

// Answer is what the appeal body said (forvaltningsloven § 34).
type Answer string

// The answers.
const (
	Upheld   Answer = "upheld"    // stadfestet
	Altered  Answer = "altered"   // endret av klageinstansen
	SentBack Answer = "sent_back" // opphevet og sendt tilbake til ny behandling
)

// Answers returns all of them, in order.
func Answers() []Answer { return []Answer{Upheld, Altered, SentBack} }

// The ways an appeal comes.
const (
	online  = "online" // on the pages
	onPaper = "paper"  // on paper, by telephone or at the counter, written down by the staff
)

// How is the way that a package is handed over to the appeal body.
type How string

// The ways.
const (
	ByEFormidling How = "eformidling"
	ByPortal      How = "portal" // klageinstansens egen løsning
	ByMail        How = "mail"   // kryptert e-post
	ByPost        How = "post"
	ByHand        How = "hand" // også til kommunens egen nemnd
)

// Hows returns all of them, in order.
func Hows() []How { return []How{ByEFormidling, ByPortal, ByMail, ByPost, ByHand} }

// Valid reports whether the way is known.
func (h How) Valid() bool { return slices.Contains(Hows(), h) }

// waiting reports whether the appeal is with the municipality.
func (a Appeal) waiting() bool { return a.State == Received || a.State == Ready }

// Texts are what people wrote about an appeal; they are kept encrypted.
type Texts struct {
	Wants string `json:"wants"` // what she wants changed (forvaltningsloven § 32)
	Why   string `json:"why"`
	Late  string `json:"late,omitempty"` // why it comes after the limit
	// LateAnswer says why it is considered all the same.
	LateAnswer string `json:"late_answer,omitempty"`
	// Statement is what the municipality says of it: the transmittal statement, the
	// reasons of a rejection, or why the decision is changed.
	Statement string `json:"statement,omitempty"`
	SentBack  string `json:"sent_back,omitempty"` // the second person's comment
	Answer    string `json:"answer,omitempty"`    // what the appeal body said, in short
	Address   string `json:"address,omitempty"`   // of the appeal body
}

// Appeal is an appeal as it stands.
type Appeal struct {
	ID     string
	CaseID string
	// Round counts the decisions of the case that had been set aside before the one
	// that this is against.
	Round int64
	// Against is the id of the rejected appeal whose rejection this is against; empty
	// when it is against the decision.
	Against string
	Kind    string
	State   State

	Appellant, AppellantName string // the party whose appeal it is
	LodgedBy, LodgedByName   string // who sent it or wrote it down
	Source                   string
	LodgedAt                 time.Time
	SentOn                   clock.Date // the day that counts: posted in time is enough (§ 30)
	LimitOn                  clock.Date // the limit as it was; zero when none had begun
	Late, LateAccepted       bool
	Documents                []string
	Texts                    Texts

	Body                       string // name of the appeal body, once it is chosen
	Proposed                   Verdict
	ProposedBy, ProposedByName string
	PreparedBy, PreparedByName string
	ApprovedByName             string
	PreparedAt                 time.Time
	Letter, Package            string // documents; empty until they are made
	HandedOn                   clock.Date
	HandedHow                  How
	HandedByName               string
	Answer                     Answer
	AnsweredOn                 clock.Date
	UpdatedAt                  time.Time
	Version                    int64

	department, assignee, applicant, subject, further string
	restricted                                        bool
	posting                                           string
}

// resource is the appeal as the policies see it: its case's people and department.
func resource(id string, c cases.Case) access.Resource {
	owners := append([]string{c.Applicant, c.Subject}, fields(c.Further)...)
	return access.Resource{
		Type: "appeal", ID: id, Department: c.Department, Owners: slices.Compact(owners), Assignee: c.Assignee,
		Attrs: map[string]any{"restricted": c.Restricted, "kind": c.Kind},
	}
}

// The lines of a case's journal that tell of an appeal; their titles are the
// messages "cases.entry.<kind>".
const (
	EntryReceived         cases.EntryKind = "appeal_received"
	EntryRegistered       cases.EntryKind = "appeal_registered"
	EntryWithdrawn        cases.EntryKind = "appeal_withdrawn"
	EntryWithdrawnByStaff cases.EntryKind = "appeal_withdrawn_by_staff"
	EntryReasonsAsked     cases.EntryKind = "appeal_reasons_asked"
	EntryReasonsGiven     cases.EntryKind = "appeal_reasons_given"
	EntryLateAccepted     cases.EntryKind = "appeal_late_accepted"
	EntryProposed         cases.EntryKind = "appeal_proposed"
	EntrySentBack         cases.EntryKind = "appeal_sent_back"
	EntryRejected         cases.EntryKind = "appeal_rejected"
	EntryReopened         cases.EntryKind = "appeal_reopened"
	EntryReady            cases.EntryKind = "appeal_ready"
	EntryForwarded        cases.EntryKind = "appeal_forwarded"
	EntryContested        cases.EntryKind = "appeal_contested"
	EntryRevived          cases.EntryKind = "appeal_revived"
	EntryLetter           cases.EntryKind = "appeal_letter"
	EntryAnswered         cases.EntryKind = "appeal_answered"
)
