package cases

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Tag shows where a case is, with a word, a colour and a sign.
func Tag(ctx context.Context, c Case) ui.TagProps {
	key, status := string(c.Status), ui.StatusReceived
	switch c.Status {
	case Received:
	case InProgress:
		status = ui.StatusWorking
	case Waiting:
		status = ui.StatusWaiting
	case Withdrawn:
		status = ui.StatusClosed
	case Decided, Closed:
		key, status = c.Outcome, ui.StatusDone
		if c.Outcome == OutcomeRefused {
			status = ui.StatusRefused
		}
		if c.Answer != "" {
			key = string(c.Answer)
		}
		if c.Answer == Declined {
			status = ui.StatusClosed
		}
	}
	return ui.TagProps{Label: i18n.T(ctx, "cases.status."+key), Status: status}
}

// Timeline tells what has happened, the newest first, for staff or party.
func Timeline(ctx context.Context, v View) []ui.TimelineEntry {
	list := make([]ui.TimelineEntry, 0, len(v.Entries))
	for i := len(v.Entries) - 1; i >= 0; i-- {
		e := v.Entries[i]
		entry := ui.TimelineEntry{At: e.At, Title: i18n.T(ctx, "cases.entry."+string(e.Kind)), By: e.ActorName, Kind: entryKind(e), Icon: entryIcon(e), Text: e.Text}
		if entry.Text == entry.By {
			entry.Text = "" // who took the case is told already
		}
		if e.BehalfName != "" {
			entry.By = i18n.T(ctx, "cases.entry.by_for", "by", e.ActorName, "for", e.BehalfName)
		}
		switch e.Kind {
		case EntryDecided:
			entry.Text = i18n.T(ctx, "cases.status."+e.Text)
		case EntryLetter:
			entry.By = ""
		case EntryReceived, EntryAssigned, EntryReleased, EntryAsked, EntryAnswered, EntryNoted, EntryAccepted, EntryDeclined, EntryWithdrawn,
			EntryPartyAdded, EntryPartyEnded, EntryApplicant:
		}
		list = append(list, entry)
	}
	return list
}

func entryKind(e Entry) ui.Kind {
	switch e.Kind {
	case EntryAsked:
		return ui.Warning
	case EntryDecided, EntryLetter, EntryAccepted:
		return ui.Success
	case EntryReceived, EntryAssigned, EntryReleased, EntryAnswered, EntryNoted, EntryDeclined, EntryWithdrawn,
		EntryPartyAdded, EntryPartyEnded, EntryApplicant:
	}
	return ui.Info
}

func entryIcon(e Entry) string {
	switch e.Kind {
	case EntryReceived:
		return "download"
	case EntryAssigned, EntryPartyAdded, EntryPartyEnded, EntryApplicant:
		return "person"
	case EntryReleased:
		return "arrow-left"
	case EntryAsked, EntryAnswered:
		return "message"
	case EntryNoted:
		return "pencil"
	case EntryLetter:
		return "document"
	case EntryDeclined, EntryWithdrawn:
		return "cross"
	case EntryDecided, EntryAccepted:
	}
	return "check"
}

// Documents lists the case's documents with links below base.
func Documents(ctx context.Context, v View, base string) []ui.Document {
	list := make([]ui.Document, 0, len(v.Documents))
	for _, d := range v.Documents {
		item := ui.Document{Name: d.Name, Href: base + "/documents/" + d.ID, Bytes: d.Size, Date: i18n.From(ctx).Date(clock.DateIn(d.CreatedAt))}
		if d.Scan == blob.Unscanned && !v.Party {
			item.Status = ui.TagProps{Label: i18n.T(ctx, "cases.document.unscanned"), Color: ui.TagWarning}
		}
		list = append(list, item)
	}
	return list
}

func (p *pages) listProps(w http.ResponseWriter, r *http.Request, q url.Values, page Page) listView {
	ctx := r.Context()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "cases.list.title"))
	open := int64(0)
	for _, n := range page.Open {
		open += n.Count
	}
	v := listView{
		query: q, kinds: p.kinds.All(), empty: len(page.Cases) == 0,
		props: ui.ListProps{
			Page: props, Intro: i18n.T(ctx, "cases.list.intro"), Tabs: tabs(ctx, q, page.Open),
			Summary: i18n.T(ctx, "cases.list.summary", "count", len(page.Cases), "open", i18n.From(ctx).Number(open)),
		},
	}
	current := pageNumber(q)
	if page.More || current > 1 {
		total := current
		if page.More {
			total++
		}
		v.props.Pages = ui.PaginationProps{Current: current, Total: total, Href: func(n int) string { return "/work?" + with(q, "page", strconv.Itoa(n)) }}
	}
	return v
}

