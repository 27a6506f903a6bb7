package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/maps"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/retention"
	"github.com/torg-no/torg/internal/school"
)

// The tenant's settings for a client of its own at ID-porten. Without them the
// installation's client is used.
const (
	SettingIssuer   = "oidc.issuer"
	SettingClientID = "oidc.client_id"
)

// TenantSettings are the settings of a municipality that the operator writes:
// its own client at ID-porten, the contact lines at the foot of its pages and
// the department that takes applications for kindergarten places.
func TenantSettings() []string {
	return append(retention.Settings(), SettingIssuer, SettingClientID, web.SettingContact, kindergarten.SettingDepartment, school.SettingDepartment, nursing.SettingDepartment, building.SettingDepartment, SettingConsumer, applications.SettingCosign,
		layers.SettingSystem, maps.SettingBackground, maps.SettingBackgroundKept)
}

// noRegister stands where the population register is not connected yet: nobody
// is known, so that no log-in succeeds with a made-up identity.
type noRegister struct{}

// Person implements identity.Register.
func (noRegister) Person(context.Context, pid.PID) (identity.RegisterPerson, error) {
	return identity.RegisterPerson{}, errors.New("app: no population register is connected")
}

// oidcClient is the municipality's client at ID-porten.
func (a *App) oidcClient(ctx context.Context, tenantID string) (identity.ClientConfig, error) {
	t, ok := a.Directory.ByID(tenantID)
	if !ok {
		return identity.ClientConfig{}, fmt.Errorf("app: client of %s: %w", tenantID, tenant.ErrUnknown)
	}
	key, err := readClientKey(a.Config.Get("TORG_OIDC_KEY_FILE"))
	if err != nil {
		return identity.ClientConfig{}, err
	}
	site := a.SiteURL(t)
	c := identity.ClientConfig{
		Issuer: a.Config.Get("TORG_OIDC_ISSUER"), ClientID: a.Config.Get("TORG_OIDC_CLIENT_ID"), Key: key,
		RedirectURI: site + "/login/callback", PostLogoutURI: site + "/",
	}
	if v := t.Settings[SettingIssuer]; v != "" {
		c.Issuer = v
	}
	if v := t.Settings[SettingClientID]; v != "" {
		c.ClientID = v
	}
	return c, nil
}

// readClientKey reads the private key that the client signs with. It is read at
// each log-in, so that a new key needs no restart.
func readClientKey(path string) (jose.JSONWebKey, error) {
	client, err := keys.OpenClient(path)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	key, err := client.Signing()
	if err != nil {
		return key, fmt.Errorf("app: the client's key for ID-porten at %s: %w", path, err)
	}
	return key, nil
}

// readRegister returns the population register of the settings: none, or a file
// of made-up persons that speaks for it in test municipalities.
func readRegister(path string) (identity.Register, error) {
	if path == "" {
		return noRegister{}, nil
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, fmt.Errorf("app: TORG_REGISTER_FILE: %w", err)
	}
	var list []MadeUpPerson
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("app: TORG_REGISTER_FILE: %w", err)
	}
	people, err := fakeregister.New()
	if err != nil {
		return nil, fmt.Errorf("app: TORG_REGISTER_FILE: %w", err)
	}
	for i, p := range list {
		record, err := p.record()
		if err != nil {
			return nil, fmt.Errorf("app: TORG_REGISTER_FILE: person %d: %w", i, err)
		}
		if err := people.Put(record); err != nil {
			return nil, fmt.Errorf("app: TORG_REGISTER_FILE: person %d: %w", i, err)
		}
	}
	return testRegister{people}, nil
}

// MadeUpPerson is a person of the file that TORG_REGISTER_FILE names. The number
// must be synthetic (month + 80).
type MadeUpPerson struct {
	Number    string   `json:"number"`
	Given     string   `json:"given"`
	Family    string   `json:"family"`
	BirthDate string   `json:"birth_date"`          // 2025-02-13
	Guardians []string `json:"guardians,omitempty"` // numbers of the parents with responsibility
}

func (p MadeUpPerson) record() (r identity.RegisterPerson, err error) {
	if r.Number, err = pid.Parse(p.Number); err != nil {
		return r, err
	}
	if r.BirthDate, err = clock.ParseDate(p.BirthDate); err != nil {
		return r, err
	}
	r.Name = identity.Name{Given: p.Given, Family: p.Family}
	for _, number := range p.Guardians {
		n, err := pid.Parse(number)
		if err != nil {
			return r, err
		}
		r.Guardians = append(r.Guardians, identity.RegisterGuardian{Number: n, Kind: identity.Parent, Responsible: true, LivesWith: true})
	}
	return r, nil
}

// testRegister answers for test municipalities only. Nobody is known to others,
// so that a file left behind in the settings makes up no residents.
type testRegister struct{ people identity.Register }

// Person implements identity.Register.
func (r testRegister) Person(ctx context.Context, number pid.PID) (identity.RegisterPerson, error) {
	if !tenant.From(ctx).Test {
		return noRegister{}.Person(ctx, number)
	}
	return r.people.Person(ctx, number)
}
