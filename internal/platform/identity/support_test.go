package identity_test

import (
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func parses(s string) bool {
	_, err := pid.Parse(s)
	return err == nil
}

func storetestDay() clock.Date { return clock.DateIn(storetest.Start()) }
