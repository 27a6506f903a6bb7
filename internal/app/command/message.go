package command

import (
	"errors"
	"fmt"
	"io"
	"os"

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

// exitAgain is how a mail server is told to bring a mail again later
// (EX_TEMPFAIL of sysexits.h). Every other failure would lose the mail.
const exitAgain = 75

var errAgain = errors.New("command: to be tried again")

// messageBounce reads a mail that came back, as a mail server pipes it. A mail
// that tells of no message of ours is no fault: sent back it would only go round.
func messageBounce(c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	if len(c.args) != 1 {
		c.flags.Usage()
		return errUsage
	}
	err := c.opened(func(a *app.App) error {
		in := io.NopCloser(os.Stdin)
		if c.args[0] != "-" {
			file, err := os.Open(c.args[0])
			if err != nil {
				return fmt.Errorf("command: returned mail: %w", err)
			}
			in = file
		}
		found, err := a.TakeBounce(c.ctx, in)
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
		told := "app.message.not_bounced"
		if found {
			told = "app.message.bounced"
		}
		c.say(c.words.T(told))
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return nil
}
