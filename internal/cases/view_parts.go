package cases

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

func (v listView) withFilter() ui.ListProps {
	props := v.props
	props.Filter = filter(v)
	return props
}

func workCase(p ui.CaseProps, v workView) ui.CaseProps {
	p.Next = nextStep(v)
	return p
}

func (m message) textOf(form string) string {
	text, _ := m.of(form)
	return text
}

func (m message) errorsOf(form string) ui.Errors {
	_, list := m.of(form)
	return list
}

// opens reports whether a form of the page is to be unfolded.
func (m message) opens(form string) bool { return m.form == form }

// workView is a case's page as a case worker sees it.
type workView struct {
	View
	sent       Sent
	message    message
	colleagues []Colleague
	aid        Aid
	today      clock.Date
}

// instead reports whether the reader brings the case to its end on a page of its service.
func (v workView) instead() bool { return v.Kind.Undecided() && v.May.Ask }

// people are colleagues to choose among.
func people(list []Colleague) []ui.Option {
	options := make([]ui.Option, 0, len(list))
	for _, c := range list {
		options = append(options, ui.Option{Value: c.ID, Label: c.Name})
	}
	return options
}

// assignees are whose cases the list can show: mine, nobody's, those of whoever I
// stand in for, and the other colleagues'.
func (v listView) assignees(ctx context.Context) []ui.Option {
	list := []ui.Option{{Value: "me", Label: i18n.T(ctx, "cases.list.me")}, {Value: "-", Label: i18n.T(ctx, "cases.nobody")}}
	known := map[string]bool{}
	for _, c := range v.standingIn {
		known[c.ID] = true
		list = append(list, ui.Option{Value: c.ID, Label: i18n.T(ctx, "cases.list.standing_in", "name", c.Name)})
	}
	for _, c := range v.colleagues {
		if !known[c.ID] {
			list = append(list, ui.Option{Value: c.ID, Label: c.Name})
		}
	}
	return list
}

// kindOptions are the kinds of cases there are.
func (v listView) kindOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(v.kinds))
	for _, k := range v.kinds {
		list = append(list, ui.Option{Value: k.Key, Label: i18n.T(ctx, k.Title)})
	}
	return list
}

// snippets are the texts to choose among for a field.
func snippets(list []Snippet) []ui.Option {
	options := make([]ui.Option, 0, len(list))
	for _, s := range list {
		options = append(options, ui.Option{Value: s.ID, Label: s.Title})
	}
	return options
}

func assignedTable(ctx context.Context, results []Assigned) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("cases.assign.result"), HideCaption: true, RowHeader: true}
	t.Columns = []ui.Column{{Label: words.T("cases.column.number"), Tight: true}, {Label: words.T("cases.assign.became")}, {Label: words.T("cases.column.assignee")}}
	for _, r := range results {
		number := ui.Cell{Text: r.Number, Href: "/work/cases/" + r.ID}
		if r.Number == "" {
			number = ui.Cell{Text: words.T("cases.assign.unknown")}
		}
		tag := ui.TagProps{Label: words.T("cases.assign.done"), Status: ui.StatusDone}
		if r.Err != nil {
			tag = ui.TagProps{Label: why(ctx, r.Err), Status: ui.StatusRefused}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{number, {Content: ui.Tag(tag)}, {Text: r.Case.AssigneeName}}})
	}
	return t
}

// why is the first thing that a person is told of an error.
func why(ctx context.Context, err error) string {
	if list := ui.ErrorsOf(ctx, err); len(list) > 0 {
		return list[0].Text
	}
	return ui.Message(ctx, err)
}

func mentionsTable(ctx context.Context, list []Mention) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("cases.mentions.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"cases.column.number", "cases.column.subject", "cases.mentions.by", "cases.log.when", "cases.column.status"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(key)})
	}
	for _, m := range list {
		seen := ui.TagProps{Label: words.T("cases.mentions.new"), Status: ui.StatusWaiting}
		if m.Seen {
			seen = ui.TagProps{Label: words.T("cases.mentions.seen"), Status: ui.StatusDone}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: m.Case.Label(), Href: "/work/cases/" + m.Case.ID}, {Text: m.Case.SubjectName}, {Text: m.ByName}, {Text: words.DateTime(m.At)}, {Content: ui.Tag(seen)},
		}})
	}
	return t
}

// otherText is what somebody else has saved in a field, when it is not what
// stands in the form.
func (e editing) otherText(field string) (string, bool) {
	if e.other == nil {
		return "", false
	}
	mine, theirs := e.draft.Decision, *e.other
	switch field {
	case FieldBasis:
		return theirs.LegalBasis, theirs.LegalBasis != clean(mine.LegalBasis)
	case FieldReasons:
		return theirs.Reasons, theirs.Reasons != clean(mine.Reasons)
	case FieldAppeal:
		return theirs.Appeal, theirs.Appeal != clean(mine.Appeal)
	}
	return "", false
}

