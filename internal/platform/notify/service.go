package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// The purposes of the tenant's keys.
const (
	purposeContent = "notify.content"
	purposeAddress = "notify.address"
)

// Keys is what notify needs of package keys.
type Keys interface {
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
	Carrier   Carrier // nil: messages stay in the outbox
	// From tells who the tenant of ctx sends as. It is asked inside
	// transactions and must not open one.
	From func(ctx context.Context) Sender
	// ReplyTo tells where answers go; nil when nowhere.
	ReplyTo func(ctx context.Context) Sender
	// Host stands in Message-IDs after the @.
	Host    string
	Log     *slog.Logger
	Metrics prometheus.Registerer // may be nil
}

// Service tells people things. It may be used by any number of goroutines.
type Service struct {
	Config
	answers *prometheus.CounterVec
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
	s := &Service{Config: c, answers: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "torg_notify_answers_total", Help: "Attempts to hand messages to a carrier, by outcome.",
	}, []string{"channel", "outcome"})}
	if c.Metrics != nil {
		c.Metrics.MustRegister(s.answers)
	}
	return s
}

// Send makes a message in the caller's transaction and, when it goes by e-mail,
// the job that hands it over. The tenant's keys must be in memory
// (keys.Ring.Warm). A message whose dedupe key has been used is not made again:
// the id of the first is returned.
func (s *Service) Send(ctx context.Context, tx *store.Tx, m Message) (string, error) {
	if err := m.check(); err != nil {
		return "", err
	}
	row, err := s.newRow(ctx, tx, m)
	if err != nil {
		return "", err
	}
	made, err := row.insert(ctx, tx)
	if err != nil {
		return "", err
	}
	if !made {
		return idByDedupe(ctx, tx, row.dedupe)
	}
	switch row.state {
	case Waiting:
		return row.id, enqueue(ctx, tx, row.id, row.recipient)
	case Failed:
		return row.id, addReceipt(ctx, tx, row.id, receiptRefused, row.lastError)
	case HandedOver, Bounced:
	}
	return row.id, nil
}

// newRow encrypts a message and chooses its way.
func (s *Service) newRow(ctx context.Context, tx *store.Tx, m Message) (*messageRow, error) {
	text, err := compose(m, s.From(ctx).Name, s.Texts.For(m.Lang))
	if err != nil {
		return nil, err
	}
	row := &messageRow{
		id: ids.New(), person: m.PersonID, kind: m.Kind, thread: m.Thread, lang: m.Lang, dedupe: m.Dedupe, created: tx.Now,
	}
	if row.dedupe == "" {
		row.dedupe = row.id
	}
	row.messageID = row.id + "@" + s.Host
	s.choose(row, m.Email)
	if err := s.seal(ctx, tx, row, text, address(m.Email)); err != nil {
		return nil, err
	}
	if row.thread == "" || row.recipient == "" {
		return row, nil
	}
	row.refs, err = threadRefs(ctx, tx, row.thread, row.recipient)
	return row, err
}

// choose sets the channel and the state the message begins in.
func (s *Service) choose(row *messageRow, email string) {
	row.channel, row.state, row.handedOver = Email, Waiting, store.Time{}
	switch {
	case strings.TrimSpace(email) == "":
		row.channel, row.state, row.handedOver = Inbox, HandedOver, row.created
	case address(email) == "":
		row.state, row.lastError = Failed, "address"
	case s.Carrier == nil:
		row.channel, row.state, row.handedOver = Outbox, HandedOver, row.created
	default:
		row.next = row.created
	}
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
	if to != "" {
		_, row.recipient, err = s.Keys.Lookup(ctx, tx.Tenant, purposeAddress, strings.ToLower(to))
	}
	return err
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
		MessageID: row.messageID, References: strings.Fields(row.refs), Attempts: row.attempts,
		CreatedAt: row.created.Time, NextAt: row.next.Time, HandedOverAt: row.handedOver.Time, LastError: row.lastError,
	}, nil
}

// maxList is how many messages a list holds at most.
const maxList = 200

// Inbox returns the messages of a person, newest first. Only the person
// themselves may read it, or whoever represents them just now.
func (s *Service) Inbox(ctx context.Context, personID string) ([]Item, error) {
	actor := identity.From(ctx)
	switch {
	case !actor.LoggedIn():
		return nil, errs.Login()
	case personID == "" || personID != actor.PersonID && personID != actor.OnBehalfOf:
		return nil, errs.NotFound("notify.not_found")
	}
	return s.List(ctx, Filter{PersonID: personID})
}

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
		rows, err = list(ctx, tx, f)
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

// Retry has a message that failed or came back handed over again.
func (s *Service) Retry(ctx context.Context, tx *store.Tx, id string) error {
	row, err := byID(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return errs.NotFound("notify.not_found")
	}
	if err != nil {
		return err
	}
	if row.state != Failed && row.state != Bounced || row.recipient == "" {
		return errs.Conflict("notify.not_failed")
	}
	if err := restart(ctx, tx, id); err != nil {
		return err
	}
	if err := addReceipt(ctx, tx, id, receiptRetried, ""); err != nil {
		return err
	}
	return enqueue(ctx, tx, id, row.recipient)
}

// Bounce records that a message that had been handed over came back, by its
// Message-ID. A Message-ID that is not ours is nothing.
func (s *Service) Bounce(ctx context.Context, tx *store.Tx, messageID, code string) error {
	id, err := bounce(ctx, tx, strings.Trim(messageID, "<> "), code)
	if err != nil || id == "" {
		return err
	}
	return addReceipt(ctx, tx, id, receiptBounced, code)
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

// handOverArgs hands one message over.
type handOverArgs struct {
	Message string `json:"message"`
}

// Kind implements jobs.Args.
func (handOverArgs) Kind() string { return "notify.hand_over" }

func enqueue(ctx context.Context, tx *store.Tx, id, recipient string) error {
	return jobs.Enqueue(ctx, tx, handOverArgs{Message: id}, jobs.UniqueKey(id), jobs.Ordered("notify:"+recipient))
}
