package command

import (
	"context"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// keyRotate gives a municipality new keys.
func keyRotate(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || len(c.args) > 0 {
		c.flags.Usage()
		return errUsage
	}
	return c.with(*name, func(ctx context.Context, a *app.App, t tenant.Tenant) error {
		version, err := a.RotateKeys(ctx, t)
		if err != nil {
			return err
		}
		c.say(c.words.T("app.key.rotated", "name", t.Slug, "version", version))
		return nil
	})
}

// keyShred destroys a municipality: its keys, and with them all that it has kept.
// The operator writes the number of the municipality twice, so that a slip of the
// pen destroys nothing.
func keyShred(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	sure := c.flags.String("yes-destroy", "", c.words.T("app.flag.yes_destroy"))
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || *sure == "" || len(c.args) > 0 {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(func(a *app.App) error {
		d, err := a.FindDoomed(c.ctx, *name)
		if err != nil {
			return err
		}
		if d.Number != *sure {
			return errs.Invalid("app.key.not_sure", "name", d.Slug, "number", d.Number, "given", *sure)
		}
		rows, err := a.Destroy(c.ctx, d)
		if err != nil {
			return err
		}
		c.say(c.words.T("app.key.shredded", "name", d.Slug, "number", d.Number, "count", rows))
		c.say(c.words.T("app.key.backups"))
		return nil
	})
}
