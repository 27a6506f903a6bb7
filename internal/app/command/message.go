package command

import (
	"fmt"

	"github.com/torg-no/torg/internal/app"
)

// messageList shows messages by id and kind, the newest first: neither to whom
// they go nor what they say.
func messageList(c *call) error {
	failed := c.flags.Bool("failed", false, c.words.T("app.flag.failed"))
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	if err := c.parse(); err != nil {
		return err
	}
	return c.opened(func(a *app.App) error {
		tenants, err := c.chosen(a, *name)
		if err != nil {
			return err
		}
		all, err := a.Messages(c.ctx, tenants, *failed)
		if err != nil {
			return err
		}
		found := 0
		for _, of := range all {
			found += len(of.Items)
			for _, m := range of.Items {
				c.say(fmt.Sprintf("%s  %-24s %-24s %-8s %-12s %3d  %s  %s", m.ID, of.Tenant.Slug, m.Kind, m.Channel, m.State, m.Attempts, stamp(m.CreatedAt), m.LastError))
			}
		}
		if found == 0 {
			c.say(c.words.T("app.message.none"))
		}
		return nil
	})
}

func messageRetry(c *call) error { return c.onOne((*app.App).RetryMessage, "app.message.retried") }
