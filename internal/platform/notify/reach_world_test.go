package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/notify/fakesms"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

const token = "hemmelig"

// neighbours are all that messages depend on, each of which can be taken down.
type neighbours struct {
	storetest.Env
	*notify.Service
	ring   *keys.Ring
	runner *jobs.Runner
	mail   *mailServer
	sms    *fakesms.Server
	krr    *register
	people map[string]identity.Person
	backs  []notify.LetterBack // that were heard of
	about  notify.About        // what is known of letters
}

// gateWait is more than enough for a carrier that is back to be tried again.
const gateWait = time.Minute

// mailServer is a carrier that takes everything, unless it is down.
type mailServer struct {
	mu   sync.Mutex
	got  []notify.Envelope
	down bool
	lose int // how many messages to take without an answer
}

func (m *mailServer) Carry(_ context.Context, e *notify.Envelope) (notify.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return notify.Answer{Outcome: notify.Unsure, Code: "connect"}, errors.New("down")
	}
	m.got = append(m.got, *e)
	if m.lose > 0 {
		m.lose--
		return notify.Answer{Outcome: notify.Unsure, Code: "lost"}, errors.New("lost")
	}
	return notify.Answer{Outcome: notify.Taken, Code: "250"}, nil
}

func (*mailServer) Close() error { return nil }

func (m *mailServer) setDown(down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = down
}

func (m *mailServer) letters() []notify.Envelope {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got)
}

// register is a contact register.
type register struct {
	mu    sync.Mutex
	known map[pid.PID]contact.Record
	calls []int
	down  bool
}

func (r *register) Lookup(_ context.Context, numbers []pid.PID) (map[pid.PID]contact.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return nil, errors.New("down")
	}
	r.calls = append(r.calls, len(numbers))
	out := map[pid.PID]contact.Record{}
	for _, n := range numbers {
		out[n] = contact.Record{Status: contact.Unregistered}
		if known, ok := r.known[n]; ok {
			out[n] = known
		}
	}
	return out, nil
}

func (r *register) setDown(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// Number makes a number of the digits at the end of a person's id.
func (*register) Number(_ context.Context, id string) (pid.PID, error) {
	var n int
	if _, err := fmt.Sscanf(id, "person-%d", &n); err != nil {
		return pid.PID{}, err
	}
	return pid.Synthetic(clock.NewDate(1950+n/300, time.Month(1+n%12), 1+n/12%25), n%3)
}

// PersonIn implements notify.People.
func (n *neighbours) PersonIn(_ context.Context, _ *store.Tx, id string) (identity.Person, error) {
	p := n.people[id]
	p.ID = id
	if p.Name.Given == "" {
		p.Name = identity.Name{Given: "Kari", Family: id}
	}
	return p, nil
}

func modules() []fs.FS {
	return []fs.FS{keys.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(), contact.Migrations(), notify.Migrations()}
}

// each runs a test among neighbours on both databases.
func each(t *testing.T, test func(t *testing.T, n *neighbours)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, meet(t, env, true)) })
}

