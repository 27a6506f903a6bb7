package retention

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// How many of what a page holds.
const (
	submissionsAtOnce = 10
	messagesAtOnce    = 100
	looksAtOnce       = 500
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

// Export implements Source.
func (s submissionSource) Export(ctx context.Context, tx *store.Tx, person, after string) (Page, error) {
	list, err := s.Forms.SubmissionsOf(ctx, tx, person, after, submissionsAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	var all []formData
	for _, sent := range list {
		summary, err := s.Forms.Sent(ctx, tx, sent, i18n.From(ctx))
		if err != nil {
			return Page{}, err
		}
		all = append(all, formData{Form: summary.Title, Sent: instant(sent.SubmittedAt), Answers: answers(summary)})
	}
	page := Page{Data: all}
	if len(list) == submissionsAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

type draftSource struct{ *Service }

// Name implements Source.
func (draftSource) Name() string { return "drafts" }

// Export implements Source.
func (s draftSource) Export(ctx context.Context, tx *store.Tx, person, _ string) (Page, error) {
	list, err := s.Forms.Drafts(ctx, tx, person)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	var page Page
	var all []formData
	for _, info := range list {
		data, err := s.draft(ctx, tx, info)
		if err != nil {
			return Page{}, err
		}
		all = append(all, data)
		files, err := s.Blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: info.ID})
		if err != nil {
			return Page{}, err
		}
		for _, f := range files {
			page.Documents = append(page.Documents, Enclosed{Folder: data.Form, Document: f})
		}
	}
	page.Data = all
	return page, nil
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

// Export implements Source.
func (s messageSource) Export(ctx context.Context, tx *store.Tx, person, after string) (Page, error) {
	list, err := s.Notify.MessagesOf(ctx, tx, person, after, messagesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	words := i18n.From(ctx)
	var all []messageData
	for _, m := range list {
		text := m.Text
		if len(m.Body.Paragraphs) > 0 {
			text = strings.Join(m.Body.Paragraphs, "\n\n")
		}
		all = append(all, messageData{
			At: instant(m.CreatedAt), Subject: m.Subject, Text: text, Channel: words.T("notify.channel." + string(m.Channel)), Address: m.Address, SeenAt: instant(m.SeenAt),
		})
	}
	page := Page{Data: all}
	if len(list) == messagesAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

type lookSource struct{ *Service }

type lookData struct {
	At   string `json:"at"`
	By   string `json:"by,omitempty"`
	Role string `json:"role,omitempty"`
	What string `json:"what"`
}

// Name implements Source.
func (lookSource) Name() string { return "looks" }

// Export implements Source.
func (lookSource) Export(ctx context.Context, tx *store.Tx, person, after string) (Page, error) {
	list, err := audit.LooksIn(ctx, tx, person, after, looksAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	words := i18n.From(ctx)
	var all []lookData
	for _, l := range list {
		data := lookData{At: instant(l.At.Time), By: l.ActorName, What: words.T(audit.Describe(l.Action))}
		if l.Role != "" {
			data.Role = words.T("access.role." + l.Role)
		}
		all = append(all, data)
	}
	page := Page{Data: all}
	if len(list) == looksAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}
