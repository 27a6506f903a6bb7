package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/notify"
)

// neighbourTimeout is how long a neighbour may take to answer.
const neighbourTimeout = 10 * time.Second

// maxDiscovery bounds what ID-porten may answer with.
const maxDiscovery = 1 << 20

// mail says hello to the mail server, with encryption where it is asked for. It
// neither logs in nor sends anything.
func (d *doctor) mail(ctx context.Context) {
	address := d.config.Get("TORG_SMTP_URL")
	if address == "" {
		d.add(Warn, "mail_none")
		return
	}
	carrier, err := notify.NewSMTP(address, "")
	if err != nil {
		d.add(Fail, "mail_address", "reason", err.Error())
		return
	}
	_ = carrier.Close() // nothing was opened
	u, err := url.Parse(address)
	if err != nil {
		d.add(Fail, "mail_address", "reason", "")
		return
	}
	if err := greet(ctx, u); err != nil {
		d.add(Fail, "mail_unreachable", "host", u.Hostname(), "reason", err.Error())
		return
	}
	d.add(Fine, "mail", "host", u.Hostname())
}

func greet(ctx context.Context, u *url.URL) error {
	ctx, cancel := context.WithTimeout(ctx, neighbourTimeout)
	defer cancel()
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtps": "465", "smtp": "587"}[u.Scheme]
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	secure := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	if u.Scheme == "smtps" {
		conn = tls.Client(conn, secure)
	}
	client, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return err
	}
	if err := hello(client, u, secure); err != nil {
		return err
	}
	return client.Quit()
}

// hello says EHLO (RFC 5321 section 4.1.1.1) and STARTTLS (RFC 3207) when the
// address demands it.
func hello(client *smtp.Client, u *url.URL, secure *tls.Config) error {
	if err := client.Hello("localhost"); err != nil {
		return err
	}
	offered, _ := client.Extension("STARTTLS")
	switch wish := u.Query().Get("starttls"); {
	case u.Scheme == "smtps", wish == "off", wish == "opportunistic" && !offered:
		return nil
	case !offered:
		return errors.New("no STARTTLS")
	}
	return client.StartTLS(secure)
}

// login looks for ID-porten. It only warns: what else the server does needs no
// log-in, and the network may be closed from where the command runs.
func (d *doctor) login(ctx context.Context) {
	d.loginClient()
	issuer := d.config.Get("TORG_OIDC_ISSUER")
	if err := d.discover(ctx, issuer); err != nil {
		d.add(Warn, "login_unreachable", "issuer", issuer, "reason", err.Error())
		return
	}
	d.add(Fine, "login", "issuer", issuer)
}

// loginClient looks at the client's own key.
func (d *doctor) loginClient() {
	if d.config.Get("TORG_OIDC_CLIENT_ID") == "" {
		d.add(Warn, "login_client")
		return
	}
	path := d.config.Get("TORG_OIDC_KEY_FILE")
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		d.add(Fail, "key_readable", "path", path)
	}
	if _, err := readClientKey(path); err != nil {
		d.add(Warn, "login_key", "reason", err.Error())
	}
}

// discover reads the provider's metadata (OpenID Connect Discovery 1.0 section
// 4), whose issuer must be exactly the one asked.
func (d *doctor) discover(ctx context.Context, issuer string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, neighbourTimeout)
	defer cancel()
	address := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	response, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	var metadata struct {
		Issuer string `json:"issuer"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxDiscovery)).Decode(&metadata); err != nil {
		return errors.New("no metadata")
	}
	if metadata.Issuer != issuer {
		return fmt.Errorf("it calls itself %s", metadata.Issuer)
	}
	return nil
}
