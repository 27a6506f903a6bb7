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

// Jobs registers the work that takes messages on their way.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, MaxAttempts: 200, Timeout: 5 * time.Minute, Concurrency: maxIdle}, s.handOver)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, MaxAttempts: 200, Timeout: 2 * time.Minute}, s.route)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, MaxAttempts: 200}, s.checkReceipt)
}

// parcel is a message with the delivery that is to be made.
type parcel struct {
	item     Item
	delivery Delivery
	more     bool // there is another way after this one
}

// handOver tries once to hand a message over. As its job is ordered by address,
// no later message to the address is tried before this one is settled.
func (s *Service) handOver(ctx context.Context, j jobs.Job[handOverArgs]) error {
	p, err := s.waiting(ctx, j.Args)
	switch {
	case errors.Is(err, keys.ErrNoKeys):
		return jobs.Cancel(err) // the tenant has been shredded
	case err != nil:
		return err
	case p.delivery.State != Waiting:
		return nil
	}
	var c change
	if s.overdue(&p) {
		c = change{state: Failed, channel: p.delivery.Channel, what: receiptGaveUp, code: codeOverdue, attempts: p.delivery.Attempts}
	} else if pause := s.hold(&p); pause > 0 {
		return jobs.Snooze(pause)
	} else {
		c = s.attempt(ctx, &p)
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.record(ctx, tx, c, p.item.ID, p.delivery.ID); err != nil || c.state == Waiting {
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

// codeOverdue is the code of a way that took too long while there was another.
const codeOverdue = "overdue"

// overdue reports whether it is time for the next way: an outage of days must
// not keep from somebody what can reach her otherwise.
func (s *Service) overdue(p *parcel) bool {
	return p.more && s.DB.Clock().Now().Sub(p.delivery.CreatedAt) >= s.FallBackAfter
}

// hold returns how long a message must wait before anybody tries: until the
// carrier is back, and an SMS until the morning.
func (s *Service) hold(p *parcel) time.Duration {
	now := s.DB.Clock().Now()
	if p.delivery.Channel == SMS && !p.item.Urgent {
		if pause := loud(now).Sub(now); pause > 0 {
			return pause
		}
	}
	return s.gates.hold(p.delivery.Channel, now)
}

// record writes what an attempt came to, and takes the next way when it failed.
func (s *Service) record(ctx context.Context, tx *store.Tx, c change, message, delivery string) error {
	row, err := lockMessage(ctx, tx, message)
	if err != nil {
		return err
	}
	d, err := deliveryBy(ctx, tx, delivery)
	if err != nil {
		return err
	}
	counted, err := c.apply(ctx, tx, &row, &d)
	if err != nil || !counted {
		return err
	}
	switch {
	case d.state == Failed:
		err = s.fallOn(ctx, tx, &row, d.rung)
	case d.state == HandedOver && d.channel == SMS && len(row.plan) > 0:
		err = jobs.Enqueue(ctx, tx, checkArgs{Message: row.id, Delivery: d.id}, jobs.UniqueKey(d.id), jobs.At(tx.Now.Add(s.FallBackAfter)))
	}
	if err != nil {
		return err
	}
	return s.moved(ctx, tx, &row, false)
}

// waiting reads what is to be delivered; what is gone is not waiting.
func (s *Service) waiting(ctx context.Context, args handOverArgs) (p parcel, err error) {
	if args.Delivery == "" {
		if args.Delivery, err = s.adopted(ctx, args.Message); err != nil || args.Delivery == "" {
			return p, err
		}
	}
	var row messageRow
	var d deliveryRow
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if d, err = deliveryBy(ctx, tx, args.Delivery); err != nil {
			return err
		}
		row, err = byID(ctx, tx, args.Message)
		return err
	})
	if errors.Is(err, store.ErrNoRows) || err == nil && d.state != Waiting {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if p.item, err = s.open(ctx, store.TenantOf(ctx), &row); err != nil {
		return p, err
	}
	rungs, err := s.planOf(ctx, store.TenantOf(ctx), &row)
	if err != nil {
		return p, err
	}
	p.more = d.rung+1 < len(rungs)
	p.delivery, err = s.openDelivery(ctx, store.TenantOf(ctx), &d)
	return p, err
}

// adopted is the delivery of a job from before there were any; "" when the
// message waits no more.
func (s *Service) adopted(ctx context.Context, message string) (id string, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id = ""
		row, err := lockMessage(ctx, tx, message)
		if errors.Is(err, store.ErrNoRows) || err == nil && row.state != Waiting {
			return nil
		}
		if err != nil {
			return err
		}
		d, err := s.adopt(ctx, tx, &row)
		id = d.id
		return err
	})
	return id, err
}

