package retention

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// casesAtOnce is how many cases a page holds; each may have a long journal.
const casesAtOnce = 5

type caseSource struct{ *Service }

type caseData struct {
	Number    string         `json:"case_number"`
	Kind      string         `json:"kind"`
	Status    string         `json:"status"`
	Outcome   string         `json:"outcome,omitempty"`
	Received  string         `json:"received_at"`
	Decided   string         `json:"decided_at,omitempty"`
	Closed    string         `json:"closed_at,omitempty"`
	Applicant string         `json:"applicant"`
	Subject   string         `json:"subject"`
	Worker    string         `json:"case_worker,omitempty"`
	Entries   []entryData    `json:"journal"`
	Decision  *decisionData  `json:"decision,omitempty"`
	Documents []documentData `json:"documents,omitempty"`
}

type entryData struct {
	At       string `json:"at"`
	What     string `json:"what"`
	By       string `json:"by,omitempty"`
	OnBehalf string `json:"on_behalf_of,omitempty"`
	Text     string `json:"text,omitempty"`
}

type decisionData struct {
	By      string     `json:"by"`
	Terms   []termData `json:"terms,omitempty"`
	Basis   string     `json:"legal_basis"`
	Reasons string     `json:"reasons"`
	Appeal  string     `json:"right_of_appeal"`
}

type termData struct {
	Label string `json:"question"`
	Value string `json:"answer"`
}

type documentData struct {
	Name string `json:"name"`
	Size int64  `json:"bytes"`
	At   string `json:"at"`
}

// Name implements Source.
func (caseSource) Name() string { return "cases" }

// Export implements Source.
func (s caseSource) Export(ctx context.Context, tx *store.Tx, person, after string) (Page, error) {
	list, err := s.Cases.CasesAsParty(ctx, tx, person, after, casesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	var page Page
	var all []caseData
	for _, o := range list {
		all = append(all, oneCase(o, i18n.From(ctx)))
		for _, d := range o.Documents {
			page.Documents = append(page.Documents, Enclosed{Folder: o.Case.Label(), Document: d})
		}
	}
	page.Data = all
	if len(list) == casesAtOnce {
		page.Next = list[len(list)-1].Case.ID
	}
	return page, nil
}

func oneCase(o cases.Owned, words *i18n.Localizer) caseData {
	c := o.Case
	data := caseData{
		Number: c.Label(), Kind: words.T(o.Kind.Title), Status: words.T("cases.status." + string(c.Status)),
		Received: instant(c.ReceivedAt), Decided: instant(c.DecidedAt), Closed: instant(c.ClosedAt),
		Applicant: c.ApplicantName, Subject: c.SubjectName, Worker: c.AssigneeName,
	}
	if c.Outcome != "" {
		data.Outcome = words.T("cases.status." + c.Outcome)
	}
	for _, e := range o.Entries {
		data.Entries = append(data.Entries, entryData{
			At: instant(e.At), What: words.T("cases.entry." + string(e.Kind)), By: e.ActorName, OnBehalf: e.BehalfName, Text: e.Text,
		})
	}
	if d := o.Decision; d != nil {
		data.Decision = &decisionData{By: d.DeciderName, Basis: d.LegalBasis, Reasons: d.Reasons, Appeal: d.Appeal}
		for _, t := range d.Terms {
			data.Decision.Terms = append(data.Decision.Terms, termData{Label: t.Label, Value: t.Value})
		}
	}
	for _, d := range o.Documents {
		data.Documents = append(data.Documents, documentData{Name: d.Name, Size: d.Size, At: instant(d.CreatedAt)})
	}
	return data
}
