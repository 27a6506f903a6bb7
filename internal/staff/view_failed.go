package staff

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// jobWords names a kind of job. One that no text tells of, because it is newer
// than the texts, is some work; its name in the program stands beside it.
func jobWords(ctx context.Context, kind string) string {
	return textOr(ctx, "staff.failed.job."+kind, i18n.T(ctx, "staff.failed.some_job"))
}

// messageWords names a kind of message, or what it is about when no text tells of
// the kind itself.
func messageWords(ctx context.Context, kind string) string {
	about, _, _ := strings.Cut(kind, ".")
	about = textOr(ctx, "staff.failed.about."+about, i18n.T(ctx, "staff.failed.some_message"))
	return textOr(ctx, "staff.failed.message."+kind, about)
}

func failedJobTable(ctx context.Context, list []FailedJob) ui.TableProps {
	t := table(ctx, "staff.failed.jobs", "what", "id", "given_up", "attempts", "act")
	for _, j := range list {
		words := jobWords(ctx, j.Kind)
		t.Rows = append(t.Rows, ui.Row{ID: "job-" + j.ID, Cells: []ui.Cell{
			{Content: inOne(objectName(words, j.Kind))},
			{Content: code(j.ID)},
			{Text: i18n.From(ctx).DateTime(j.At)},
			{Text: strconv.Itoa(j.Attempts)},
			{Content: jobActs(retryButton(jobPath(j.ID, "retry"), words+", "+j.ID), jobPath(j.ID, "discard"), words+", "+j.ID)},
		}})
	}
	return t
}

func failedMessageTable(ctx context.Context, list []FailedMessage) ui.TableProps {
	t := table(ctx, "staff.failed.messages", "what", "id", "made", "attempts", "problem", "act")
	for _, m := range list {
		words := messageWords(ctx, m.Kind)
		t.Rows = append(t.Rows, ui.Row{ID: "message-" + m.ID, Cells: []ui.Cell{
			{Content: inOne(objectName(words, m.Kind))},
			{Content: code(m.ID)},
			{Text: i18n.From(ctx).DateTime(m.At)},
			{Text: strconv.Itoa(m.Attempts)},
			{Content: inOne(roleLines(messageProblem(ctx, m)))},
			messageAct(words, m),
		}})
	}
	return t
}

// messageProblem tells what is wrong with a message: how it stands, and the code
// that the other side gave.
func messageProblem(ctx context.Context, m FailedMessage) []string {
	lines := []string{textOr(ctx, "staff.failed.state."+string(m.State), string(m.State))}
	if m.Code != "" {
		lines = append(lines, textOr(ctx, "staff.failed.code."+m.Code, i18n.T(ctx, "staff.failed.answer", "code", m.Code)))
	}
	return lines
}

func messageAct(words string, m FailedMessage) ui.Cell {
	if !m.Mendable {
		return ui.Cell{Text: "–"}
	}
	return ui.Cell{Content: retryButton(failedPath+"/messages/"+url.PathEscape(m.ID)+"/retry", words+", "+m.ID)}
}

// named gives a button or link that stands in every row a name of its own, which
// begins with what can be seen (WCAG 2.2, 2.5.3).
func named(ctx context.Context, key, what string) templ.Attributes {
	return templ.Attributes{"aria-label": i18n.T(ctx, key) + ": " + what}
}
