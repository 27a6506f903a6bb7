package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// checkArgs looks whether an SMS got its receipt.
type checkArgs struct {
	Message  string `json:"message"`
	Delivery string `json:"delivery"`
}

// Kind implements jobs.Args.
func (checkArgs) Kind() string { return "notify.check_receipt" }

// codeNoReceipt is the code of an SMS of which nobody has told that it arrived.
const codeNoReceipt = "no_receipt"

// checkReceipt takes the next way for an SMS that never arrived.
func (s *Service) checkReceipt(ctx context.Context, j jobs.Job[checkArgs]) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, d, err := s.underway(ctx, tx, j.Args.Message, j.Args.Delivery)
		if err != nil {
			return err
		}
		if d.state == HandedOver && row.seen.IsZero() {
			if err := s.cameBack(ctx, tx, &row, &d, codeNoReceipt); err != nil {
				return err
			}
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// underway locks a message and reads one of its deliveries; zero when gone.
func (*Service) underway(ctx context.Context, tx *store.Tx, message, delivery string) (row messageRow, d deliveryRow, err error) {
	row, err = lockMessage(ctx, tx, message)
	if err == nil {
		d, err = deliveryBy(ctx, tx, delivery)
	}
	if errors.Is(err, store.ErrNoRows) {
		return messageRow{}, deliveryRow{}, nil
	}
	return row, d, err
}

// Arrival is what a gateway tells of an SMS.
type Arrival string

// What a gateway can tell. Everything but Arrived takes the next way.
const (
	Arrived     Arrival = "delivered"
	Undelivered Arrival = "undelivered"
	Expired     Arrival = "expired"
	Rejected    Arrival = "rejected"
)

func (a Arrival) valid() bool {
	return a == Arrived || a == Undelivered || a == Expired || a == Rejected
}

// Receive records a gateway's receipt for the SMS with a key, in the tenant of
// ctx. The same receipt again is nothing, and so is one that comes too late. The
// tenant's keys must be in memory.
func (s *Service) Receive(ctx context.Context, key string, a Arrival, code string) error {
	if !a.valid() {
		return errs.Invalid("errs.invalid_input")
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := deliveryBy(ctx, tx, key)
		if err != nil {
			return err
		}
		row, d, err := s.underway(ctx, tx, d.message, d.id)
		if err != nil {
			return err
		}
		if d.channel != SMS || d.state != HandedOver && d.state != Waiting {
			return nil // a receipt may overtake our own note of the hand-over, hence Waiting
		}
		if a != Arrived {
			return s.cameBack(ctx, tx, &row, &d, string(a)+" "+code)
		}
		if d.arrived = tx.Now; d.handedOver.IsZero() {
			d.handedOver = tx.Now
		}
		d.state = Delivered
		if err := d.settle(ctx, tx, &row, receiptDelivered, code); err != nil {
			return err
		}
		return s.moved(ctx, tx, &row, false)
	})
	if errors.Is(err, store.ErrNoRows) {
		return errs.NotFound("notify.not_found").Because(err)
	}
	if err != nil {
		return fmt.Errorf("notify: record receipt: %w", err)
	}
	return nil
}
