package ui

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func (r RepeatProps) removeLabel(ctx context.Context, item RepeatItem) string {
	label := orElse(r.RemoveLabel, i18n.T(ctx, "ui.repeat.remove"))
	if item.Title == "" {
		return label
	}
	return label + ": " + item.Title
}

// Column is one column of a table.
type Column struct {
	Label    string
	Numeric  bool   // aligned right
	SortHref string // the heading links there
	Sorted   string // "ascending", "descending" or ""
	Hide     bool   // heading for screen readers only
	Tight    bool   // never broken into lines: numbers, dates, statuses
	Prose    bool   // sentences: on small screens below the label, not beside it
}

// Cell is one cell of a table: Content, or Text as a link when Href is set.
type Cell struct {
	Text    string
	Note    string // a quiet line below Text
	Href    string
	Content templ.Component
}

// Row is one row of a table.
type Row struct {
	ID    string
	Cells []Cell
}

// TableProps describes a table. On small screens each row becomes a block with
// the headings beside the values, so that the page never scrolls sideways.
type TableProps struct {
	Caption     string // always there for screen readers
	HideCaption bool
	Columns     []Column
	Rows        []Row
	RowHeader   bool // the first cell names the row
	// Compact lays a row out in few lines on small screens, without headings beside the
	// values: for long lists whose values tell what they are.
	Compact bool
	Empty   string
}

func (c Column) attributes() templ.Attributes {
	attrs := templ.Attributes{}
	setIf(attrs, "aria-sort", c.Sorted)
	if c.Numeric {
		attrs["data-numeric"] = true
	}
	return attrs
}

func (t TableProps) cell(i int) templ.Attributes {
	if i >= len(t.Columns) {
		return nil
	}
	attrs := templ.Attributes{"data-label": t.Columns[i].Label}
	if t.Columns[i].Numeric {
		attrs["data-numeric"] = true
	}
	if t.Columns[i].Tight {
		attrs["data-tight"] = true
	}
	if t.Columns[i].Prose {
		attrs["data-prose"] = true
	}
	return attrs
}

func rowID(r Row) templ.Attributes {
	attrs := templ.Attributes{}
	setIf(attrs, "id", r.ID)
	return attrs
}

// Term is one pair of a description list.
type Term struct {
	Label   string
	Value   string
	Content templ.Component // instead of Value
	Long    bool            // text to read: below its label, not beside it
}

// TimelineEntry is one thing that happened, newest first by custom.
type TimelineEntry struct {
	At      time.Time
	Title   string
	By      string
	Text    string
	Kind    Kind // colours the point
	Icon    string
	Content templ.Component
}

// Document is one entry of a DocumentList.
type Document struct {
	Name        string
	Href        string
	Bytes       int64
	Date        string
	Note        string // "Unntatt offentlighet, offl. § 13"
	Status      TagProps
	RemoveName  string // name and value of a button in the form around it
	RemoveValue string
}

// meta is the line below the name of a document.
func (d Document) meta(ctx context.Context) []string {
	var parts []string
	if d.Date != "" {
		parts = append(parts, d.Date)
	}
	if d.Bytes > 0 {
		parts = append(parts, i18n.From(ctx).Bytes(d.Bytes))
	}
	if d.Note != "" {
		parts = append(parts, d.Note)
	}
	return parts
}

// Step is one page of a form.
type Step struct {
	Label string
	Href  string // where one may go back to
	State StepState
}

// StepState is how far a step has come.
type StepState string

// The states of a step.
const (
	StepTodo    StepState = ""
	StepCurrent StepState = "current"
	StepDone    StepState = "done"
	StepWrong   StepState = "wrong" // has errors
)

func stepAttributes(s Step) templ.Attributes {
	attrs := templ.Attributes{}
	setIf(attrs, "data-state", string(s.State))
	return attrs
}

// stepNow returns the number of the current step, from 1.
func stepNow(steps []Step) int {
	for i, s := range steps {
		if s.State == StepCurrent {
			return i + 1
		}
	}
	return len(steps)
}

// PaginationProps describes the pages of a list, counted from 1.
type PaginationProps struct {
	Current int
	Total   int
	Href    func(page int) string
}

// pages returns the numbers to show; 0 is a gap.
func (p PaginationProps) pages() []int {
	var shown []int
	for n := 1; n <= p.Total; n++ {
		switch {
		case n == 1 || n == p.Total || n >= p.Current-1 && n <= p.Current+1:
			shown = append(shown, n)
		case shown[len(shown)-1] != 0:
			shown = append(shown, 0)
		}
	}
	return shown
}

// Tab is one of several views of the same thing; each has its own address.
type Tab struct {
	Label   string
	Href    string
	Current bool
	Count   int
}

func count(n int) string { return strconv.Itoa(n) }
