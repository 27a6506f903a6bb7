package notify

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// heading names a message in the panel.
func (p Proof) heading(ctx context.Context) string {
	words := i18n.From(ctx)
	return words.T("notify.proof.heading", "subject", p.Subject, "name", p.Name, "at", words.DateTime(p.CreatedAt))
}

// timeline is what happened to a message, the newest first.
func (p Proof) timeline(ctx context.Context) []ui.TimelineEntry {
	words := i18n.From(ctx)
	entries := []ui.TimelineEntry{{At: p.CreatedAt, Title: words.T("notify.proof.inbox"), Kind: ui.Info, Icon: "folder"}}
	for _, s := range p.Steps {
		entries = append(entries, s.entries(ctx)...)
	}
	if p.Waiting {
		entries = append(entries, ui.TimelineEntry{At: p.CreatedAt, Title: words.T("notify.proof.waiting"), Kind: ui.Warning})
	}
	if !p.SeenAt.IsZero() {
		entries = append(entries, ui.TimelineEntry{At: p.SeenAt, Title: words.T("notify.receipt.seen"), Kind: ui.Success, Icon: "check"})
	}
	slices.SortStableFunc(entries, func(a, b ui.TimelineEntry) int { return b.At.Compare(a.At) })
	return entries
}

// entries are the receipts of one way. A way that has none yet shows where it
// stands.
func (s Step) entries(ctx context.Context) []ui.TimelineEntry {
	words := i18n.From(ctx)
	way := words.T("notify.channel." + string(s.Channel))
	if s.Shown != "" {
		way = words.T("notify.proof.way", "channel", way, "to", s.Shown)
	}
	list := make([]ui.TimelineEntry, 0, len(s.Receipts)+1)
	for _, r := range s.Receipts {
		if r.What == receiptFellBack {
			continue // the next entry says which way
		}
		text := words.T("notify.receipt." + r.What)
		if r.What == receiptBack {
			text += ": " + backTitle(words, r.Detail)
		}
		list = append(list, ui.TimelineEntry{At: r.At, Title: way, Text: text, Kind: kindOf(r.What)})
	}
	if len(list) == 0 {
		list = append(list, ui.TimelineEntry{At: s.CreatedAt, Title: way, Text: words.T("notify.state." + string(s.State)), Kind: ui.Info})
	}
	return list
}

// kindOf colours a receipt.
func kindOf(what string) ui.Kind {
	switch what {
	case receiptHandedOver, receiptDelivered, receiptPosted, receiptSeen:
		return ui.Success
	case receiptRefused, receiptGaveUp, receiptBounced, receiptBack:
		return ui.Danger
	case receiptDeferred:
		return ui.Warning
	}
	return ui.Info
}
