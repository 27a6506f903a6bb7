package ui

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// StoryProps is what the storybook needs from its surroundings.
type StoryProps struct {
	Page PageProps
	// Languages shows one example in each; the rest is in the reader's.
	Languages []*i18n.Localizer
	// PageURL is where StoryPage is served, by name; no links when nil.
	PageURL func(name string) string
}

// StoryPages returns the names of the composite pages in the storybook.
func StoryPages() []string {
	return []string{"front", "list", "case", "form", "errors", "confirm", "error", "offline"}
}

// StoryPage returns a composite page with made-up content, or nil when the name
// is unknown.
func StoryPage(name string, p PageProps) templ.Component {
	switch name {
	case "front":
		return storyFront(p)
	case "list":
		return storyList(p)
	case "case":
		return storyCase(p)
	case "form":
		return storyForm(p, nil)
	case "errors":
		return storyForm(p, []string{"name", "born"})
	case "confirm":
		return storyConfirm(p)
	case "error":
		return storyError(p)
	case "offline":
		return OfflinePage(p)
	default:
		return nil
	}
}

// say returns a text of the storybook.
func say(ctx context.Context, key string) string { return i18n.T(ctx, "ui.story."+key) }

// inLanguage renders a component in another language than the page's.
func inLanguage(l *i18n.Localizer, c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(i18n.With(ctx, l), w)
	})
}

func storySections() []string {
	return []string{
		"text", "buttons", "messages", "tags", "fields", "choices", "upload", "groups", "errors", "cards",
		"help", "terms", "tables", "timeline", "documents", "steps", "navigation", "chart", "dialog", "languages",
	}
}

func storyAt(hour int) time.Time {
	return clock.NewDate(2026, time.March, 12).Start().Add(time.Duration(hour) * time.Hour)
}

func storyOptions(ctx context.Context) []Option {
	return []Option{
		{Value: "full", Label: say(ctx, "option.full"), Hint: say(ctx, "option.full_hint")},
		{Value: "part", Label: say(ctx, "option.part")},
		{Value: "closed", Label: say(ctx, "option.closed"), Disabled: true},
	}
}

func storyTable(ctx context.Context) TableProps {
	t := TableProps{
		Caption: say(ctx, "table.caption"), RowHeader: true,
		Columns: []Column{
			{Label: say(ctx, "table.case"), SortHref: "#tables", Sorted: "ascending"},
			{Label: say(ctx, "table.status")},
			{Label: say(ctx, "table.deadline"), SortHref: "#tables"},
			{Label: say(ctx, "table.days"), Numeric: true},
		},
	}
	for i, status := range []Status{StatusReceived, StatusWorking, StatusWaiting, StatusDone} {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: "2026/" + strconv.Itoa(114+i) + " " + say(ctx, "table.name"), Href: "#tables"},
			{Content: Tag(TagProps{Status: status})},
			{Text: i18n.From(ctx).Date(clock.NewDate(2026, time.April, 3+i))},
			{Text: i18n.From(ctx).Number(int64(7 * (i + 1)))},
		}})
	}
	return t
}

func storyTimeline(ctx context.Context) []TimelineEntry {
	return []TimelineEntry{
		{At: storyAt(14), Title: say(ctx, "event.decided"), By: "Kari Nordmann", Kind: Success, Icon: "check", Text: say(ctx, "event.decided_text")},
		{At: storyAt(10), Title: say(ctx, "event.asked"), By: "Kari Nordmann", Kind: Warning, Icon: "message"},
		{At: storyAt(9), Title: say(ctx, "event.received"), Icon: "download"},
	}
}

func storyDocuments(ctx context.Context) []Document {
	return []Document{
		{Name: say(ctx, "document.letter") + ".pdf", Href: "#documents", Bytes: 84_000, Date: i18n.From(ctx).Date(clock.NewDate(2026, time.March, 12))},
		{Name: say(ctx, "document.application") + ".pdf", Href: "#documents", Bytes: 1_240_000, Note: say(ctx, "document.note"), Status: TagProps{Status: StatusReceived}},
		{Name: strings.Repeat("legeerklæring_", 5) + ".pdf", Bytes: 96_000, RemoveName: "remove", RemoveValue: "d3"},
	}
}

func storyTerms(ctx context.Context) []Term {
	return []Term{
		{Label: say(ctx, "term.applicant"), Value: "Ola Nordmann"},
		{Label: say(ctx, "term.child"), Value: "Ada Nordmann"},
		{Label: say(ctx, "term.start"), Value: i18n.From(ctx).Date(clock.NewDate(2026, time.August, 17))},
		{Label: say(ctx, "term.status"), Content: Tag(TagProps{Status: StatusWorking})},
	}
}

func storySteps(ctx context.Context) []Step {
	return []Step{
		{Label: say(ctx, "step.child"), Href: "#steps", State: StepDone},
		{Label: say(ctx, "step.family"), Href: "#steps", State: StepWrong},
		{Label: say(ctx, "step.wishes"), State: StepCurrent},
		{Label: say(ctx, "step.attachments")},
		{Label: say(ctx, "step.send")},
	}
}

func storyServices(ctx context.Context) []LinkCardProps {
	icons := []string{"kindergarten", "school", "heart", "building", "message", "document"}
	cards := make([]LinkCardProps, 0, len(icons))
	for _, icon := range icons {
		cards = append(cards, LinkCardProps{
			Title: say(ctx, "service."+icon), Text: say(ctx, "service."+icon+"_text"), Href: "#" + icon, Icon: icon,
		})
	}
	cards[0].Meta = say(ctx, "service.deadline")
	return cards
}

func storyBars(ctx context.Context) ChartProps {
	return ChartProps{Title: say(ctx, "chart.title"), Bars: []Bar{
		{Label: "Solbakken", Value: 48}, {Label: "Fjordgløtt", Value: 31}, {Label: "Nordlys", Value: 1240}, {Label: "Tunet", Value: 0},
	}}
}

func storyErrors(ctx context.Context, names []string) Errors {
	var list Errors
	for _, name := range names {
		list = append(list, FieldError{Name: name, Text: say(ctx, "error."+name)})
	}
	return list
}

func storyPage(p PageProps, title string, crumbs ...Crumb) PageProps {
	p.Title, p.Breadcrumbs = title, crumbs
	return p
}
