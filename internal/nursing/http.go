package nursing

import (
	"context"
	"net/http"
	"strconv"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const waitingPath = "/work/nursing-waiting"

// maxPages bounds how far an address can leaf.
const maxPages = 10_000

// Routes registers the pages of the nursing homes and of the waiting list.
func (s *Service) Routes(r *web.Routes) {
	s.Service.Routes(r)
	r.Page("GET "+waitingPath, PermWaiting, s.show)
	r.Page("GET "+waitingPath+"/{id}", PermWaiting, s.standing)
	r.Form("POST "+waitingPath+"/{id}/place", PermWaiting, s.give)
	r.Form("POST "+waitingPath+"/{id}/end", PermWaiting, s.end)
	r.Form("POST "+waitingPath+"/{id}/again", PermWaiting, s.again)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || number > maxPages {
		number = 1
	}
	list, err := s.WaitList(r.Context(), number)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "nursing.waiting.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "cases.nav.work"), Href: "/work"}, {Label: props.Title}}
	pages := ui.PaginationProps{}
	if total := (list.All + pageSize - 1) / pageSize; total > 1 {
		pages = ui.PaginationProps{Current: number, Total: total, Href: func(n int) string { return waitingPath + "?page=" + strconv.Itoa(n) }}
	}
	return web.Render(w, r, http.StatusOK, waitingPage(props, list, pages))
}

// needName is what a need is called; one that nobody has judged has a name too.
func needName(ctx context.Context, need string) string {
	if need == "" {
		need = "none"
	}
	return i18n.T(ctx, "nursing.need."+need)
}

// table shows who waits, who is next first.
func (w WaitList) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("nursing.waiting.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"person", "place", "case", "need", "stay", "since", "waited", "handle"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("nursing.waiting.column." + key), Numeric: key == "place" || key == "waited"})
	}
	for _, l := range w.Lines {
		since := clock.DateIn(l.Since)
		person := ui.Cell{Text: l.Case.SubjectName}
		if l.Deceased {
			person.Note = words.T("nursing.waiting.deceased")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			person,
			{Text: words.Number(int64(l.Place))},
			{Text: l.Case.Label(), Href: "/work/cases/" + l.CaseID},
			{Text: needName(ctx, l.Need)},
			{Text: words.T("nursing.stay." + l.Stay)},
			{Text: words.Date(since)},
			{Text: words.T("nursing.waiting.days", "count", max(0, since.DaysUntil(w.Today)))},
			{Text: words.T("nursing.leave.title_for", "name", l.Case.SubjectName), Href: waitingPath + "/" + l.CaseID},
		}})
	}
	return t
}

// namelessTable shows the places of cases that are anonymised.
func (w WaitList) namelessTable(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("nursing.nameless.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"nursing.waiting.column.case", "nursing.decision.home", "nursing.waiting.column.stay", "nursing.nameless.since", "nursing.waiting.column.handle"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(key)})
	}
	for _, n := range w.Nameless {
		home := n.Home
		if home == "" {
			home = words.T("nursing.result.list")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: n.Label, Href: "/work/cases/" + n.CaseID},
			{Text: home},
			{Text: words.T("nursing.stay." + n.Stay)},
			{Text: words.Date(clock.DateIn(n.Since))},
			{Text: words.T("nursing.nameless.free", "number", n.Label), Href: waitingPath + "/" + n.CaseID},
		}})
	}
	return t
}

// chart is how many wait with each need, those without first when there are any.
func (w WaitList) chart(ctx context.Context) ui.ChartProps {
	words := i18n.From(ctx)
	c := ui.ChartProps{Title: words.T("nursing.waiting.chart"), LabelHead: words.T("nursing.waiting.column.need"), ValueHead: words.T("nursing.waiting.count")}
	for _, need := range append([]string{""}, needs()...) {
		if need != "" || w.Counts[need] > 0 {
			c.Bars = append(c.Bars, ui.Bar{Label: needName(ctx, need), Value: w.Counts[need]})
		}
	}
	return c
}
