package nursing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// The states of somebody who was granted a stay.
const (
	stateWaiting = "waiting" // on the list
	statePlaced  = "placed"
)

// maxWaiting bounds the waiting list.
const maxWaiting = 1000

// place is somebody's place in a nursing home, or on the list for one.
type place struct{ caseID, person, stay, home, start, state, need string }

func insertPlace(ctx context.Context, tx *store.Tx, p place) error {
	_, err := tx.Exec(ctx, `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since, need)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, tx.Tenant, p.caseID, p.person, p.stay, p.home, p.start, p.state, tx.Now, p.need)
	if err != nil {
		return fmt.Errorf("nursing: give a place: %w", err)
	}
	return nil
}

// removePlace takes away what a case gave, and returns the home whose place is free
// again; "" when there is none.
func removePlace(ctx context.Context, tx *store.Tx, caseID string) (string, error) {
	home, err := store.One(ctx, tx, store.Value[string],
		`delete from nursing_places where tenant_id = $1 and case_id = $2 returning unit_id`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("nursing: take a place back: %w", err)
	}
	return home, nil
}

// Waiting is somebody who was granted a stay and waits for a place.
type Waiting struct {
	CaseID string
	Stay   string
	Need   string // empty: not judged
	Since  time.Time
}

type waitingRow struct {
	Waiting
	since store.Time
}

func (r *waitingRow) fields() []any { return []any{&r.CaseID, &r.Stay, &r.Need, &r.since} }

// waiting returns those who wait, who is next first: by need, and among equals by
// how long they have waited. Those whose need nobody has judged stand before all,
// so that somebody does.
func waiting(ctx context.Context, tx *store.Tx) ([]Waiting, error) {
	rows, err := store.All(ctx, tx, (*waitingRow).fields, `select case_id, stay, need, since from nursing_places
		where tenant_id = $1 and state = $2
		order by case need when 'high' then 1 when 'middle' then 2 when 'lower' then 3 else 0 end, since, case_id limit $3`, tx.Tenant, stateWaiting, maxWaiting)
	if err != nil {
		return nil, fmt.Errorf("nursing: waiting list: %w", err)
	}
	return toWaiting(rows), nil
}

// waitingIn returns the place on the list that a case gave; ok is false when it
// gave none.
func waitingIn(ctx context.Context, tx *store.Tx, caseID string) (w Waiting, ok bool, err error) {
	row, err := store.One(ctx, tx, (*waitingRow).fields, `select case_id, stay, need, since from nursing_places
		where tenant_id = $1 and case_id = $2 and state = $3`, tx.Tenant, caseID, stateWaiting)
	if errors.Is(err, store.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("nursing: on the waiting list: %w", err)
	}
	return toWaiting([]waitingRow{row})[0], true, nil
}

func toWaiting(rows []waitingRow) []Waiting {
	list := make([]Waiting, len(rows))
	for i, r := range rows {
		list[i] = r.Waiting
		list[i].Since = r.since.Time
	}
	return list
}
