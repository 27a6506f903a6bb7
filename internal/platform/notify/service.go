package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// The purposes of the tenant's keys.
const (
	purposeContent = "notify.content"
	purposeAddress = "notify.address"
	purposePlan    = "notify.plan"
)

// Keys is what notify needs of package keys.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Lookup(ctx context.Context, tenantID, purpose, value string) (version int, hex string, err error)
}

// Documents is what notify needs of package blob.
type Documents interface {
	Open(ctx context.Context, id string) (io.ReadCloser, blob.Document, error)
}

// Config says what a Service is made of.
type Config struct {
	DB        *store.DB
	Keys      Keys
	Documents Documents // may be nil when nothing is attached
	Texts     *i18n.Bundle
	Carrier   Carrier     // nil: e-mails stay in the outbox
	Phones    TextCarrier // nil: no SMS
	// Contacts is the contact register; nil when there is none, and people are
	// reached by what they told us themselves.
	Contacts Contacts
	// People tells numbers and addresses; nil when nothing is sent but e-mail.
	// Whoever has it prints letters.
	People People
	// ClassOf classes messages that do not say it themselves; nil: all are Notice.
	ClassOf func(kind string) Class
	// About tells more of a letter; nil: nothing is known.
	About func(ctx context.Context, tx *store.Tx, a About) (About, error)
	// Letterhead tells how the sender of a department's letters is reached; nil: the
	// letters name the municipality only.
	Letterhead func(ctx context.Context, tx *store.Tx, department string) (Letterhead, error)
	// OnBack hears of letters that came back, in the transaction that records it.
	OnBack func(ctx context.Context, tx *store.Tx, b LetterBack) error
	// OnMoved hears, in the transaction that records it, that a message to a person was
	// sent or posted, lies in the print room, came back, or was read before it was sent
	// or after it came back; nil: nobody does.
	OnMoved func(ctx context.Context, tx *store.Tx, m Moved) error
	// Access decides who prints letters; nil when there are no pages.
	Access *access.Access
	// SMSToken is the secret that the gateway proves its receipts with; "" takes none.
	SMSToken string
	// SiteURL is the address of the municipality's pages, where gateways bring
	// their receipts; nil when they bring none.
	SiteURL func(ctx context.Context) string
	// FallBackAfter is how long a way may take before the next is tried.
	FallBackAfter time.Duration
	// WaitForRegister is how long decisions wait for a register that does not
	// answer before they go by letter.
	WaitForRegister time.Duration
	// From tells who the tenant of ctx sends as. It is asked inside
	// transactions and must not open one.
	From func(ctx context.Context) Sender
	// ReplyTo tells where answers go; nil when nowhere.
	ReplyTo func(ctx context.Context) Sender
	// Host stands in Message-IDs after the @.
	Host string
	// BounceAddress is where mail servers send back what does not reach; "" is
	// the sender's own address.
	BounceAddress string
	Log           *slog.Logger
	Metrics       prometheus.Registerer // may be nil
}

// Contacts is what notify needs of package contact.
type Contacts interface {
	Ensure(ctx context.Context, persons ...string) error
	In(ctx context.Context, tx *store.Tx, person string) (contact.Record, bool, error)
	Fresh(r contact.Record, now time.Time) bool
	DownSince() time.Time
}

// People is what notify needs of package identity.
type People interface {
	PersonIn(ctx context.Context, tx *store.Tx, id string) (identity.Person, error)
}

// About is what a service knows of a letter: asked with thread, kind and person,
// answered with the rest.
type About struct {
	Thread, Kind, Person string

	Department string // who prints it; "" is nobody's in particular
	Document   string // the letter itself, of a message that names none
	Enclosed   bool   // the document is addressed to somebody else
	// Restricted says that it concerns somebody with a protected address, and
	// Assignee who may read it all the same (folkeregisterloven § 10-4).
	Restricted bool
	Assignee   string
}

// Letterhead is what letters about a department's matters tell of the sender.
type Letterhead struct {
	Unit  string   // name of the department
	Lines []string // where the municipality is reached: address, telephone, e-mail
}

const (
	defaultFallBack        = 48 * time.Hour
	defaultWaitForRegister = 3 * 24 * time.Hour
)

// Service tells people things. It may be used by any number of goroutines.
type Service struct {
	Config
	answers *prometheus.CounterVec
	gates   *gates
}

// New returns the service. It panics when its metrics are registered twice,
// which is a mistake in the program.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.ReplyTo == nil {
		c.ReplyTo = func(context.Context) Sender { return Sender{} }
	}
	if c.ClassOf == nil {
		c.ClassOf = func(string) Class { return Notice }
	}
	if c.FallBackAfter <= 0 {
		c.FallBackAfter = defaultFallBack
	}
	if c.WaitForRegister <= 0 {
		c.WaitForRegister = defaultWaitForRegister
	}
	s := &Service{Config: c, gates: newGates(), answers: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "torg_notify_answers_total", Help: "Attempts to hand messages to a carrier, by outcome.",
	}, []string{"channel", "outcome"})}
	if c.Metrics != nil {
		c.Metrics.MustRegister(s.answers, s.neighbours())
	}
	return s
}

