package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"sync"

	"golang.org/x/time/rate"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
)

// ActionUnknown is what the audit log calls it.
const ActionUnknown = "web.unknown"

// Unknown is that somebody who is known asked for a thing that the municipality
// does not have: one that is nowhere, or one of another municipality.
type Unknown struct {
	Route string // "GET /work/cases/{id}"
	// Values are what stood in the address, by parameter: an id as it was, anything
	// else as a digest, since people paste all sorts of things into addresses.
	Values map[string]string
	// ID is the last of them, which is what was asked for.
	ID string
	// Missed is how many since the last that was recorded were not, since they
	// came too fast.
	Missed int64
}

// How often asking for what is not there is recorded: by actor and, tenfold, by
// municipality. Whoever tries ids in a row is seen by the first ones, and the log
// does not grow with the zeal.
const (
	unknownPerMinute = 1
	unknownBurst     = 30
	tenfold          = 10
)

// unknownBurst is how many may be recorded at once: more where people may also ask
// more often than is usual.
func (l *limiter) unknownBurst() int { return max(unknownBurst, int(1.5*l.limits.PersonPerSecond)) }

// unknowns counts what is not recorded, and makes digests.
type unknowns struct {
	key    []byte // of this process: a digest of it tells nobody what was written
	mu     sync.Mutex
	missed map[string]int64 // by municipality and actor
}

func newUnknowns() *unknowns {
	u := &unknowns{key: make([]byte, sha256.Size), missed: map[string]int64{}}
	_, _ = rand.Read(u.key) // it never fails
	return u
}

// parameterName finds the parameters of a path; "{$}" is none.
var parameterName = regexp.MustCompile(`\{([a-zA-Z_]+)(?:\.\.\.)?\}`)

// unknown returns what to record of an error, and false when there is nothing:
// nobody is logged in, the route has no parameter, or access has refused, which
// is recorded as a refusal.
func (v *visit) unknown(ctx context.Context, err error) (Unknown, bool) {
	if v.route == nil || v.value == nil || Status(err) != http.StatusNotFound {
		return Unknown{}, false
	}
	if _, denied := errors.AsType[*access.Denied](err); denied || identity.From(ctx).Kind == identity.Anonymous {
		return Unknown{}, false
	}
	u := Unknown{Route: v.pattern(), Values: map[string]string{}}
	for _, found := range parameterName.FindAllStringSubmatch(v.route.Path, -1) {
		u.ID = v.site.unknowns.write(v.value(found[1]))
		u.Values[found[1]] = u.ID
	}
	return u, len(u.Values) > 0
}

// write is a value as the log may hold it.
func (u *unknowns) write(value string) string {
	if ids.Valid(value) {
		return value
	}
	mac := hmac.New(sha256.New, u.key)
	mac.Write([]byte(value))
	return "digest:" + hex.EncodeToString(mac.Sum(nil)[:8])
}

// admit reports whether one more may be recorded, and how many before were not.
func (s *Site) admitUnknown(tenantID string, a identity.Actor) (missed int64, ok bool) {
	who := tenantID + ":" + a.PersonID + a.TokenID
	u := s.unknowns
	u.mu.Lock()
	defer u.mu.Unlock()
	_, own := s.limit.take("u:"+who, rate.Limit(unknownPerMinute)/60, s.limit.unknownBurst())
	if own {
		_, ok = s.limit.take("u:"+tenantID, rate.Limit(tenfold*unknownPerMinute)/60, tenfold*s.limit.unknownBurst())
	}
	if !ok {
		if len(u.missed) < maxBuckets {
			u.missed[who]++
		}
		return 0, false
	}
	missed = u.missed[who]
	delete(u.missed, who)
	return missed, true
}

// noteUnknown records that somebody asked for what is not there.
func (v *visit) noteUnknown(ctx context.Context, err error) {
	d := v.site.deps
	u, ok := v.unknown(ctx, err)
	if !ok || d.Unknown == nil {
		return
	}
	if u.Missed, ok = v.site.admitUnknown(v.tenant.ID, identity.From(ctx)); !ok {
		return
	}
	if e := d.Unknown(ctx, u); e != nil {
		d.Log.ErrorContext(ctx, "a visit to what is not there was not recorded", "request", v.id, "error", e)
	}
}