// attempt hands the message over and says what has become of it.
func (s *Service) attempt(ctx context.Context, p *parcel) change {
	d := &p.delivery
	if d.Channel == Email && s.Carrier == nil { // there was one when the message was made
		return change{state: HandedOver, channel: Outbox, what: receiptHandedOver, attempts: d.Attempts}
	}
	answer, err := s.carry(ctx, p)
	now := s.DB.Clock().Now()
	s.gates.note(d.Channel, answer, now)
	s.answers.WithLabelValues(string(d.Channel), answer.Outcome.String()).Inc()
	c := change{channel: d.Channel, code: answer.Code, attempts: d.Attempts + 1}
	pause, again := s.again(answer, c.attempts, now.Sub(d.CreatedAt))
	switch {
	case answer.Outcome == Taken:
		c.state, c.what = HandedOver, receiptHandedOver
		return c
	case answer.Outcome == NotEver:
		c.state, c.what = Failed, receiptRefused
	case !again:
		c.state, c.what = Failed, receiptGaveUp
	default:
		c.state, c.what, c.wait = Waiting, receiptDeferred, pause
	}
	s.Log.WarnContext(ctx, "message not handed over", slog.String("message", p.item.ID), slog.String("kind", p.item.Kind),
		slog.String("channel", string(d.Channel)), slog.String("state", string(c.state)), slog.Int("attempt", c.attempts), slog.Any("error", err))
	return c
}

// giveUpAfter is how old a delivery is when nothing more is tried, whatever the
// number of attempts that an outage took.
const giveUpAfter = 70 * time.Hour

// again tells how long to wait before the next attempt, and whether there is one.
func (s *Service) again(a Answer, attempts int, age time.Duration) (time.Duration, bool) {
	if a.down() {
		return outagePause, age < giveUpAfter
	}
	if pause, again := wait(attempts); again {
		return pause, true
	}
	ladder := waits()
	return ladder[len(ladder)-1], age < giveUpAfter
}

// carry puts the message into its envelope and gives it to the carrier.
func (s *Service) carry(ctx context.Context, p *parcel) (Answer, error) {
	if p.delivery.Channel == SMS {
		if s.Phones == nil {
			return Answer{Outcome: NotEver, Code: "no_gateway"}, errors.New("notify: there is no SMS gateway any more")
		}
		t := &Text{Key: p.delivery.ID, To: p.delivery.To, From: s.From(ctx).Name, Body: p.item.Short}
		if s.SiteURL != nil {
			t.Receipt = s.SiteURL(ctx) + hookPath
		}
		return s.Phones.Text(ctx, t)
	}
	item := &p.item
	e := &Envelope{
		From: s.From(ctx), ReplyTo: s.ReplyTo(ctx), ReturnTo: s.returnTo(item.ID), To: p.delivery.To, MessageID: item.MessageID, References: item.References,
		Date: item.CreatedAt, Lang: item.Lang.Tag(), Subject: item.Subject, Text: item.Text, HTML: item.HTML,
		Unsubscribe: item.Unsubscribe,
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
