package neighbours

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// veil hides who somebody is from the developer. A name beside the number of a
// property is an address, and that of somebody whose address is secret must not be told
// (folkeregisterloven § 10-4); were only hers left out, that would tell of her, too. So
// nobody's is told whom the municipality notifies: the developer needs to know that the
// owners are notified, not who they are. Whom she must notify herself, she is told of
// once the notice is sent.
func veil(n Notice, r Recipient) Recipient {
	if n.State == Sent && r.handed() {
		return r
	}
	r.veiled = true
	r.About.Name, r.About.Number, r.About.Lines, r.About.Protected = "", "", nil, false
	if r.Kind == Ward && r.Way == ByTorg || r.Kind == Organisation && n.State != Sent {
		r.Kind = Person
	}
	return r
}

// handed reports whether the developer brings the notice to somebody whose name she
// needs. Whose letter came back is not among them: that one is protected must not be
// told by its being the only one without a name.
func (r Recipient) handed() bool {
	return r.Way == ByHand && !r.About.Protected && (r.Kind == Estate || r.Kind == Unknown || r.Kind == Organisation)
}

func veilAll(n Notice, list []Recipient) []Recipient {
	all := make([]Recipient, 0, len(list))
	for _, r := range list {
		all = append(all, veil(n, r))
	}
	return all
}

// veiled are lines as the developer reads them: with no names, and alike for all whom
// the municipality notifies. By which way each is reached, and with that who has
// reserved herself or is protected, would else be told by the days.
func veiled(n Notice, list []Line) []Line {
	sent := common(list)
	all := make([]Line, 0, len(list))
	for _, l := range list {
		l.Recipient = veil(n, l.Recipient)
		if n.State == Sent && l.Way == ByTorg {
			l.SentOn, l.Until = sent, l.Common
			switch {
			case l.Answer != "":
			case sent.IsZero():
				l.Standing = Underway
			default:
				l.Standing = SentOut
			}
		}
		all = append(all, l)
	}
	return all
}

// common is the day on which the last of those whom the municipality notifies was sent
// it; zero while somebody has not been.
func common(list []Line) (day clock.Date) {
	for _, l := range list {
		if l.Way != ByTorg {
			continue
		}
		on := l.SentOn
		if on.IsZero() && l.Answer != "" {
			on = clock.DateIn(l.AnsweredAt) // she has it, however it came to her
		}
		if on.IsZero() {
			return clock.Date{}
		}
		if on.After(day) {
			day = on
		}
	}
	return day
}

// together lets the answers of all whom the municipality notifies be in time until the
// latest of their deadlines: an answer that is late for one and not for another would tell
// how each was reached. Nobody's is late while somebody has not been sent the notice.
func together(list []Line) []Line {
	sent := common(list)
	for i := range list {
		switch l := &list[i]; {
		case l.Way == ByHand:
			l.Common = l.Until
		case l.Standing != Listed && !sent.IsZero():
			l.Common = Deadline(sent)
		}
	}
	return list
}

// lineTo is how it stands with one, as she reads it herself: the day it was sent to her,
// and her own two weeks from then.
func (s *Service) lineTo(ctx context.Context, tx *store.Tx, n Notice, r Recipient) (Line, error) {
	list, err := s.recipients(ctx, tx, n.ID)
	if err != nil {
		return Line{}, err
	}
	lines, err := s.lines(ctx, tx, n, list)
	if err != nil {
		return Line{}, err
	}
	for _, l := range lines {
		if l.ID == r.ID {
			return l, nil
		}
	}
	return Line{}, errs.NotFound("errs.not_found")
}

// ownerOf is who somebody is, told by what she owns.
func ownerOf(words *i18n.Localizer, r Recipient) string {
	key := "neighbours.owner_of"
	switch {
	case r.Kind == Estate:
		key = "neighbours.owner_of_estate"
	case r.Kind == Ward && r.Way == ByHand:
		key = "neighbours.owner_of_ward"
	}
	return words.T(key, "property", r.Property())
}
