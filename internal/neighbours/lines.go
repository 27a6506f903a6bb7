package neighbours

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// Standing says how far a notice to somebody has come, in words that are alike for
// every way it can go: whether somebody gets letters is hers alone to know.
type Standing string

// The standings of a notice to somebody.
const (
	Listed    Standing = "listed"    // not sent yet
	Yours     Standing = "yours"     // the developer must bring it
	Underway  Standing = "underway"  // not handed over yet
	SentOut   Standing = "sent"      // handed over
	Delivered Standing = "delivered" // read, or brought by the developer
	Answered  Standing = "answered"
)

// Line is somebody who is notified, with how it stands. Until is her own deadline: two
// weeks from when she was notified (plan- og bygningsloven § 21-3).
type Line struct {
	Recipient
	Standing Standing
	SentOn   clock.Date // zero while it is not handed over
	// Common is the last day on which an answer is in time; zero while it is not known,
	// since somebody has not been sent the notice.
	Common clock.Date
}

// late reports whether an answer on a day comes too late.
func (l Line) late(on clock.Date) bool { return !l.Common.IsZero() && on.After(l.Common) }

// thread is the messages of a notice to those who are notified, and senderThread
// those to the developer.
func thread(notice string) string       { return threadOfNotice + notice }
func senderThread(notice string) string { return "notice-sender:" + notice }

const threadOfNotice = "notice:"

// kindNotice is the kind of the messages that hold the notice itself.
const kindNotice = "neighbours.notice"

// plain are the lines of a notice as it is sent.
func (s *Service) plain(n Notice, list []Recipient) []Line {
	all := make([]Line, 0, len(list))
	for _, r := range list {
		all = append(all, lineOf(n, r, nil))
	}
	return all
}

// lines are the lines of a notice, with what became of the messages.
func (s *Service) lines(ctx context.Context, tx *store.Tx, n Notice, list []Recipient) ([]Line, error) {
	if n.State != Sent {
		return s.plain(n, list), nil
	}
	by, err := s.traces(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	all := make([]Line, 0, len(list))
	for _, r := range list {
		all = append(all, lineOf(n, r, by[r.message]))
	}
	return together(all), nil
}

// traces tells what became of the messages to those who are notified, by message.
func (s *Service) traces(ctx context.Context, tx *store.Tx, n Notice) (map[string]*notify.Proof, error) {
	list, err := s.Notify.TracesIn(ctx, tx, thread(n.ID), kindNotice)
	if err != nil {
		return nil, fmt.Errorf("neighbours: what became of the notices: %w", err)
	}
	by := make(map[string]*notify.Proof, len(list))
	for i := range list {
		by[list[i].ID] = &list[i]
	}
	return by, nil
}

// lineOf tells how it stands with one. A letter is sent when it is posted.
func lineOf(n Notice, r Recipient, p *notify.Proof) Line {
	l := Line{Recipient: r, Standing: Listed}
	switch {
	case n.State != Sent:
	case r.Way == ByHand:
		l.Standing, l.SentOn, l.Until = Yours, r.DeliveredOn, clock.Date{}
		if !r.DeliveredOn.IsZero() {
			l.Standing, l.Until = Delivered, Deadline(r.DeliveredOn)
		}
	default:
		l.Standing, l.SentOn = wayOf(p, clock.DateIn(n.SentAt))
		if p == nil {
			l.Standing, l.SentOn = kept(r)
		}
		l.Until = clock.Date{}
		if !l.SentOn.IsZero() {
			l.Until = Deadline(l.SentOn)
		}
	}
	if r.Answer != "" {
		l.Standing = Answered
	}
	return l
}

// kept is how it stood with one of whose message there is no trace, since messages are not
// kept for good: by the deadline that was written down while there was one. Where none was,
// nothing is known to have been sent.
func kept(r Recipient) (Standing, clock.Date) {
	if r.Until.IsZero() {
		return Underway, clock.Date{}
	}
	return SentOut, r.Until.AddDays(-7 * weeks)
}

// wayOf tells when a message was sent, which day its deadline runs from.
func wayOf(p *notify.Proof, sent clock.Date) (Standing, clock.Date) {
	if p == nil {
		return Underway, clock.Date{}
	}
	if !p.SeenAt.IsZero() {
		return Delivered, earlier(clock.DateIn(p.SeenAt), handedOn(p, sent))
	}
	if p.Waiting {
		return Underway, clock.Date{}
	}
	on := handedOn(p, sent)
	if on.IsZero() {
		return Underway, on
	}
	return SentOut, on
}

// handedOn is the day a message was first handed over in a way that did not fail;
// zero when none has been. A message that goes by no carrier lies on the person's own
// page from the start.
func handedOn(p *notify.Proof, sent clock.Date) (on clock.Date) {
	if len(p.Steps) == 0 && !p.Waiting {
		return sent
	}
	for _, step := range p.Steps {
		if step.State == notify.Failed || step.State == notify.Bounced {
			continue
		}
		var day clock.Date
		switch {
		case step.Channel == notify.Inbox, step.Channel == notify.Outbox:
			day = clock.DateIn(step.CreatedAt)
		case !step.HandedOverAt.IsZero():
			day = clock.DateIn(step.HandedOverAt)
		}
		on = earlier(on, day)
	}
	return on
}

// earlier is the first of two days, of those that are any.
func earlier(a, b clock.Date) clock.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
