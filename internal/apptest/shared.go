package apptest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
)

// What is dear to make, and the same for all products of a test binary: it is made
// when first asked for, and only read.
//
//nolint:gochecknoglobals // see above
var (
	texts       = sync.OnceValues(app.Bundle)
	clientKey   = sync.OnceValues(newKey)
	providerKey = sync.OnceValues(newKey)
	contactKey  = sync.OnceValues(newKey)
)

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

// peoples are the populations by their day. A test binary knows one or two.
var peoples struct {
	sync.Mutex
	of map[clock.Date]*demo.Population
}

// populationOf is the population of a day.
func populationOf(day clock.Date) (*demo.Population, error) {
	peoples.Lock()
	defer peoples.Unlock()
	if p := peoples.of[day]; p != nil {
		return p, nil
	}
	p, err := demo.Populate(day)
	if err != nil {
		return nil, err
	}
	if peoples.of == nil {
		peoples.of = map[clock.Date]*demo.Population{}
	}
	peoples.of[day] = &p
	return &p, nil
}

// sharedOf is what the demonstrations of a day have in common.
func sharedOf(day clock.Date) (s demo.Shared, err error) {
	if s.Population, err = populationOf(day); err != nil {
		return s, err
	}
	if s.Client, err = clientKey(); err != nil {
		return s, err
	}
	s.Provider, err = providerKey()
	return s, err
}

// atEnd has something done when the test ends. Package testing remembers what it was
// told to clean up until the process ends, and with it a whole product, of which a
// test binary makes a hundred: so the function is let go of once it has run.
func atEnd(tb testing.TB, end func()) {
	tb.Helper()
	tb.Cleanup(func() {
		end()
		end = nil
	})
}
