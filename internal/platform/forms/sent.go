package forms

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

// Sent returns what was sent, question by question, in the words given: normally
// those of the submission's own language.
func (s *Service) Sent(ctx context.Context, tx *store.Tx, sent Submission, words *i18n.Localizer) (Summary, error) {
	def, err := s.Definition(ctx, tx, sent.Form, sent.FormVersion)
	if err != nil {
		return Summary{}, err
	}
	env, err := s.Env(ctx, tx, def, sent.Facts)
	if err != nil {
		return Summary{}, err
	}
	// What was calculated then is not calculated anew with the date of today.
	env.Today = clock.DateIn(sent.SubmittedAt)
	return def.Summarise(sent.Answers(), env, words), nil
}

// Sending is what a print-out tells of how a form was sent.
type Sending struct {
	Number  string // of the case; may be empty
	By      string // name of who sent it
	Subject string // name of whom it is about
	Form    string // key
	Version int64
	At      time.Time
}

// Fields are its lines, with labels.
func (s Sending) Fields(words *i18n.Localizer) []pdf.Field {
	var fields []pdf.Field
	add := func(key, value string) {
		if value != "" {
			fields = append(fields, pdf.Field{Label: words.T(strings.Join([]string{"forms", "sent", key}, ".")), Value: value})
		}
	}
	add("number", s.Number)
	add("at", words.DateTime(s.At))
	add("by", s.By)
	if s.Subject != s.By {
		add("subject", s.Subject)
	}
	add("form", words.T("forms.sent.version", "key", s.Form, "version", strconv.FormatInt(s.Version, 10)))
	return fields
}

// Document lays a form that was sent out on paper, with all questions and answers
// (forvaltningsloven § 18: the party may see the case's documents). The caller adds
// who the sender and the look are.
func (s Summary) Document(about Sending, words *i18n.Localizer) pdf.Document {
	title := words.T("forms.sent.title", "title", s.Title)
	d := pdf.Document{
		Title: title, Lang: languageTag(words.Lang()), Subject: words.T("forms.sent.about"), Created: about.At,
		Body:      []pdf.Block{pdf.Heading{Level: 1, Text: title}, pdf.P(words.T("forms.sent.about"))},
		PageLabel: func(page, pages int) string { return words.T("forms.sent.page", "page", page, "pages", pages) },
	}
	for _, f := range about.Fields(words) {
		d.Body = append(d.Body, labelled(f.Label+":", f.Value))
	}
	for _, page := range s.Pages {
		d.Body = append(d.Body, pdf.Heading{Level: 2, Text: page.Title})
		d.Body = append(d.Body, rowBlocks(page.Rows, 3)...)
	}
	d.Body = append(d.Body, pdf.Heading{Level: 2, Text: words.T("forms.sent.declaration")}, pdf.P(s.Declaration))
	return d
}

func labelled(label, value string) pdf.Block {
	return pdf.Paragraph{Spans: []pdf.Span{{Text: label + " ", Bold: true}, {Text: value}}}
}

// rowBlocks writes questions with their answers; a group has a heading for each
// item. Groups come last, so that no question reads as part of the item before it.
func rowBlocks(rows []SummaryRow, level int) []pdf.Block {
	var plain, grouped []pdf.Block
	for _, row := range rows {
		if len(row.Items) == 0 {
			plain = append(plain, labelled(row.Lead(), strings.Join(row.Lines, "\n")))
			continue
		}
		for _, item := range row.Items {
			grouped = append(grouped, pdf.Heading{Level: level, Text: row.ItemHeading(item)})
			grouped = append(grouped, rowBlocks(item.Rows, level)...)
		}
	}
	return append(plain, grouped...)
}

// Lead is the question as it stands before its answer on the same line: with a
// colon, unless it has a question mark.
func (r SummaryRow) Lead() string {
	if strings.HasSuffix(r.Question, "?") {
		return r.Question
	}
	return r.Question + ":"
}

// ItemHeading names an item together with the question it answers.
func (r SummaryRow) ItemHeading(item SummaryItem) string {
	if r.Question == "" {
		return item.Title
	}
	return r.Question + ": " + item.Title
}

// languageTag is the language as documents name it (BCP 47).
func languageTag(lang i18n.Lang) string {
	if lang == i18n.EN {
		return "en-GB"
	}
	return lang.Tag() + "-NO"
}
