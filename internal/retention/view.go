package retention

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// kindName is what people call a kind of data.
func kindName(words *i18n.Localizer, kinds *cases.Kinds, kind string) string {
	if key, is := strings.CutPrefix(kind, casePrefix); is {
		if k, err := kinds.Get(key); err == nil {
			return words.T(k.Title)
		}
	}
	return words.T("retention.kind." + kind)
}

// lengthWords tells how long, in words.
func lengthWords(words *i18n.Localizer, l Length) string {
	if l.Years > 0 {
		return words.T("retention.length.years", "count", l.Years)
	}
	return words.T("retention.length.days", "count", l.Days)
}

// keptWords tells how long what is kept for good or not, and from when.
func keptWords(words *i18n.Localizer, r Rule) (length, from string) {
	switch {
	case r.Kind == "log": // its rule cannot be changed
		return words.T("retention.for_good.log"), ""
	case r.Action == Keep:
		return words.T("retention.for_good"), ""
	}
	return lengthWords(words, r.Length), words.T("retention.trigger." + string(r.Trigger))
}

// Kept tells how long what is kept in the municipality of ctx, in the reader's words.
// The rules are nobody's data.
func (s *Service) Kept(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	var list []ui.Term
	for _, r := range s.Rules(ctx) {
		if key, is := strings.CutPrefix(r.Kind, casePrefix); is && !s.offered(ctx, key) {
			continue
		}
		length, from := keptWords(words, r)
		if from != "" {
			length += " " + from
		}
		list = append(list, ui.Term{Label: kindName(words, s.Cases.Kinds(), r.Kind), Value: length})
	}
	return list
}

// offered reports whether the municipality takes cases of a kind.
func (s *Service) offered(ctx context.Context, key string) bool {
	kind, err := s.Cases.Kinds().Get(key)
	return err == nil && tenant.From(ctx).Enabled(kind.Service)
}

func rulesTable(ctx context.Context, kinds *cases.Kinds, rules []Rule) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("retention.rules.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"kind", "length", "action", "basis"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("retention.column." + key), Prose: key == "basis"})
	}
	for _, r := range rules {
		var length ui.Cell
		length.Text, length.Note = keptWords(words, r)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: kindName(words, kinds, r.Kind)}, length, {Text: words.T("retention.action_of." + string(r.Action))}, {Text: words.T(r.Basis)},
		}})
	}
	return t
}

// reportView is the administrator's page.
type reportView struct {
	Report
	kinds *cases.Kinds
}

// when tells when the rules last worked.
func (v reportView) when(ctx context.Context) string {
	words := i18n.From(ctx)
	switch {
	case v.StartedAt.IsZero():
		return words.T("retention.report.never")
	case v.EndedAt.IsZero():
		return words.T("retention.report.running", "when", words.DateTime(v.StartedAt))
	}
	return words.T("retention.report.last", "when", words.DateTime(v.StartedAt))
}

// broken are the settings that cannot be read.
func (v reportView) broken() []string {
	var list []string
	for _, l := range v.Lines {
		if l.Rule.Broken {
			list = append(list, l.Rule.Setting())
		}
	}
	return list
}

func (v reportView) chart(ctx context.Context) ui.ChartProps {
	words := i18n.From(ctx)
	c := ui.ChartProps{Title: words.T("retention.report.coming"), LabelHead: words.T("retention.column.kind"), ValueHead: words.T("retention.column.coming")}
	for _, l := range v.Lines {
		if l.Last.Coming > 0 {
			c.Bars = append(c.Bars, ui.Bar{Label: kindName(words, v.kinds, l.Rule.Kind), Value: l.Last.Coming})
		}
	}
	return c
}

