package around

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// event is something that happened somewhere.
type event struct {
	ID   string
	Key  string // the same for the same thing
	Kind Topic
	// Subject is the case, or the number of the plan.
	Subject string
	// Label tells a plan's name and what became of it, apart by a tab.
	Label string
	Shape orb.Geometry // degrees
	At    time.Time
}

type eventRow struct {
	event
	wkb []byte
	at  store.Time
}

func (r *eventRow) fields() []any {
	return []any{&r.ID, &r.Key, (*string)(&r.Kind), &r.Subject, &r.Label, &r.wkb, &r.at}
}

const eventColumns = `id, key, kind, subject, label, shape, happened_at`

func (r eventRow) toEvent() (event, error) {
	e := r.event
	e.At = r.at.Time
	var err error
	if e.Shape, err = shape.ReadWKB(r.wkb); err != nil {
		return e, fmt.Errorf("around: place of an event: %w", err)
	}
	return e, nil
}

// insertEvent writes an event down; false when it stands already.
func insertEvent(ctx context.Context, tx *store.Tx, e event) (bool, error) {
	n, err := tx.Exec(ctx, `insert into around_events (tenant_id, `+eventColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, key) do nothing`,
		tx.Tenant, e.ID, e.Key, string(e.Kind), e.Subject, e.Label, shape.AppendWKB(nil, e.Shape), store.At(e.At))
	if err != nil {
		return false, fmt.Errorf("around: write an event: %w", err)
	}
	return n > 0, nil
}

// eventByID reads an event; false when it is gone.
func eventByID(ctx context.Context, tx *store.Tx, id string) (event, bool, error) {
	row, err := store.One(ctx, tx, (*eventRow).fields, `select `+eventColumns+` from around_events where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return event{}, false, nil
	}
	if err != nil {
		return event{}, false, fmt.Errorf("around: read an event: %w", err)
	}
	e, err := row.toEvent()
	return e, err == nil, err
}

// eventByKey reads an event by what happened; false when nothing of it is written down.
func eventByKey(ctx context.Context, tx *store.Tx, key string) (event, bool, error) {
	row, err := store.One(ctx, tx, (*eventRow).fields, `select `+eventColumns+` from around_events where tenant_id = $1 and key = $2`+tx.ForUpdate(false), tx.Tenant, key)
	if errors.Is(err, store.ErrNoRows) {
		return event{}, false, nil
	}
	if err != nil {
		return event{}, false, fmt.Errorf("around: read an event: %w", err)
	}
	e, err := row.toEvent()
	return e, err == nil, err
}

// updateEvent writes what an event tells and where it lies.
func updateEvent(ctx context.Context, tx *store.Tx, e event) error {
	_, err := tx.Exec(ctx, `update around_events set label = $3, shape = $4 where tenant_id = $1 and id = $2`, tx.Tenant, e.ID, e.Label, shape.AppendWKB(nil, e.Shape))
	if err != nil {
		return fmt.Errorf("around: change an event: %w", err)
	}
	return nil
}

// isTold reports whether anybody has been told of an event.
func isTold(ctx context.Context, tx *store.Tx, eventID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from around_hits where tenant_id = $1 and event_id = $2 and told_at is not null`, tx.Tenant, eventID)
	if err != nil {
		return false, fmt.Errorf("around: who was told: %w", err)
	}
	return n > 0, nil
}

// hit is an event that a subscriber is to be told of, by one of her areas.
type hit struct {
	subscriber, area string
	often            Often
}

// insertHits writes down who is to be told of an event. Whoever stands there already is
// left alone.
func insertHits(ctx context.Context, tx *store.Tx, eventID string, hits []hit) error {
	const atOnce = 100
	for len(hits) > 0 {
		some := hits[:min(len(hits), atOnce)]
		hits = hits[len(some):]
		rows, args := make([]string, len(some)), []any{tx.Tenant, eventID}
		for i, h := range some {
			n := len(args)
			rows[i] = "($1, $" + strconv.Itoa(n+1) + ", $2, $" + strconv.Itoa(n+2) + ", $" + strconv.Itoa(n+3) + ")"
			args = append(args, h.subscriber, h.area, string(h.often))
		}
		_, err := tx.Exec(ctx, `insert into around_hits (tenant_id, subscriber, event_id, area_id, often) values `+strings.Join(rows, ", ")+
			` on conflict (tenant_id, subscriber, event_id) do nothing`, args...)
		if err != nil {
			return fmt.Errorf("around: write hits: %w", err)
		}
	}
	return nil
}

// untold returns the areas that have something to tell of one frequency, in order of
// id, after one.
func untold(ctx context.Context, tx *store.Tx, often Often, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct area_id from around_hits where tenant_id = $1 and often = $2 and area_id > $3 and told_at is null
		order by area_id limit $4`, tx.Tenant, string(often), after, limit)
	if err != nil {
		return nil, fmt.Errorf("around: areas with something to tell: %w", err)
	}
	return list, nil
}

