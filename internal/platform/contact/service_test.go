package contact_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/contact/fakekrr"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// world is a service with a register that it asks over HTTP.
type world struct {
	storetest.Env
	*contact.Service
	krr    *fakekrr.Server
	client *contact.Client
	people people
}

// people are ids and numbers.
type people map[string]pid.PID

func (p people) Number(_ context.Context, id string) (pid.PID, error) {
	n, ok := p[id]
	if !ok {
		return pid.PID{}, errs.NotFound("errs.not_found")
	}
	return n, nil
}

func synthetic(tb testing.TB, i int) pid.PID {
	tb.Helper()
	n, err := pid.Synthetic(clock.NewDate(1950+i/300, time.Month(1+i%12), 1+i/12%25), i%3)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

var signing = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, []fs.FS{keys.Migrations(), contact.Migrations()}, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		ring := keys.NewRing(env.DB, inst)
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) })
			if err != nil {
				t.Fatal(err)
			}
		}
		w := &world{Env: env, people: people{}}
		w.krr, w.client = newRegister(t, env.Clock, "torg")
		w.Service = contact.New(contact.Config{DB: env.DB, Keys: ring, Source: w.client, Numbers: w.people})
		test(t, w)
	})
}

// newRegister starts a register and a client of it.
func newRegister(t *testing.T, clk clock.Clock, clientID string) (*fakekrr.Server, *contact.Client) {
	t.Helper()
	key := jose.JSONWebKey{Key: signing(), KeyID: "k1", Algorithm: string(jose.RS256), Use: "sig"}
	var krr *fakekrr.Server
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { krr.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	krr = fakekrr.New(fakekrr.Options{Issuer: server.URL + "/", ClientID: "torg", Key: key.Public(), Clock: clk})
	tokens := contact.NewMaskinporten(contact.MaskinportenOptions{
		Issuer: server.URL + "/", ClientID: clientID, Key: func() (jose.JSONWebKey, error) { return key, nil }, HTTP: server.Client(), Clock: clk,
	})
	client, err := contact.NewClient(server.URL, server.Client(), tokens, nil)
	if err != nil {
		t.Fatal(err)
	}
	return krr, client
}

// put makes somebody with an e-mail address.
func (w *world) put(t *testing.T, i int) string {
	t.Helper()
	id := fmt.Sprintf("person-%d", i)
	w.people[id] = synthetic(t, i)
	r := contact.Record{Status: contact.Active, Notifying: true, Email: contact.Detail{Value: id + "@post.test", Updated: w.Clock.Now().AddDate(0, -1, 0)}}
	if err := w.krr.Put(w.people[id], r); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestOf_remembersForADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.put(t, 1)
		for range 3 {
			r, found, err := w.Of(w.Ctx, id)
			if err != nil || !found || r.Email.Value != "person-1@post.test" || !r.FetchedAt.Equal(w.Clock.Now()) || !w.Fresh(r, w.Clock.Now()) {
				t.Fatalf("%+v, %t, %v", r, found, err)
			}
		}
		w.Clock.Advance(24 * time.Hour)
		if r, _, err := w.Of(w.Ctx, id); err != nil || !r.FetchedAt.Equal(w.Clock.Now()) {
			t.Errorf("%v, %v", r.FetchedAt, err)
		}
		if diff := cmp.Diff([]int{1, 1}, w.krr.Calls()); diff != "" {
			t.Error(diff)
		}
		if _, found, err := w.Of(w.Other, "person-2"); err != nil || !found {
			t.Errorf("somebody without a number: %t, %v", found, err)
		}
	})
}

func TestEnsure_asksAboutAThousandAtATime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var all []string
		for i := range 2100 {
			all = append(all, w.put(t, i))
		}
		if err := w.Ensure(w.Ctx, all...); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int{1000, 1000, 100}, w.krr.Calls()); diff != "" {
			t.Error(diff)
		}
	})
}

// slow holds each lookup until it is let go.
type slow struct {
	contact.Source
	begun, free chan struct{}
}

