package printout

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Deps is what the service stands on.
type Deps struct {
	DB     *store.DB
	Cases  *cases.Service
	Forms  *forms.Service
	Bundle *i18n.Bundle
}

// Service is the use cases.
type Service struct{ Deps }

// NewService returns the service.
func NewService(d Deps) *Service { return &Service{d} }

// Sent is what was sent with a case, in the words it was sent in.
type Sent struct {
	Case    cases.Case
	Summary forms.Summary
	About   forms.Sending
	Words   *i18n.Localizer
}

// Sent returns what was sent with a case to whoever may read the case.
func (s *Service) Sent(ctx context.Context, caseID string) (Sent, error) {
	view, err := s.Cases.View(ctx, caseID)
	if err != nil {
		return Sent{}, err
	}
	sent := Sent{Case: view.Case}
	if view.Case.Submission == "" {
		return sent, errs.NotFound("errs.not_found")
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		submission, err := s.Forms.Submission(ctx, tx, view.Case.Submission)
		if err != nil {
			return err
		}
		sent.Words = s.Bundle.For(submission.Lang)
		sent.About = forms.Sending{
			Number: view.Case.Label(), By: view.Case.ApplicantName, Subject: view.Case.SubjectName,
			Form: submission.Form, Version: submission.FormVersion, At: submission.SubmittedAt,
		}
		if sent.Summary, err = s.Forms.Sent(ctx, tx, submission, sent.Words); err != nil {
			return err
		}
		sent.Summary, err = s.Cases.Veil(ctx, tx, view.Case, submission, sent.Summary, sent.Words)
		return err
	})
	return sent, err
}

// PDF writes it as a file, with the name to save it under.
func (s *Service) PDF(ctx context.Context, caseID string) (content []byte, name string, err error) {
	sent, err := s.Sent(ctx, caseID)
	if err != nil {
		return nil, "", err
	}
	document := sent.Summary.Document(sent.About, sent.Words)
	t := tenant.From(ctx)
	document.Sender = pdf.Sender{Name: sent.Words.T("web.municipality", "name", t.Name.In(sent.Words.Lang()))}
	document.Author = document.Sender.Name
	var out bytes.Buffer
	if err := pdf.Write(&out, document); err != nil {
		return nil, "", fmt.Errorf("printout: write: %w", err)
	}
	number := strings.ReplaceAll(sent.Case.Label(), "/", "-")
	return out.Bytes(), sent.Words.T("forms.sent.file", "number", number) + ".pdf", nil
}
