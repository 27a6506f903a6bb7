package deadlines

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// shown is a clock as the case's page shows it.
type shown struct {
	Deadline
	history []Change
	today   clock.Date
	text    string // of the consequence: the beginning of its message keys
	name    string // of the party whose clock it is; personal data
	note    string // key of what the staff should know of the rule; "" when nothing
}

// panel shows the clocks of a case to its staff or its party.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	list, err := s.ofCase(ctx, tx, c.ID, false)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	clocks := make([]shown, 0, len(list))
	if audience == cases.ForParty {
		list = ofParty(list, viewer(ctx, c))
	}
	for _, d := range list {
		one := shown{Deadline: d, today: clock.DateIn(tx.Now.Time), text: s.rules.text(d)}
		if audience == cases.ForStaff {
			if err := s.explain(ctx, tx, &one); err != nil {
				return nil, err
			}
		}
		clocks = append(clocks, one)
	}
	if audience == cases.ForStaff {
		return staffPanel(clocks), nil
	}
	lines := partyLines(ctx, clocks, tx.Now.Time)
	if len(lines) == 0 {
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	return partyPanel(lines), nil
}

// explain adds what the staff see of a clock: what changed it, and whose it is.
func (s *Service) explain(ctx context.Context, tx *store.Tx, one *shown) (err error) {
	if key := one.Timer.Rule.Text + ".note"; s.Bundle.Has(key) {
		one.note = key
	}
	if one.history, err = history(ctx, tx, one.ID); err != nil || one.Party == "" {
		return err
	}
	person, err := s.Identity.PersonIn(ctx, tx, one.Party)
	if errs.Is(err, errs.KindNotFound) {
		return nil // the case is anonymised
	}
	one.name = person.Name.Full()
	return err
}

// viewer is the party who reads: herself, or whom she acts for.
func viewer(ctx context.Context, c cases.Case) string {
	actor := identity.From(ctx)
	for _, id := range []string{actor.Author(), actor.OnBehalfOf, actor.PersonID} {
		if c.IsParty(id) {
			return id
		}
	}
	return ""
}

// ofParty are the clocks that a party reads: the case's and her own, the newest of each
// rule. Whom no notice is sent to herself, as a child, has those of whoever told her:
// none of her own.
func ofParty(list []Deadline, party string) (own []Deadline) {
	for i, d := range list {
		newer := slices.ContainsFunc(list[i+1:], func(o Deadline) bool { return o.Party == party && o.Timer.Rule.Key == d.Timer.Rule.Key })
		if d.Party == "" && d.Timer.Rule.Binds == deadline.Municipality || (d.Party == "" || d.Party == party) && !newer {
			own = append(own, d)
		}
	}
	return own
}

// title is what a clock is called, with the party whose it is.
func (c shown) title(ctx context.Context) string {
	title := i18n.T(ctx, c.Timer.Rule.Text+".title")
	if c.name == "" {
		return title
	}
	return title + ": " + c.name
}

// partyLines tells the party in whole sentences by when something happens, and
// what if it does not. What was met or fell away is no longer of use to her; the
// provisional answer only when no other limit binds the municipality.
func partyLines(ctx context.Context, clocks []shown, now time.Time) []string {
	words := i18n.From(ctx)
	others := false
	for _, c := range clocks {
		others = others || c.binding() && c.Timer.Rule.Passes != ProvisionalAnswer
	}
	var lines []string
	for _, c := range clocks {
		args := []any{
			"date", words.Date(c.Timer.Falls()), "from", words.Date(clock.DateIn(c.Timer.Ends())),
			"percent", c.Timer.Rule.Each.At(c.Timer.Fired), "count", max(0, c.Timer.Left(c.today)),
		}
		switch {
		case c.Timer.Rule.Passes == ProvisionalAnswer && others:
		case c.Consequence == TellHead && !c.Timer.EndedOn.IsZero():
		case c.Timer.State == deadline.PassedBy:
			lines = append(lines, words.T(c.text+".party", args...))
		case c.Timer.State == deadline.Stopped:
			for _, stop := range c.Timer.Stops() {
				lines = append(lines, words.T("deadlines.stopped_party."+stop, args...))
			}
			if len(c.Timer.Stops()) > 1 {
				lines = append(lines, words.T("deadlines.stopped_party.several"))
			}
		case c.Timer.State == deadline.Running && c.Timer.Ends().After(now):
			lines = append(lines, words.T(c.Timer.Rule.Text+".party", args...))
		}
	}
	return lines
}

