package conference

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// row is a row of conference_meetings.
type row struct {
	at, held   store.Time
	way, place string
}

func (r *row) fields() []any { return []any{&r.at, &r.way, &r.place, &r.held} }

// meetingIn reads the meeting of a case; the zero Meeting when nobody has called one.
func meetingIn(ctx context.Context, tx *store.Tx, caseID string) (Meeting, error) {
	r, err := store.One(ctx, tx, (*row).fields, `
		select meets_at, way, place, held_at from conference_meetings where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return Meeting{}, nil
	}
	if err != nil {
		return Meeting{}, fmt.Errorf("conference: read a meeting: %w", err)
	}
	return Meeting{At: r.at.Time, Way: Way(r.way), Place: r.place, Held: r.held.Time}, nil
}

// keep writes when and where a meeting is.
func keep(ctx context.Context, tx *store.Tx, caseID string, m Meeting) error {
	_, err := tx.Exec(ctx, `
		insert into conference_meetings (tenant_id, case_id, meets_at, way, place, held_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant_id, case_id) do update set meets_at = excluded.meets_at, way = excluded.way, place = excluded.place, held_at = excluded.held_at`,
		tx.Tenant, caseID, store.At(m.At), string(m.Way), m.Place, store.At(m.Held))
	if err != nil {
		return fmt.Errorf("conference: keep a meeting: %w", err)
	}
	return nil
}

// Forget takes away where the meeting of a case was, whose home that is anybody can look
// up, and who was asked to it.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, _ string) error {
	if _, err := tx.Exec(ctx, `delete from conference_meetings where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID); err != nil {
		return fmt.Errorf("conference: forget a meeting: %w", err)
	}
	return forgetGuests(ctx, tx, caseID)
}
