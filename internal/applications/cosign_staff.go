package applications

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// PermSignatureList lets staff see that something is sent and waits for a
// guardian's signature, not what it says: nothing has come to the municipality
// yet, and whoever asks must be told how it stands (forvaltningsloven § 11).
const PermSignatureList access.Permission = "signature.list"

// WaitingSignatures returns what waits for a guardian's signature on its way to
// the actor's departments, what runs out first coming first. Staff do not see
// what they are a party to.
func (s *Service) WaitingSignatures(ctx context.Context) (list []Signature, err error) {
	if err := s.access.Check(ctx, PermCounter, access.Resource{Type: "counter"}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if list, err = listSignatures(ctx, tx, `status = $2 order by due_at, submission_id, signer_id limit $3`, string(SignatureWaiting), maxSignatures); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(g Signature) bool { return !s.seesWaiting(ctx, g) })
		return s.name(ctx, tx, list)
	})
	return list, err
}

func (s *Service) seesWaiting(ctx context.Context, g Signature) bool {
	kind, known := s.cases.Kinds().ByForm(g.Form)
	if !known {
		return false
	}
	resource := g.resource(g.Signer, g.Applicant, g.Subject)
	resource.Department = tenant.From(ctx).Settings[kind.Setting]
	return s.access.Check(ctx, PermSignatureList, resource) == nil
}

// waitingTable lists what waits for a signature.
func (p *pages) waitingTable(ctx context.Context, list []Signature) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{
		Caption: words.T("applications.sign.waiting"), HideCaption: true, RowHeader: true,
		Columns: []ui.Column{
			{Label: words.T("applications.sign.about")},
			{Label: words.T("applications.sign.applicant")},
			{Label: words.T("applications.sign.signer")},
			{Label: words.T("applications.sign.asked_on"), Tight: true},
			{Label: words.T("applications.sign.until"), Tight: true},
		},
	}
	for _, g := range list {
		title := g.Form
		if kind, ok := p.cases.Kinds().ByForm(g.Form); ok {
			title = words.T(kind.Title)
		}
		until := ui.Cell{Text: words.Date(clock.DateIn(g.DueAt))}
		if !g.ExpiresAt.IsZero() {
			until.Text = words.Date(clock.DateIn(g.ExpiresAt))
		}
		if !g.RemindedAt.IsZero() {
			until.Note = words.T("applications.sign.reminded", "date", words.Date(clock.DateIn(g.RemindedAt)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: g.SubjectName, Note: title}, {Text: g.ApplicantName}, {Text: g.SignerName}, {Text: words.Date(clock.DateIn(g.AskedAt))}, until,
		}})
	}
	return t
}

// signedTerms tell, in a case, which guardians were asked to sign what was sent
// and what came of it.
func (s *Service) signedTerms(ctx context.Context, tx *store.Tx, c cases.Case) ([]ui.Term, error) {
	if c.Submission == "" {
		return nil, nil
	}
	list, err := signaturesOf(ctx, tx, c.Submission)
	if err != nil {
		return nil, err
	}
	if err := s.name(ctx, tx, list); err != nil {
		return nil, err
	}
	words := i18n.From(ctx)
	terms := make([]ui.Term, 0, len(list))
	for _, g := range list {
		value := words.T("applications.signature." + string(g.Status))
		if !g.AnsweredAt.IsZero() {
			value += " " + words.DateTime(g.AnsweredAt)
		}
		terms = append(terms, ui.Term{Label: g.SignerName, Value: value})
	}
	return terms, nil
}
