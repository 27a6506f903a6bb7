package command

import (
	"fmt"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
)

// doctor looks for faults in the set-up: one line a check, and what to do.
func doctor(c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	failed := 0
	for _, f := range app.Doctor(c.ctx, c.config, nil) {
		if f.Level == app.Fail {
			failed++
		}
		c.say(fmt.Sprintf("%-4s  %s", f.Level, c.words.T(f.Key, f.Args...)))
	}
	if failed > 0 {
		return errs.Conflict("app.doctor.failed", "count", failed)
	}
	return nil
}
