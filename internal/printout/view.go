package printout

import (
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/ui"
)

// about tells when it was sent, by whom and for whom.
func about(s Sent) []ui.Term {
	var list []ui.Term
	for _, f := range s.About.Fields(s.Words) {
		list = append(list, ui.Term{Label: f.Label, Value: f.Value})
	}
	return list
}

// terms are the questions that have an answer of their own; those of a group stand
// below, item by item.
func terms(rows []forms.SummaryRow) []ui.Term {
	var list []ui.Term
	for _, row := range rows {
		if len(row.Items) == 0 {
			list = append(list, ui.Term{Label: row.Question, Content: lines(row.Lines)})
		}
	}
	return list
}
