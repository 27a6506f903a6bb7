package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// AddTenant makes a municipality of the national list, with its keys, the
// shipped services' forms and one department that takes their cases, and
// returns it with the link by which its first administrator comes in.
func (a *App) AddTenant(ctx context.Context, m tenant.Municipality, test bool, invite time.Duration) (tenant.Tenant, string, error) {
	n := tenant.FromNational(m, a.Config.Get("TORG_BASE_DOMAIN"), shipped())
	n.Test = test
	t, err := a.Tenants.Add(ctx, n, func(ctx context.Context, tx *store.Tx, t tenant.Tenant) error {
		return a.Keys.Create(ctx, tx, t.ID)
	})
	if err != nil {
		return tenant.Tenant{}, "", err
	}
	if err := a.Directory.Refresh(ctx); err != nil {
		return t, "", err
	}
	ctx = identity.AsSystem(tenant.Bind(ctx, t), "operator")
	if err := a.Furnish(ctx, a.Bundle.For(t.Lang()).T("app.tenant.department")); err != nil {
		return t, "", err
	}
	_, secret, err := a.Roles.CreateInvite(ctx, access.NewInvite{Role: access.Administrator, ExpiresAt: a.DB.Clock().Now().Add(invite)})
	if err != nil {
		return t, "", fmt.Errorf("app: invite the first administrator: %w", err)
	}
	return t, a.SiteURL(t) + "/invite/" + secret, nil
}

// Municipalities returns the living municipalities of an installation that
// nobody serves at the moment, without changing anything in it.
func Municipalities(ctx context.Context, c Config) (list []tenant.Tenant, err error) {
	db, err := store.Open(ctx, c.StoreConfig())
	if err != nil {
		return nil, err
	}
	list, err = tenant.NewService(db).List(ctx)
	return list, errors.Join(err, db.Close())
}

// Furnish gives the context's municipality what the shipped services need: their
// forms, and a department for the cases of those for which none is chosen.
func (a *App) Furnish(ctx context.Context, department string) error {
	definitions, err := shippedForms()
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := a.ship(ctx, tx, definitions); err != nil {
			return err
		}
		missing := map[string]string{}
		for _, s := range shippedServices() {
			if tenant.From(ctx).Settings[s.setting] == "" {
				missing[s.setting] = ""
			}
		}
		if len(missing) == 0 {
			return nil
		}
		d, err := tenant.PutDepartment(ctx, tx, tenant.Department{Name: department})
		if err != nil {
			return err
		}
		for setting := range missing {
			missing[setting] = d.ID
		}
		return tenant.PutSettings(ctx, tx, missing)
	})
}

// ship publishes the definitions where the municipality has none of its own.
func (a *App) ship(ctx context.Context, tx *store.Tx, definitions []*forms.Definition) error {
	for _, d := range definitions {
		if err := a.Forms.Ship(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// publishForms brings the municipalities that lack them the forms of this release,
// when the server starts.
func (a *App) publishForms(ctx context.Context) error {
	definitions, err := shippedForms()
	if err != nil {
		return err
	}
	var ids, behind []string
	for _, t := range a.Directory.All() {
		ids = append(ids, t.ID)
	}
	err = a.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		behind, err = a.Forms.Behind(ctx, tx, definitions, ids)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range a.Directory.All() {
		if !slices.Contains(behind, t.ID) {
			continue
		}
		ctx := identity.AsSystem(tenant.Bind(ctx, t), "app")
		err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return a.ship(ctx, tx, definitions) })
		if err != nil {
			return fmt.Errorf("app: publish forms for %s: %w", t.Slug, err)
		}
	}
	return nil
}
