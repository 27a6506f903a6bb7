package neighbours

import (
	"strings"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
)

// codeLength is how many characters of 5 bits a code has: 100 bits, which nobody
// guesses, and which can still be typed from a letter.
const codeLength = 20

// codeGroup is how many of them stand together.
const codeGroup = 5

// newCode returns a code as it stands in the letter: ABCDE-FGHIJ-KLMNO-PQRST.
func newCode() string {
	secret := ids.Secret()[:codeLength]
	var groups []string
	for i := 0; i < codeLength; i += codeGroup {
		groups = append(groups, secret[i:i+codeGroup])
	}
	return strings.Join(groups, "-")
}

// tidyCode is a code as somebody typed it, with what is easily mistaken put right:
// no code has the digits 0, 1 or 8. It is empty when it can be none.
func tidyCode(typed string) string {
	if len(typed) > 4*codeLength {
		return ""
	}
	code := strings.NewReplacer("-", "", " ", "", "\u00a0", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(typed))
	if len(code) != codeLength || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return ""
	}
	return code
}

// digestOf is what is kept of a code.
func digestOf(code string) string { return ids.Digest("neighbours " + tidyCode(code)) }

// Limits on guessing: a code of 100 bits needs none, but whoever tries is stopped.
const (
	missesAllowed = 10
	missesWithin  = 10 * time.Minute
	missesKept    = 10_000
)

// misses counts codes that opened nothing, by address.
type misses struct {
	mu sync.Mutex
	at map[string][]time.Time
}

// blocked returns how long an address must wait, zero when it need not.
func (m *misses) blocked(address string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.fresh(address, now)
	if len(list) < missesAllowed {
		return 0
	}
	return list[len(list)-missesAllowed].Add(missesWithin).Sub(now)
}

// add counts a miss.
func (m *misses) add(address string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at == nil || len(m.at) >= missesKept {
		m.at = map[string][]time.Time{}
	}
	m.at[address] = append(m.fresh(address, now), now)
}

func (m *misses) fresh(address string, now time.Time) []time.Time {
	list := m.at[address]
	for len(list) > 0 && now.Sub(list[0]) >= missesWithin {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(m.at, address)
	}
	return list
}
