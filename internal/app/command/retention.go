package command

import (
	"fmt"

	"github.com/torg-no/torg/internal/app"
)

// retentionRun lets the rules for how long what is kept work in a municipality, as
// they do every night, or only tells what they would do.
func retentionRun(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	dry := c.flags.Bool("dry-run", false, c.words.T("app.flag.dry_run"))
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || len(c.args) > 0 {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(func(a *app.App) error {
		list, err := a.RunRetention(c.ctx, *name, *dry)
		if err != nil {
			return err
		}
		c.say(fmt.Sprintf("%-28s %-10s %10s %10s %10s %10s", c.words.T("app.retention.kind"), c.words.T("app.retention.action"),
			c.words.T("app.retention.ended"), c.words.T("app.retention.held"), c.words.T("app.retention.failed"), c.words.T("app.retention.coming")))
		for _, t := range list {
			c.say(fmt.Sprintf("%-28s %-10s %10d %10d %10d %10d", t.Kind, t.Action, t.Ended, t.Held, t.Failed, t.Coming))
		}
		if *dry {
			c.say(c.words.T("app.retention.dry"))
		}
		return nil
	})
}
