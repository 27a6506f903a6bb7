package apptest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/contact/fakekrr"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/notify/fakesms"
	"github.com/torg-no/torg/internal/platform/store"
)

// How the neighbours of Options.Reach know the product.
const (
	reachClient  = "torg-test"
	smsToken     = "hemmelig-sms"
	bounceToken  = "hemmelig-retur"
	bounceSender = "retur@torg.test"
)

// Reach are the neighbours that people are reached through, each of which a test
// can take down. The contact register knows every adult of the demonstration,
// with an e-mail address and a number that are a month old.
type Reach struct {
	Mail *Mailroom
	SMS  *fakesms.Server
	KRR  *fakekrr.Server
}

// Mailroom is a mail server. It keeps what it takes and posts it to nobody.
type Mailroom struct {
	mu   sync.Mutex
	got  []notify.Envelope
	down bool
}

// Carry implements notify.Carrier.
func (m *Mailroom) Carry(_ context.Context, e *notify.Envelope) (notify.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return notify.Answer{Outcome: notify.Unsure, Code: "connect"}, errors.New("apptest: the mail server is down")
	}
	m.got = append(m.got, *e)
	return notify.Answer{Outcome: notify.Taken, Code: "250"}, nil
}

// Close implements notify.Carrier.
func (*Mailroom) Close() error { return nil }

// SetDown makes it answer nobody, or serve again.
func (m *Mailroom) SetDown(down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = down
}

// Letters returns what was taken, the oldest first.
func (m *Mailroom) Letters() []notify.Envelope {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got)
}

// reach starts the neighbours and puts them into the product's world.
func (h *Harness) reach(w *app.World, clk clock.Clock) error {
	key, err := contactKey()
	if err != nil {
		return fmt.Errorf("apptest: key for the contact register: %w", err)
	}
	private := jose.JSONWebKey{Key: key, KeyID: "test", Algorithm: string(jose.RS256), Use: "sig"}
	h.Reach.SMS = fakesms.New(fakesms.Options{Token: smsToken, Clock: clk})
	gateway := httptest.NewServer(h.Reach.SMS)
	atEnd(h.TB, gateway.Close)
	if w.Phones, err = notify.NewGateway(gateway.URL, smsToken, gateway.Client()); err != nil {
		return err
	}
	w.SMSToken = smsToken

	var krr http.Handler
	register := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { krr.ServeHTTP(w, r) }))
	atEnd(h.TB, register.Close)
	h.Reach.KRR = fakekrr.New(fakekrr.Options{Issuer: register.URL + "/", ClientID: reachClient, Key: private.Public(), Clock: clk})
	krr = h.Reach.KRR
	tokens := contact.NewMaskinporten(contact.MaskinportenOptions{
		Issuer: register.URL + "/", ClientID: reachClient, HTTP: register.Client(), Clock: clk,
		Key: func() (jose.JSONWebKey, error) { return private, nil },
	})
	w.Contacts, err = contact.NewClient(register.URL, register.Client(), tokens, nil)
	return errors.Join(err, h.register(clk.Now()))
}

// register puts every adult of the demonstration into the contact register.
func (h *Harness) register(now time.Time) (err error) {
	for _, r := range h.Demo.Population().People {
		if r.Email != "" {
			err = errors.Join(err, h.Reach.KRR.Put(r.Number, inOrder(r, now)))
		}
	}
	return err
}

func inOrder(r demo.Resident, now time.Time) contact.Record {
	lately := now.AddDate(0, -1, 0)
	return contact.Record{
		Status: contact.Active, Notifying: true, Email: contact.Detail{Value: r.Email, Updated: lately},
		Mobile: contact.Detail{Value: r.Phone, Updated: lately},
	}
}

// Registered changes what the contact register knows of a player. What was asked
// about her before is forgotten a day later.
func (h *Harness) Registered(town int, part demo.Part, change func(r *contact.Record)) {
	h.TB.Helper()
	player, ok := h.Demo.Population().Player(town, part)
	if !ok {
		h.TB.Fatalf("nobody plays %s", part)
	}
	r := inOrder(player, h.App.DB.Clock().Now())
	change(&r)
	if err := h.Reach.KRR.Put(player.Number, r); err != nil {
		h.TB.Fatal(err)
	}
}

// BounceMail has the mail server send a message back, as it pipes returned mail
// to the product, and returns the status of the answer. Without a token it comes
// as a stranger.
func (h *Harness) BounceMail(e notify.Envelope, known bool) int {
	h.TB.Helper()
	text := strings.ReplaceAll("Return-Path: <>\nTo: "+e.ReturnTo+
		"\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"+
		"--b\nContent-Type: text/plain\n\nThe message to "+e.To+" could not be delivered.\n\n"+
		"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; post.test\n\nFinal-Recipient: rfc822; "+e.To+"\nAction: failed\nStatus: 5.1.1\n\n"+
		"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <"+e.MessageID+">\n\n--b--\n", "\n", "\r\n")
	r, err := http.NewRequestWithContext(h.TB.Context(), http.MethodPost, "http://localhost:"+h.Port+"/hooks/mail", strings.NewReader(text))
	if err != nil {
		h.TB.Fatal(err)
	}
	if known {
		r.Header.Set("Authorization", "Bearer "+bounceToken)
	}
	answer, err := demo.LocalClient().Do(r)
	if err != nil {
		h.TB.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// LoseSMS has the gateway tell that a message did not arrive.
func (h *Harness) LoseSMS(m fakesms.Message) int {
	h.TB.Helper()
	status, err := h.Reach.SMS.Tell(h.TB.Context(), demo.LocalClient(), m.Receipt, m.ID, notify.Undelivered, "absent")
	if err != nil {
		h.TB.Fatal(err)
	}
	return status
}

// classed looks whether every message that was sent has a class on purpose. A
// database that a test has taken away is not asked.
func (h *Harness) classed(ctx context.Context) {
	h.TB.Helper()
	var kinds []string
	err := h.App.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		kinds, err = store.All(ctx, tx, store.Value[string], `select kind from notify_messages group by kind order by kind limit 200`)
		return err
	})
	if err != nil {
		return
	}
	for _, kind := range kinds {
		if _, known := app.ClassOf(kind); !known && !strings.HasPrefix(kind, "test.") {
			h.TB.Errorf("messages of the kind %s have no class", kind)
		}
	}
}
