package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// Tie asks about somebody's ties to the parties of a case.
type Tie struct {
	People []string  // the parties
	Kind   string    // of the case: a mandate may reach other kinds only
	Since  time.Time // when the case came in
}

// StandsFor reports whether somebody is the guardian or the agent of one of the
// people, leads an organisation among them, or has been an agent since the case
// came in: whoever does must not handle it, also when not acting for the party
// just now (habilitet, forvaltningsloven § 6 first paragraph letters d and e).
func (s *Service) StandsFor(ctx context.Context, tx *store.Tx, who string, t Tie) (bool, error) {
	// Nearly nobody who handles cases stands for anybody: one question answers it.
	tied, err := standsForAnybody(ctx, tx, who)
	if err != nil || !tied {
		return false, err
	}
	for _, person := range t.People {
		if person == who {
			continue
		}
		if stands, err := mayAct(ctx, tx, who, person, t.Kind); err != nil || stands {
			return stands, err
		}
	}
	given, err := mandates(ctx, tx, byAgent, who)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(given, func(m Mandate) bool {
		return slices.Contains(t.People, m.Grantor) && m.Covers(t.Kind) && m.heldSince(t.Since, clock.DateIn(tx.Now.Time))
	}), nil
}

// heldSince reports whether the mandate gave rights at any time from an instant to
// a day.
func (m Mandate) heldSince(since time.Time, today clock.Date) bool {
	switch {
	case m.From.After(today):
		return false
	case !m.EndedAt.IsZero() && m.EndedAt.Before(since):
		return false
	}
	return m.Until.IsZero() || !m.Until.Before(clock.DateIn(since))
}

func standsForAnybody(ctx context.Context, tx *store.Tx, who string) (bool, error) {
	found, err := store.All(ctx, tx, store.Value[int64], `select 1 from identity_mandates where tenant_id = $1 and agent_id = $2
		union select 2 from identity_family where tenant_id = $1 and guardian_id = $2
		union select 3 from identity_org_roles where tenant_id = $1 and person_id = $2
		order by 1 limit 3`, tx.Tenant, who)
	if err != nil {
		return false, fmt.Errorf("identity: look for ties: %w", err)
	}
	return len(found) > 0, nil
}
