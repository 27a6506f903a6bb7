package forecast

import (
	"context"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// panel tells how long the case is likely to take, while it is not decided.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, _ cases.Audience) (templ.Component, error) {
	if !c.Status.Open() {
		return nil, nil //nolint:nilnil // nothing to show
	}
	lines, err := s.lines(ctx, tx, c)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	return panel(lines), nil
}

// lines are whole sentences: how long it usually takes, and which in line the
// case is.
func (s *Service) lines(ctx context.Context, tx *store.Tx, c cases.Case) ([]string, error) {
	words, today := i18n.From(ctx), clock.DateIn(tx.Now.Time)
	e, err := told(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	var lines []string
	if e.Told() {
		received := clock.DateIn(c.ReceivedAt)
		half, most := received.AddDays(int(e.Median)), received.AddDays(int(e.Most))
		key := "forecast.panel.expected"
		if today.After(most) {
			key = "forecast.panel.late"
		}
		lines = append(lines,
			words.T(key, "half", words.Date(half), "most", words.Date(most)),
			words.T("forecast.panel.behind", "cases", words.Number(e.Cases), "season", words.T("forecast.season."+string(season(c)))))
	}
	kind, err := s.Cases.Kinds().Get(c.Kind)
	if err != nil || !kind.InTurn {
		return lines, err
	}
	ahead, exact, err := s.Cases.AheadOf(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	if exact {
		return append(lines, words.T("forecast.panel.line", "place", words.Number(ahead+1))), nil
	}
	return append(lines, words.T("forecast.panel.long_line", "ahead", words.Number(ahead))), nil
}

// page is what the public page shows.
type page struct {
	now   ui.TableProps
	right []rightness
	none  bool
}

// rightness is how right the forecasts of one kind have been, as chart and table.
type rightness struct {
	title string
	text  string
	chart ui.ChartProps
}

func (s *Service) pageOf(ctx context.Context, o Overview) page {
	words := i18n.From(ctx)
	p := page{none: len(o.Standings) == 0, now: ui.TableProps{Caption: words.T("forecast.page.now"), HideCaption: true, RowHeader: true}}
	for _, key := range []string{"kind", "season", "median", "most", "cases"} {
		p.now.Columns = append(p.now.Columns, ui.Column{Label: words.T("forecast.column." + key), Numeric: key == "median" || key == "most" || key == "cases"})
	}
	for _, st := range o.Standings {
		p.now.Rows = append(p.now.Rows, ui.Row{Cells: []ui.Cell{
			{Text: s.title(words, st.Kind)},
			{Text: words.T("forecast.season." + string(st.Season))},
			{Text: words.T("forecast.days", "count", st.Estimate.Median)},
			{Text: words.T("forecast.days", "count", st.Estimate.Most)},
			{Text: words.Number(st.Estimate.Cases)},
		}})
	}
	for _, c := range o.Calibrations {
		p.right = append(p.right, s.rightness(words, c))
	}
	return p
}

func (s *Service) rightness(words *i18n.Localizer, c Calibration) rightness {
	title := s.title(words, c.Kind)
	if !c.Shown() {
		return rightness{title: title, text: words.T("forecast.right.few", "least", Least)}
	}
	return rightness{
		title: title, text: words.T("forecast.right.text", "cases", words.Number(c.Cases)),
		chart: ui.ChartProps{Title: title, LabelHead: words.T("forecast.right.what"), ValueHead: words.T("forecast.right.percent"), Bars: []ui.Bar{
			{Label: words.T("forecast.right.median"), Value: c.Share(c.WithinMedian)},
			{Label: words.T("forecast.right.most"), Value: c.Share(c.WithinMost)},
		}},
	}
}

// title is the name of a kind; its key when the service is no more.
func (s *Service) title(words *i18n.Localizer, key string) string {
	kind, err := s.Cases.Kinds().Get(key)
	if err != nil {
		return key
	}
	return words.T(kind.Title)
}
