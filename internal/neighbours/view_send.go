package neighbours

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// ownerless are the properties that the register has no owner of, or of a section of, as long
// as nobody there is notified.
func (v View) ownerless() (list []Line) {
	for _, l := range v.Lines {
		if l.Kind == Ownerless && !l.heard() && l.DeliveredOn.IsZero() {
			list = append(list, l)
		}
	}
	return list
}

// concealed are those of whom the register tells no more than that the address is secret, as
// long as they are not notified: the staff are told, since only they can find out who it is.
func (v View) concealed() (list []Line) {
	for _, l := range v.Lines {
		if l.Way == ByHand && !l.veiled && l.About.Protected && !l.heard() && l.DeliveredOn.IsZero() {
			list = append(list, l)
		}
	}
	return list
}

// sending tells how a notice goes out, to how many and until when.
func (v senderView) sending(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	hand := 0
	for _, l := range v.Lines {
		if l.Way == ByHand {
			hand++
		}
	}
	terms := []ui.Term{{Label: words.T("neighbours.confirm.to"), Value: words.T("neighbours.confirm.count", "count", len(v.Lines))}}
	if torg := len(v.Lines) - hand; torg > 0 {
		terms = append(terms, ui.Term{Label: words.T("neighbours.confirm.torg"), Value: words.T("neighbours.confirm.torg_text", "count", torg), Long: true})
	}
	if hand > 0 {
		terms = append(terms, ui.Term{Label: words.T("neighbours.confirm.hand"), Value: words.T("neighbours.confirm.hand_text", "count", hand), Long: true})
	}
	return append(terms, ui.Term{Label: words.T("neighbours.term.until"), Value: words.T("neighbours.write.deadline", "date", words.Date(Deadline(v.Today))), Long: true})
}

// toFill are the newest notices of the applications that are being filled in, one of each.
func (m Mine) toFill() (list []Notice) {
	for _, n := range m.Sent {
		if m.Filled[n.DraftID] && !slices.ContainsFunc(list, func(o Notice) bool { return o.DraftID == n.DraftID }) {
			list = append(list, n)
		}
	}
	return list
}
