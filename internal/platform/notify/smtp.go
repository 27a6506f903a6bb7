package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	smtpTimeout = 2 * time.Minute
	maxIdle     = 16 // connections kept open between messages
)

// SMTP is a carrier: the mail server of the municipality or its provider. It
// keeps a few connections, since most of a message's time is greeting.
type SMTP struct {
	host    string
	options []gomail.Option
	plain   bool // the connection begins unencrypted
	idle    chan *connection
}

// connection is one to the server.
type connection struct {
	client *gomail.Client
	raw    net.Conn // nil when it began encrypted
}

// NewSMTP reads the address of a mail server:
//
//	smtp://user:password@host:port?starttls=required   (587; also "opportunistic", "off")
//	smtps://user:password@host:port                    (465, encrypted from the start)
//
// helo is the name this machine gives itself, "" for the machine's own.
func NewSMTP(address, helo string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		// The address holds a password, so the error must not repeat it.
		return nil, errors.New("notify: the mail server's address is not written smtp://user:password@host:port")
	}
	s := &SMTP{host: u.Hostname(), idle: make(chan *connection, maxIdle), plain: u.Scheme == "smtp"}
	secure := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	s.options = []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithTLSConfig(secure)}
	if helo != "" {
		s.options = append(s.options, gomail.WithHELO(helo))
	}
	if err := s.security(u); err != nil {
		return nil, err
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, errors.New("notify: the mail server's port is not a number")
		}
		s.options = append(s.options, gomail.WithPort(port))
	}
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	_, err = s.newConnection()
	return s, err
}

func (s *SMTP) security(u *url.URL) error {
	switch u.Scheme + " " + u.Query().Get("starttls") {
	case "smtps ":
		s.options = append(s.options, gomail.WithSSLPort(false))
	case "smtp ", "smtp required":
		s.options = append(s.options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case "smtp opportunistic":
		s.options = append(s.options, gomail.WithTLSPortPolicy(gomail.TLSOpportunistic))
	case "smtp off":
		s.options = append(s.options, gomail.WithTLSPortPolicy(gomail.NoTLS))
	default:
		return fmt.Errorf("notify: mail server %s: unknown scheme or starttls (required, opportunistic, off)", s.host)
	}
	return nil
}

func (s *SMTP) newConnection() (*connection, error) {
	c := &connection{}
	options := s.options
	if s.plain {
		options = append(options[:len(options):len(options)], gomail.WithDialContextFunc(c.dial))
	}
	var err error
	if c.client, err = gomail.NewClient(s.host, options...); err != nil {
		return nil, fmt.Errorf("notify: mail server %s: %w", s.host, err)
	}
	return c, nil
}

// dial remembers the connection, so that one that got stuck can be cut.
func (c *connection) dial(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := (&net.Dialer{}).DialContext(ctx, network, address)
	c.raw = raw
	return raw, err
}

// cut ends the connection without further words, so that a half-sent message
// is never taken for a whole one.
func (c *connection) cut() {
	if c.raw != nil {
		_ = c.raw.Close()
		return
	}
	_ = c.client.Close()
}

// Carry implements Carrier.
func (s *SMTP) Carry(ctx context.Context, e *Envelope) (Answer, error) {
	m, err := build(e)
	if err != nil {
		return Answer{Outcome: NotEver, Code: "mime"}, err
	}
	for {
		c, used, err := s.take(ctx)
		if err != nil {
			return connectFailed(err)
		}
		err = c.client.Send(m)
		if m.IsDelivered() {
			s.giveBack(c, err)
			return Answer{Outcome: Taken, Code: "250"}, nil
		}
		c.cut()
		if used && isStale(err) {
			continue // the server had closed it; nothing was sent
		}
		return refused(err)
	}
}

// take returns an idle connection, or a new one.
func (s *SMTP) take(ctx context.Context) (c *connection, used bool, err error) {
	select {
	case c = <-s.idle:
		return c, true, nil
	default:
	}
	if c, err = s.newConnection(); err != nil {
		return nil, false, err
	}
	if err := c.client.DialWithContext(ctx); err != nil {
		if c.raw != nil {
			_ = c.raw.Close()
		}
		return nil, false, err
	}
	return c, false, nil
}

// giveBack keeps a sound connection for the next message.
func (s *SMTP) giveBack(c *connection, err error) {
	if err != nil {
		c.cut()
		return
	}
	select {
	case s.idle <- c:
	default:
		_ = c.client.Close()
	}
}

// Close says goodbye to the server.
func (s *SMTP) Close() error {
	for {
		select {
		case c := <-s.idle:
			_ = c.client.Close() // the server may have closed it first
		default:
			return nil
		}
	}
}

// isStale says that a kept connection turned out to be closed before anything
// was sent on it.
func isStale(err error) bool {
	e, ok := errors.AsType[*gomail.SendError](err)
	return ok && e.Reason == gomail.ErrConnCheck
}

// connectFailed judges a connection that did not come about: the message is
// not at fault.
func connectFailed(err error) (Answer, error) {
	answer := Answer{Outcome: Unsure, Code: "connect"}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		answer = Answer{Outcome: NoAccess, Code: strconv.Itoa(e.Code)}
	}
	return answer, errors.New("notify: connect to the mail server: " + answer.Code)
}

// refused judges an answer to a message by its code (RFC 5321 section 4.2.1).
// Only the codes are kept: the texts repeat the address.
func refused(err error) (Answer, error) {
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok || e.ErrorCode() == 0 {
		return Answer{Outcome: Unsure, Code: "lost"}, errors.New("notify: no answer from the mail server")
	}
	answer := Answer{Outcome: NotNow, Code: strings.TrimSpace(strconv.Itoa(e.ErrorCode()) + " " + e.EnhancedStatusCode())}
	switch code := e.ErrorCode(); {
	case code == 530 || code == 535 || code == 538: // RFC 4954 section 6: we are not logged in
		answer.Outcome = NoAccess
	case code == 421: // the server is closing, RFC 5321 section 3.8
		answer.Outcome = Unsure
	case code >= 500 && code < 600:
		answer.Outcome = NotEver
	}
	return answer, errors.New("notify: the mail server refused: " + answer.Code)
}
