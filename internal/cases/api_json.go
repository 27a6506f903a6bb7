package cases

import (
	"time"

	"github.com/torg-no/torg/internal/platform/forms"
)

// personRef names a person, or a token that acts like one.
type personRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// caseInfo is a case as a list shows it.
type caseInfo struct {
	ID         string     `json:"id" doc:"Never changes"`
	Number     string     `json:"number" doc:"What people call the case" example:"2026/123"`
	Kind       string     `json:"kind" example:"kindergarten"`
	Status     Status     `json:"status" enum:"received,in_progress,waiting,decided,closed,withdrawn"`
	Outcome    string     `json:"outcome,omitempty" enum:"granted,refused,lapsed" doc:"Of the decision; absent before it. lapsed is of a case that has fallen away without one, whose status is withdrawn"`
	Proposed   bool       `json:"proposed,omitempty" doc:"A decision waits for a second person's approval"`
	Answer     Answer     `json:"answer,omitempty" enum:"accepted,declined" doc:"Of the party to the offer; absent before it"`
	Department string     `json:"department" doc:"Id of the department that handles it"`
	Assignee   *personRef `json:"assignee,omitempty" doc:"Who has the case; absent when nobody"`
	Applicant  personRef  `json:"applicant"`
	Subject    personRef  `json:"subject" doc:"Whom the case is about"`
	Lang       string     `json:"lang" doc:"The language the party is answered in" example:"nb"`
	ReceivedAt time.Time  `json:"received_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	Version    int64      `json:"version" doc:"Rises with each change; send it with the next one"`
}

type caseOutput struct{ Body caseInfo }

func outputOf(c Case, err error) (*caseOutput, error) {
	if err != nil {
		return nil, err
	}
	return &caseOutput{Body: infoOf(c)}, nil
}

func infoOf(c Case) caseInfo {
	info := caseInfo{
		ID: c.ID, Number: c.Label(), Kind: c.Kind, Status: c.Status, Outcome: c.Outcome, Answer: c.Answer, Department: c.Department,
		Applicant: personRef{c.Applicant, c.ApplicantName}, Subject: personRef{c.Subject, c.SubjectName}, Lang: string(c.Lang),
		ReceivedAt: c.ReceivedAt, UpdatedAt: c.UpdatedAt, DecidedAt: known(c.DecidedAt), ClosedAt: known(c.ClosedAt), Version: c.Version, Proposed: c.ProposedBy != "",
	}
	if c.Assignee != "" {
		info.Assignee = &personRef{c.Assignee, c.AssigneeName}
	}
	return info
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type searchOutput struct {
	Body struct {
		Cases []caseInfo `json:"cases"`
		More  bool       `json:"more" doc:"There are others after these"`
	}
}

// caseDetails is a case with all that belongs to it.
type caseDetails struct {
	Case      caseInfo       `json:"case"`
	Journal   []journalEntry `json:"journal" doc:"What has happened, the oldest first"`
	Documents []documentInfo `json:"documents"`
	Sent      []sentAnswer   `json:"sent" doc:"Questions and answers as they were sent, in your language"`
	Decision  *decisionInfo  `json:"decision,omitempty" doc:"Absent before it is made"`
}

type detailsOutput struct{ Body caseDetails }

// journalEntry is a line of the case's journal.
type journalEntry struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind" example:"assigned" doc:"What happened. It ends with _by_staff when staff registered what the party said."`
	Internal  bool      `json:"internal" doc:"The parties do not see it on their pages"`
	Actor     personRef `json:"actor"`
	Came      Came      `json:"came,omitempty" enum:"paper,telephone,counter" doc:"How it reached the staff, of what they registered"`
	Text      string    `json:"text,omitempty"`
	Documents []string  `json:"documents,omitempty" doc:"Ids"`
}

// documentInfo is what is known of a document.
type documentInfo struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Bytes     int64     `json:"bytes"`
	Scan      string    `json:"scan" doc:"unscanned or clean"`
	CreatedAt time.Time `json:"created_at"`
}

// sentAnswer is a question of the form with its answer.
type sentAnswer struct {
	Name     string   `json:"name" doc:"The field, as the form names it" example:"siblings[0].name"`
	Question string   `json:"question"`
	Answer   []string `json:"answer" doc:"Lines to read; empty when it was not answered"`
}

// decisionInfo is the decision of a case.
type decisionInfo struct {
	Outcome    string            `json:"outcome" enum:"granted,refused"`
	Values     map[string]string `json:"values"`
	LegalBasis string            `json:"legal_basis"`
	Reasons    string            `json:"reasons"`
	Appeal     string            `json:"appeal"`
	DecidedBy  personRef         `json:"decided_by"`
	ApprovedBy *personRef        `json:"approved_by,omitempty" doc:"The second person, where the department wants one"`
	DecidedAt  time.Time         `json:"decided_at"`
	Letter     string            `json:"letter,omitempty" doc:"Id of the letter's document; absent until it is made"`
}

func detailsOf(v View, sent Sent) caseDetails {
	d := caseDetails{Case: infoOf(v.Case), Journal: []journalEntry{}, Documents: []documentInfo{}, Sent: []sentAnswer{}}
	for _, e := range v.Entries {
		d.Journal = append(d.Journal, journalEntry{
			Seq: e.Seq, At: e.At, Kind: string(e.Kind), Internal: e.Internal, Actor: personRef{e.ActorID, e.ActorName}, Came: e.Came, Text: e.Text, Documents: e.Documents,
		})
	}
	for _, x := range v.Documents {
		d.Documents = append(d.Documents, documentInfo{ID: x.ID, Name: x.Name, Bytes: x.Size, Scan: string(x.Scan), CreatedAt: x.CreatedAt})
	}
	for _, page := range sent.Summary.Pages {
		d.Sent = append(d.Sent, answersOf(page.Rows)...)
	}
	if v.Decision != nil {
		x := *v.Decision
		d.Decision = &decisionInfo{
			Outcome: x.Outcome, Values: x.Values, LegalBasis: x.LegalBasis, Reasons: x.Reasons, Appeal: x.Appeal,
			DecidedBy: personRef{x.DecidedBy, x.DeciderName}, DecidedAt: x.DecidedAt, Letter: x.Letter,
		}
		if x.ApprovedBy != "" {
			d.Decision.ApprovedBy = &personRef{x.ApprovedBy, x.ApproverName}
		}
	}
	return d
}

// answersOf lays the rows out in one list, those of groups too.
func answersOf(rows []forms.SummaryRow) []sentAnswer {
	var list []sentAnswer
	for _, row := range rows {
		a := sentAnswer{Name: row.Name, Question: row.Question, Answer: append([]string{}, row.Lines...)}
		for _, f := range row.Files {
			a.Answer = append(a.Answer, f.Name)
		}
		if len(row.Items) == 0 {
			list = append(list, a)
		}
		for _, item := range row.Items {
			list = append(list, answersOf(item.Rows)...)
		}
	}
	return list
}