func (s slow) Lookup(ctx context.Context, numbers []pid.PID) (map[pid.PID]contact.Record, error) {
	s.begun <- struct{}{}
	<-s.free
	return s.Source.Lookup(ctx, numbers)
}

func TestEnsure_putsThoseTogetherWhoComeMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		held := slow{w.client, make(chan struct{}, 10), make(chan struct{})}
		w.Source = held
		var wait sync.WaitGroup
		ask := func(id string) {
			wait.Go(func() {
				if err := w.Ensure(w.Ctx, id); err != nil {
					t.Error(err)
				}
			})
		}
		ask(w.put(t, 0))
		<-held.begun
		for i := 1; i < 40; i++ {
			ask(w.put(t, i))
		}
		time.Sleep(300 * time.Millisecond) // so that all have come aboard
		close(held.free)
		wait.Wait()
		calls := w.krr.Calls()
		if sum := calls[0] + calls[1]; len(calls) > 3 || calls[0] != 1 || sum < 30 {
			t.Errorf("calls about %v persons", calls)
		}
	})
}

func TestOf_keepsTheLastAnswerThroughAnOutage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.put(t, 1)
		if _, _, err := w.Of(w.Ctx, id); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(25 * time.Hour)
		w.krr.SetDown(true)
		r, found, err := w.Of(w.Ctx, id)
		if err != nil || !found || w.Fresh(r, w.Clock.Now()) || w.DownSince().IsZero() {
			t.Errorf("%+v, %t, %v", r, found, err)
		}
		if err := w.Ensure(w.Ctx, id); !errors.Is(err, contact.ErrDown) {
			t.Errorf("while it is down: %v", err)
		}
		w.krr.SetDown(false)
		if err := w.Ensure(w.Ctx, id); !errors.Is(err, contact.ErrDown) {
			t.Errorf("asked again at once: %v", err)
		}
		w.Clock.Advance(11 * time.Second)
		if err := w.Ensure(w.Ctx, id); err != nil || !w.DownSince().IsZero() {
			t.Errorf("after it is back: %v, down since %v", err, w.DownSince())
		}
	})
}

func TestClient_replacesATokenThatWasWithdrawn(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(storetest.Start())
	krr, client := newRegister(t, clk, "torg")
	number := synthetic(t, 1)
	for range 2 {
		got, err := client.Lookup(t.Context(), []pid.PID{number})
		if err != nil || got[number].Status != contact.Unregistered {
			t.Fatalf("%+v, %v", got, err)
		}
		krr.DropTokens()
	}
	clk.Advance(11 * time.Minute) // the token's own end
	if _, err := client.Lookup(t.Context(), []pid.PID{number}); err != nil {
		t.Error(err)
	}
}

func TestClient_isRefused(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(storetest.Start())
	_, stranger := newRegister(t, clk, "somebody")
	if _, err := stranger.Lookup(t.Context(), []pid.PID{synthetic(t, 1)}); err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("a client nobody knows: %v", err)
	}
	_, client := newRegister(t, clk, "torg")
	for _, n := range []int{0, contact.MaxBatch + 1} {
		if _, err := client.Lookup(t.Context(), slices.Repeat([]pid.PID{synthetic(t, 1)}, n)); err == nil {
			t.Errorf("%d persons in one call", n)
		}
	}
	for _, address := range []string{"", "krr", "ftp://krr", "https://"} {
		if _, err := contact.NewClient(address, nil, nil, nil); err == nil {
			t.Errorf("%q passes for an address", address)
		}
	}
}

func TestService_storesNothingReadable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.put(t, 1)
		if _, _, err := w.Of(w.Ctx, id); err != nil {
			t.Fatal(err)
		}
		err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			cipher, err := store.One(ctx, tx, store.Value[[]byte], `select record_cipher from contact_records where tenant_id = $1 limit 1`, tx.Tenant)
			if err != nil {
				return err
			}
			if strings.Contains(string(cipher), "post.test") {
				t.Error("the row tells the address")
			}
			return contact.Erase(ctx, tx, id)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = w.DB.Read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, found, err := w.In(ctx, tx, id); found || err != nil {
				t.Errorf("erased: %t, %v", found, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
