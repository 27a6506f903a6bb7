package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Delivery is a hand-over to one carrier, or a letter to print.
type Delivery struct {
	ID, Message, Person string
	Rung                int
	Channel             Channel
	To                  string // personal data
	State               State
	Attempts            int
	CreatedAt           time.Time
	HandedOverAt        time.Time
	ArrivedAt           time.Time
	LastError           string // a code
	Department          string // of a letter
	Document            string // of a letter that is a document already
	Enclosed            bool   // the document lies behind a page with the address
}

// begin starts one rung of a message's plan. The message's row is made or
// changed to mirror it by the caller, which gets the delivery.
func (s *Service) begin(ctx context.Context, tx *store.Tx, row *messageRow, rung Rung, n int) (*deliveryRow, error) {
	d := &deliveryRow{id: ids.New(), message: row.id, person: row.person, rung: n, channel: rung.Channel, state: Waiting, created: tx.Now}
	to := rung.To
	switch {
	case rung.Channel == Email && address(to) == "":
		d.state, d.lastError, to = Failed, "address", ""
	case rung.Channel == Email && s.Carrier == nil:
		d.channel, d.state, d.handedOver, to = Outbox, HandedOver, tx.Now, address(to)
	case rung.Channel == Email:
		d.next, to = tx.Now, address(to)
	case rung.Channel == SMS:
		d.next, to = tx.Now, number(to)
	case rung.Channel == Letter:
		if err := s.aboutLetter(ctx, tx, row, d); err != nil {
			return nil, err
		}
	}
	var err error
	if d.address, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeAddress, []byte(to), []byte(d.id)); err != nil {
		return nil, err
	}
	if to != "" {
		if _, d.recipient, err = s.Keys.Lookup(ctx, tx.Tenant, purposeAddress, strings.ToLower(to)); err != nil {
			return nil, err
		}
	}
	row.mirror(d)
	return d, s.addressRow(ctx, tx, row, to, d.recipient)
}

// aboutLetter finds out whose a letter is, who may read it, and which document it
// is: that which the message names, else what is known of its thread.
func (s *Service) aboutLetter(ctx context.Context, tx *store.Tx, row *messageRow, d *deliveryRow) error {
	about := About{Thread: row.thread, Kind: row.kind, Person: row.person}
	if s.About != nil {
		var err error
		if about, err = s.About(ctx, tx, about); err != nil {
			return fmt.Errorf("notify: find out about a letter: %w", err)
		}
	}
	item, err := s.open(ctx, tx.Tenant, row)
	if err != nil {
		return err
	}
	if paper := item.Paper; paper.Document != "" {
		about.Document, about.Enclosed = paper.Document, paper.Addressee != row.person
	}
	d.department, d.document, d.enclosed = about.Department, about.Document, about.Enclosed
	d.restricted, d.assignee = about.Restricted, about.Assignee
	return nil
}

// addressRow writes an address into the message's row.
func (s *Service) addressRow(ctx context.Context, tx *store.Tx, row *messageRow, to, recipient string) (err error) {
	if row.address, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeAddress, []byte(to), []byte(row.id)); err != nil {
		return err
	}
	row.recipient, row.refs = recipient, ""
	if row.thread != "" && recipient != "" {
		row.refs, err = threadRefs(ctx, tx, row.thread, row.id, recipient)
	}
	return err
}

// launch stores a delivery and has it handed over. One that has failed already
// is followed by the next rung.
func (s *Service) launch(ctx context.Context, tx *store.Tx, row *messageRow, d *deliveryRow) error {
	if err := d.insert(ctx, tx); err != nil {
		return err
	}
	switch {
	case d.state == Failed:
		if err := addReceipt(ctx, tx, row.id, d.id, receiptRefused, d.lastError); err != nil {
			return err
		}
		return s.fallOn(ctx, tx, row, d.rung)
	case d.state != Waiting:
		return nil
	case d.channel == Letter:
		return addReceipt(ctx, tx, row.id, d.id, receiptPrinted, "")
	}
	return enqueue(ctx, tx, row.id, d)
}

// fallOn takes the rung after one that failed, if there is one and the person
// has not read the message on her own page meanwhile.
func (s *Service) fallOn(ctx context.Context, tx *store.Tx, row *messageRow, failed int) error {
	rungs, err := s.planOf(ctx, tx.Tenant, row)
	if err != nil || failed+1 >= len(rungs) || !row.seen.IsZero() {
		return err
	}
	d, err := s.begin(ctx, tx, row, rungs[failed+1], failed+1)
	if err != nil {
		return err
	}
	if err := row.update(ctx, tx); err != nil {
		return err
	}
	if err := addReceipt(ctx, tx, row.id, d.id, receiptFellBack, string(d.channel)); err != nil {
		return err
	}
	return s.launch(ctx, tx, row, d)
}

// setPlan keeps the plan when there is more than one way.
func (s *Service) setPlan(ctx context.Context, tx *store.Tx, row *messageRow, rungs []Rung) error {
	if len(rungs) < 2 {
		return nil
	}
	plain, err := json.Marshal(rungs)
	if err != nil {
		return fmt.Errorf("notify: write plan: %w", err)
	}
	row.plan, err = s.Keys.Encrypt(ctx, tx.Tenant, purposePlan, plain, []byte(row.id))
	return err
}

func (s *Service) planOf(ctx context.Context, tenantID string, row *messageRow) ([]Rung, error) {
	if len(row.plan) == 0 {
		return nil, nil
	}
	plain, err := s.Keys.Decrypt(ctx, tenantID, purposePlan, row.plan, []byte(row.id))
	if err != nil {
		return nil, err
	}
	var rungs []Rung
	if err := json.Unmarshal(plain, &rungs); err != nil {
		return nil, fmt.Errorf("notify: read plan: %w", err)
	}
	return rungs, nil
}

func (s *Service) openDelivery(ctx context.Context, tenantID string, d *deliveryRow) (Delivery, error) {
	to, err := s.Keys.Decrypt(ctx, tenantID, purposeAddress, d.address, []byte(d.id))
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{
		ID: d.id, Message: d.message, Person: d.person, Rung: d.rung, Channel: d.channel, To: string(to), State: d.state, Attempts: d.attempts,
		CreatedAt: d.created.Time, HandedOverAt: d.handedOver.Time, ArrivedAt: d.arrived.Time, LastError: d.lastError,
		Department: d.department, Document: d.document, Enclosed: d.enclosed,
	}, nil
}

// handOverArgs hands one message over.
type handOverArgs struct {
	Message  string `json:"message"`
	Delivery string `json:"delivery,omitempty"` // "" in jobs from before there were deliveries
}

// Kind implements jobs.Args.
func (handOverArgs) Kind() string { return "notify.hand_over" }

func enqueue(ctx context.Context, tx *store.Tx, message string, d *deliveryRow) error {
	return jobs.Enqueue(ctx, tx, handOverArgs{Message: message, Delivery: d.id}, jobs.UniqueKey(d.id), jobs.Ordered("notify:"+d.recipient))
}
