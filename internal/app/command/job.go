package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// listLength is how many jobs a list shows.
const listLength = 200

// stamp writes an instant for a list: UTC, so that lists of machines compare.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// jobList shows jobs by id and kind, the newest first. Arguments hold ids only,
// and the text of an error has been cleaned of numbers and addresses.
func jobList(c *call) error {
	failed := c.flags.Bool("failed", false, c.words.T("app.flag.failed"))
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	if err := c.parse(); err != nil {
		return err
	}
	return c.opened(func(a *app.App) error {
		f := jobs.Filter{Limit: listLength + 1}
		if *failed {
			f.State = jobs.StateDiscarded
		}
		tenants, err := c.chosen(a, *name)
		if err != nil {
			return err
		}
		if *name != "" {
			f.Tenant = &tenants[0].ID
		}
		list, err := jobs.List(c.ctx, a.DB, f)
		if err != nil {
			return err
		}
		for _, row := range list[:min(len(list), listLength)] {
			c.say(fmt.Sprintf("%s  %-24s %-20s %-10s %3d  %s  %s", row.ID, slugOf(a, row.Tenant), row.Kind, row.State, row.Attempt, stamp(row.RunAt), row.LastError))
		}
		c.told(len(list), "app.job.none")
		return nil
	})
}

// told says of a list that it is empty, or that there is more than it shows.
func (c *call) told(found int, none string) {
	switch {
	case found == 0:
		c.say(c.words.T(none))
	case found > listLength:
		c.say(c.words.T("app.list.more", "count", listLength))
	}
}

// slugOf is the name of a job's municipality, "-" for the platform.
func slugOf(a *app.App, tenantID string) string {
	if t, ok := a.Directory.ByID(tenantID); ok {
		return t.Slug
	}
	return "-"
}

// chosen returns the municipality that is meant, or all.
func (c *call) chosen(a *app.App, name string) ([]tenant.Tenant, error) {
	if name == "" {
		return a.Directory.All(), nil
	}
	t, ok := a.Directory.BySlugOrNumber(name)
	if !ok {
		return nil, errs.NotFound("app.tenant.unknown", "name", name)
	}
	return []tenant.Tenant{t}, nil
}

// opened opens the installation for fn, and closes it.
func (c *call) opened(fn func(*app.App) error) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Stop(c.ctx))
}

func jobRetry(c *call) error   { return c.onOne((*app.App).RetryJob, "app.job.retried") }
func jobDiscard(c *call) error { return c.onOne((*app.App).DiscardJob, "app.job.discarded") }

// onOne does something with the one thing whose id the arguments name.
func (c *call) onOne(act func(*app.App, context.Context, string) error, done string) error {
	if err := c.parse(); err != nil {
		return err
	}
	if len(c.args) != 1 {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(func(a *app.App) error {
		if err := act(a, c.ctx, c.args[0]); err != nil {
			return err
		}
		c.say(c.words.T(done, "id", c.args[0]))
		return nil
	})
}
