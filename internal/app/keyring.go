package app

import (
	"context"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// RenewInstallationKey wraps the keys of all municipalities by a new installation
// key, or goes on with a run that was interrupted; it reports whether a key was
// made. Running servers read the file again when they need to.
func (a *App) RenewInstallationKey(ctx context.Context) (made bool, err error) {
	if made, err = a.Keys.RenewInstallationKey(ctx); err != nil {
		return made, err
	}
	return made, a.recordEverywhere(ctx, "app.installation_key_rotated")
}

// ForgetInstallationKey drops the previous installation key.
func (a *App) ForgetInstallationKey(ctx context.Context) error {
	if err := a.Keys.ForgetInstallationKey(ctx); err != nil {
		return err
	}
	return a.recordEverywhere(ctx, "app.installation_key_dropped")
}

// RotateSigningKey makes a new key for the heads of the audit log.
func (a *App) RotateSigningKey(ctx context.Context) error {
	if err := a.Keys.RotateSigningKey(ctx); err != nil {
		return err
	}
	return a.recordEverywhere(ctx, "app.signing_key_rotated")
}

// recordEverywhere writes what was done to the whole installation in the log of
// each municipality: each answers for its own (personvernforordningen art. 24).
func (a *App) recordEverywhere(ctx context.Context, action string) error {
	for _, t := range a.Directory.All() {
		as := identity.AsSystem(tenant.Bind(ctx, t), operator)
		err := a.DB.Write(as, func(ctx context.Context, tx *store.Tx) error {
			return audit.Record(ctx, tx, audit.Event{Action: action, Object: audit.Ref{Type: "tenant", ID: tx.Tenant}})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
