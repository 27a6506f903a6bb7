package app

import (
	"context"
	"errors"
	"slices"
)

// Start begins the background work. What has started is stopped again when
// something later does not.
func (a *App) Start(ctx context.Context) error {
	for _, p := range []part{a.Keys, a.Directory, a.sealer, a.maps} {
		if err := a.startPart(ctx, p); err != nil {
			return err
		}
	}
	if err := a.publishForms(ctx); err != nil {
		return errors.Join(err, a.stopParts(ctx))
	}
	return a.startPart(ctx, a.Runner)
}

func (a *App) startPart(ctx context.Context, p part) error {
	if err := p.Start(ctx); err != nil {
		return errors.Join(err, a.stopParts(ctx))
	}
	a.started = append(a.started, p)
	return nil
}

// Stop ends the background work, in the opposite order, and closes the database.
func (a *App) Stop(ctx context.Context) error {
	err := a.stopParts(ctx)
	if closer, ok := a.carrier.(interface{ Close() error }); ok {
		err = errors.Join(err, closer.Close())
	}
	return errors.Join(err, a.DB.Close())
}

func (a *App) stopParts(ctx context.Context) (err error) {
	for _, p := range slices.Backward(a.started) {
		err = errors.Join(err, p.Stop(ctx))
	}
	a.started = nil
	return err
}