// binding reports whether the clock still binds the municipality.
func (c shown) binding() bool {
	return c.Timer.Rule.Binds == deadline.Municipality && (c.Timer.Open() || c.Timer.State == deadline.PassedBy)
}

// status is how a clock stands, in a word, a colour and a sign.
func status(ctx context.Context, t deadline.Timer, today clock.Date) ui.TagProps {
	words := i18n.From(ctx)
	left := t.Left(today)
	switch t.State {
	case deadline.Stopped:
		return ui.TagProps{Label: words.T("deadlines.state.stopped"), Status: ui.StatusWaiting}
	case deadline.Met:
		return ui.TagProps{Label: words.T("deadlines.state.met"), Status: ui.StatusDone}
	case deadline.PassedBy:
		return ui.TagProps{Label: words.T("deadlines.state.passed"), Status: ui.StatusRefused}
	case deadline.Cancelled:
		return ui.TagProps{Label: words.T("deadlines.state.cancelled"), Status: ui.StatusClosed}
	case deadline.Running:
	}
	switch {
	case left < 0:
		return ui.TagProps{Label: words.T("deadlines.state.passed"), Status: ui.StatusRefused}
	case left == 0:
		return ui.TagProps{Label: words.T("deadlines.left.today"), Status: ui.StatusWaiting, Color: ui.TagDanger}
	case left < week:
		return ui.TagProps{Label: words.T("deadlines.left.days", "count", left), Status: ui.StatusWaiting}
	}
	return ui.TagProps{Label: words.T("deadlines.left.days", "count", left), Status: ui.StatusWorking}
}

// terms tell the staff all there is to a clock.
func (c shown) terms(ctx context.Context) []ui.Term {
	words, t := i18n.From(ctx), c.Timer
	list := []ui.Term{
		{Label: words.T("deadlines.term.last_day"), Value: words.Date(t.Falls())},
		{Label: words.T("deadlines.term.paragraph"), Value: t.Rule.Paragraph},
		{Label: words.T("deadlines.term.started"), Value: words.Date(t.Started)},
	}
	if c.note != "" {
		list = append(list, ui.Term{Label: words.T("deadlines.term.note"), Value: words.T(c.note), Long: true})
	}
	if t.State == deadline.Stopped {
		for _, b := range t.Standing() { // it goes on when each of them is over
			why := words.T("deadlines.stopped_since", "date", words.Date(b.From), "why", words.T("deadlines.event."+b.Event))
			list = append(list, ui.Term{Label: words.T("deadlines.term.stopped"), Value: why})
		}
		list = append(list,
			ui.Term{Label: words.T("deadlines.term.used"), Value: words.T("deadlines.days", "count", t.Used)},
			ui.Term{Label: words.T("deadlines.term.left"), Value: words.T("deadlines.days", "count", max(0, t.Left(c.today)))})
	}
	if t.Paused > 0 {
		list = append(list, ui.Term{Label: words.T("deadlines.term.paused"), Value: words.T("deadlines.days", "count", t.Paused)})
	}
	if t.Open() {
		list = append(list, ui.Term{Label: words.T("deadlines.term.then"), Value: words.T(c.text + ".then"), Long: true})
	}
	if percent := t.Rule.Each.At(t.Fired); percent > 0 && c.Consequence != TellHead {
		list = append(list, ui.Term{Label: words.T("deadlines.term.fallen"), Value: words.T("deadlines.percent", "percent", percent)})
	}
	return list
}

