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
	// What allows building near the boundary, and the proof of the neighbour's consent
	// (plan- og bygningsloven § 29-4 third paragraph a).
	fieldGround  = "near_ground"
	fieldConsent = "near_consent"
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
		return s.answer(ctx, tx, d, fieldNotice, map[string]any{fieldNotice: "exempt", fieldWhyNot: short(n.Texts.Reason, maxWhyNot)})
	}
	all, err := s.itemsOf(ctx, tx, n, list)
	if err != nil {
		return err
	}
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
		more, err := s.itemsOf(ctx, tx, other, recipients)
		if err != nil {
			return err
		}
		all = append(all, more...)
	}
	if len(all) == 0 {
		return nil // nobody is notified yet
	}
	return s.answer(ctx, tx, d, fieldNotice, map[string]any{fieldNotice: "yes", fieldNotices: all[:min(len(all), maxItems)]})
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

// answer puts values among the answers of a draft, on the page that asks a question,
// and leaves her who writes it on the page where she was.
func (s *Service) answer(ctx context.Context, tx *store.Tx, d forms.Draft, field string, values map[string]any) error {
	if stands(d.Answers, values) {
		return nil
	}
	definition, err := s.Forms.Definition(ctx, tx, d.Form, d.FormVersion)
	if err != nil {
		return err
	}
	page := definition.PageOf(field)
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

// stands reports whether values are among the answers already: whoever has the page
// open is not disturbed for nothing.
func stands(a forms.Answers, values map[string]any) bool {
	for name, value := range values {
		for typed := range a.Typed {
			if field, _, _ := strings.Cut(typed, "["); field == name {
				return false
			}
		}
		list, is := value.([]any)
		if !is && a.Values[name] != value {
			return false
		}
		if is && !slices.EqualFunc(list, listOf(a.Values[name]), within) {
			return false
		}
	}
	return true
}

// within reports whether an item of a list holds what another says; the form may have
// reckoned more.
func within(item, standing any) bool {
	says, _ := item.(map[string]any)
	stands, _ := standing.(map[string]any)
	for name, value := range says {
		if stands[name] != value {
			return false
		}
	}
	return true
}

// itemsOf are those who are notified, as the developer may know them.
func (s *Service) itemsOf(ctx context.Context, tx *store.Tx, n Notice, list []Recipient) ([]any, error) {
	lines, err := s.lines(ctx, tx, n, list)
	return items(s.wordsOf(ctx), veiled(n, lines), clock.DateIn(tx.Now.Time)), err
}

// items are those who are notified as the form lists them, those with remarks
// first: it takes so many and no more. The form reckons the two weeks from the day of
// the notice, so that as long as the municipality has not sent all of them, that is
// today, and it is said that it is so (plan- og bygningsloven § 21-3).
func items(words *i18n.Localizer, list []Line, today clock.Date) []any {
	all := make([]any, 0, len(list))
	for _, l := range slices.SortedStableFunc(slices.Values(list), func(a, b Line) int { return rank(a) - rank(b) }) {
		sent, name := l.SentOn, nameOf(words, l.Recipient)
		if l.Way == ByTorg && sent.IsZero() && l.Standing != Listed {
			sent, name = today, words.T("neighbours.not_all_sent", "name", name)
		}
		if sent.IsZero() && l.Answer != "" {
			sent = clock.DateIn(l.AnsweredAt) // she has it, whether or not the developer has told that she brought it
		}
		if sent.IsZero() || len(all) == maxItems {
			continue
		}
		item := map[string]any{"property": short(l.Property(), maxItemText), "name": short(name, maxItemName), "sent_on": sent.String(), "answer": chosen(l.Answer)}
		if how := howOf(l.Recipient); how != "" { // else it is for the developer to tell
			item["how"] = how
		}
		all = append(all, item)
	}
	return all
}

// chosen is an answer as the form asks for it. It asks about remarks: whoever consents
// to building near her boundary has none, and the consent itself is with the
// application as a document of its own.
func chosen(a Answer) string {
	switch a {
	case NoRemarks, Consents:
		return "agrees"
	case Remarks:
		return "remark"
	}
	return "none" // she has not answered
}

func rank(l Line) int {
	if l.Answer == Remarks {
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
