package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxAttached is how much goes with a mail; more than that many servers refuse.
const maxAttached = 20 << 20

// Jobs registers the hand-over.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, MaxAttempts: 200, Timeout: 5 * time.Minute, Concurrency: maxIdle}, s.handOver)
}

// handOver tries once to hand a message over. As its job is ordered by address,
// no later message to the address is tried before this one is settled.
func (s *Service) handOver(ctx context.Context, j jobs.Job[handOverArgs]) error {
	item, err := s.waiting(ctx, j.Args.Message)
	switch {
	case errors.Is(err, keys.ErrNoKeys):
		return jobs.Cancel(err) // the tenant has been shredded
	case err != nil:
		return err
	case item.State != Waiting:
		return nil
	}
	c := s.attempt(ctx, &item)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := c.apply(ctx, tx, item.ID); err != nil || c.state == Waiting {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
	if err != nil {
		return fmt.Errorf("notify: record attempt: %w", err)
	}
	if c.state == Waiting {
		return jobs.Snooze(c.wait)
	}
	return nil
}

// waiting reads the message; one that is gone is not waiting.
func (s *Service) waiting(ctx context.Context, id string) (Item, error) {
	var row messageRow
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		row, err = byID(ctx, tx, id)
		return err
	})
	if errors.Is(err, store.ErrNoRows) || err == nil && row.state != Waiting {
		return Item{}, nil
	}
	if err != nil {
		return Item{}, err
	}
	return s.open(ctx, store.TenantOf(ctx), &row)
}

// attempt hands the message over and says what has become of it.
func (s *Service) attempt(ctx context.Context, item *Item) change {
	if s.Carrier == nil { // there was one when the message was made
		return change{state: HandedOver, channel: Outbox, what: receiptHandedOver, attempts: item.Attempts, handed: true}
	}
	answer, err := s.carry(ctx, item)
	s.answers.WithLabelValues(string(item.Channel), answer.Outcome.String()).Inc()
	c := change{channel: item.Channel, code: answer.Code, lastError: answer.Code, attempts: item.Attempts + 1}
	pause, again := wait(c.attempts)
	switch {
	case answer.Outcome == Taken:
		c.state, c.what, c.handed, c.lastError = HandedOver, receiptHandedOver, true, ""
		return c
	case answer.Outcome == NotEver:
		c.state, c.what = Failed, receiptRefused
	case !again:
		c.state, c.what = Failed, receiptGaveUp
	default:
		c.state, c.what, c.wait = Waiting, receiptDeferred, pause
	}
	s.Log.WarnContext(ctx, "message not handed over", slog.String("message", item.ID), slog.String("kind", item.Kind),
		slog.String("state", string(c.state)), slog.Int("attempt", c.attempts), slog.Any("error", err))
	return c
}

// carry puts the message into its envelope and gives it to the carrier.
func (s *Service) carry(ctx context.Context, item *Item) (Answer, error) {
	e := &Envelope{
		From: s.From(ctx), ReplyTo: s.ReplyTo(ctx), To: item.Address, MessageID: item.MessageID, References: item.References,
		Date: item.CreatedAt, Lang: item.Lang.Tag(), Subject: item.Subject, Text: item.Text, HTML: item.HTML,
	}
	size := int64(0)
	for _, id := range item.Attachments {
		a, err := s.attach(ctx, id)
		if err != nil {
			return attachFailed(err)
		}
		if size += int64(len(a.Bytes)); size > maxAttached {
			return Answer{Outcome: NotEver, Code: "attachments_size"}, errors.New("notify: attachments are too large")
		}
		e.Attachments = append(e.Attachments, a)
	}
	return s.Carrier.Carry(ctx, e)
}

// attach reads a document whole, so that a damaged one is noticed before a
// mail is begun.
func (s *Service) attach(ctx context.Context, id string) (a Attachment, err error) {
	if s.Documents == nil {
		return a, errs.NotFound("notify.not_found")
	}
	r, d, err := s.Documents.Open(ctx, id)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	a = Attachment{Name: d.Name, MediaType: d.MediaType}
	if a.Bytes, err = io.ReadAll(io.LimitReader(r, maxAttached+1)); err != nil {
		return a, fmt.Errorf("notify: read document %s: %w", id, err)
	}
	return a, nil
}

// attachFailed judges a document that cannot go with a message: one that is
// gone or refused never will, one that is being scanned may soon.
func attachFailed(err error) (Answer, error) {
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return Answer{Outcome: NotEver, Code: "attachment"}, err
	}
	return Answer{Outcome: NotNow, Code: "attachment"}, err
}

// String returns the outcome's name in metrics.
func (o Outcome) String() string {
	switch o {
	case Taken:
		return "taken"
	case NotNow:
		return "not_now"
	case NotEver:
		return "not_ever"
	case NoAccess:
		return "no_access"
	case Unsure:
	}
	return "unsure"
}
