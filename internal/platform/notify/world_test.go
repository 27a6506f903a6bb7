package notify

import (
	"bytes"
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// world is a service with a mail server and a job runner.
type world struct {
	storetest.Env
	*Service
	blobs  *blob.Store
	office *postOffice
}

func modules() []fs.FS {
	return []fs.FS{keys.Migrations(), audit.Migrations(), jobs.Migrations(), blob.Migrations(), Migrations()}
}

// each runs a test with a mail server on both databases.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		office := newPostOffice(t)
		test(t, newWorld(t, env, office))
	})
}

// newWorld makes a service; without a post office, one that keeps its messages
// in the outbox.
func newWorld(tb testing.TB, env storetest.Env, office *postOffice) *world {
	tb.Helper()
	inst, err := keys.Throwaway()
	if err != nil {
		tb.Fatal(err)
	}
	ring := keys.NewRing(env.DB, inst)
	for _, ctx := range []context.Context{env.Ctx, env.Other} {
		err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) })
		if err != nil {
			tb.Fatal(err)
		}
	}
	backend, err := blob.NewDirectory(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	texts := i18n.New()
	if err := texts.Load("notify", Messages()); err != nil {
		tb.Fatal(err)
	}
	w := &world{Env: env, office: office, blobs: blob.New(blob.Config{DB: env.DB, Keys: ring, Backend: backend, TempDir: tb.TempDir()})}
	config := Config{
		DB: env.DB, Keys: ring, Documents: w.blobs, Texts: texts, Host: "torg.test",
		From: func(context.Context) Sender { return Sender{Name: "Vestøy kommune", Address: "post@vestoy.test"} },
	}
	if office != nil {
		carrier, err := NewSMTP("smtp://"+office.addr+"?starttls=off", "torg.test")
		if err != nil {
			tb.Fatal(err)
		}
		config.Carrier = carrier
		tb.Cleanup(func() { _ = carrier.Close() })
	}
	w.Service = New(config)
	w.run(tb)
	return w
}

func (w *world) run(tb testing.TB) {
	tb.Helper()
	registry := jobs.NewRegistry()
	w.Jobs(registry)
	runner := jobs.NewRunner(jobs.Options{DB: w.Env.DB, Registry: registry, Poll: 20 * time.Millisecond})
	if err := runner.Start(w.Ctx); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { stopWithin(tb, runner.Stop) })
}

// hello is a message to somebody.
func hello(to, subject string) Message {
	return Message{
		PersonID: "person-1", Email: to, Kind: "test.hello", Lang: i18n.NB, Subject: subject,
		Body: Body{Heading: "Hei", Paragraphs: []string{"Vi har fått søknaden din."}},
	}
}

// send sends each message in a transaction of its own.
func (w *world) send(tb testing.TB, messages ...Message) []string {
	tb.Helper()
	var out []string
	for _, m := range messages {
		var id string
		err := w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			id, err = w.Send(ctx, tx, m)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}

func (w *world) message(t *testing.T, id string) (Item, []Receipt) {
	t.Helper()
	item, receipts, err := w.Message(w.Ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return item, receipts
}

// becomes waits until a message stands in a state after a number of attempts,
// and until no job is at work, so that the clock may be moved.
func (w *world) becomes(t *testing.T, id string, state State, attempts int) Item {
	t.Helper()
	var item Item
	eventually(t, string(state), func() bool {
		item, _ = w.message(t, id)
		return item.State == state && item.Attempts == attempts && w.idle(t)
	})
	return item
}

func (w *world) idle(t *testing.T) bool {
	t.Helper()
	var n int
	err := w.Env.DB.ReadPlatform(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int], `select count(*) from jobs where state in ('running', 'available')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n == 0
}

func (w *world) document(t *testing.T, b []byte, name string) string {
	t.Helper()
	stored, err := w.blobs.Put(w.Ctx, bytes.NewReader(b), blob.PutOptions{Name: name, Generated: true})
	if err != nil {
		t.Fatal(err)
	}
	var d blob.Document
	err = w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = w.blobs.Keep(ctx, tx, stored, blob.Owner{Type: "case", ID: "1"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// whats are the kinds of receipts in their order.
func whats(receipts []Receipt) []string {
	var out []string
	for _, r := range receipts {
		out = append(out, r.What+" "+r.Detail)
	}
	return out
}
