package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that does what the test says.
type postOffice struct {
	mu       sync.Mutex
	got      []letter
	atRcpt   map[string]*smtp.SMTPError // by address; nil accepts
	dropNext int                        // how many messages to take without an answer
	login    string
	server   *smtp.Server
	listener net.Listener
	addr     string
}

// letter is a message as it came.
type letter struct {
	from, to string
	raw      []byte
}

func newPostOffice(tb testing.TB) *postOffice {
	tb.Helper()
	p := &postOffice{atRcpt: map[string]*smtp.SMTPError{}}
	p.open(tb, nil)
	tb.Cleanup(p.close)
	return p
}

// open begins to listen, the second time at the same address.
func (p *postOffice) open(tb testing.TB, secure *tls.Config) {
	tb.Helper()
	listener, err := p.listen()
	if err != nil {
		tb.Fatal(err)
	}
	p.listener, p.addr = listener, listener.Addr().String()
	p.server = smtp.NewServer(p)
	p.server.Domain, p.server.TLSConfig, p.server.ErrorLog = "post.test", secure, quiet{}
	go func() { _ = p.server.Serve(listener) }()
}

// listen takes a port that the system gives to nobody who asks for any: another
// test's server would else answer at the address of one that is closed.
func (p *postOffice) listen() (listener net.Listener, err error) {
	if p.addr != "" {
		return net.Listen("tcp", p.addr)
	}
	for range 100 {
		listener, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+mathrand.IntN(10_000)))
		if err == nil {
			return listener, nil
		}
	}
	return nil, err
}

// close ends the listener too: a server that is closed before its goroutine
// came to Serve knows nothing of it, and would go on to take mail.
func (p *postOffice) close() {
	_ = p.server.Close()
	_ = p.listener.Close()
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{office: p, conn: c}, nil
}

// refuse has an address answered with a code; 0 accepts again.
func (p *postOffice) refuse(address string, code int, enhanced smtp.EnhancedCode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.atRcpt[address] = nil
	if code != 0 {
		p.atRcpt[address] = &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "not " + address}
	}
}

func (p *postOffice) dropAnswers(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropNext = n
}

func (p *postOffice) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// await returns the letters once there are n.
func (p *postOffice) await(t *testing.T, n int) []letter {
	t.Helper()
	eventually(t, "enough letters", func() bool { return len(p.letters()) >= n })
	got := p.letters()
	if len(got) != n {
		t.Fatalf("%d letters, want %d", len(got), n)
	}
	return got
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not within a minute: %s", what)
}

type session struct {
	office   *postOffice
	conn     *smtp.Conn
	from, to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		s.office.mu.Lock()
		defer s.office.mu.Unlock()
		if name+":"+password != s.office.login {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.to = to
	if e := s.office.atRcpt[to]; e != nil {
		return e
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.got = append(s.office.got, letter{from: s.from, to: s.to, raw: raw})
	if s.office.dropNext > 0 {
		s.office.dropNext--
		_ = s.conn.Conn().Close()
		return errors.New("dropped")
	}
	return nil
}

// part is a leaf of a MIME message, decoded.
type part struct{ mediaType, name, text string }

// parse reads a letter as a mail program does.
func (l letter) parse(t *testing.T) (mail.Header, []part) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(l.raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, parts(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
}

func parts(t *testing.T, contentType, encoding, name string, r io.Reader) []part {
	t.Helper()
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatalf("%q: %v", contentType, err)
	}
	if !strings.HasPrefix(mediaType, "multipart/") {
		switch strings.ToLower(encoding) {
		case "quoted-printable":
			r = quotedprintable.NewReader(r)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return []part{{mediaType, name, string(text)}}
	}
	out := []part{{mediaType: mediaType}}
	reader := multipart.NewReader(r, params["boundary"])
	for {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parts(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.FileName(), p)...)
	}
}

// header returns a header decoded.
func header(t *testing.T, h mail.Header, name string) string {
	t.Helper()
	text, err := (&mime.WordDecoder{}).DecodeHeader(h.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func stopWithin(tb testing.TB, stop func(context.Context) error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := stop(ctx); err != nil {
		tb.Error(err)
	}
}
