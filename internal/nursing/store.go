package nursing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// The states of somebody who was granted a stay.
const (
	stateWaiting = "waiting" // on the list
	statePlaced  = "placed"
	stateEnded   = "ended" // has left the list or the home
)

// place is somebody's place in a nursing home, or on the list for one.
type place struct {
	caseID, person, stay, home, start, state, need string
	since                                          store.Time
}

func insertPlace(ctx context.Context, tx *store.Tx, p place) error {
	_, err := tx.Exec(ctx, `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since, need)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, tx.Tenant, p.caseID, p.person, p.stay, p.home, p.start, p.state, p.since, p.need)
	if err != nil {
		return fmt.Errorf("nursing: give a place: %w", err)
	}
	return nil
}

// removePlace takes away what a case gave, and returns what still stood of it: the home
// whose place is free again, and since when somebody has waited.
func removePlace(ctx context.Context, tx *store.Tx, caseID string) (p place, err error) {
	p, err = store.One(ctx, tx, func(p *place) []any { return []any{&p.home, &p.state, &p.since} },
		`delete from nursing_places where tenant_id = $1 and case_id = $2 returning unit_id, state, since`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) || err == nil && p.state == stateEnded {
		return place{}, nil
	}
	if err != nil {
		return p, fmt.Errorf("nursing: take a place back: %w", err)
	}
	return p, nil
}

// endPlace notes that somebody has left the list or the home. Of two who do it at once
// the second is told that it is done: the place is free once.
func endPlace(ctx context.Context, tx *store.Tx, caseID, why string) error {
	n, err := tx.Exec(ctx, `update nursing_places set state = $3, ended_at = $4, ended_why = $5
		where tenant_id = $1 and case_id = $2 and state <> $3`, tx.Tenant, caseID, stateEnded, tx.Now, why)
	if err != nil {
		return fmt.Errorf("nursing: end a place: %w", err)
	}
	if n == 0 {
		return errs.Conflict("nursing.leave.gone")
	}
	return nil
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

// waiting returns some of those who wait after a number of them, who is next first: by
// need, and among equals by how long they have waited. Those whose need nobody has judged
// stand before all, so that somebody does.
func waiting(ctx context.Context, tx *store.Tx, after, limit int) ([]Waiting, error) {
	rows, err := store.All(ctx, tx, (*waitingRow).fields, `select case_id, stay, need, since from nursing_places
		where tenant_id = $1 and state = $2
		order by case need when 'high' then 1 when 'middle' then 2 when 'lower' then 3 else 0 end, since, case_id limit $3 offset $4`,
		tx.Tenant, stateWaiting, limit, after)
	if err != nil {
		return nil, fmt.Errorf("nursing: waiting list: %w", err)
	}
	return toWaiting(rows), nil
}

// counts are how many wait with each need.
func counts(ctx context.Context, tx *store.Tx) (map[string]int64, error) {
	type count struct {
		need string
		n    int64
	}
	rows, err := store.All(ctx, tx, func(c *count) []any { return []any{&c.need, &c.n} }, `select need, count(*) from nursing_places
		where tenant_id = $1 and state = $2 group by need order by need limit 100`, tx.Tenant, stateWaiting)
	if err != nil {
		return nil, fmt.Errorf("nursing: how many wait with each need: %w", err)
	}
	all := map[string]int64{}
	for _, c := range rows {
		all[c.need] = c.n
	}
	return all, nil
}

// Nameless is a place, or a wait for one, of a case that is anonymised.
type Nameless struct {
	CaseID string
	Home   string // its name; "" of a wait
	Stay   string
	Since  time.Time
	Label  string // of the case
}

// nameless returns those of cases that were anonymised, the oldest first. Who has lost her
// name lives there still, or nobody has freed the place.
func nameless(ctx context.Context, tx *store.Tx, limit int) ([]Nameless, error) {
	type row struct {
		Nameless
		since store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.CaseID, &r.Home, &r.Stay, &r.since} },
		`select p.case_id, coalesce(u.name, ''), p.stay, p.since from nursing_places p
		left join nursing_units u on u.tenant_id = $1 and u.id = p.unit_id
		where p.tenant_id = $1 and p.state in ($2, $3) and p.person_id = $4 || p.case_id order by p.since, p.case_id limit $5`,
		tx.Tenant, statePlaced, stateWaiting, cases.Nobody(""), limit)
	if err != nil {
		return nil, fmt.Errorf("nursing: places that nobody is known to have: %w", err)
	}
	list := make([]Nameless, len(rows))
	for i, r := range rows {
		list[i] = r.Nameless
		list[i].Since = r.since.Time
	}
	return list, nil
}

// standing is what a case gave somebody that has not ended.
type standing struct {
	Waiting
	state, home string
	since       store.Time
	nameless    bool // the case is anonymised
}

// standingIn returns it; ok is false when a case gave nothing, or it has ended.
func standingIn(ctx context.Context, tx *store.Tx, caseID string) (p standing, ok bool, err error) {
	p, err = store.One(ctx, tx, func(p *standing) []any { return []any{&p.CaseID, &p.Stay, &p.Need, &p.since, &p.state, &p.home} },
		`select case_id, stay, need, since, state, unit_id from nursing_places
		where tenant_id = $1 and case_id = $2 and state <> $3`, tx.Tenant, caseID, stateEnded)
	if errors.Is(err, store.ErrNoRows) {
		return p, false, nil
	}
	if err != nil {
		return p, false, fmt.Errorf("nursing: on the waiting list or in a home: %w", err)
	}
	p.Since = p.since.Time
	return p, true, nil
}

// rank is the place of a case on the waiting list, however long it is; 0 when it is not
// there. The order is that of waiting.
func rank(ctx context.Context, tx *store.Tx, caseID string) (int, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `with own as (
			select case_id, since, case need when 'high' then 1 when 'middle' then 2 when 'lower' then 3 else 0 end as urgency
			from nursing_places where tenant_id = $1 and case_id = $2 and state = $3
		), others as (
			select case_id, since, case need when 'high' then 1 when 'middle' then 2 when 'lower' then 3 else 0 end as urgency
			from nursing_places where tenant_id = $1 and state = $3
		)
		select count(*) from own, others where others.urgency < own.urgency
			or others.urgency = own.urgency and (others.since < own.since or others.since = own.since and others.case_id <= own.case_id)`,
		tx.Tenant, caseID, stateWaiting)
	if err != nil {
		return 0, fmt.Errorf("nursing: the place on the waiting list: %w", err)
	}
	return int(n), nil
}

// howMany is how many wait.
func howMany(ctx context.Context, tx *store.Tx) (int, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from nursing_places where tenant_id = $1 and state = $2`, tx.Tenant, stateWaiting)
	if err != nil {
		return 0, fmt.Errorf("nursing: how many wait: %w", err)
	}
	return int(n), nil
}

func toWaiting(rows []waitingRow) []Waiting {
	list := make([]Waiting, len(rows))
	for i, r := range rows {
		list[i] = r.Waiting
		list[i].Since = r.since.Time
	}
	return list
}
