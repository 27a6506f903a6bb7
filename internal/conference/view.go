package conference

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// wishFields are the questions of the form about the meeting.
func wishFields() []string {
	return []string{"participants", "way", "times", "others", "others_who", "interpreter_language", "adaptation"}
}

// wishes are what the applicant answered about the meeting, in the reader's language.
func (s *Service) wishes(ctx context.Context, tx *store.Tx, c cases.Case) (list []cases.Term, err error) {
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, err
	}
	definition, err := s.Forms.Definition(ctx, tx, sent.Form, sent.FormVersion)
	if err != nil {
		return nil, err
	}
	env, err := s.Forms.Env(ctx, tx, definition, sent.Facts)
	if err != nil {
		return nil, err
	}
	words := i18n.From(ctx)
	summary, err := s.Cases.Veil(ctx, tx, c, sent, definition.Summarise(sent.Answers(), env, words), words)
	if err != nil {
		return nil, err
	}
	for _, page := range summary.Pages {
		list = append(list, wished(page.Rows)...)
	}
	return list, nil
}

// wished are the answers to the questions about the meeting.
func wished(rows []forms.SummaryRow) (list []cases.Term) {
	for _, r := range rows {
		if !r.Answered || !slices.Contains(wishFields(), r.Name) {
			continue
		}
		lines := slices.Clone(r.Lines)
		for _, item := range r.Items {
			var parts []string
			for _, of := range item.Rows {
				parts = append(parts, strings.Join(of.Lines, ", "))
			}
			lines = append(lines, strings.Join(parts, ", "))
		}
		list = append(list, cases.Term{Label: r.Question, Value: strings.Join(lines, "\n")})
	}
	return list
}

// stateKey is what the card tells first.
func (v View) stateKey() string {
	switch {
	case v.Minutes != "":
		return "conference.state.over"
	case !v.Meeting.Held.IsZero():
		return "conference.state.held"
	case v.Meeting.Called():
		return "conference.state.called"
	}
	return "conference.state.waiting"
}

// tag is the state in a word, a colour and a sign.
func (v View) tag(ctx context.Context) ui.TagProps {
	status := ui.StatusWaiting
	switch {
	case v.Minutes != "":
		status = ui.StatusDone
	case !v.Meeting.Held.IsZero(), v.Meeting.Called():
		status = ui.StatusWorking
	}
	return ui.TagProps{Label: i18n.T(ctx, v.stateKey()), Status: status}
}

// terms tell when and where the meeting is or was.
func (v View) terms(ctx context.Context) []ui.Term {
	words, m := i18n.From(ctx), v.Meeting
	var list []ui.Term
	if m.Called() {
		list = append(list,
			ui.Term{Label: words.T("conference.term.when"), Value: words.DateTime(m.At)},
			ui.Term{Label: words.T("conference.term.way"), Value: words.T("conference.way." + string(m.Way))},
			ui.Term{Label: words.T("conference.term.place"), Value: m.Place})
	}
	if !m.Held.IsZero() {
		list = append(list, ui.Term{Label: words.T("conference.term.held"), Value: words.DateTime(m.Held)})
	}
	return list
}

// dayOf and hourOf are an instant as the fields of a form hold it.
func dayOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return clock.DateIn(at).String()
}

func hourOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(clock.Oslo()).Format("15.04")
}

// wishTerms are the wishes as the page shows them.
func (v View) wishTerms() []ui.Term {
	list := make([]ui.Term, 0, len(v.Wishes))
	for _, t := range v.Wishes {
		list = append(list, ui.Term{Label: t.Label, Value: t.Value, Long: true})
	}
	return list
}

// callKey is the text of the form: to call, or to move what they are called to.
func (v View) callKey() string {
	if v.Meeting.Called() {
		return "conference.move.title"
	}
	return "conference.call.title"
}

func (v View) action() string { return "/work/cases/" + v.Case.ID + "/conference" }
