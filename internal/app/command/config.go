package command

import (
	"fmt"
	"runtime"

	"github.com/torg-no/torg/internal/app"
)

// printConfig prints each setting with its value, default and meaning. Secrets
// are shown as set or not.
func printConfig(c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	for _, s := range app.Settings() {
		value := config.Get(s.Name)
		if s.Secret && value != "" {
			value = c.words.T("app.config.secret")
		}
		if value == "" {
			value = c.words.T("app.config.empty")
		}
		c.say(fmt.Sprintf("%s = %s", s.Name, value))
		c.say("    " + c.words.T(s.Meaning))
		if s.Default != "" {
			c.say("    " + c.words.T("app.config.default", "value", s.Default))
		}
	}
	return nil
}

func printVersion(c *call) error {
	c.say(fmt.Sprintf("torg %s (%s, %s/%s)", app.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
	return nil
}

// migrate brings the database to this release's shape, or with --check tells
// what it lacks.
func migrate(c *call) error {
	check := c.flags.Bool("check", false, c.words.T("app.flag.check"))
	if err := c.parse(); err != nil {
		return err
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	if err := makeDir(config.DataDir()); err != nil {
		return err
	}
	if !*check {
		applied, err := app.Migrate(c.ctx, config)
		if err == nil {
			c.say(c.words.T("app.migrate.done", "count", applied))
		}
		return err
	}
	pending, err := app.Pending(c.ctx, config)
	if err != nil {
		return err
	}
	for _, m := range pending {
		c.say(m.Name)
	}
	c.say(c.words.T("app.migrate.pending", "count", len(pending)))
	return nil
}
