package retention

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// entriesAtOnce is how many lines of a journal a page holds.
const entriesAtOnce = 200

// caseSource writes each case to a page of its own, and to several when its
// journal is long.
type caseSource struct{ *Service }

type caseData struct {
	Number    string          `json:"case_number"`
	Kind      string          `json:"kind"`
	Status    string          `json:"status,omitempty"`
	Outcome   string          `json:"outcome,omitempty"`
	Received  string          `json:"received_at,omitempty"`
	Decided   string          `json:"decided_at,omitempty"`
	Closed    string          `json:"closed_at,omitempty"`
	Applicant string          `json:"applicant,omitempty"`
	Subject   string          `json:"subject,omitempty"`
	Worker    string          `json:"case_worker,omitempty"`
	Sent      *formData       `json:"sent,omitempty"`
	Decision  *decisionData   `json:"decision,omitempty"`
	Past      []decisionData  `json:"past_decisions,omitempty"`
	Appeals   []AppealCopy    `json:"appeals,omitempty"`
	Entries   []entryData     `json:"journal"`
	Documents []*documentData `json:"documents,omitempty"`
}

type entryData struct {
	At       string `json:"at"`
	What     string `json:"what"`
	By       string `json:"by,omitempty"`
	OnBehalf string `json:"on_behalf_of,omitempty"`
	Text     string `json:"text,omitempty"`
}

type decisionData struct {
	Outcome string     `json:"outcome"`
	At      string     `json:"decided_at,omitempty"`
	By      string     `json:"by,omitempty"`
	Second  string     `json:"approved_by,omitempty"`
	Terms   []termData `json:"terms,omitempty"`
	Basis   string     `json:"legal_basis,omitempty"`
	Reasons string     `json:"reasons,omitempty"`
	Appeal  string     `json:"right_of_appeal,omitempty"`
}

type termData struct {
	Label string `json:"question"`
	Value string `json:"answer"`
}

type documentData struct {
	Name string `json:"name"`
	Size int64  `json:"bytes"`
	At   string `json:"at"`
	File string `json:"file,omitempty"` // in the copy; none when it could not be copied
}

// Name implements Source.
func (caseSource) Name() string { return "cases" }

// Export implements Source. A page goes on after "<case>" with the next case, and
// after "<case>/<line>" within the journal of that one.
func (s caseSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	id, line, within := strings.Cut(after, "/")
	if within {
		return s.goOn(ctx, tx, of, id, line)
	}
	o, found, err := s.Cases.CaseAsParty(ctx, tx, of.Person, after)
	if err != nil || !found {
		return Page{Empty: true}, err
	}
	if may, err := s.may(ctx, of, o.Case); err != nil || !may {
		return Page{Empty: true, Next: o.Case.ID}, err
	}
	data := oneCase(o, i18n.From(ctx))
	if data.Sent, err = s.sent(ctx, tx, of, o.Case); err != nil {
		return Page{}, err
	}
	if s.Appeals != nil {
		if data.Appeals, err = s.Appeals(ctx, tx, o.Case.ID, of.Person); err != nil {
			return Page{}, err
		}
	}
	page := Page{Data: &data, Title: pageTitle(data)}
	h, err := s.handout(ctx, tx, of, o.Case)
	if err != nil {
		return Page{}, err
	}
	h.enclose(&page, &data, o.Documents)
	return page, s.journal(ctx, tx, o, h, 0, &data, &page)
}

// goOn is the next page of a case with a long journal.
func (s caseSource) goOn(ctx context.Context, tx *store.Tx, of Whose, id, line string) (Page, error) {
	after, err := strconv.ParseInt(line, 10, 64)
	if err != nil {
		return Page{}, errs.Invalid("errs.invalid_input").Because(err)
	}
	c, err := s.Cases.CaseIn(ctx, tx, id)
	if err != nil {
		return Page{}, err
	}
	if may, err := s.may(ctx, of, c); err != nil || !may {
		return Page{Empty: true, Next: id}, err
	}
	kind, err := s.Cases.Kinds().Get(c.Kind)
	if err != nil {
		return Page{}, err
	}
	documents, err := s.Cases.DocumentsIn(ctx, tx, id)
	if err != nil {
		return Page{}, err
	}
	h, err := s.handout(ctx, tx, of, c)
	if err != nil {
		return Page{}, err
	}
	data := caseData{Number: c.Label(), Kind: i18n.T(ctx, kind.Title)}
	page := Page{Data: &data, Title: pageTitle(data)}
	return page, s.journal(ctx, tx, cases.Owned{Case: c, Kind: kind, Documents: documents}, h, after, &data, &page)
}

