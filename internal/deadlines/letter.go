package deadlines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// letterArgs asks for the letter about a consequence: of which clock, and the
// how many-th time.
type letterArgs struct {
	Deadline string `json:"deadline"`
	Time     int64  `json:"time"`
}

// Kind implements jobs.Args.
func (letterArgs) Kind() string { return "deadlines.letter" }

// letter is what the letter is written from.
type letter struct {
	d         Deadline
	c         cases.Case
	kind      cases.Kind
	text      string // beginning of its message keys
	recipient identity.Person
	unplaced  bool   // without her address, which a party who lives elsewhere would read
	kept      string // id of the document, once there is one
	unit      string
	tenant    tenant.Tenant
	words     *i18n.Localizer
	at        clock.Date
	expected  clock.Date
}

// makeLetter makes the PDF, keeps it with the case and tells the parties, the
// last two in one transaction: nobody is told of a letter that is not there.
func (s *Service) makeLetter(ctx context.Context, j jobs.Job[letterArgs]) error {
	ctx = identity.AsSystem(ctx, "deadlines")
	l, err := s.readLetter(ctx, j.Args)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if err := pdf.Write(&content, l.document()); err != nil {
		return fmt.Errorf("deadlines: write the letter: %w", err)
	}
	stored, err := s.Blobs.Put(ctx, &content, blob.PutOptions{Name: l.fileName(), Generated: true})
	if err != nil {
		return fmt.Errorf("deadlines: keep the letter: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.sendLetter(ctx, tx, l, j.Args.Time, stored); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

func (s *Service) sendLetter(ctx context.Context, tx *store.Tx, l letter, n int64, stored blob.Stored) error {
	first, err := countLetter(ctx, tx, l.d.ID, n)
	if err != nil || !first {
		return err
	}
	document, err := s.Blobs.Keep(ctx, tx, stored, blob.Owner{Type: "case", ID: l.c.ID})
	if err != nil {
		return fmt.Errorf("deadlines: keep the letter: %w", err)
	}
	c, err := s.Cases.Touch(ctx, tx, l.c.ID, cases.Entry{Kind: cases.EntryLetter, Documents: []string{document.ID}}, nil)
	if err != nil {
		return err
	}
	l.kept = document.ID
	return s.tellParties(ctx, tx, l, c, n)
}

// readLetter reads what the letter is written from, in the party's language.
func (s *Service) readLetter(ctx context.Context, args letterArgs) (l letter, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l = letter{tenant: tenant.From(ctx), at: clock.DateIn(tx.Now.Time)}
		if l.d, err = s.load(ctx, tx, args.Deadline); err != nil {
			return err
		}
		if l.d.Letters >= args.Time {
			return jobs.Cancel(errors.New("deadlines: the letter is sent"))
		}
		// A letter that was held up tells of its own time, not of a later one.
		l.d.Timer.Fired = int(args.Time)
		if l.d.Timer.Rule.Sent != "" {
			l.d.Consequence = l.d.Timer.Rule.Passes // the letter, not that it was late
		}
		if l.c, err = s.Cases.CaseIn(ctx, tx, l.d.CaseID); err != nil {
			return err
		}
		if l.kind, err = s.Cases.Kinds().Get(l.c.Kind); err != nil {
			return err
		}
		l.text, l.words = s.rules.text(l.d), s.Bundle.For(l.c.Lang)
		if l.recipient, err = s.Identity.PersonIn(ctx, tx, l.c.Applicant); err != nil {
			return err
		}
		addressed, err := s.Cases.Addressed(ctx, tx, l.c)
		if err != nil {
			return err
		}
		l.unplaced = !addressed
		if l.unit, err = departmentName(ctx, tx, l.c.Department); err != nil {
			return err
		}
		l.expected, err = s.expected(ctx, tx, l.c, l.d)
		return err
	})
	return l, err
}

// expected is the day by which an answer can be expected (forvaltningsloven
// § 11 a: if possible, the answer tells it): what the forecast says, or else the
// last of the municipality's other limits in the case. The zero day is unknown.
func (s *Service) expected(ctx context.Context, tx *store.Tx, c cases.Case, d Deadline) (clock.Date, error) {
	if s.rules.forecast != nil {
		by, ok, err := s.rules.forecast(ctx, tx, c)
		if err != nil || ok {
			return by, err
		}
	}
	list, err := s.ofCase(ctx, tx, c.ID, false)
	if err != nil {
		return clock.Date{}, err
	}
	var last clock.Date
	for _, other := range list {
		t := other.Timer
		if other.ID != d.ID && t.EndedOn.IsZero() && t.Rule.Binds == d.Timer.Rule.Binds && t.Falls().After(last) {
			last = t.Falls()
		}
	}
	if !last.After(clock.DateIn(tx.Now.Time)) {
		return clock.Date{}, nil // what is overrun promises nothing
	}
	return last, nil
}

func departmentName(ctx context.Context, tx *store.Tx, id string) (string, error) {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, d := range list {
		if d.ID == id {
			return d.Name, nil
		}
	}
	return "", nil
}

// document lays the letter out.
func (l letter) document() pdf.Document {
	words := l.words
	name := words.T("web.municipality", "name", l.tenant.Name.In(words.Lang()))
	return pdf.Document{
		Title: l.say("letter_title"), Lang: languageTag(words.Lang()), Author: name, Subject: words.T(l.kind.Title), Created: l.at.Start(),
		Look:      pdf.Look{Color: rgb(l.tenant.Color)},
		Sender:    pdf.Sender{Name: name, Unit: l.unit, Lines: pdf.HeadLines(web.ContactLines(l.tenant))},
		Recipient: l.address(),
		Reference: []pdf.Field{
			{Label: words.T("deadlines.letter.date"), Value: words.Date(l.at)},
			{Label: words.T("deadlines.letter.number"), Value: l.c.Label()},
		},
		Body:      l.body(),
		PageLabel: func(page, pages int) string { return words.T("deadlines.letter.page", "page", page, "pages", pages) },
	}
}

func (l letter) say(what string) string {
	args := append(textArgs(l.words, l.d, l.c), "kind", l.words.T(l.kind.Title), "subject", l.c.SubjectName, "expected", l.words.Date(l.expected))
	return l.words.T(l.text+"."+what, args...)
}

func (l letter) body() []pdf.Block {
	blocks := []pdf.Block{
		pdf.Heading{Level: 1, Text: l.say("letter_title")},
		pdf.P(l.words.T("deadlines.letter.about", "kind", l.words.T(l.kind.Title), "number", l.c.Label(), "subject", l.c.SubjectName)),
	}
	for part := range strings.SplitSeq(l.say("letter"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			blocks = append(blocks, pdf.P(part))
		}
	}
	if l.d.Timer.Rule.Passes == ProvisionalAnswer {
		key := "letter_expected"
		if l.expected.IsZero() {
			key = "letter_unknown"
		}
		blocks = append(blocks, pdf.P(l.say(key)))
	}
	return append(blocks, pdf.P(l.words.T("deadlines.letter.basis", "paragraph", l.d.Timer.Rule.Paragraph)), pdf.Signature{
		Closing: l.words.T("deadlines.letter.closing"), Signers: []pdf.Signer{{Name: l.words.T("web.municipality", "name", l.tenant.Name.In(l.words.Lang())), Title: l.unit}},
		Note: l.words.T("deadlines.letter.automatic"),
	})
}

// address is the recipient's name and, unless it is protected or a party lives
// elsewhere, the address.
func (l letter) address() []string {
	lines := []string{l.recipient.Name.Full()}
	if a, visible := l.recipient.VisibleAddress(identity.Actor{Kind: identity.System}); visible && !l.unplaced {
		lines = append(append(lines, a.Lines...), strings.TrimSpace(a.PostalCode+" "+a.PostalPlace))
	}
	return lines
}

// fileName is what the letter is called when it is saved: "frist-2026-123.pdf".
func (l letter) fileName() string {
	return l.words.T("deadlines.letter.file", "number", strings.ReplaceAll(l.c.Label(), "/", "-")) + ".pdf"
}

func languageTag(lang i18n.Lang) string {
	if lang == i18n.EN {
		return "en-GB"
	}
	return lang.Tag() + "-NO"
}

func rgb(color string) [3]uint8 {
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}