func meet(t *testing.T, env storetest.Env, registered bool) *neighbours {
	t.Helper()
	inst, err := keys.Throwaway()
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbours{
		Env: env, ring: keys.NewRing(env.DB, inst), mail: &mailServer{}, people: map[string]identity.Person{},
		sms: fakesms.New(fakesms.Options{Token: token, Clock: env.Clock}), krr: &register{known: map[pid.PID]contact.Record{}},
	}
	err = env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return n.ring.Create(ctx, tx, tx.Tenant) })
	if err != nil {
		t.Fatal(err)
	}
	texts := i18n.New()
	if err := texts.Load("notify", notify.Messages()); err != nil {
		t.Fatal(err)
	}
	gateway := httptest.NewServer(n.sms)
	t.Cleanup(gateway.Close)
	phones, err := notify.NewGateway(gateway.URL, token, gateway.Client())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := access.New(slog.New(slog.DiscardHandler), notify.Rules())
	if err != nil {
		t.Fatal(err)
	}
	c := notify.Config{
		DB: env.DB, Keys: n.ring, Texts: texts, Host: "torg.test", BounceAddress: "retur@vestoy.test", Carrier: n.mail, Phones: phones, People: n, Access: rules, SMSToken: token,
		From: func(context.Context) notify.Sender {
			return notify.Sender{Name: "Vestøy kommune", Address: "post@vestoy.test"}
		},
		OnBack: func(_ context.Context, _ *store.Tx, b notify.LetterBack) error {
			n.backs = append(n.backs, b)
			return nil
		},
		About: func(_ context.Context, _ *store.Tx, a notify.About) (notify.About, error) {
			a.Department, a.Document, a.Enclosed = "d-1", n.about.Document, n.about.Enclosed
			a.Restricted, a.Assignee = n.about.Restricted, n.about.Assignee
			return a, nil
		},
	}
	if registered {
		c.Contacts = contact.New(contact.Config{DB: env.DB, Keys: n.ring, Source: n.krr, Numbers: n.krr})
	}
	n.Service = notify.New(c)
	n.run(t)
	return n
}

// run makes the background work, which goes on only when the test says so.
func (n *neighbours) run(t *testing.T) {
	t.Helper()
	registry := jobs.NewRegistry()
	n.Jobs(registry)
	n.runner = jobs.NewRunner(jobs.Options{DB: n.Env.DB, Registry: registry})
}

// knows puts somebody into the register.
func (n *neighbours) knows(t *testing.T, id string, change func(r *contact.Record)) {
	t.Helper()
	number, err := n.krr.Number(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	lately := n.Clock.Now().AddDate(0, -1, 0)
	r := contact.Record{
		Status: contact.Active, Notifying: true, Email: contact.Detail{Value: id + "@krr.test", Updated: lately},
		Mobile: contact.Detail{Value: "+4791234567", Verified: lately},
	}
	if change != nil {
		change(&r)
	}
	n.krr.mu.Lock()
	defer n.krr.mu.Unlock()
	n.krr.known[number] = r
}

func message(person string, class notify.Class) notify.Message {
	return notify.Message{
		PersonID: person, Kind: "test.hello", Class: class, Thread: "case:1", Lang: i18n.NB, Subject: "Sak 1 er avgjort",
		Body: notify.Body{Heading: "Hei", Paragraphs: []string{"Logg inn."}, Action: &notify.Action{Text: "Se saken", URL: "https://vestoy.test/my/cases/1"}},
	}
}

func (n *neighbours) send(t *testing.T, m notify.Message) string {
	t.Helper()
	var id string
	err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = n.Send(ctx, tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// settle runs the work that is due.
func (n *neighbours) settle(t *testing.T) {
	t.Helper()
	if _, err := n.runner.Drain(n.Ctx); err != nil {
		t.Fatal(err)
	}
}

// later moves the clock in steps and lets the work go on at each.
func (n *neighbours) later(t *testing.T, d, step time.Duration) {
	t.Helper()
	for ; d > 0; d -= step {
		n.Clock.Advance(min(d, step))
		n.settle(t)
	}
}

// stands checks where a message stands.
func (n *neighbours) stands(t *testing.T, id string, c notify.Channel, s notify.State) notify.Item {
	t.Helper()
	item, _, err := n.Message(n.Ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if item.Channel != c || item.State != s {
		t.Errorf("the message stands at %s, %s; want %s, %s", item.Channel, item.State, c, s)
	}
	return item
}

func (n *neighbours) as(kind identity.Kind, person string, grants ...identity.Grant) context.Context {
	return identity.With(n.Ctx, identity.Actor{Kind: kind, PersonID: person, Grants: grants})
}

// last is the newest delivery of the newest message.
func (n *neighbours) last(t *testing.T) notify.Step {
	t.Helper()
	list, err := n.ProofOf(identity.AsSystem(n.Ctx, "test"), "case:1")
	if err != nil || len(list) == 0 || len(list[0].Steps) == 0 {
		t.Fatalf("no proof: %+v, %v", list, err)
	}
	return list[0].Steps[len(list[0].Steps)-1]
}