// tabs are the open cases by status, each with how many there are.
func tabs(ctx context.Context, q url.Values, counts []Count) []ui.Tab {
	chosen := q.Get("status")
	list := []ui.Tab{{Label: i18n.T(ctx, "cases.list.open"), Href: "/work?" + with(q, "status", ""), Current: chosen == ""}}
	for _, s := range Statuses() {
		tab := ui.Tab{Label: i18n.T(ctx, "cases.status."+string(s)), Href: "/work?" + with(q, "status", string(s)), Current: chosen == string(s)}
		for _, n := range counts {
			if n.Key == string(s) {
				tab.Count = int(n.Count)
			}
		}
		list = append(list, tab)
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

func listTable(ctx context.Context, list []Case, kinds *Kinds) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, "cases.list.title"), HideCaption: true, RowHeader: true, Empty: i18n.T(ctx, "cases.list.empty")}
	for _, key := range []string{"number", "subject", "kind", "status", "assignee", "received"} {
		t.Columns = append(t.Columns, ui.Column{Label: i18n.T(ctx, "cases.column."+key), Tight: key == "number" || key == "status" || key == "received"})
	}
	words := i18n.From(ctx)
	for _, c := range list {
		title := c.Kind
		if kind, err := kinds.Get(c.Kind); err == nil {
			title = words.T(kind.Title)
		}
		who := ui.Cell{Text: c.SubjectName}
		if c.Subject != c.Applicant {
			who.Note = words.T("cases.list.applicant", "name", c.ApplicantName)
		}
		assignee := c.AssigneeName
		if assignee == "" {
			assignee = words.T("cases.nobody")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: c.Label(), Href: "/work/cases/" + c.ID},
			who,
			{Text: title},
			{Content: ui.Tag(Tag(ctx, c))},
			{Text: assignee},
			{Text: words.Date(clock.DateIn(c.ReceivedAt))},
		}})
	}
	return t
}

func (p *pages) caseProps(w http.ResponseWriter, r *http.Request, v View) ui.CaseProps {
	ctx, c := r.Context(), v.Case
	title := i18n.T(ctx, v.Kind.Title) + ": " + c.SubjectName
	props := web.Props(w, r, ui.Staff, title)
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: c.Label()}}
	return ui.CaseProps{
		Page: props, Number: c.Label(), Status: Tag(ctx, c), Details: p.details(ctx, v), Timeline: Timeline(ctx, v),
		Documents: Documents(ctx, v, "/work/cases/"+c.ID), LiveURL: "/work/cases/" + c.ID + "/live",
	}
}

func (p *pages) details(ctx context.Context, v View) []ui.Term {
	words, c := i18n.From(ctx), v.Case
	assignee := c.AssigneeName
	if assignee == "" {
		assignee = words.T("cases.nobody")
	}
	terms := []ui.Term{
		{Label: words.T("cases.column.applicant"), Value: c.ApplicantName},
		{Label: words.T("cases.detail.subject"), Value: c.SubjectName},
		{Label: words.T("cases.column.assignee"), Value: assignee},
		{Label: words.T("cases.column.received"), Value: words.DateTime(c.ReceivedAt)},
		{Label: words.T("cases.detail.language"), Value: words.T("i18n.lang." + string(c.Lang))},
	}
	if c.Restricted {
		terms = append(terms, ui.Term{Label: words.T("cases.detail.protection"), Value: words.T("cases.detail.protected")})
	}
	return terms
}

// preview is the letter as text, beside the editor.
func (p *pages) preview(draft Draft) []Term {
	words := p.Bundle.For(draft.Case.Lang)
	d := draft.Decision
	if d.Outcome == "" {
		return nil
	}
	list := []Term{{Label: words.T("cases.letter.decision"), Value: words.T("cases.letter.outcome." + d.Outcome)}}
	list = append(list, draft.Terms...)
	for _, part := range []Term{
		{Label: words.T("cases.letter.basis"), Value: d.LegalBasis},
		{Label: words.T("cases.letter.reasons"), Value: d.Reasons},
		{Label: words.T("cases.letter.appeal_heading"), Value: d.Appeal},
	} {
		if strings.TrimSpace(part.Value) != "" {
			list = append(list, part)
		}
	}
	return list
}