// untoldOf reads what an area has not told yet, the oldest first.
func untoldOf(ctx context.Context, tx *store.Tx, area string, limit int) ([]event, error) {
	rows, err := store.All(ctx, tx, (*eventRow).fields, `select e.id, e.key, e.kind, e.subject, e.label, e.shape, e.happened_at
		from around_hits h join around_events e on e.tenant_id = h.tenant_id and e.id = h.event_id
		where h.tenant_id = $1 and h.area_id = $2 and h.told_at is null order by h.event_id limit $3`, tx.Tenant, area, limit)
	if err != nil {
		return nil, fmt.Errorf("around: what an area has to tell: %w", err)
	}
	list := make([]event, 0, len(rows))
	for _, r := range rows {
		e, err := r.toEvent()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// setTold marks what an area has told: these events, and none that was found meanwhile.
func setTold(ctx context.Context, tx *store.Tx, area string, told []event) error {
	const atOnce = 100
	for some := range slices.Chunk(told, atOnce) {
		places, args := make([]string, len(some)), []any{tx.Tenant, area, tx.Now}
		for i, e := range some {
			args = append(args, e.ID)
			places[i] = "$" + strconv.Itoa(len(args))
		}
		_, err := tx.Exec(ctx, `update around_hits set told_at = $3 where tenant_id = $1 and area_id = $2 and told_at is null and event_id in (`+strings.Join(places, ", ")+`)`, args...)
		if err != nil {
			return fmt.Errorf("around: mark as told: %w", err)
		}
	}
	return nil
}

// setOften moves what an area has not told yet to another frequency.
func setOften(ctx context.Context, tx *store.Tx, area string, often Often) error {
	_, err := tx.Exec(ctx, `update around_hits set often = $3 where tenant_id = $1 and area_id = $2 and told_at is null`, tx.Tenant, area, string(often))
	if err != nil {
		return fmt.Errorf("around: another frequency: %w", err)
	}
	return nil
}

// forgetEvents removes at most limit events that happened before an instant, with who
// was told, and returns how many.
func forgetEvents(ctx context.Context, tx *store.Tx, before time.Time, limit int) (int, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from around_events where tenant_id = $1 and happened_at < $2 order by happened_at, id limit $3`,
		tx.Tenant, store.At(before), limit)
	if err != nil {
		return 0, fmt.Errorf("around: old events: %w", err)
	}
	for _, id := range list {
		for _, statement := range []string{
			`delete from around_hits where tenant_id = $1 and event_id = $2`,
			`delete from around_events where tenant_id = $1 and id = $2`,
		} {
			if _, err := tx.Exec(ctx, statement, tx.Tenant, id); err != nil {
				return 0, fmt.Errorf("around: forget an event: %w", err)
			}
		}
	}
	return len(list), nil
}

// forgetEventsOf removes the events of a case, with who was told.
func forgetEventsOf(ctx context.Context, tx *store.Tx, caseID string) error {
	for _, statement := range []string{
		`delete from around_hits where tenant_id = $1 and event_id in (select id from around_events where tenant_id = $1 and subject = $2)`,
		`delete from around_events where tenant_id = $1 and subject = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, caseID); err != nil {
			return fmt.Errorf("around: forget the events of a case: %w", err)
		}
	}
	return nil
}
