package neighbours

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

// Consent is the proof that all who own a neighbouring property consent to building
// nearer than four metres (samtykke, plan- og bygningsloven § 29-4 third paragraph a),
// as it lies in the application.
type Consent struct {
	Document string `json:"document"`
	Of       string `json:"of"` // which answers it is made of
}

// consenting are those who own a property, when all of them consent: one who has said
// nothing, or something else, and there is no consent to build with. Ground across a
// road has no boundary to build near.
func consenting(list []Recipient) map[string][]Recipient {
	found, not := map[string][]Recipient{}, map[string]bool{}
	for _, r := range list {
		for _, property := range r.Properties {
			found[property] = append(found[property], r)
			if r.Answer != Consents || r.Opposite {
				not[property] = true
			}
		}
	}
	maps.DeleteFunc(found, func(property string, _ []Recipient) bool { return not[property] })
	return found
}

// ofAnswers tells one set of consents from another.
func ofAnswers(who []Recipient) string {
	h := sha256.New()
	for _, r := range who {
		_, _ = io.WriteString(h, fmt.Sprintf("%s %d;", r.ID, r.AnsweredAt.UnixMicro())) // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ConsentsIn returns the numbers of the neighbouring properties that consent to
// building nearer than four metres, in notices of an application or of its case, for
// another service that has asked access to it.
func (s *Service) ConsentsIn(ctx context.Context, tx *store.Tx, draft, caseID string) ([]string, error) {
	if draft == "" && caseID == "" {
		return nil, nil
	}
	notices, err := s.find(ctx, tx, `state = 'sent' and (draft_id = $2 and draft_id <> '' or case_id = $3 and case_id <> '')`, draft, caseID)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, n := range notices {
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, slices.Collect(maps.Keys(consenting(recipients)))...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// consentArgs asks for the proofs of consent to be put in the application.
type consentArgs struct {
	Notice string `json:"notice"`
}

// Kind implements jobs.Args.
func (consentArgs) Kind() string { return "neighbours.consents" }

// consentsMoved lets the application follow an answer that gives a consent or takes one
// back. A proof that no longer holds is gone with the answer, in its transaction, so
// that no application is sent with it; a new one is written by a job.
func (s *Service) consentsMoved(ctx context.Context, tx *store.Tx, n Notice, list []Recipient, before, now Answer) error {
	if n.DraftID == "" || before != Consents && now != Consents {
		return nil
	}
	locked, err := s.load(ctx, tx, n.ID, true)
	if err != nil {
		return err
	}
	if err := s.dropConsents(ctx, tx, &locked, consenting(list)); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, consentArgs{Notice: n.ID})
}

// dropConsents takes the proofs away that are not of these answers.
func (s *Service) dropConsents(ctx context.Context, tx *store.Tx, n *Notice, now map[string][]Recipient) error {
	writable, err := s.writable(ctx, tx, *n)
	if err != nil || !writable {
		return err
	}
	dropped := false
	for _, property := range slices.Sorted(maps.Keys(n.Texts.Consents)) {
		proof := n.Texts.Consents[property]
		if who, still := now[property]; still && ofAnswers(who) == proof.Of {
			continue
		}
		dropped = true
		delete(n.Texts.Consents, property)
		if err := s.takeOut(ctx, tx, *n, proof.Document); err != nil {
			return err
		}
	}
	if !dropped {
		return nil
	}
	return s.save(ctx, tx, n)
}

// takeOut takes a proof out of the application, unless the applicant has done so.
func (s *Service) takeOut(ctx context.Context, tx *store.Tx, n Notice, document string) error {
	d, err := s.Forms.Draft(ctx, tx, n.DraftID)
	if err != nil {
		return err
	}
	there := slices.ContainsFunc(listOf(d.Answers.Values[fieldConsent]), func(v any) bool {
		file, _ := v.(map[string]any)
		return file["id"] == document
	})
	if !there {
		return nil
	}
	if _, err := s.Forms.RemoveFile(ctx, tx, n.DraftID, fieldConsent, document); err != nil {
		return err
	}
	return s.Blobs.Remove(ctx, tx, document)
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// proveConsents puts the proofs of consent that are missing in the application. What
// is answered meanwhile has a job of its own.
func (s *Service) proveConsents(ctx context.Context, j jobs.Job[consentArgs]) error {
	ctx = identity.AsSystem(ctx, "neighbours")
	if err := s.warm(ctx); err != nil {
		return err
	}
	files := map[string]blob.Stored{} // by property and answers
	n, list, err := s.standing(ctx, j.Args.Notice)
	if errs.Is(err, errs.KindNotFound) { // it was taken away meanwhile
		return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.CompleteTx(ctx, tx, j) })
	}
	if err != nil {
		return err
	}
	for property, who := range consenting(list) {
		if n.Texts.Consents[property].Of == ofAnswers(who) {
			continue
		}
		if files[property+" "+ofAnswers(who)], err = s.consentFile(ctx, n, property, who); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.attachConsents(ctx, tx, j.Args.Notice, files); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// standing reads a notice as Torg itself.
func (s *Service) standing(ctx context.Context, id string) (n Notice, list []Recipient, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if n, err = s.load(ctx, tx, id, false); err != nil {
			return err
		}
		list, err = s.recipients(ctx, tx, id)
		return err
	})
	return n, list, err
}

// attachConsents puts proofs with the application that hold as it stands now.
func (s *Service) attachConsents(ctx context.Context, tx *store.Tx, id string, files map[string]blob.Stored) error {
	n, err := s.load(ctx, tx, id, true)
	if err != nil {
		return err
	}
	list, err := s.recipients(ctx, tx, id)
	if err != nil {
		return err
	}
	if writable, err := s.writable(ctx, tx, n); err != nil || !writable {
		return err
	}
	now := consenting(list)
	if err := s.dropConsents(ctx, tx, &n, now); err != nil {
		return err
	}
	attached := false
	for _, property := range slices.Sorted(maps.Keys(now)) {
		of := ofAnswers(now[property])
		file, made := files[property+" "+of]
		if !made || n.Texts.Consents[property].Of == of {
			continue
		}
		document, err := s.attachConsent(ctx, tx, n, file)
		if err != nil {
			return err
		}
		if document == "" {
			continue // the form takes no more, or none
		}
		if n.Texts.Consents == nil {
			n.Texts.Consents = map[string]Consent{}
		}
		n.Texts.Consents[property], attached = Consent{Document: document, Of: of}, true
		if err := s.record(ctx, tx, n, "consent", map[string]string{"property": property}); err != nil {
			return err
		}
	}
	if !attached {
		return nil
	}
	if err := s.ground(ctx, tx, n); err != nil {
		return err
	}
	return s.save(ctx, tx, &n)
}

// attachConsent puts one proof in the field that asks for it.
func (s *Service) attachConsent(ctx context.Context, tx *store.Tx, n Notice, file blob.Stored) (string, error) {
	d, err := s.Blobs.Keep(ctx, tx, file, blob.Owner{Type: ownerDraft, ID: n.DraftID, Person: n.Sender})
	if err != nil {
		return "", fmt.Errorf("neighbours: keep a consent: %w", err)
	}
	_, err = s.Forms.AddFile(ctx, tx, n.DraftID, fieldConsent, forms.Document{ID: d.ID, Name: d.Name, Size: d.Size})
	if errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindNotFound) {
		return "", s.Blobs.Remove(ctx, tx, d.ID)
	}
	return d.ID, err
}

// ground answers what allows building near the boundary, where the applicant has not:
// what she has chosen herself stays.
func (s *Service) ground(ctx context.Context, tx *store.Tx, n Notice) error {
	d, err := s.Forms.Draft(ctx, tx, n.DraftID)
	if err != nil {
		return err
	}
	if chosen, _ := d.Answers.Values[fieldGround].(string); chosen != "" {
		return nil
	}
	return s.answer(ctx, tx, d, fieldGround, map[string]any{fieldGround: "consent"})
}

// consentFile stores the proof of a property's consent: who has said it, when and how.
func (s *Service) consentFile(ctx context.Context, n Notice, property string, who []Recipient) (blob.Stored, error) {
	words := s.wordsOf(ctx)
	title := words.T("neighbours.consent.title", "property", property)
	d := s.page(ctx, words, title)
	d.Reference = append(d.Reference, pdf.Field{Label: words.T("neighbours.term.property"), Value: n.Property()})
	d.Body = []pdf.Block{
		pdf.Heading{Level: 1, Text: title},
		pdf.P(words.T("neighbours.consent.text", "name", n.Texts.SenderName, "address", placeOf(n), "property", property)),
		pdf.P(n.Texts.Description),
	}
	if len(n.Texts.Dispensations) > 0 {
		d.Body = append(d.Body, pdf.P(words.T("neighbours.mail.notice.dispensations")), bullets(n.Texts.Dispensations))
	}
	// The application is the developer's: she is told whose ground consents, as on her pages.
	d.Body = append(d.Body, consentTable(words, veilAll(n, who)), pdf.P(words.T("neighbours.consent.law")))
	var out bytes.Buffer
	if err := s.writePage(&out, d); err != nil {
		return blob.Stored{}, err
	}
	name := words.T("neighbours.consent.file", "property", strings.ReplaceAll(property, "/", "-")) + ".pdf"
	stored, err := s.Blobs.Put(ctx, &out, blob.PutOptions{Name: name, Generated: true})
	if err != nil {
		return stored, fmt.Errorf("neighbours: keep a consent: %w", err)
	}
	return stored, nil
}

func consentTable(words *i18n.Localizer, who []Recipient) pdf.Table {
	t := pdf.Table{
		Caption: words.T("neighbours.consent.who"), RowHeaders: true, Columns: []pdf.Column{{Width: 3}, {Width: 2}, {Width: 3}},
		Header: []string{words.T("neighbours.column.name"), words.T("neighbours.consent.when"), words.T("neighbours.consent.how")},
	}
	for _, r := range who {
		how := words.T("neighbours.consent.how_" + r.Source)
		if r.About.Text != "" {
			how += ": " + r.About.Text
		}
		t.Rows = append(t.Rows, []pdf.Cell{pdf.Text(ownerOf(words, r)), pdf.Text(words.Date(clock.DateIn(r.AnsweredAt))), pdf.Text(how)})
	}
	return t
}
