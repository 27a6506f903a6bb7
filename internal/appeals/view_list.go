package appeals

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// list shows the appeals.
func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	number := pageNumber(q)
	f := Filter{State: State(q.Get("state")), Kind: q.Get("kind"), Department: q.Get("department"), Assignee: q.Get("assignee"), Offset: (number - 1) * pageSize}
	if f.Assignee == "me" {
		f.Assignee = actorID(ctx)
	}
	page, err := p.List(ctx, f)
	if err != nil {
		return err
	}
	v := listView{query: q, page: page, kinds: p.Cases.Kinds(), arranges: p.arranges(ctx, "") == nil}
	v.props = ui.ListProps{
		Page: web.Props(w, r, ui.Staff, i18n.T(ctx, "appeals.list.title")), Intro: i18n.T(ctx, "appeals.list.intro"), Tabs: tabs(ctx, q, page.Counts),
		Summary: i18n.T(ctx, "appeals.list.summary", "count", len(page.Lines)), Pages: pagination(q, number, page.More),
	}
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// maxPages bounds how far one can leaf: a filter is the better way.
const maxPages = 200

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), maxPages)
}

type listView struct {
	props    ui.ListProps
	query    url.Values
	page     Page
	kinds    *cases.Kinds
	arranges bool
}

func (v listView) withFilter() ui.ListProps {
	props := v.props
	props.Filter = filterForm(v)
	if v.arranges {
		props.Actions = bodiesLink()
	}
	return props
}

func (v listView) hidden() []ui.HiddenValue {
	if state := v.query.Get("state"); state != "" {
		return []ui.HiddenValue{{Name: "state", Value: state}}
	}
	return nil
}

func (v listView) kindOptions(ctx context.Context) (list []ui.Option) {
	for _, k := range v.kinds.All() {
		if k.Undecided() {
			continue
		}
		list = append(list, ui.Option{Value: k.Key, Label: i18n.T(ctx, k.Title)})
	}
	return list
}

func (v listView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("appeals.list.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"case", "appellant", "kind", "state", "lodged", "prepare", "assignee"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("appeals.column." + key), Tight: key == "case" || key == "state" || key == "lodged"})
	}
	for _, l := range v.page.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: l.Case.Label(), Href: "/work/appeals/" + l.ID},
			{Text: l.AppellantName, Note: lateNote(words, l.Appeal)},
			{Text: kindTitle(words, v.kinds, l.Kind)},
			{Content: ui.Tag(stateTag(ctx, l.Appeal))},
			{Text: words.Date(clock.DateIn(l.LodgedAt))},
			{Text: prepareText(words, l.Prepare, v.page.Today)},
			{Text: first(l.Case.AssigneeName, words.T("appeals.nobody"))},
		}})
	}
	return t
}

func lateNote(words *i18n.Localizer, a Appeal) string {
	if a.Late && !a.LateAccepted && a.State == Received {
		return words.T("appeals.late_note")
	}
	return ""
}

func prepareText(words *i18n.Localizer, d *deadlines.Deadline, today clock.Date) string {
	if d == nil {
		return ""
	}
	return words.T("appeals.prepare_by", "date", words.Date(d.Timer.Falls()), "count", d.Timer.Left(today))
}

func kindTitle(words *i18n.Localizer, kinds *cases.Kinds, key string) string {
	kind, err := kinds.Get(key)
	if err != nil {
		return key
	}
	return words.T(kind.Title)
}

// tabs are the states, each with how many there are.
func tabs(ctx context.Context, q url.Values, counts map[State]int64) []ui.Tab {
	chosen := State(q.Get("state"))
	list := []ui.Tab{{Label: i18n.T(ctx, "appeals.list.open"), Href: "/work/appeals?" + with(q, "state", ""), Current: !chosen.Valid(), Count: int(counts[""])}}
	for _, state := range States() {
		list = append(list, ui.Tab{
			Label: i18n.T(ctx, "appeals.state."+string(state)), Href: "/work/appeals?" + with(q, "state", string(state)), Current: chosen == state, Count: int(counts[state]),
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
	return ui.PaginationProps{Current: current, Total: total, Href: func(n int) string { return "/work/appeals?" + with(q, "page", strconv.Itoa(n)) }}
}
