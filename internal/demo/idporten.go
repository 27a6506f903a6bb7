package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
)

// providerHost is where the ID-porten of the demonstration is served.
const providerHost = "idporten.localhost"

// clientPrefix begins the client ids: "torg-torgoy".
const clientPrefix = "torg-"

// Issuer is the address of the ID-porten.
func (d *Demo) Issuer() string { return d.site(providerHost) }

// Client tells how a municipality is registered at the ID-porten; it is an
// identity.ClientSource.
func (d *Demo) Client(_ context.Context, tenantID string) (identity.ClientConfig, error) {
	t, ok := d.options.Directory.ByID(tenantID)
	if !ok || !t.Test {
		return identity.ClientConfig{}, fmt.Errorf("demo: client of tenant %q: unknown tenant", tenantID)
	}
	site := d.site(t.MainHost())
	return identity.ClientConfig{
		Issuer: d.Issuer(), ClientID: clientPrefix + t.Slug, Key: d.key,
		RedirectURI: site + "/login/callback", PostLogoutURI: site + "/", LoginHints: true,
	}, nil
}

func (d *Demo) startProvider() error {
	provider, err := fakeidporten.New(fakeidporten.Options{
		Issuer: d.Issuer(), Client: d.registered, People: d.directory(), Clock: d.options.Clock, Log: d.options.Log, PAR: true,
		Key: d.options.Shared.Provider,
	})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d.provider = provider
	return nil
}

// registered finds a municipality's registration as the provider keeps it.
func (d *Demo) registered(id string) (fakeidporten.Client, bool) {
	slug, ok := strings.CutPrefix(id, clientPrefix)
	if !ok {
		return fakeidporten.Client{}, false
	}
	t, ok := d.options.Directory.BySlugOrNumber(slug)
	if !ok || t.Slug != slug || !t.Test {
		return fakeidporten.Client{}, false
	}
	site := d.site(t.MainHost())
	return fakeidporten.Client{
		ID: id, Name: t.Name.In(t.Lang()), RedirectURIs: []string{site + "/login/callback"}, PostLogoutURIs: []string{site + "/"},
		FrontChannelLogoutURI: site + "/logout/front-channel", Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{d.key.Public()}},
	}, true
}

// directory lists the living grown-ups, each described in the language form of
// the municipality.
func (d *Demo) directory() fakeidporten.Directory {
	towns := Towns()
	var list fakeidporten.Directory
	for _, r := range d.population.People {
		if !r.DeceasedOn.IsZero() || r.Email == "" {
			continue
		}
		town := towns[r.Town]
		words := d.options.Bundle.For(town.Lang())
		p := fakeidporten.Person{PID: r.Number, Name: r.Name.Full(), Description: words.T("demo.person.other", "town", town.Name.In(town.Lang()))}
		p.Client = clientPrefix + town.Slug
		if r.Part != "" {
			p.Featured, p.Hint = true, loginHint(town, r.Part)
			p.Description = words.T("demo.person.featured", "town", town.Name.In(town.Lang()), "part", words.T(r.Part.Describe()))
		}
		list = append(list, p)
	}
	return list
}
