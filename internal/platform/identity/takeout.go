package identity

import (
	"context"
	"errors"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// Substantial reports whether the log-in reaches the level that ID-porten calls
// substantial, or a higher one.
func (a Actor) Substantial() bool { return acrRank(a.ACR) >= acrRank(ACRSubstantial) }

// FreshFor reports whether the session was opened less than a while ago: whoever
// found a browser that somebody forgot is not let any further.
func (s Session) FreshFor(d time.Duration, now time.Time) bool { return now.Sub(s.CreatedAt) < d }

// ComesOfAge is the day a person turns 18, the zero Date when it is not known when
// she was born.
func (p Person) ComesOfAge() clock.Date {
	if p.BirthDate.IsZero() {
		return clock.Date{}
	}
	return p.BirthDate.AddYears(adultAge)
}

// NumberIn returns a person's national number in the clear, for the copy of her own
// data, or an organisation's; "" when none is kept. The caller has asked access,
// and shows it to nobody else.
func (s *Service) NumberIn(ctx context.Context, tx *store.Tx, personID string) (string, error) {
	n, err := readNumber(ctx, tx, personID)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	number, err := s.open(ctx, n)
	return number.Digits(), err
}