func pageTitle(d caseData) string { return d.Number + " " + d.Kind }

// journal adds the lines after one, and the documents they name that were too many
// to be listed with the case.
func (s caseSource) journal(ctx context.Context, tx *store.Tx, o cases.Owned, h handout, after int64, data *caseData, page *Page) error {
	words := i18n.From(ctx)
	entries, err := s.Cases.EntriesAfter(ctx, tx, o.Case.ID, after, entriesAtOnce)
	if err != nil {
		return err
	}
	last := ""
	if n := len(o.Documents); n > 0 {
		last = o.Documents[n-1].ID
	}
	for _, e := range entries {
		if h.Hides(e) {
			e.Text = words.T("retention.withheld")
		}
		data.Entries = append(data.Entries, entryData{
			At: instant(e.At), What: words.T("cases.entry." + string(e.Kind)), By: e.ActorName, OnBehalf: e.BehalfName, Text: e.Text,
		})
		for _, id := range e.Documents {
			if last == "" || id <= last {
				continue
			}
			d, err := s.Blobs.Get(ctx, tx, id)
			if errs.Is(err, errs.KindNotFound) {
				continue // taken away since
			}
			if err != nil {
				return err
			}
			h.enclose(page, data, []blob.Document{d})
		}
	}
	page.Next = o.Case.ID
	if len(entries) == entriesAtOnce {
		page.Next += "/" + strconv.FormatInt(entries[len(entries)-1].Seq, 10)
	}
	return nil
}

// handout is what the reader may have of a case.
type handout struct {
	cases.Handout

	// anew writes the letter of a decision to the reader.
	anew func(ctx context.Context, document string) ([]byte, error)
}

func (s caseSource) handout(ctx context.Context, tx *store.Tx, of Whose, c cases.Case) (h handout, err error) {
	h.anew = func(ctx context.Context, document string) ([]byte, error) {
		return s.Cases.CopyFor(identity.With(ctx, of.Reader), c, document)
	}
	h.Handout, err = s.Cases.HandoutTo(identity.With(ctx, of.Reader), tx, c)
	return h, err
}

// enclose adds documents to a page, each of which tells where it came to lie. One that
// is withheld is only named.
func (h handout) enclose(page *Page, data *caseData, documents []blob.Document) {
	for _, d := range documents {
		listed := &documentData{Name: d.Name, Size: d.Size, At: instant(d.CreatedAt)}
		data.Documents = append(data.Documents, listed)
		page.Documents = append(page.Documents, Enclosed{
			Folder: data.Number, Document: d, Placed: func(path string) { listed.File = path }, Withheld: h.Document(d.ID),
			Anew: func(ctx context.Context) ([]byte, error) { return h.anew(ctx, d.ID) },
		})
	}
}

// sent is what was filled in, for whoever has not sent it herself: her own stands
// with all else that she has sent.
func (s caseSource) sent(ctx context.Context, tx *store.Tx, of Whose, c cases.Case) (*formData, error) {
	if of.Own || c.Submission == "" {
		return nil, nil //nolint:nilnil // nothing to show
	}
	submission, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, err
	}
	words := i18n.From(ctx)
	summary, err := s.Forms.Sent(ctx, tx, submission, words)
	if err != nil {
		return nil, fmt.Errorf("retention: what was sent: %w", err)
	}
	// As on the pages: of one who lives elsewhere, not how she is found.
	if summary, err = s.Cases.Veil(identity.With(ctx, of.Reader), tx, c, submission, summary, words); err != nil {
		return nil, err
	}
	data := s.filled(ctx, of, submission, summary)
	return &data, nil
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
	if o.Decision != nil {
		d := oneDecision(*o.Decision, words)
		data.Decision = &d
	}
	for _, d := range o.Past {
		data.Past = append(data.Past, oneDecision(d, words))
	}
	return data
}

func oneDecision(d cases.Decision, words *i18n.Localizer) decisionData {
	data := decisionData{
		Outcome: words.T("cases.status." + d.Outcome), At: instant(d.DecidedAt), By: d.DeciderName, Second: d.ApproverName,
		Basis: d.LegalBasis, Reasons: d.Reasons, Appeal: d.Appeal,
	}
	for _, t := range d.Terms {
		data.Terms = append(data.Terms, termData{Label: t.Label, Value: t.Value})
	}
	return data
}
