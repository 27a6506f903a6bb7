package demo

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui/theme"
	"github.com/torg-no/torg/internal/property"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Options is what a Demo is made of. All but Log are required.
type Options struct {
	// Address is where people reach the server: "http://localhost:8080". Scheme
	// and port count, since each municipality has a host of its own.
	Address *url.URL
	// Day is that of the population, see DayOf.
	Day       clock.Date
	Clock     *Clock
	Bundle    *i18n.Bundle
	Directory *tenant.Directory
	Log       *slog.Logger
	// Short leaves out last year's cases, for tests that do without them.
	Short bool
	// Shared is what demonstrations in one process may have in common; the zero value
	// makes everything anew.
	Shared Shared
}

// Shared is the dear part of a demonstration, which nobody changes.
type Shared struct {
	Population *Population // of Options.Day
	// Client is the key of the municipalities at the ID-porten, Provider the ID-porten's.
	Client, Provider *rsa.PrivateKey
}

// Demo is the demonstration of one process: the population with its register,
// its ID-porten and the portal.
type Demo struct {
	options    Options
	population Population
	register   *fakeregister.Register
	owners     *ownership
	provider   *fakeidporten.Provider
	key        jose.JSONWebKey
	themes     *theme.Themes
	portal     *portal
	reach      reach
	mail       atomic.Value // of mailBox, once ShowMail was called
}

// New makes the population and the ID-porten. It touches no database: identity
// needs the register and the client before there is one to set up.
func New(o Options) (*Demo, error) {
	if o.Address == nil || o.Clock == nil || o.Bundle == nil || o.Directory == nil || o.Day.IsZero() {
		return nil, errors.New("demo: Address, Day, Clock, Bundle and Directory are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &Demo{options: o, themes: theme.New()}
	var err error
	if d.population, err = o.people(); err != nil {
		return nil, err
	}
	if d.register, err = fakeregister.New(d.population.Records()...); err != nil {
		return nil, fmt.Errorf("demo: register: %w", err)
	}
	for _, o := range organisations(d.population) {
		if err := d.register.PutOrganisation(o); err != nil {
			return nil, fmt.Errorf("demo: organisations: %w", err)
		}
	}
	d.owners = &ownership{demo: d}
	key := o.Shared.Client
	if key == nil {
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, fmt.Errorf("demo: key: %w", err)
		}
	}
	d.key = jose.JSONWebKey{Key: key, KeyID: "torg-demo", Algorithm: string(jose.RS256), Use: "sig"}
	if err := d.startProvider(); err != nil {
		return nil, err
	}
	if err := d.startReach(); err != nil {
		return nil, err
	}
	d.portal = newPortal(d)
	return d, nil
}

// people are the population: the shared one, when it is of the day.
func (o Options) people() (Population, error) {
	switch {
	case o.Shared.Population == nil:
		return Populate(o.Day)
	case o.Shared.Population.Day != o.Day:
		return Population{}, fmt.Errorf("demo: the shared population is of %s, not of %s", o.Shared.Population.Day, o.Day)
	}
	return *o.Shared.Population, nil
}

// Register is the population register.
func (d *Demo) Register() identity.Register { return d.register }

// Properties is the property register: who owns what.
func (d *Demo) Properties() property.Register { return d.owners }

// Population is everybody.
func (d *Demo) Population() Population { return d.population }

// Mail is what the outbox page reads; package notify's Service is it.
type Mail interface {
	Outbox(ctx context.Context, limit int) ([]notify.Item, error)
	Message(ctx context.Context, id string) (notify.Item, []notify.Receipt, error)
}

// ShowMail gives the portal the messages to show.
func (d *Demo) ShowMail(m Mail) { d.mail.Store(mailBox{m}) }

// mailBox lets atomic.Value hold any kind of Mail.
type mailBox struct{ Mail }

// tenantOf returns a municipality of the demonstration as it is now.
func (d *Demo) tenantOf(ctx context.Context, slug string) (context.Context, tenant.Tenant, bool) {
	t, ok := d.options.Directory.BySlugOrNumber(slug)
	if !ok || !t.Test {
		return ctx, tenant.Tenant{}, false
	}
	return tenant.Bind(ctx, t), t, true
}

// site is the address of a host of the demonstration, without a slash at the end.
func (d *Demo) site(host string) string {
	if port := d.options.Address.Port(); port != "" {
		host += ":" + port
	}
	return d.options.Address.Scheme + "://" + host
}