// Send makes a message in the caller's transaction and the job that takes it on
// its way. The tenant's keys must be in memory (keys.Ring.Warm). A message whose
// dedupe key has been used is not made again: the id of the first is returned.
func (s *Service) Send(ctx context.Context, tx *store.Tx, m Message) (string, error) {
	if err := m.check(); err != nil {
		return "", err
	}
	row, err := s.newRow(ctx, tx, m)
	if err != nil {
		return "", err
	}
	var d *deliveryRow
	if row.asksRegister(s) {
		row.channel, row.state, row.next = Undecided, Waiting, tx.Now
	} else if d, err = s.choose(ctx, tx, row, m.Email, contact.Record{}, false); err != nil {
		return "", err
	}
	made, err := row.insert(ctx, tx)
	switch {
	case err != nil:
		return "", err
	case !made:
		return idByDedupe(ctx, tx, row.dedupe)
	case row.channel == Undecided:
		return row.id, enqueueRoute(ctx, tx, row)
	case d == nil:
		return row.id, s.moved(ctx, tx, row, false)
	}
	if err := s.launch(ctx, tx, row, d); err != nil {
		return "", err
	}
	return row.id, s.moved(ctx, tx, row, false)
}

// asksRegister reports whether the contact register has a say in a message.
func (m *messageRow) asksRegister(s *Service) bool {
	return s.Contacts != nil && m.person != "" && m.class != Staff
}

// newRow encrypts a message.
func (s *Service) newRow(ctx context.Context, tx *store.Tx, m Message) (*messageRow, error) {
	text, err := compose(m, s.From(ctx).Name, s.Texts.For(m.Lang))
	if err != nil {
		return nil, err
	}
	row := &messageRow{
		id: ids.New(), person: m.PersonID, kind: m.Kind, thread: m.Thread, lang: m.Lang, dedupe: m.Dedupe, created: tx.Now,
		class: m.Class, urgent: m.Urgent,
	}
	if row.class == "" {
		row.class = s.ClassOf(m.Kind)
	}
	if row.dedupe == "" {
		row.dedupe = row.id
	}
	row.messageID = row.id + "@" + s.Host
	return row, s.seal(ctx, tx, row, text, strings.TrimSpace(m.Email))
}

// choose plans a message's ways and begins the first: nil when the inbox is all.
// The record is what the contact register said, if it was asked.
func (s *Service) choose(ctx context.Context, tx *store.Tx, row *messageRow, email string, record contact.Record, asked bool) (*deliveryRow, error) {
	r, wish, err := s.reachOf(ctx, tx, row, email, record, asked)
	if err != nil {
		return nil, err
	}
	rungs := plan(row.class, wish, r)
	if len(rungs) == 0 {
		row.channel, row.state, row.handedOver, row.next = Inbox, HandedOver, tx.Now, store.Time{}
		return nil, nil //nolint:nilnil // no way but the inbox
	}
	if err := s.setPlan(ctx, tx, row, rungs); err != nil {
		return nil, err
	}
	return s.begin(ctx, tx, row, rungs[0], 0)
}

// seal encrypts what is personal, bound to the row.
func (s *Service) seal(ctx context.Context, tx *store.Tx, row *messageRow, text content, to string) error {
	plain, err := text.marshal()
	if err != nil {
		return fmt.Errorf("notify: write content: %w", err)
	}
	if row.content, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeContent, plain, []byte(row.id)); err != nil {
		return err
	}
	if row.address, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeAddress, []byte(to), []byte(row.id)); err != nil {
		return err
	}
	return nil
}

// open decrypts a row.
func (s *Service) open(ctx context.Context, tenant string, row *messageRow) (Item, error) {
	plain, err := s.Keys.Decrypt(ctx, tenant, purposeContent, row.content, []byte(row.id))
	if err != nil {
		return Item{}, err
	}
	to, err := s.Keys.Decrypt(ctx, tenant, purposeAddress, row.address, []byte(row.id))
	if err != nil {
		return Item{}, err
	}
	var c content
	if err := json.Unmarshal(plain, &c); err != nil {
		return Item{}, fmt.Errorf("notify: read content: %w", err)
	}
	return Item{
		ID: row.id, PersonID: row.person, Kind: row.kind, Thread: row.thread, Lang: row.lang,
		Channel: row.channel, State: row.state, Address: string(to),
		Subject: c.Subject, Text: c.Text, HTML: c.HTML, Attachments: c.Attachments,
		Class: row.class, Urgent: row.urgent, Short: c.Short, Body: c.Body, Paper: c.Paper, SeenAt: row.seen.Time, ReadAt: row.readAt(),
		MessageID: row.messageID, References: strings.Fields(row.refs), Attempts: row.attempts,
		CreatedAt: row.created.Time, NextAt: row.next.Time, HandedOverAt: row.handedOver.Time, LastError: row.lastError,
		Unsubscribe: c.Unsubscribe,
	}, nil
}

