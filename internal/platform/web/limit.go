package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
)

// Limits bounds how often one address and one person may ask.
type Limits struct {
	AddressPerSecond float64 // default 100: a school may share one address
	AddressBurst     int     // default four seconds' worth
	PersonPerSecond  float64 // default 20
	PersonBurst      int     // default five seconds' worth
}

// maxBuckets bounds the memory that visitors can make us use.
const maxBuckets = 100_000

type limiter struct {
	limits Limits
	clock  clock.Clock
	mu     sync.Mutex
	byKey  map[string]*rate.Limiter
}

func newLimiter(l Limits, c clock.Clock) *limiter {
	if l.AddressPerSecond <= 0 {
		l.AddressPerSecond = 100
	}
	if l.AddressBurst <= 0 {
		l.AddressBurst = max(1, int(4*l.AddressPerSecond))
	}
	if l.PersonPerSecond <= 0 {
		l.PersonPerSecond = 20
	}
	if l.PersonBurst <= 0 {
		l.PersonBurst = max(1, int(5*l.PersonPerSecond))
	}
	return &limiter{limits: l, clock: c, byKey: map[string]*rate.Limiter{}}
}

// address takes one request of an address, or tells how long to wait.
func (l *limiter) address(address string) (time.Duration, bool) {
	return l.take("a:"+address, rate.Limit(l.limits.AddressPerSecond), l.limits.AddressBurst)
}

// piecesFold is how many times as many pieces of maps as other requests one address may
// ask for: a map asks for dozens at once while it is moved, and each costs little.
const piecesFold = 5

// piece takes one request for a piece of a map. Pieces have a limit of their own, so
// that nobody who moves a map is kept from the pages.
func (l *limiter) piece(address string) (time.Duration, bool) {
	return l.take("m:"+address, rate.Limit(piecesFold*l.limits.AddressPerSecond), piecesFold*l.limits.AddressBurst)
}

// person takes one request of a person, or tells how long to wait.
func (l *limiter) person(tenantID, personID string) (time.Duration, bool) {
	if personID == "" {
		return 0, true
	}
	return l.take("p:"+tenantID+":"+personID, rate.Limit(l.limits.PersonPerSecond), l.limits.PersonBurst)
}

func (l *limiter) take(key string, limit rate.Limit, burst int) (time.Duration, bool) {
	now := l.clock.Now()
	l.mu.Lock()
	bucket := l.byKey[key]
	if bucket == nil {
		if len(l.byKey) >= maxBuckets {
			l.forget(now)
		}
		bucket = rate.NewLimiter(limit, burst)
		l.byKey[key] = bucket
	}
	l.mu.Unlock()
	if bucket.AllowN(now, 1) {
		return 0, true
	}
	return time.Duration(float64(time.Second) / float64(limit)), false
}

// forget drops those who have been quiet so long that their bucket is full, and
// all when that frees too few to be worth the walk: nobody is refused for it.
func (l *limiter) forget(now time.Time) {
	for key, bucket := range l.byKey {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(l.byKey, key)
		}
	}
	if len(l.byKey) > maxBuckets*3/4 {
		clear(l.byKey)
	}
}

func tooMany(wait time.Duration) error {
	return errs.TooMany(max(wait, time.Second), "errs.too_many")
}

// address returns the visitor's address: the connection's, or what a trusted
// proxy says. An IPv6 visitor is known by its network of 64 bits, since one
// household owns all of it.
func (s *Site) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if s.isTrusted(addr) {
		addr = s.forwarded(r, addr)
	}
	if addr = addr.Unmap(); addr.Is6() {
		if network, err := addr.Prefix(64); err == nil {
			return network.String()
		}
	}
	return addr.String()
}

func (s *Site) isTrusted(addr netip.Addr) bool {
	for _, p := range s.deps.TrustedProxies {
		if p.Contains(addr.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// forwarded walks X-Forwarded-For from our side until an address that is no
// trusted proxy: what stands before that, the visitor may have written.
func (s *Site) forwarded(r *http.Request, fallback netip.Addr) netip.Addr {
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0; i-- {
		addr, ok := parseAddress(strings.TrimSpace(list[i]))
		if !ok {
			return fallback
		}
		fallback = addr
		if !s.isTrusted(addr) {
			return addr
		}
	}
	return fallback
}

// parseAddress reads an address as proxies write it, some with the port.
func parseAddress(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return addr, true
	}
	pair, err := netip.ParseAddrPort(text)
	return pair.Addr(), err == nil
}
