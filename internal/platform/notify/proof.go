package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Proof is what became of one message to one person: that it lay on her own page
// since it was made, and each way it was sent besides.
type Proof struct {
	ID, Kind  string
	Class     Class
	Subject   string // personal data
	Person    string
	Name      string // personal data
	CreatedAt time.Time
	SeenAt    time.Time // on the person's own page; zero when not yet
	Waiting   bool      // for the contact register
	Steps     []Step
}

// Step is one way a message was sent.
type Step struct {
	Delivery
	Shown    string // the address, as far as the reader may know it
	Receipts []Receipt
}

// What is read of one thread: far more than any case has. Of each message there are a few
// ways, and of each way a few receipts.
const (
	maxProofs    = 1000
	stepsEach    = 10
	receiptsEach = 4
)

// ProofOf returns what was sent about a thread, to whom, when and with what
// receipts, the newest first. Whoever calls has asked whether the actor may see
// the thread. Addresses are masked, and those of others are left out unless the
// actor works for the municipality.
func (s *Service) ProofOf(ctx context.Context, thread string) (list []Proof, err error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.ProofIn(ctx, tx, thread)
		return err
	})
	return list, err
}

// ProofIn is ProofOf in the caller's transaction. The tenant's keys must be in
// memory.
func (s *Service) ProofIn(ctx context.Context, tx *store.Tx, thread string) ([]Proof, error) {
	rows, err := list(ctx, tx, Filter{Thread: thread, Limit: maxProofs}, "")
	if err != nil {
		return nil, err
	}
	steps, err := s.stepsOf(ctx, tx, thread)
	if err != nil {
		return nil, err
	}
	var proofs []Proof
	for i := range rows {
		if s.internal(&rows[i]) {
			continue
		}
		p, err := s.proof(ctx, tx, &rows[i])
		if err != nil {
			return nil, err
		}
		p.Steps = steps[p.ID]
		proofs = append(proofs, p)
	}
	return proofs, nil
}

// internal reports whether a message was to the municipality's own.
func (s *Service) internal(row *messageRow) bool {
	class := row.class
	if class == "" {
		class = s.ClassOf(row.kind)
	}
	return class == Staff || row.person == ""
}

func (s *Service) proof(ctx context.Context, tx *store.Tx, row *messageRow) (Proof, error) {
	item, err := s.open(ctx, tx.Tenant, row)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{
		ID: item.ID, Kind: item.Kind, Class: item.Class, Subject: item.Subject, Person: item.PersonID, CreatedAt: item.CreatedAt, SeenAt: item.SeenAt,
		Waiting: item.Channel == Undecided,
	}
	if s.People == nil {
		return p, nil
	}
	person, err := s.People.PersonIn(ctx, tx, row.person)
	if err != nil {
		return Proof{}, fmt.Errorf("notify: who was told: %w", err)
	}
	p.Name = person.Name.Full()
	return p, nil
}

// stepsOf returns the deliveries of a thread's messages with their receipts.
func (s *Service) stepsOf(ctx context.Context, tx *store.Tx, thread string) (map[string][]Step, error) {
	rows, err := deliveriesIn(ctx, tx, thread)
	if err != nil {
		return nil, err
	}
	told, err := receiptsIn(ctx, tx, thread)
	if err != nil {
		return nil, err
	}
	actor := identity.From(ctx)
	steps := map[string][]Step{}
	for i := range rows {
		d, err := s.openDelivery(ctx, tx.Tenant, &rows[i])
		if err != nil {
			return nil, err
		}
		step := Step{Delivery: d, Receipts: told[d.ID]}
		if actor.Kind == identity.Staff || actor.Kind == identity.System || d.Person == actor.PersonID {
			step.Shown = mask(d.Channel, d.To)
		}
		steps[d.Message] = append(steps[d.Message], step)
	}
	return steps, nil
}

func deliveriesIn(ctx context.Context, tx *store.Tx, thread string) ([]deliveryRow, error) {
	rows, err := store.All(ctx, tx, (*deliveryRow).columns, `
		select `+deliveryColumns+` from notify_deliveries
		where tenant_id = $1 and message_id in (select id from notify_messages where tenant_id = $1 and thread = $2)
		order by message_id desc, rung, id limit $3`, tx.Tenant, thread, maxProofs*stepsEach)
	if err != nil {
		return nil, fmt.Errorf("notify: list deliveries of a thread: %w", err)
	}
	return rows, nil
}

func receiptsIn(ctx context.Context, tx *store.Tx, thread string) (map[string][]Receipt, error) {
	type row struct {
		Receipt
		at store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.at, &r.What, &r.Detail, &r.Delivery} }, `
		select at, what, detail, delivery_id from notify_receipts
		where tenant_id = $1 and message_id in (select id from notify_messages where tenant_id = $1 and thread = $2)
		order by id desc limit $3`, tx.Tenant, thread, maxProofs*stepsEach*receiptsEach)
	if err != nil {
		return nil, fmt.Errorf("notify: list receipts of a thread: %w", err)
	}
	told := map[string][]Receipt{}
	for _, r := range slices.Backward(rows) { // the newest are read, and the oldest told first
		r.At = r.at.Time
		told[r.Delivery] = append(told[r.Delivery], r.Receipt)
	}
	return told, nil
}
