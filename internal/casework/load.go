package casework

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Headed returns the departments whose load the actor may see.
func (s *Service) Headed(ctx context.Context) ([]tenant.Department, error) {
	may := func(id string) error {
		return s.Access.Check(ctx, cases.PermLoad, access.Resource{Type: "load", ID: id, Department: id})
	}
	if err := may(""); err != nil {
		return nil, err
	}
	return s.departments(ctx, may)
}

// loadView is the page of a department's load.
type loadView struct {
	load       cases.Load
	department tenant.Department
	tabs       []ui.Tab
}

// byteOrderMark tells spreadsheets that the file is UTF-8, so that æøå are read.
const byteOrderMark = "\ufeff"

// writeCSV writes a row for each case worker, age and week (RFC 4180, with the
// semicolon that Norwegian spreadsheets part columns by).
func writeCSV(w io.Writer, words *i18n.Localizer, l cases.Load) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("casework: write the figures: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	var head []string
	for _, key := range []string{"what", "name", "open", "waiting", "old", "received", "decided"} {
		head = append(head, words.T("casework.load.csv."+key))
	}
	rows := [][]string{head}
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	for _, worker := range l.Workers {
		rows = append(rows, []string{words.T("casework.load.worker"), harmless(nameOf(words, worker)), n(worker.Open), n(worker.Waiting), n(worker.Old), "", ""})
	}
	for i, count := range l.Ages {
		rows = append(rows, []string{words.T("casework.load.age"), ageOf(words, i), n(count), "", "", "", ""})
	}
	for _, week := range l.Weeks {
		rows = append(rows, []string{words.T("casework.load.week"), week.Monday.String(), "", "", "", n(week.Received), n(week.Decided)})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("casework: write the figures: %w", err)
	}
	return nil
}

// harmless keeps a spreadsheet from taking a name for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func nameOf(words *i18n.Localizer, w cases.WorkerLoad) string {
	if w.ID == "" {
		return words.T("casework.load.nobody")
	}
	return w.Name
}

func ageOf(words *i18n.Localizer, i int) string {
	return words.T("casework.load.ages." + []string{"week", "month", "season", "older"}[i])
}

// weekName is "Uke 47".
func weekName(words *i18n.Localizer, w cases.WeekLoad) string {
	_, week := w.Monday.Start().In(clock.Oslo()).ISOWeek()
	return words.T("casework.load.week_number", "number", week)
}

// maxBars bounds how many case workers the drawing shows; the table has all.
const maxBars = 12

func (v loadView) workers(ctx context.Context) ui.ChartProps {
	words := i18n.From(ctx)
	c := ui.ChartProps{Title: words.T("casework.load.by_worker"), LabelHead: words.T("casework.load.worker"), ValueHead: words.T("casework.load.open")}
	for _, w := range v.load.Workers[:min(len(v.load.Workers), maxBars)] {
		c.Bars = append(c.Bars, ui.Bar{Label: nameOf(words, w), Value: w.Open})
	}
	return c
}

func (v loadView) ages(ctx context.Context) ui.ChartProps {
	words := i18n.From(ctx)
	c := ui.ChartProps{Title: words.T("casework.load.by_age"), LabelHead: words.T("casework.load.age"), ValueHead: words.T("casework.load.open")}
	for i, n := range v.load.Ages {
		c.Bars = append(c.Bars, ui.Bar{Label: ageOf(words, i), Value: n})
	}
	return c
}

func (v loadView) weeks(ctx context.Context, key string, count func(cases.WeekLoad) int64) ui.ChartProps {
	words := i18n.From(ctx)
	c := ui.ChartProps{Title: words.T("casework.load.by_week." + key), LabelHead: words.T("casework.load.week"), ValueHead: words.T("casework.load." + key)}
	for _, w := range v.load.Weeks {
		c.Bars = append(c.Bars, ui.Bar{Label: weekName(words, w), Value: count(w)})
	}
	return c
}

func received(w cases.WeekLoad) int64 { return w.Received }
func decided(w cases.WeekLoad) int64  { return w.Decided }

// table is what each case worker has, all of them.
func (v loadView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("casework.load.details"), RowHeader: true, Columns: []ui.Column{{Label: words.T("casework.load.worker")}}}
	for _, key := range []string{"open", "waiting", "old"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("casework.load." + key), Numeric: true})
	}
	for _, w := range v.load.Workers {
		name := ui.Cell{Text: nameOf(words, w), Href: "/work?assignee=" + w.ID}
		if w.ID == "" {
			name.Href = "/work?assignee=-"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{name, {Text: words.Number(w.Open)}, {Text: words.Number(w.Waiting)}, {Text: words.Number(w.Old)}}})
	}
	return t
}
