package apptest_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	netmail "net/mail"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that can be closed and opened again at the same
// address.
type postOffice struct {
	address  string
	mu       sync.Mutex
	server   *smtp.Server
	listener net.Listener
	got      []letter
}

// letter is a message as the mail server took it.
type letter struct{ to, messageID string }

// newPostOffice finds an address; nobody answers there before open.
func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{address: freeAddress(t)}
	t.Cleanup(p.close)
	return p
}

// freeAddress is a port that the system gives to nobody who asks for any: another
// test's server would else answer at the address of one that is closed.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000))
		if listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address); err == nil {
			must(t, listener.Close())
			return address
		} else if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

func (p *postOffice) open(ctx context.Context, t *testing.T) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.address)
	must(t, err)
	server := smtp.NewServer(p)
	server.Domain, server.ErrorLog = "post.test", quiet{}
	p.mu.Lock()
	p.server, p.listener = server, listener
	p.mu.Unlock()
	go func() { _ = server.Serve(listener) }() // ends with close
}

func (p *postOffice) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		_ = p.server.Close()
		_ = p.listener.Close() // a server that never came to Serve knows nothing of it
		p.server = nil
	}
}

func (p *postOffice) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// NewSession implements smtp.Backend.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{office: p}, nil }

type delivery struct {
	office *postOffice
	to     string
}

func (v *delivery) Reset()                             { v.to = "" }
func (*delivery) Logout() error                        { return nil }
func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }
func (v *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to = to
	return nil
}

func (v *delivery) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.got = append(v.office.got, letter{to: v.to, messageID: m.Header.Get("Message-Id")})
	return nil
}
