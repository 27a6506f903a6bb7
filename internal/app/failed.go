package app

import (
	"context"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Job returns a job of whichever municipality, or of the platform.
func (a *App) Job(ctx context.Context, id string) (jobs.Row, error) {
	if id == "" {
		return jobs.Row{}, errs.NotFound("app.job.unknown", "id", id)
	}
	list, err := jobs.List(ctx, a.DB, jobs.Filter{ID: id, Limit: 1})
	if err == nil && len(list) == 0 {
		err = errs.NotFound("app.job.unknown", "id", id)
	}
	if err != nil {
		return jobs.Row{}, err
	}
	return list[0], nil
}

// RetryJob has a job that was given up done again. What concerns a municipality
// stands in its log; the platform's own jobs have none.
func (a *App) RetryJob(ctx context.Context, id string) error {
	row, err := a.Job(ctx, id)
	if err != nil {
		return err
	}
	if row.Tenant == "" {
		return jobs.Retry(ctx, a.DB, "", id)
	}
	if ctx, err = a.asOperator(ctx, row.Tenant); err != nil {
		return err
	}
	return a.Staff.RetryJob(ctx, id)
}

// DiscardJob gives up a job that Torg still tries, and puts away one that was
// given up already.
func (a *App) DiscardJob(ctx context.Context, id string) error {
	row, err := a.Job(ctx, id)
	switch {
	case err != nil:
		return err
	case row.Tenant == "" && row.State == jobs.StateDiscarded:
		return jobs.PutAway(ctx, a.DB, "", id)
	case row.Tenant == "":
		return jobs.Discard(ctx, a.DB, "", id)
	}
	if ctx, err = a.asOperator(ctx, row.Tenant); err != nil {
		return err
	}
	return a.Staff.DiscardJob(ctx, id)
}

// asOperator binds a municipality, with its keys in memory.
func (a *App) asOperator(ctx context.Context, tenantID string) (context.Context, error) {
	ctx, err := a.Directory.Bind(ctx, tenantID)
	if err != nil {
		return ctx, err
	}
	return identity.AsSystem(ctx, operator), a.Keys.Warm(ctx, tenantID)
}

// TenantMessages are the newest messages of one municipality.
type TenantMessages struct {
	Tenant tenant.Tenant
	Items  []notify.Item
}

// Messages returns the newest messages of municipalities: all, or those that did
// not reach anybody.
func (a *App) Messages(ctx context.Context, tenants []tenant.Tenant, failed bool) ([]TenantMessages, error) {
	states := []notify.State{""}
	if failed {
		states = []notify.State{notify.Failed, notify.Bounced}
	}
	var all []TenantMessages
	for _, t := range tenants {
		ctx, err := a.asOperator(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		found := TenantMessages{Tenant: t}
		for _, state := range states {
			items, err := a.Notify.List(ctx, notify.Filter{State: state})
			if err != nil {
				return nil, err
			}
			found.Items = append(found.Items, items...)
		}
		all = append(all, found)
	}
	return all, nil
}

// RetryMessage has a message that did not reach anybody sent again, whichever
// municipality it is of.
func (a *App) RetryMessage(ctx context.Context, id string) error {
	for _, t := range a.Directory.All() {
		ctx, err := a.asOperator(ctx, t.ID)
		if err != nil {
			return err
		}
		if err := a.Staff.RetryMessage(ctx, id); !errs.Is(err, errs.KindNotFound) {
			return err
		}
	}
	return errs.NotFound("notify.not_found")
}