func (v reportView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("retention.report.by_kind"), RowHeader: true, Columns: []ui.Column{
		{Label: words.T("retention.column.kind")}, {Label: words.T("retention.column.action")}, {Label: words.T("retention.column.length")},
	}}
	for _, key := range []string{"last", "year", "held", "failed", "coming"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("retention.column." + key), Numeric: true})
	}
	for _, l := range v.Lines {
		length := ui.Cell{Text: lengthWords(words, l.Rule.Length)}
		if l.Rule.Action == Keep {
			length.Text = words.T("retention.for_good")
		}
		if l.Rule.Own {
			length.Note = words.T("retention.own_rule")
		}
		row := ui.Row{Cells: []ui.Cell{{Text: kindName(words, v.kinds, l.Rule.Kind)}, {Text: words.T("retention.action_of." + string(l.Rule.Action))}, length}}
		for _, n := range []int64{l.Last.Ended, l.Year, l.Last.Held, l.Last.Failed, l.Last.Coming} {
			row.Cells = append(row.Cells, ui.Cell{Text: words.Number(n)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// takeoutView is a person's copies.
type takeoutView struct {
	list    []Takeout
	choices []Choice
	fresh   bool
	now     time.Time
}

// busy reports whether a copy is being made.
func (v takeoutView) busy() bool { return slices.ContainsFunc(v.list, Takeout.busy) }

// mayAsk reports whether there is anybody to ask for of whom no copy is being made.
func (v takeoutView) mayAsk() bool { return len(v.choices) > 1 || !v.busy() }

// chosen is of whom the copy is, unless one says otherwise: the one for whom one
// acts just now.
func (v takeoutView) chosen() string {
	for _, c := range v.choices {
		if c.Chosen {
			return c.Person
		}
	}
	return ""
}

func (v takeoutView) options(ctx context.Context) (list []ui.Option) {
	for _, c := range v.choices {
		o := ui.Option{Value: c.Person, Label: c.Name}
		if c.Basis == "" {
			o.Label = i18n.T(ctx, "retention.takeout.myself")
		} else {
			o.Hint = i18n.T(ctx, "retention.takeout.basis."+string(c.Basis))
		}
		list = append(list, o)
	}
	return list
}

// title says of whom a copy is, when it is not of the one who reads it.
func (v takeoutView) title(ctx context.Context, t Takeout) string {
	words := i18n.From(ctx)
	if t.Person == t.AskedBy {
		return words.T("retention.takeout.of", "date", words.DateTime(t.AskedAt))
	}
	return words.T("retention.takeout.of_other", "name", t.Name, "date", words.DateTime(t.AskedAt))
}

// tag says where a copy stands.
func (v takeoutView) tag(ctx context.Context, t Takeout) ui.TagProps {
	status, key := ui.StatusWorking, string(t.State)
	switch {
	case t.State == Ready && !t.Open(v.now):
		status, key = ui.StatusClosed, "over"
	case t.State == Ready:
		status = ui.StatusDone
	case t.State == Failed:
		status = ui.StatusRefused
	}
	return ui.TagProps{Status: status, Label: i18n.T(ctx, "retention.state."+key)}
}

func (v takeoutView) terms(ctx context.Context, t Takeout) []ui.Term {
	words := i18n.From(ctx)
	var list []ui.Term
	switch t.State {
	case Ready:
		list = append(list, ui.Term{Label: words.T("retention.takeout.expires_at"), Value: words.Date(clock.DateIn(t.ExpiresAt))},
			ui.Term{Label: words.T("retention.takeout.size"), Value: words.Bytes(t.Size)},
			ui.Term{Label: words.T("retention.takeout.fetched"), Value: words.Number(t.Fetched)})
		if t.LeftOut > 0 {
			list = append(list, ui.Term{Label: words.T("retention.takeout.left_out"), Value: words.Number(t.LeftOut)})
		}
	case Making, Asked:
		list = append(list, ui.Term{Label: words.T("retention.takeout.progress"), Value: words.T("retention.takeout.part", "part", t.Part, "parts", t.Parts)})
	case Failed:
	}
	return list
}

// reasonOptions are what one chooses from.
func reasonOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, r := range Reasons() {
		list = append(list, ui.Option{Value: string(r), Label: i18n.T(ctx, "retention.reason."+string(r))})
	}
	return list
}

// fieldName is what people call a field of the copy.
func fieldName(words *i18n.Localizer, name string) string { return words.T("retention.field." + name) }