// readAt is when whoever reads now read it: the person herself, or the guardian who
// reads for her.
func (m *messageRow) readAt() time.Time {
	if m.reader != "" {
		return m.read.Time
	}
	return m.seen.Time
}

// maxList is how many messages a list holds at most.
const maxList = 200

// Outbox returns the newest messages of the tenant of ctx, whatever their way.
func (s *Service) Outbox(ctx context.Context, limit int) ([]Item, error) {
	return s.List(ctx, Filter{Limit: limit})
}

// Filter chooses messages; what is left empty does not choose.
type Filter struct {
	PersonID, Thread string
	State            State
	Channel          Channel
	Limit            int // at most and usually 200
}

// List returns the chosen messages of the tenant of ctx, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Item, error) {
	if f.Limit <= 0 || f.Limit > maxList {
		f.Limit = maxList
	}
	var rows []messageRow
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err = list(ctx, tx, f, readerFor(ctx, f.PersonID))
		return err
	})
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(rows))
	for i := range rows {
		item, err := s.open(ctx, store.TenantOf(ctx), &rows[i])
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// Message returns a message of the tenant of ctx and what has happened to it.
func (s *Service) Message(ctx context.Context, id string) (Item, []Receipt, error) {
	var row messageRow
	var happened []Receipt
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if row, err = byID(ctx, tx, id); err != nil {
			return err
		}
		happened, err = receipts(ctx, tx, id)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return Item{}, nil, errs.NotFound("notify.not_found")
	}
	if err != nil {
		return Item{}, nil, err
	}
	item, err := s.open(ctx, store.TenantOf(ctx), &row)
	return item, happened, err
}

// Retry has a message that failed or came back handed over again, by the way it
// went last.
func (s *Service) Retry(ctx context.Context, tx *store.Tx, id string) error {
	row, err := lockMessage(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return errs.NotFound("notify.not_found")
	}
	if err != nil {
		return err
	}
	if row.state != Failed && row.state != Bounced || row.recipient == "" {
		return errs.Conflict("notify.not_failed")
	}
	d, err := s.adopt(ctx, tx, &row)
	if err != nil {
		return err
	}
	d.state, d.attempts, d.next, d.handedOver, d.lastError = Waiting, 0, tx.Now, store.Time{}, ""
	if d.channel == Outbox {
		d.channel = Email
	}
	if err := d.settle(ctx, tx, &row, receiptRetried, ""); err != nil {
		return err
	}
	return enqueue(ctx, tx, id, &d)
}

// adopt returns the newest delivery of a message, made from its row when it is
// older than deliveries are.
func (s *Service) adopt(ctx context.Context, tx *store.Tx, row *messageRow) (deliveryRow, error) {
	d, found, err := newest(ctx, tx, row.id)
	if err != nil || found {
		return d, err
	}
	to, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeAddress, row.address, []byte(row.id))
	if err != nil {
		return d, err
	}
	d = deliveryRow{
		id: ids.New(), message: row.id, person: row.person, channel: row.channel, recipient: row.recipient, state: row.state,
		attempts: row.attempts, created: row.created, next: row.next, handedOver: row.handedOver, lastError: row.lastError,
	}
	if d.address, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeAddress, to, []byte(d.id)); err != nil {
		return d, err
	}
	return d, d.insert(ctx, tx)
}

// Bounce records that an e-mail that had been handed over came back, by its
// Message-ID, and takes the next way. A Message-ID that is not ours is nothing.
func (s *Service) Bounce(ctx context.Context, tx *store.Tx, messageID, code string) error {
	row, err := byMessageID(ctx, tx, strings.Trim(messageID, "<> "))
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.bounce(ctx, tx, &row, code)
	return err
}

// cameBack marks a delivery that did not reach and takes the next way.
func (s *Service) cameBack(ctx context.Context, tx *store.Tx, row *messageRow, d *deliveryRow, code string) error {
	d.state, d.lastError = Bounced, code
	if err := d.settle(ctx, tx, row, receiptBounced, code); err != nil {
		return err
	}
	if err := s.fallOn(ctx, tx, row, d.rung); err != nil {
		return err
	}
	return s.moved(ctx, tx, row, true)
}

// Count is a number of messages.
type Count struct {
	Channel Channel
	State   State
	N       int64
}

// Counts tells how many messages of all tenants stand in which state.
func (s *Service) Counts(ctx context.Context) ([]Count, error) {
	var out []Count
	err := s.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = counts(ctx, tx)
		return err
	})
	return out, err
}