func options(ctx context.Context, f DecisionField) []ui.Option {
	list := make([]ui.Option, 0, len(f.Choices))
	for _, c := range f.Choices {
		label := c.Text.In(i18n.LangOf(ctx))
		if c.Left != Uncounted {
			label = i18n.T(ctx, "cases.decision.choice", "name", label, "count", c.Left)
		}
		list = append(list, ui.Option{Value: c.Value, Label: label})
	}
	return list
}

func toTerms(list []Term) []ui.Term {
	terms := make([]ui.Term, 0, len(list))
	for _, t := range list {
		terms = append(terms, ui.Term{Label: t.Label, Value: t.Value})
	}
	return terms
}

// decisionTerms are the decision's parts as the page tells them.
func (v View) decisionTerms(ctx context.Context) []ui.Term {
	terms := toTerms(v.Terms)
	by := Term{"cases.letter.case_worker", v.Decision.DeciderName}
	if v.Decision.ByLaw() {
		by = Term{"cases.decision.made_by", i18n.T(ctx, "cases.decision.made_by_law")}
	}
	for _, t := range []Term{
		{"cases.letter.basis", v.Decision.LegalBasis},
		{"cases.letter.reasons", v.Decision.Reasons},
		{"cases.letter.appeal_heading", v.Decision.Appeal},
		by,
	} {
		terms = append(terms, ui.Term{Label: i18n.T(ctx, t.Label), Value: t.Value, Long: len(t.Value) > longTerm})
	}
	return terms
}

// partyTerms are everybody with the rights of a party, by role.
func (v View) partyTerms(ctx context.Context) []ui.Term {
	terms := []ui.Term{{Label: i18n.T(ctx, "cases.role.applicant"), Value: v.Case.ApplicantName}}
	if v.Case.Subject != v.Case.Applicant {
		terms = append(terms, ui.Term{Label: i18n.T(ctx, "cases.role.subject"), Value: v.Case.SubjectName})
	}
	for _, p := range v.Parties {
		value := p.Name
		if !p.Until.IsZero() {
			value = i18n.T(ctx, "cases.parties.until", "name", p.Name, "date", i18n.From(ctx).Date(clock.DateIn(p.Until)))
		}
		terms = append(terms, ui.Term{Label: i18n.T(ctx, "cases.role."+string(p.Role)), Value: value})
	}
	return terms
}

// longTerm is when a value is a text to read and stands below its label.
const longTerm = 120

// hidden keeps the tab that is open when one searches.
func (v listView) hidden() []ui.HiddenValue {
	if status := v.query.Get("status"); status != "" {
		return []ui.HiddenValue{{Name: "status", Value: status}}
	}
	return nil
}

// SummaryTerms are the questions and answers of a page of a form.
func SummaryTerms(page forms.SummaryPage) []ui.Term {
	terms := make([]ui.Term, 0, len(page.Rows))
	for _, row := range page.Rows {
		lines := rowLines(row)
		terms = append(terms, ui.Term{Label: row.Question, Content: answerLines(lines), Long: len(strings.Join(lines, "")) > longTerm})
	}
	return terms
}

// rowLines are the lines of an answer: a list has one for each choice, a group
// one for each item.
func rowLines(row forms.SummaryRow) []string {
	lines := append([]string{}, row.Lines...)
	for _, f := range row.Files {
		lines = append(lines, f.Name)
	}
	for _, item := range row.Items {
		var parts []string
		for _, inner := range item.Rows {
			parts = append(parts, inner.Lead()+" "+strings.Join(rowLines(inner), ", "))
		}
		lines = append(lines, item.Title+" – "+strings.Join(parts, "; "))
	}
	return lines
}

func logTable(ctx context.Context, looks []audit.LookEntry) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("cases.log.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"when", "who", "role", "what"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("cases.log." + key)})
	}
	for _, l := range looks {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: words.DateTime(l.At.Time)}, {Text: l.ActorName}, {Text: roleName(words, l.Role)}, {Text: words.T(audit.Describe(l.Action))},
		}})
	}
	return t
}

func roleName(words *i18n.Localizer, role string) string {
	if role == "" {
		return ""
	}
	return words.T("access.role." + role)
}

// choiceName is what a value of a decision's field is called.
func choiceName(ctx context.Context, f DecisionField, value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Text.In(i18n.LangOf(ctx))
		}
	}
	return value
}
