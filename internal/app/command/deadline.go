package command

import (
	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/deadlines"
)

// deadlineBegin begins the statutory clocks of open cases that came in before
// there were any. A second run finds nothing left to do.
func deadlineBegin(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	if err := c.parse(); err != nil {
		return err
	}
	if len(c.args) > 0 {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(func(a *app.App) error {
		return a.BeginDeadlines(c.ctx, *name, func(slug string, b deadlines.Begun) {
			c.say(c.words.T("app.deadline.begun", "tenant", slug, "cases", b.Cases, "clocks", b.Clocks, "passed", b.Passed))
		})
	})
}
