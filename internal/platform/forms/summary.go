package forms

import (
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// Summary is a filled-in form to read: before it is sent, for the case worker,
// in a letter.
type Summary struct {
	Title       string
	Declaration string
	Pages       []SummaryPage
}

// SummaryPage is one page of it, with the id to go back to.
type SummaryPage struct {
	ID, Title string
	Rows      []SummaryRow
}

// SummaryRow is a question with its answer. A list has a line for each answer;
// a group has items instead.
type SummaryRow struct {
	Name     string
	Question string
	Lines    []string
	Answered bool
	Own      bool // tells how or where to find who wrote it; see Veiled
	Files    []FileView
	Items    []SummaryItem
}

// SummaryItem is one item of a group.
type SummaryItem struct {
	Title string
	Rows  []SummaryRow
}

// Summarise gives questions and answers in the localizer's language, without
// what was not asked. It serves drafts and submissions alike.
func (d *Definition) Summarise(a Answers, env Env, words *i18n.Localizer) Summary {
	v := &viewer{def: d, answers: a, env: env, words: words, resolved: d.Resolve(a, env)}
	lang := words.Lang()
	summary := Summary{Title: d.Title.In(lang), Declaration: d.Declaration.In(lang)}
	for i := range d.Pages {
		p := &d.Pages[i]
		if !v.resolved.AsksPage(p.ID) {
			continue
		}
		page := SummaryPage{ID: p.ID, Title: p.Title.In(lang)}
		for j := range p.Fields {
			f := &p.Fields[j]
			if f.Type != Info && v.resolved.Asks(f.ID) {
				page.Rows = append(page.Rows, v.row(f, f.ID, v.resolved.Values))
			}
		}
		if len(page.Rows) > 0 {
			summary.Pages = append(summary.Pages, page)
		}
	}
	return summary
}

func (v *viewer) row(f *Field, name string, values map[string]any) SummaryRow {
	row := SummaryRow{Name: name, Question: f.Label.In(v.words.Lang()), Own: f.own()}
	value := values[f.ID]
	switch f.Type {
	case Group:
		v.summaryItems(f, value, &row)
	case File:
		row.Files = v.files(value)
		for _, file := range row.Files {
			row.Lines = append(row.Lines, file.Name+" ("+file.Size+")")
		}
	default:
		row.Lines = v.lines(f, name, value)
	}
	row.Answered = len(row.Lines) > 0 || len(row.Items) > 0
	if !row.Answered {
		row.Lines = []string{v.words.T("forms.not_answered")}
	}
	return row
}

func (v *viewer) summaryItems(f *Field, value any, row *SummaryRow) {
	for i, values := range itemsOf(value) {
		name := itemName(f.ID, i, "")
		if isBlank(values) {
			continue
		}
		item := SummaryItem{Title: itemTitle(f, i, v.words.Lang())}
		for j := range f.Fields {
			inner := &f.Fields[j]
			if at := name + "." + inner.ID; inner.Type != Info && v.resolved.Asks(at) {
				item.Rows = append(item.Rows, v.row(inner, at, values))
			}
		}
		row.Items = append(row.Items, item)
	}
}

// lines writes an answer in words; what could not be read stands as typed.
func (v *viewer) lines(f *Field, name string, value any) []string {
	if typed, ok := v.answers.Typed[name]; ok {
		return []string{typed}
	}
	switch value := value.(type) {
	case bool:
		if value {
			return []string{v.words.T("forms.yes")}
		}
		return []string{v.words.T("forms.no")}
	case float64:
		return []string{v.withUnit(f, writeNumber(value))}
	case string:
		return v.textLines(f, value)
	case []any:
		var lines []string
		for i, chosen := range textsOf(value) {
			text := v.choiceText(f, chosen)
			if f.Type == Ranked {
				text = v.rankLabel(i) + ": " + text
			}
			lines = append(lines, text)
		}
		return lines
	}
	return nil
}

func (v *viewer) textLines(f *Field, value string) []string {
	switch {
	case value == "":
		return nil
	case f.choosing():
		return []string{v.choiceText(f, value)}
	case f.Type == Date:
		if day, ok := dateOf(value); ok {
			return []string{v.words.Date(day)}
		}
	case f.Type == Textarea:
		return strings.Split(value, "\n")
	}
	return []string{v.withUnit(f, value)}
}

func (v *viewer) withUnit(f *Field, text string) string {
	if unit := f.Unit.In(v.words.Lang()); unit != "" {
		return text + " " + unit
	}
	return text
}

// choiceText is the text of a choice. A choice that is offered no longer stands
// by its value, so that nothing a person answered disappears.
func (v *viewer) choiceText(f *Field, value string) string {
	for _, choice := range f.options(v.env.Lists) {
		if choice.Value == value {
			return choice.Text.In(v.words.Lang())
		}
	}
	return value
}

// Plain writes the summary as text, for e-mail and for screens without layout.
func (s Summary) Plain() string {
	var out strings.Builder
	out.WriteString(s.Title + "\n")
	for _, page := range s.Pages {
		out.WriteString("\n" + page.Title + "\n" + strings.Repeat("-", len([]rune(page.Title))) + "\n")
		plainRows(&out, page.Rows, "")
	}
	out.WriteString("\n" + s.Declaration + "\n")
	return out.String()
}

func plainRows(out *strings.Builder, rows []SummaryRow, indent string) {
	for _, row := range rows {
		out.WriteString(indent + row.Question + "\n")
		for _, line := range row.Lines {
			out.WriteString(indent + "  " + line + "\n")
		}
		for _, item := range row.Items {
			out.WriteString(indent + "  " + item.Title + "\n")
			plainRows(out, item.Rows, indent+"    ")
		}
	}
}
