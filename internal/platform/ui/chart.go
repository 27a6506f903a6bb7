package ui

import (
	"context"
	"strconv"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// Bar is one bar of a chart.
type Bar struct {
	Label string
	Value int64
}

// ChartProps describes a bar chart. The table beside it says the same in
// numbers, so the drawing itself is only for the eye.
type ChartProps struct {
	Title     string
	LabelHead string // heading of the labels, "Hva" when empty
	ValueHead string // heading of the numbers, "Antall" when empty
	Bars      []Bar
}

// Measures of the drawing, in units of its view box. It is drawn for the
// narrowest screen and grows from there.
const (
	chartWidth = 320
	barPitch   = 48
	barHeight  = 18
	barTop     = 22
	valueRoom  = 52
)

func (c ChartProps) viewBox() string {
	return "0 0 " + strconv.Itoa(chartWidth) + " " + strconv.Itoa(barPitch*len(c.Bars))
}

// length scales to the longest bar; a value above zero is always seen.
func (c ChartProps) length(value int64) int {
	var most int64
	for _, b := range c.Bars {
		most = max(most, b.Value)
	}
	if most == 0 || value <= 0 {
		return 0
	}
	return max(2, int(value*(chartWidth-valueRoom)/most))
}

func (c ChartProps) table(ctx context.Context) TableProps {
	t := TableProps{
		Caption: c.Title, HideCaption: true, RowHeader: true,
		Columns: []Column{
			{Label: orElse(c.LabelHead, i18n.T(ctx, "ui.chart.label"))},
			{Label: orElse(c.ValueHead, i18n.T(ctx, "ui.chart.value")), Numeric: true},
		},
	}
	for _, b := range c.Bars {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: b.Label}, {Text: i18n.From(ctx).Number(b.Value)}}})
	}
	return t
}

func units(n int) string { return strconv.Itoa(n) }
