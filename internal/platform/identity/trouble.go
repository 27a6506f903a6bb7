package identity

import (
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
)

// troubled is how long a neighbour that did not answer counts as down without
// being asked again.
const troubled = time.Minute

// neighbour remembers whether somebody outside answers. What it says is for words
// on pages; whether to ask is decided anew each time.
type neighbour struct {
	clock    clock.Clock
	failed   atomic.Int64 // unix nanoseconds; 0 when it has answered since
	lastFail atomic.Int64
}

func (n *neighbour) note(err error) {
	if err == nil {
		n.failed.Store(0)
		return
	}
	at := n.clock.Now().UnixNano()
	n.failed.Store(at)
	n.lastFail.Store(at)
}

func (n *neighbour) down() bool {
	at := n.failed.Load()
	return at != 0 && n.clock.Now().UnixNano()-at < int64(troubled)
}

// noteLogin notes whether ID-porten answered. An error of the person, as one who
// gave up, is an answer.
func (s *Service) noteLogin(err error) {
	if !isDown(err) {
		err = nil
	}
	s.idporten.note(err)
}

// noteBegun notes that ID-porten did not answer when a log-in began. That the
// browser could be sent there does not tell that it answers.
func (s *Service) noteBegun(err error) {
	if isDown(err) {
		s.idporten.note(err)
	}
}

// isDown tells a provider that does not answer from our own troubles.
func isDown(err error) bool {
	e := errs.Of(err)
	return e != nil && e.Key == providerDown
}

// LoginDown reports whether the latest log-in, within a minute, failed because
// ID-porten did not answer.
func (s *Service) LoginDown() bool { return s.idporten.down() }

// RegisterDown reports whether the population register, asked within a minute, did
// not answer.
func (s *Service) RegisterDown() bool { return s.folkeregister.down() }

// TroubleAt is when log-in or the population register last failed; zero when they
// never have since the server started.
func (s *Service) TroubleAt() time.Time {
	at := max(s.idporten.lastFail.Load(), s.folkeregister.lastFail.Load())
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(0, at)
}
