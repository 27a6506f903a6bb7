package demo

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/contact/fakekrr"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/notify/fakesms"
)

// Where the contact register and the SMS gateway of the demonstration are served.
const (
	registerHost = "krr.localhost"
	gatewayHost  = "sms.localhost"
)

// registerClient is the demonstration's client at its Maskinporten.
const registerClient = "torg-demo"

// reach is how people are reached: a gateway that sends nothing and a register
// that knows everybody, both spoken with over HTTP, as the real ones are.
type reach struct {
	token   string
	gateway *fakesms.Server
	krr     *fakekrr.Server
}

func (d *Demo) startReach() error {
	d.reach = reach{token: rand.Text()}
	d.reach.gateway = fakesms.New(fakesms.Options{Token: d.reach.token, Clock: d.options.Clock, Tell: LocalClient()})
	d.reach.krr = fakekrr.New(fakekrr.Options{Issuer: d.site(registerHost) + "/", ClientID: registerClient, Key: d.key.Public(), Clock: d.options.Clock})
	for i, r := range d.population.People {
		if r.Email == "" {
			continue
		}
		if err := d.reach.krr.Put(r.Number, registered(i, r, d.population.Day.Start())); err != nil {
			return fmt.Errorf("demo: contact register: %w", err)
		}
	}
	return nil
}

// registered is what the contact register knows of somebody. Those one may log
// in as have everything in order; of the others some have reserved themselves,
// some have not looked at their addresses for years, and some are not there.
func registered(i int, r Resident, day time.Time) contact.Record {
	lately := day.AddDate(0, -1-i%12, 0)
	record := contact.Record{
		Status: contact.Active, Notifying: true, Lang: r.Lang,
		Email: contact.Detail{Value: r.Email, Updated: lately}, Mobile: contact.Detail{Value: r.Phone, Updated: lately},
	}
	switch {
	case r.Part != "":
	case i%11 == 0:
		record.Reserved, record.Notifying = true, false
	case i%13 == 0:
		record.Email.Updated, record.Mobile.Updated, record.Notifying = day.AddDate(-2, 0, 0), day.AddDate(-2, 0, 0), false
	case i%17 == 0:
		return contact.Record{Status: contact.Unregistered}
	}
	return record
}

// Phones is the SMS gateway and the token its receipts are proven with.
func (d *Demo) Phones() (notify.TextCarrier, string, error) {
	g, err := notify.NewGateway(d.site(gatewayHost)+"/send", d.reach.token, d.inside())
	return g, d.reach.token, err
}

// Contacts is the contact register.
func (d *Demo) Contacts() (contact.Source, error) {
	tokens := contact.NewMaskinporten(contact.MaskinportenOptions{
		Issuer: d.site(registerHost) + "/", ClientID: registerClient, HTTP: d.inside(), Clock: d.options.Clock,
		Key: func() (jose.JSONWebKey, error) { return d.key, nil },
	})
	return contact.NewClient(d.site(registerHost), d.inside(), tokens, nil)
}
