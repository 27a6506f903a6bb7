package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// How many of what a page holds.
const (
	submissionsAtOnce = 10
	messagesAtOnce    = 100
	linesAtOnce       = 500 // of the log, and of log-ins
)

type answerData struct {
	Question string       `json:"question"`
	Answer   string       `json:"answer,omitempty"`
	Parts    []answerData `json:"answers,omitempty"`
}

type formData struct {
	Form    string       `json:"form"`
	Begun   string       `json:"begun_at,omitempty"`
	Saved   string       `json:"saved_at,omitempty"`
	Sent    string       `json:"sent_at,omitempty"`
	Answers []answerData `json:"answers,omitempty"`
}

// answers are what was filled in, question by question.
func answers(s forms.Summary) []answerData {
	var all []answerData
	for _, p := range s.Pages {
		all = append(all, rows(p.Rows)...)
	}
	return all
}

func rows(list []forms.SummaryRow) []answerData {
	var all []answerData
	for _, r := range list {
		a := answerData{Question: r.Question, Answer: strings.Join(r.Lines, "\n")}
		for _, f := range r.Files {
			a.Answer = strings.TrimPrefix(a.Answer+"\n"+f.Name, "\n")
		}
		for _, item := range r.Items {
			a.Parts = append(a.Parts, answerData{Question: item.Title, Parts: rows(item.Rows)})
		}
		all = append(all, a)
	}
	return all
}

type submissionSource struct{ *Service }

// Name implements Source.
func (submissionSource) Name() string { return "submissions" }

// Export implements Source. What was sent about somebody whom one represents
// stands with her cases.
func (s submissionSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	if !of.Own {
		return Page{Empty: true}, nil
	}
	list, err := s.Forms.SubmissionsOf(ctx, tx, of.Person, after, submissionsAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	var all []formData
	for _, sent := range list {
		data, err := s.submitted(ctx, tx, of, sent)
		if err != nil {
			return Page{}, err
		}
		all = append(all, data)
	}
	page := Page{Data: all}
	if len(list) == submissionsAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// submitted is what was sent, for its sender.
func (s *Service) submitted(ctx context.Context, tx *store.Tx, of Whose, sent forms.Submission) (formData, error) {
	summary, err := s.Forms.Sent(ctx, tx, sent, i18n.From(ctx))
	if err != nil {
		return formData{}, fmt.Errorf("retention: what was sent: %w", err)
	}
	return s.filled(ctx, of, sent, summary), nil
}

// filled is what was filled in. How somebody else can be reached, who sent it, is hers
// and not the reader's.
func (*Service) filled(ctx context.Context, of Whose, sent forms.Submission, summary forms.Summary) formData {
	words := i18n.From(ctx)
	if sent.SubmittedBy != of.Person && sent.SubmittedBy != of.Reader.PersonID {
		for i := range summary.Pages {
			withhold(summary.Pages[i].Rows, words.T("retention.withheld"))
		}
	}
	return formData{Form: summary.Title, Sent: instant(sent.SubmittedAt), Answers: answers(summary)}
}

// withhold takes away what tells where somebody else can be found.
func withhold(rows []forms.SummaryRow, instead string) {
	for i := range rows {
		r := &rows[i]
		if r.Answered && slices.ContainsFunc([]string{"address", "phone", "email", "postal"}, func(word string) bool { return strings.Contains(r.Name, word) }) {
			r.Lines, r.Items = []string{instead}, nil
		}
		for j := range r.Items {
			withhold(r.Items[j].Rows, instead)
		}
	}
}

type draftSource struct{ *Service }

// Name implements Source.
func (draftSource) Name() string { return "drafts" }

// Export implements Source. A draft is a page, and its writer's alone.
func (s draftSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	if !of.Own {
		return Page{Empty: true}, nil
	}
	list, err := s.Forms.DraftsAfter(ctx, tx, of.Person, after, 2) // this one, and whether there are more
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	data, err := s.draft(ctx, tx, list[0])
	if err != nil {
		return Page{}, err
	}
	page := Page{Data: &data, Title: data.Form}
	files, err := s.Blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: list[0].ID})
	for _, f := range files {
		page.Documents = append(page.Documents, Enclosed{Folder: data.Form, Document: f})
	}
	if len(list) > 1 {
		page.Next = list[0].ID
	}
	return page, err
}

func (s draftSource) draft(ctx context.Context, tx *store.Tx, info forms.DraftInfo) (formData, error) {
	draft, err := s.Forms.Draft(ctx, tx, info.ID)
	if err != nil {
		return formData{}, err
	}
	definition, err := s.Forms.Definition(ctx, tx, info.Form, info.FormVersion)
	if err != nil {
		return formData{}, err
	}
	env, err := s.Forms.Env(ctx, tx, definition, draft.Facts)
	if err != nil {
		return formData{}, err
	}
	env.Today = clock.DateIn(tx.Now.Time)
	summary := definition.Summarise(draft.Answers, env, i18n.From(ctx))
	return formData{Form: summary.Title, Begun: instant(info.CreatedAt), Saved: instant(info.UpdatedAt), Answers: answers(summary)}, nil
}

type messageSource struct{ *Service }

type messageData struct {
	At      string `json:"at"`
	Subject string `json:"title"`
	Text    string `json:"text"`
	Channel string `json:"channel"`
	Address string `json:"sent_to,omitempty"`
	SeenAt  string `json:"read_at,omitempty"`
}

// Name implements Source.
func (messageSource) Name() string { return "messages" }

// Export implements Source. By a mandate one reads the messages in the cases that
// it reaches.
func (s messageSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	list, err := s.Notify.MessagesOf(ctx, tx, of.Person, after, messagesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	words, reaches := i18n.From(ctx), s.reaches(of)
	var all []messageData
	for _, m := range list {
		if may, err := reaches(ctx, tx, m.Thread); err != nil {
			return Page{}, err
		} else if !may {
			continue
		}
		text := m.Text
		if len(m.Body.Paragraphs) > 0 {
			text = strings.Join(m.Body.Paragraphs, "\n\n")
		}
		all = append(all, messageData{
			At: instant(m.CreatedAt), Subject: m.Subject, Text: text, Channel: words.T("notify.channel." + string(m.Channel)), Address: m.Address, SeenAt: instant(m.SeenAt),
		})
	}
	page := Page{Data: all, Empty: len(all) == 0}
	if len(list) == messagesAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// caseThread begins the threads of messages that belong to a case.
const caseThread = "case:"

// reaches tells of which threads the reader may have the messages.
func (s messageSource) reaches(of Whose) func(context.Context, *store.Tx, string) (bool, error) {
	known := map[string]bool{}
	return func(ctx context.Context, tx *store.Tx, thread string) (bool, error) {
		id, is := strings.CutPrefix(thread, caseThread)
		if of.Own || !is {
			return of.Whole(), nil
		}
		if may, asked := known[id]; asked {
			return may, nil
		}
		c, err := s.Cases.CaseIn(ctx, tx, id)
		if errs.Is(err, errs.KindNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		known[id], err = s.may(ctx, of, c)
		return known[id], err
	}
}
