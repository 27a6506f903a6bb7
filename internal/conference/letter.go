package conference

import (
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// letter is what the letter with the minutes is written from. It is the same for all the
// parties, so nobody's address stands in it: on paper each gets it behind a page of her
// own.
type letter struct {
	c        cases.Case
	meeting  Meeting
	minutes  Minutes
	place    string // the property; "" when somebody in the case is protected
	writer   string
	enclosed []string // names of the files that come with it
	words    *i18n.Localizer
}

func (l letter) say(what string) string {
	return l.words.T("conference.letter."+what, "number", l.c.Label())
}

// on lays the minutes out on a page that has the municipality's head.
func (l letter) on(page pdf.Document) pdf.Document {
	page.Subject = l.say("subject")
	page.Body = []pdf.Block{pdf.Heading{Level: 1, Text: page.Title}, pdf.P(l.say("about"))}
	for _, f := range l.facts() {
		page.Body = append(page.Body, pdf.Paragraph{Spans: []pdf.Span{{Text: f.Label + ": ", Bold: true}, {Text: f.Value}}})
	}
	for _, p := range l.minutes.parts() {
		page.Body = append(page.Body, cases.LetterSection(l.words.T("conference.minutes."+p.name), p.text)...)
	}
	if len(l.enclosed) > 0 {
		page.Body = append(page.Body, l.list()...)
	}
	page.Body = append(page.Body, cases.LetterSection(l.say("next"), l.words.T("conference.text.no_decision")+" "+l.say("wrong"))...)
	page.Body = append(page.Body, pdf.Signature{
		Closing: l.words.T("cases.letter.closing"), Signers: []pdf.Signer{{Name: l.writer, Title: page.Sender.Unit}}, Note: l.words.T("cases.letter.electronic"),
	})
	return page
}

// facts are about which property it was, when and where.
func (l letter) facts() []pdf.Field {
	list := []pdf.Field{
		{Label: l.say("applicant"), Value: l.c.ApplicantName},
		{Label: l.say("property"), Value: l.place},
		{Label: l.words.T("conference.term.held"), Value: l.words.DateTime(l.meeting.Held)},
	}
	if l.meeting.Called() {
		list = append(list,
			pdf.Field{Label: l.words.T("conference.term.way"), Value: l.words.T("conference.way." + string(l.meeting.Way))},
			pdf.Field{Label: l.words.T("conference.term.place"), Value: l.meeting.Place})
	}
	shown := list[:0]
	for _, f := range list {
		if strings.TrimSpace(f.Value) != "" {
			shown = append(shown, f)
		}
	}
	return shown
}

// list tells what is enclosed. A letter in the post has room for the minutes alone.
func (l letter) list() []pdf.Block {
	items := make([][]pdf.Span, len(l.enclosed))
	for i, name := range l.enclosed {
		items[i] = []pdf.Span{{Text: name}}
	}
	return []pdf.Block{pdf.Heading{Level: 2, Text: l.say("enclosed")}, pdf.List{Items: items}, pdf.P(l.say("enclosed_text"))}
}
