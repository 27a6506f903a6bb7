package notify

import (
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// patience is how many calls in a row must fail before a carrier counts as
	// down: one lost connection is nothing.
	patience = 3
	// gatePause is how long nobody but one tries a carrier that is down.
	gatePause = 10 * time.Second
	// outagePause is how long a message waits that met a carrier that is down. It
	// is short and does not grow: the carrier is at fault, and what waits is to go
	// within a minute of its return.
	outagePause = 30 * time.Second
)

// gates keep the messages from a carrier that is down, all but one at a time,
// so that an outage costs a call every ten seconds and not one for each message.
type gates struct {
	mu sync.Mutex
	of map[Channel]*gate
}

type gate struct {
	failed int
	since  time.Time // of the first failure in the row
	until  time.Time // nobody tries before
}

func newGates() *gates { return &gates{of: map[Channel]*gate{}} }

// hold returns how long to wait before trying a carrier; zero is now. Whoever is
// let through while the carrier is down is the only one for a while.
func (g *gates) hold(c Channel, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.of[c]
	if at == nil || at.failed < patience {
		return 0
	}
	if now.Before(at.until) {
		return at.until.Sub(now)
	}
	at.until = now.Add(gatePause)
	return 0
}

// note learns from an answer.
func (g *gates) note(c Channel, a Answer, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !a.down() {
		delete(g.of, c)
		return
	}
	at := g.of[c]
	if at == nil {
		at = &gate{since: now}
		g.of[c] = at
	}
	at.failed++
	at.until = now.Add(gatePause)
}

// downSince tells since when a carrier is down; zero when it is not.
func (g *gates) downSince(c Channel) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at := g.of[c]; at != nil && at.failed >= patience {
		return at.since
	}
	return time.Time{}
}

// codeConnect begins the code of an answer that did not come about.
const codeConnect = "connect"

// down reports whether an answer is about the carrier, not about the message.
func (a Answer) down() bool { return a.Outcome == NoAccess || strings.HasPrefix(a.Code, codeConnect) }

// Neighbour is one of those that messages depend on.
type Neighbour struct {
	Name  string    // "mail", "sms", "contact_register": the message key's end
	Since time.Time // when it stopped answering; zero when it works
}

// Neighbours tells how those that messages depend on are doing, as far as this
// process has noticed.
func (s *Service) Neighbours() []Neighbour {
	var list []Neighbour
	if s.Carrier != nil {
		list = append(list, Neighbour{"mail", s.gates.downSince(Email)})
	}
	if s.Phones != nil {
		list = append(list, Neighbour{"sms", s.gates.downSince(SMS)})
	}
	if s.Contacts != nil {
		list = append(list, Neighbour{"contact_register", s.Contacts.DownSince()})
	}
	return list
}

// Down returns the neighbours that do not answer.
func (s *Service) Down() []Neighbour {
	var list []Neighbour
	for _, n := range s.Neighbours() {
		if !n.Since.IsZero() {
			list = append(list, n)
		}
	}
	return list
}

// up is the metric of the neighbours, read when it is asked for.
type up struct {
	s    *Service
	desc *prometheus.Desc
}

func (s *Service) neighbours() prometheus.Collector {
	return up{s, prometheus.NewDesc("torg_notify_neighbour_up", "Whether a neighbour that messages depend on answers.", []string{"neighbour"}, nil)}
}

// Describe implements prometheus.Collector.
func (u up) Describe(ch chan<- *prometheus.Desc) { ch <- u.desc }

// Collect implements prometheus.Collector.
func (u up) Collect(ch chan<- prometheus.Metric) {
	for _, n := range u.s.Neighbours() {
		value := 1.0
		if !n.Since.IsZero() {
			value = 0
		}
		ch <- prometheus.MustNewConstMetric(u.desc, prometheus.GaugeValue, value, n.Name)
	}
}