// timeline tells what changed a clock, the newest first.
func (c shown) timeline(ctx context.Context) []ui.TimelineEntry {
	words := i18n.From(ctx)
	list := make([]ui.TimelineEntry, 0, len(c.history)+1)
	for i := len(c.history) - 1; i >= 0; i-- {
		h := c.history[i]
		list = append(list, ui.TimelineEntry{
			At: h.At, Title: words.T("deadlines.event." + h.Event), Icon: "clock", Kind: ui.Info,
			Text: words.T("deadlines.history."+string(h.State), "date", words.Date(h.Falls)),
		})
	}
	return append(list, ui.TimelineEntry{At: c.CreatedAt, Title: words.T("deadlines.event.begun"), Icon: "clock", Kind: ui.Info})
}

// listView is what the page of the list is made from.
type listView struct {
	props ui.ListProps
	query url.Values
	page  Page
	rules []ui.Option
}

func (v listView) chart(ctx context.Context) ui.ChartProps {
	c := ui.ChartProps{Title: i18n.T(ctx, "deadlines.list.chart"), LabelHead: i18n.T(ctx, "deadlines.list.when"), ValueHead: i18n.T(ctx, "deadlines.list.count")}
	for _, w := range Windows() {
		c.Bars = append(c.Bars, ui.Bar{Label: i18n.T(ctx, "deadlines.window."+string(w)), Value: v.page.Counts[w]})
	}
	return c
}

func (v listView) table(ctx context.Context, kinds *cases.Kinds) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("deadlines.list.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"case", "kind", "rule", "falls", "state", "assignee"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("deadlines.column." + key), Tight: key == "case" || key == "falls" || key == "state"})
	}
	for _, l := range v.page.Lines {
		title := l.Case.Kind
		if kind, err := kinds.Get(l.Case.Kind); err == nil {
			title = words.T(kind.Title)
		}
		assignee := l.Case.AssigneeName
		if assignee == "" {
			assignee = words.T("deadlines.nobody")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: l.Case.Label(), Href: "/work/cases/" + l.CaseID},
			{Text: title, Note: l.Case.SubjectName},
			{Text: words.T(l.Timer.Rule.Text + ".title"), Note: l.Timer.Rule.Paragraph},
			{Text: words.Date(l.Timer.Falls())},
			{Content: ui.Tag(status(ctx, l.Timer, v.page.Today))},
			{Text: assignee},
		}})
	}
	return t
}

func (v listView) departments() []ui.Option {
	var list []ui.Option
	for _, d := range v.page.Departments {
		list = append(list, ui.Option{Value: d.ID, Label: d.Name})
	}
	return list
}

func (v listView) hidden() []ui.HiddenValue {
	if w := v.query.Get("window"); w != "" {
		return []ui.HiddenValue{{Name: "window", Value: w}}
	}
	return nil
}

func (v listView) withFilter() ui.ListProps {
	p := v.props
	p.Filter = filterForm(v)
	return p
}

// tabs are the windows, each with how many there are.
func tabs(ctx context.Context, q url.Values, counts map[Window]int64) []ui.Tab {
	chosen := q.Get("window")
	list := []ui.Tab{{Label: i18n.T(ctx, "deadlines.window.all"), Href: "/work/deadlines?" + with(q, "window", ""), Current: !Window(chosen).Valid()}}
	for _, w := range Windows() {
		list = append(list, ui.Tab{
			Label: i18n.T(ctx, "deadlines.window."+string(w)), Href: "/work/deadlines?" + with(q, "window", string(w)),
			Current: chosen == string(w), Count: int(counts[w]),
		})
	}
	return list
}

// with returns the query with one value changed, from its first page.
func with(q url.Values, name, value string) string {
	out := url.Values{}
	for k, v := range q {
		if k != "page" && k != name && len(v) > 0 && v[0] != "" {
			out.Set(k, v[0])
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	return out.Encode()
}

func pagination(q url.Values, current int, more bool) ui.PaginationProps {
	if !more && current == 1 {
		return ui.PaginationProps{}
	}
	total := current
	if more {
		total++
	}
	return ui.PaginationProps{Current: current, Total: total, Href: func(n int) string { return "/work/deadlines?" + with(q, "page", strconv.Itoa(n)) }}
}
