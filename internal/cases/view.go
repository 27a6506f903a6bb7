package cases

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
		if c.Outcome == OutcomeLapsed {
			key = c.Outcome
		}
	case Decided, Closed:
		status = ui.StatusDone
		if c.Outcome != "" { // a case that ended without a decision is only over
			key = c.Outcome
		}
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

// staffTag is Tag as the staff see it: they know that a decision waits.
func staffTag(ctx context.Context, c Case) ui.TagProps {
	if c.ProposedBy != "" && c.Status.Open() {
		return ui.TagProps{Label: i18n.T(ctx, "cases.status."+keyProposed), Status: ui.StatusWaiting}
	}
	return Tag(ctx, c)
}

// Timeline tells what has happened, the newest first, for staff or party.
func Timeline(ctx context.Context, v View) []ui.TimelineEntry {
	list := make([]ui.TimelineEntry, 0, len(v.Entries))
	for i := len(v.Entries) - 1; i >= 0; i-- {
		e := v.Entries[i]
		entry := ui.TimelineEntry{At: e.At, Title: i18n.T(ctx, "cases.entry."+string(e.Kind)), By: e.ActorName, Kind: entryKind(e), Icon: entryIcon(e), Text: e.Text}
		if e.Came != "" {
			entry.Title = i18n.T(ctx, "cases.entry.came."+string(e.Came), "what", entry.Title)
		}
		if entry.Text == entry.By {
			entry.Text = "" // who took the case is told already
		}
		if len(e.Mentions) > 0 {
			entry.Content = mentioned(e.Mentions)
		}
		if e.BehalfName != "" {
			entry.By = i18n.T(ctx, "cases.entry.by_for", "by", e.ActorName, "for", e.BehalfName)
		}
		switch e.Kind {
		case EntryDecided, EntryProposed:
			entry.Text = i18n.T(ctx, "cases.status."+e.Text)
		case EntryLetter:
			entry.By = ""
		case EntryReceived, EntrySigned, EntryAssigned, EntryReleased, EntryAsked, EntryAnswered, EntryNoted, EntryAccepted, EntryDeclined, EntryWithdrawn,
			EntryPartyAdded, EntryPartyEnded, EntryApplicant, EntrySentBack, EntryApproved, EntryRefused, EntryLapsed, EntryAnonymised:
		}
		list = append(list, entry)
	}
	return list
}

func entryKind(e Entry) ui.Kind {
	switch e.Kind {
	case EntryAsked, EntrySentBack, EntryRefused:
		return ui.Warning
	case EntryDecided, EntryLetter, EntryAccepted, EntryApproved:
		return ui.Success
	case EntryReceived, EntrySigned, EntryAssigned, EntryReleased, EntryAnswered, EntryNoted, EntryDeclined, EntryWithdrawn,
		EntryPartyAdded, EntryPartyEnded, EntryApplicant, EntryProposed, EntryLapsed, EntryAnonymised:
	}
	return ui.Info
}

func entryIcon(e Entry) string {
	switch e.Kind {
	case EntryReceived:
		return "download"
	case EntryAssigned, EntryPartyAdded, EntryPartyEnded, EntryApplicant:
		return "person"
	case EntryReleased, EntrySentBack:
		return "arrow-left"
	case EntryProposed:
		return "clock"
	case EntryAsked, EntryAnswered:
		return "message"
	case EntryNoted, EntrySigned:
		return "pencil"
	case EntryLetter:
		return "document"
	case EntryDeclined, EntryWithdrawn, EntryRefused, EntryLapsed, EntryAnonymised:
		return "cross"
	case EntryDecided, EntryAccepted, EntryApproved:
	}
	return "check"
}

// Documents lists the case's documents with links below base.
func Documents(ctx context.Context, v View, base string) []ui.Document {
	list := make([]ui.Document, 0, len(v.Documents))
	for _, d := range v.Documents {
		item := ui.Document{Name: d.Name, Href: base + "/documents/" + d.ID, Bytes: d.Size, Date: i18n.From(ctx).Date(clock.DateIn(d.CreatedAt))}
		var notes []string
		for i, n := range d.Notices(!v.Party) {
			switch {
			case i > 0:
				notes = append(notes, i18n.T(ctx, n.Key))
			case n.Warning:
				item.Status = ui.TagProps{Label: i18n.T(ctx, n.Key), Color: ui.TagWarning}
			default:
				item.Status = ui.TagProps{Label: i18n.T(ctx, n.Key)}
			}
		}
		if v.handout.Document(d.ID) {
			item.Href, notes = "", append(notes, i18n.T(ctx, "cases.withheld"))
		}
		item.Note = strings.Join(notes, ". ")
		list = append(list, item)
	}
	return list
}

func (p *pages) listProps(w http.ResponseWriter, r *http.Request, q url.Values, page Page) listView {
	ctx := r.Context()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "cases.list.title"))
	v := listView{
		query: q, kinds: p.kinds.All(), empty: len(page.Cases) == 0,
		props: ui.ListProps{
			Page: props, Intro: i18n.T(ctx, "cases.list.intro"), Tabs: tabs(ctx, q, page.Open),
			Summary: summary(ctx, page), Actions: mentionsLink(page.Mentions),
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

// summary tells how many cases are shown and how many are open.
func summary(ctx context.Context, page Page) string {
	open, key := int64(0), "cases.list.summary"
	for _, n := range page.Open {
		if n.Key == keyProposed {
			continue // these are in progress too
		}
		open += n.Count
		if n.Capped() {
			key = "cases.list.summary_many"
		}
	}
	return i18n.T(ctx, key, "count", len(page.Cases), "open", i18n.From(ctx).Number(open))
}

// tabs are the open cases by status, each with how many there are.
func tabs(ctx context.Context, q url.Values, counts []Count) []ui.Tab {
	chosen := q.Get("status")
	list := []ui.Tab{{Label: i18n.T(ctx, "cases.list.open"), Href: "/work?" + with(q, "status", ""), Current: chosen == ""}}
	for _, key := range []string{string(Received), string(InProgress), string(Waiting), keyProposed, string(Decided), string(Closed), string(Withdrawn)} {
		tab := ui.Tab{Label: i18n.T(ctx, "cases.status."+key), Href: "/work?" + with(q, "status", key), Current: chosen == key}
		for _, n := range counts {
			if n.Key == key {
				tab.Count = int(n.Count)
			}
			if n.Key == key && n.Capped() {
				tab.Label, tab.Count = i18n.T(ctx, "cases.list.more_than", "what", tab.Label, "count", i18n.From(ctx).Number(n.Count-1)), 0
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
			{Content: pick(c)},
			who,
			{Text: title},
			{Content: ui.Tag(staffTag(ctx, c))},
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
		Page: props, Number: c.Label(), Status: staffTag(ctx, c), Details: p.details(ctx, v), Timeline: Timeline(ctx, v),
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
