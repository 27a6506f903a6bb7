package mypage

import (
	"context"
	"net/http"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func caseProps(w http.ResponseWriter, r *http.Request, v cases.View) ui.CaseProps {
	ctx, c := r.Context(), v.Case
	words := i18n.From(ctx)
	props := web.Props(w, r, ui.Resident, words.T(v.Kind.Title))
	props.Breadcrumbs = crumbs(ctx, c, "")
	base := "/my/cases/" + c.ID
	worker := c.AssigneeName
	if worker == "" {
		worker = words.T("cases.nobody")
	}
	return ui.CaseProps{
		Page: props, Number: c.Label(), Status: cases.Tag(ctx, c), Timeline: cases.Timeline(ctx, v),
		Documents: cases.Documents(ctx, v, base), LiveURL: base + "/live", Next: next(v),
		Details: []ui.Term{
			{Label: words.T("cases.detail.subject"), Value: c.SubjectName},
			{Label: words.T("cases.column.received"), Value: words.DateTime(c.ReceivedAt)},
			{Label: words.T("cases.column.assignee"), Value: worker},
		},
		Aside: asideLinks(v),
	}
}

// question is the last question that the municipality has asked.
func question(v cases.View) string {
	for i := len(v.Entries) - 1; i >= 0; i-- {
		if v.Entries[i].Kind == cases.EntryAsked {
			return v.Entries[i].Text
		}
	}
	return ""
}

func caseCards(ctx context.Context, list []cases.Case, kinds *cases.Kinds) []ui.LinkCardProps {
	words := i18n.From(ctx)
	cards := make([]ui.LinkCardProps, 0, len(list))
	for _, c := range list {
		title := c.Kind
		icon := "folder"
		if kind, err := kinds.Get(c.Kind); err == nil {
			title, icon = words.T(kind.Title), kind.Icon
		}
		cards = append(cards, ui.LinkCardProps{
			Title: title, Href: "/my/cases/" + c.ID, Icon: icon, Status: cases.Tag(ctx, c),
			Text: words.T("mypage.case.line", "number", c.Label(), "subject", c.SubjectName, "date", words.Date(clock.DateIn(c.ReceivedAt))),
		})
	}
	return cards
}

func languages(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, l := range i18n.Offered() {
		list = append(list, ui.Option{Value: string(l), Label: i18n.T(ctx, "i18n.lang."+string(l))})
	}
	return list
}

func draftTitle(ctx context.Context, d forms.DraftInfo, kinds *cases.Kinds) string {
	if kind, ok := kinds.ByForm(d.Form); ok {
		return i18n.T(ctx, kind.Title)
	}
	return d.Form
}

// paragraphs are those of a message, without the address of the case, which the
// page links to, and the e-mail's own signature (RFC 3676 section 4.3).
func paragraphs(text string) []string {
	var list []string
	text, _, _ = strings.Cut(text, "\n-- \n")
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" && !strings.Contains(part, "://") {
			list = append(list, part)
		}
	}
	return list
}

// answerVariant makes the button stand out while the municipality waits for it.
func answerVariant(v cases.View) ui.Variant {
	if v.Case.Status == cases.Waiting {
		return ui.Primary
	}
	return ui.Secondary
}
