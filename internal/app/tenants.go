package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/kindergarten"
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
// forms, and a department for their cases unless one is chosen already.
func (a *App) Furnish(ctx context.Context, department string) error {
	definitions, err := forms.ParseAll(kindergarten.Definitions())
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, d := range definitions {
			if err := a.Forms.Publish(ctx, tx, d); err != nil {
				return err
			}
		}
		if tenant.From(ctx).Settings[kindergarten.SettingDepartment] != "" {
			return nil
		}
		d, err := tenant.PutDepartment(ctx, tx, tenant.Department{Name: department})
		if err != nil {
			return err
		}
		return tenant.PutSettings(ctx, tx, map[string]string{kindergarten.SettingDepartment: d.ID})
	})
}

// publishForms brings every municipality the forms of this release, when the
// server starts.
func (a *App) publishForms(ctx context.Context) error {
	definitions, err := forms.ParseAll(kindergarten.Definitions())
	if err != nil {
		return err
	}
	for _, t := range a.Directory.All() {
		ctx := identity.AsSystem(tenant.Bind(ctx, t), "app")
		err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, d := range definitions {
				if err := a.Forms.Publish(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("app: publish forms for %s: %w", t.Slug, err)
		}
	}
	return nil
}
