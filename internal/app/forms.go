package app

import (
	"context"
	"strconv"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/store"
)

// PlanForm tells what publishing a form in the context's municipality would mean
// for those who are filling it in. It changes nothing.
func (a *App) PlanForm(ctx context.Context, d *forms.Definition) (plan forms.Plan, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		plan, err = a.Forms.PlanPublish(ctx, tx, d)
		return err
	})
	return plan, err
}

// PublishForm publishes the municipality's own version of a form. Drafts are
// replayed once more in the transaction, so that nobody's answers are overlooked
// who began after the plan was read.
func (a *App) PublishForm(ctx context.Context, d *forms.Definition, accepted ...string) (plan forms.Plan, err error) {
	err = a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if plan, err = a.Forms.PublishOwn(ctx, tx, d, accepted...); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "forms.publish", Object: audit.Ref{Type: "form", ID: d.Key},
			Details: map[string]string{"version": strconv.FormatInt(d.Version, 10), "digest": d.Digest()},
		})
	})
	return plan, err
}

// FormVersions lists the municipality's forms.
func (a *App) FormVersions(ctx context.Context) (list []forms.Version, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = a.Forms.Versions(ctx, tx)
		return err
	})
	return list, err
}

// Form returns a version of a form; the live one when the version is 0.
func (a *App) Form(ctx context.Context, key string, version int64) (d *forms.Definition, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if version == 0 {
			d, err = a.Forms.Live(ctx, tx, key)
			return err
		}
		d, err = a.Forms.Definition(ctx, tx, key, version)
		return err
	})
	return d, err
}
