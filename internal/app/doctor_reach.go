package app

import (
	"context"
	"net"
	"net/url"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/notify"
)

// phones looks whether somebody answers where the SMS gateway is. It sends
// nothing.
func (d *doctor) phones(ctx context.Context) {
	address := d.config.Get("TORG_SMS_URL")
	if address == "" {
		d.add(Warn, "sms_none")
		return
	}
	if _, err := notify.NewGateway(address, d.config.Get("TORG_SMS_TOKEN"), d.client); err != nil {
		d.add(Fail, "sms_address", "reason", err.Error())
		return
	}
	host, err := knock(ctx, address)
	if err != nil {
		d.add(Fail, "sms_unreachable", "host", host, "reason", err.Error())
		return
	}
	d.add(Fine, "sms", "host", host)
}

// knock opens a connection to where an address leads and closes it again.
func knock(ctx context.Context, address string) (host string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	ctx, cancel := context.WithTimeout(ctx, neighbourTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return u.Hostname(), err
	}
	return u.Hostname(), conn.Close()
}

// contacts looks for the contact register and gets an access token for it, as
// each lookup does. It asks about nobody.
func (d *doctor) contacts(ctx context.Context) {
	address := d.config.Get("TORG_KRR_URL")
	if address == "" {
		d.add(Warn, "krr_none")
		return
	}
	if _, err := d.config.maskinportenKey(); err != nil {
		d.add(Fail, "krr_client", "reason", err.Error())
		return
	}
	tokens := contact.NewMaskinporten(contact.MaskinportenOptions{
		Issuer: d.config.Get("TORG_MASKINPORTEN_URL"), ClientID: d.config.Get("TORG_MASKINPORTEN_CLIENT_ID"), Key: d.config.maskinportenKey, HTTP: d.client, Clock: clock.System{},
	})
	ctx, cancel := context.WithTimeout(ctx, neighbourTimeout)
	defer cancel()
	host, err := knock(ctx, address)
	if err == nil {
		_, err = tokens.Token(ctx, "")
	}
	if err != nil {
		d.add(Fail, "krr_unreachable", "reason", err.Error())
		return
	}
	d.add(Fine, "krr", "host", host)
}
