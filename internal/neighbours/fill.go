package neighbours

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// The questions of the application that a notice answers.
const (
	fieldNotice   = "notice"
	fieldNotices  = "notices"
	fieldWhyNot   = "no_notice_why"
	fieldReceipts = "notice_receipts"
)

// The limits of the form's answers.
const (
	maxItems    = 40
	maxItemText = 80
	maxItemName = 120
	maxWhyNot   = 1000
)

// writable reports whether a notice belongs to an application that is still being
// filled in.
func (s *Service) writable(ctx context.Context, tx *store.Tx, n Notice) (bool, error) {
	if n.DraftID == "" || n.CaseID != "" {
		return false, nil
	}
	d, err := s.Forms.Draft(ctx, tx, n.DraftID)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil && d.SubmittedAt.IsZero(), err
}

// fill writes who is notified and what they have answered in the application, so
// that nobody types it, and what it is judged by is what was said. Whoever has the
// page open sees it the next time it is saved.
func (s *Service) fill(ctx context.Context, tx *store.Tx, n Notice, list []Recipient) error {
	if writable, err := s.writable(ctx, tx, n); err != nil || !writable {
		return err
	}
	d, err := s.Forms.Draft(ctx, tx, n.DraftID)
	if err != nil {
		return err
	}
	if n.State == Exempt {
		return s.answer(ctx, tx, d, map[string]any{fieldNotice: "exempt", fieldWhyNot: short(n.Texts.Reason, maxWhyNot)})
	}
	all := items(n, list)
	others, err := s.ofDraft(ctx, tx, n.DraftID)
	if err != nil {
		return err
	}
	for _, other := range others { // what was notified before the works were changed
		if other.ID == n.ID || other.State != Sent {
			continue
		}
		recipients, err := s.recipients(ctx, tx, other.ID)
		if err != nil {
			return err
		}
		all = append(all, items(other, recipients)...)
	}
	if len(all) == 0 {
		return nil // nobody is notified yet
	}
	return s.answer(ctx, tx, d, map[string]any{fieldNotice: "yes", fieldNotices: all[:min(len(all), maxItems)]})
}

// Renew writes the answers once more as the application is sent, in the transaction
// of the sending: what stands there is what the neighbours said.
func (s *Service) Renew(ctx context.Context, tx *store.Tx, o applications.Opened) error {
	if o.Draft.Form != s.Form {
		return nil
	}
	list, err := s.ofDraft(ctx, tx, o.Draft.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.State == Draft {
			continue
		}
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		if n.State == Exempt {
			n.Texts.Reason = exemptText(s.wordsOf(ctx), n)
		}
		return s.fill(ctx, tx, n, recipients)
	}
	return nil
}

// exemptText is the exemption as the application tells it.
func exemptText(words *i18n.Localizer, n Notice) string {
	return words.T("neighbours.exempted_on", "date", words.Date(clock.DateIn(n.UpdatedAt)), "reason", n.Texts.Reason)
}

// answer puts values among the answers of a draft, and leaves her who writes it on
// the page where she was.
func (s *Service) answer(ctx context.Context, tx *store.Tx, d forms.Draft, values map[string]any) error {
	definition, err := s.Forms.Definition(ctx, tx, d.Form, d.FormVersion)
	if err != nil {
		return err
	}
	page := definition.PageOf(fieldNotice)
	if page == nil {
		return nil // an older or an own version of the form, which does not ask
	}
	given := forms.Answers{Values: maps.Clone(d.Answers.Values), Typed: maps.Clone(d.Answers.Typed)}
	maps.Copy(given.Values, values)
	maps.DeleteFunc(given.Typed, func(name, _ string) bool {
		field, _, _ := strings.Cut(name, "[")
		_, ours := values[field]
		return ours
	})
	was := d.Page
	if d, err = s.Forms.SavePage(ctx, tx, d.ID, d.Version, page.ID, given); err != nil {
		return err
	}
	if was == page.ID || definition.Page(was) == nil {
		return nil
	}
	_, err = s.Forms.SavePage(ctx, tx, d.ID, d.Version, was, d.Answers)
	return err
}

// items are those who are notified as the form lists them, those with remarks
// first: it takes so many and no more.
func items(n Notice, list []Recipient) []any {
	all := make([]any, 0, len(list))
	for _, r := range slices.SortedStableFunc(slices.Values(list), func(a, b Recipient) int { return rank(a) - rank(b) }) {
		sent := clock.DateIn(n.SentAt)
		if r.Way == ByHand {
			sent = r.DeliveredOn
		}
		if sent.IsZero() || len(all) == maxItems {
			continue
		}
		all = append(all, map[string]any{
			"property": short(r.Property(), maxItemText), "name": short(r.About.Name, maxItemName), "sent_on": sent.String(),
			"how": howOf(r), "answer": map[Answer]string{Consents: "agrees", Remarks: "remark"}[r.Answer],
		})
		if item, _ := all[len(all)-1].(map[string]any); item["answer"] == "" {
			item["answer"] = "none"
		}
	}
	return all
}

func rank(r Recipient) int {
	if r.Answer == Remarks {
		return 0
	}
	return 1
}

// howOf is the way a neighbour was notified, as the form asks. What the
// municipality sends is one way for all: which way each can be reached is not the
// developer's to know.
func howOf(r Recipient) string {
	if r.Way == ByHand {
		return r.About.Brought
	}
	return "digital"
}

// short is a text of at most so many characters.
func short(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
