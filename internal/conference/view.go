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

// The states of a conference, in order.
const (
	stateWaiting = "waiting"
	stateCalled  = "called"
	stateHeld    = "held"
	stateOver    = "over"
)

// state is how far it has come.
func (v View) state() string {
	switch {
	case v.Minutes != "":
		return stateOver
	case !v.Meeting.Held.IsZero():
		return stateHeld
	case v.Meeting.Called():
		return stateCalled
	}
	return stateWaiting
}

// stateKey is what the card tells first.
func (v View) stateKey() string { return "conference.state." + v.state() }

// tag is the state in a word, a colour and a sign.
func (v View) tag(ctx context.Context) ui.TagProps {
	status := ui.StatusWorking
	switch v.state() {
	case stateOver:
		status = ui.StatusDone
	case stateWaiting:
		status = ui.StatusWaiting
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
	if len(v.Guests) > 0 {
		list = append(list, ui.Term{Label: words.T("conference.term.guests"), Value: strings.Join(v.guestNames(), "\n"), Long: true})
	}
	return list
}

func (v View) guestNames() []string {
	names := make([]string, len(v.Guests))
	for i, g := range v.Guests {
		names[i] = g.Name
	}
	return names
}

// papers are the letter with the minutes and what is enclosed, below the address of the
// case's page.
func (v View) papers(ctx context.Context, staff bool) []ui.Document {
	base := "/my/cases/"
	if staff {
		base = "/work/cases/"
	}
	return cases.Documents(ctx, cases.View{Documents: v.Papers, Party: !staff}, base+v.Case.ID)
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

// callKey begins the texts of the form: to call, or to move what they are called to.
func (v View) callKey() string {
	if v.Meeting.Called() {
		return "conference.move"
	}
	return "conference.call"
}

// holdKey begins the texts of the form: that it was held, or that it was held at another
// time.
func (v View) holdKey() string {
	if !v.Meeting.Held.IsZero() {
		return "conference.correct"
	}
	return "conference.hold"
}

func (v View) action() string { return "/work/cases/" + v.Case.ID + "/conference" }

// guestTerms are who is asked, how and when.
func guestTerms(ctx context.Context, g Guest) []ui.Term {
	words := i18n.From(ctx)
	return []ui.Term{
		{Label: words.T("conference.field.guest_name"), Value: g.Name},
		{Label: words.T("conference.field.guest_email"), Value: g.Email},
		{Label: words.T("conference.term.invited"), Value: words.DateTime(g.InvitedAt)},
	}
}
