package deadlines

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// errStale says that somebody else was at the clock first; what was to be done
// is theirs now.
var errStale = errors.New("deadlines: the clock has changed")

const columns = `id, case_id, party_id, kind, rule, rule_version, state, started, due, stopped_on, stopped_by, used, paused, fired, letters, consequence, ended_on, breaks,
	created_at, updated_at, version`

// maxPerCase bounds how many clocks of one case are read.
const maxPerCase = 200

type row struct {
	Deadline
	rule             string
	ruleVersion      int64
	used, paused     int64
	fired            int64
	breaks           string
	created, updated store.Time
}

func (r *row) fields() []any {
	t := &r.Timer
	return []any{
		&r.ID, &r.CaseID, &r.Party, &r.kind, &r.rule, &r.ruleVersion, (*string)(&t.State), &t.Started, &t.Due, &t.StoppedOn, &t.StoppedBy,
		&r.used, &r.paused, &r.fired, &r.Letters, &r.Consequence, &t.EndedOn, &r.breaks, &r.created, &r.updated, &r.Version,
	}
}

// deadline gives a row the rule it was written with.
func (r row) deadline(set *deadline.Set) (Deadline, error) {
	rule, err := set.Version(r.rule, int(r.ruleVersion))
	if err != nil {
		return Deadline{}, err
	}
	d := r.Deadline
	if d.Timer.Breaks, err = deadline.ParseBreaks(r.breaks); err != nil {
		return Deadline{}, err
	}
	d.Timer.Rule, d.Timer.Used, d.Timer.Paused, d.Timer.Fired = rule, int(r.used), int(r.paused), int(r.fired)
	d.CreatedAt, d.UpdatedAt = r.created.Time, r.updated.Time
	return d, nil
}

func toDeadlines(rows []row, set *deadline.Set) ([]Deadline, error) {
	list := make([]Deadline, 0, len(rows))
	for _, r := range rows {
		d, err := r.deadline(set)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// insert writes a clock that has begun, of a party or of the whole case.
func insert(ctx context.Context, tx *store.Tx, c cases.Case, party string, t deadline.Timer) (Deadline, error) {
	d := Deadline{ID: ids.New(), CaseID: c.ID, Party: party, Timer: t, CreatedAt: tx.Now.Time, UpdatedAt: tx.Now.Time, Version: 1, kind: c.Kind}
	err := tx.Queue(ctx, `insert into deadlines (tenant_id, id, case_id, rule, rule_version, state, started, due, falls, stopped_on, stopped_by,
			next_at, binds, kind, department_id, assignee_id, applicant_id, subject_id, further, restricted, created_at, updated_at, party_id, breaks, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $22, $23, 1)`,
		tx.Tenant, d.ID, c.ID, t.Rule.Key, t.Rule.Version, string(t.State), t.Started, t.Due, t.Falls(), t.StoppedOn, t.StoppedBy,
		next(t), t.Rule.Binds, c.Kind, c.Department, c.Assignee, c.Applicant, c.Subject, c.Further, c.Restricted, tx.Now, party, deadline.BreaksText(t.Breaks))
	if err != nil {
		return Deadline{}, fmt.Errorf("deadlines: insert: %w", err)
	}
	return d, nil
}

func next(t deadline.Timer) store.Time {
	at, ok := t.Next()
	if !ok {
		at = time.Time{}
	}
	return store.At(at)
}

// update writes a clock over the version that was read. Two processes that come
// to one clock meet here: the second gets errStale and undoes its own.
func update(ctx context.Context, tx *store.Tx, d *Deadline, event string) error {
	t := d.Timer
	err := tx.QueueChange(ctx, errStale, `update deadlines set state = $4, started = $5, due = $6, falls = $7, stopped_on = $8, stopped_by = $9,
			used = $10, paused = $11, fired = $12, ended_on = $13, next_at = $14, updated_at = $15, consequence = $16, breaks = $17,
			version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`,
		tx.Tenant, d.ID, d.Version, string(t.State), t.Started, t.Due, t.Falls(), t.StoppedOn, t.StoppedBy,
		t.Used, t.Paused, t.Fired, t.EndedOn, next(t), tx.Now, d.Consequence, deadline.BreaksText(t.Breaks))
	if err != nil {
		return fmt.Errorf("deadlines: update: %w", err)
	}
	d.Version++
	d.UpdatedAt = tx.Now.Time
	// Versions count from 1, so the first change is number 1.
	err = tx.Queue(ctx, `insert into deadlines_events (tenant_id, deadline_id, seq, at, event, state, falls) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Tenant, d.ID, d.Version-1, tx.Now, event, string(t.State), t.Falls())
	if err != nil {
		return fmt.Errorf("deadlines: history: %w", err)
	}
	return nil
}

// load reads one clock.
func (s *Service) load(ctx context.Context, tx *store.Tx, id string) (Deadline, error) {
	r, err := store.One(ctx, tx, (*row).fields, `select `+columns+` from deadlines where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if err != nil {
		return Deadline{}, fmt.Errorf("deadlines: read: %w", err)
	}
	return r.deadline(s.rules.set)
}

// ofCase reads the clocks of a case in the order they began, locked for the
// change that follows when asked.
func (s *Service) ofCase(ctx context.Context, tx *store.Tx, caseID string, lock bool) ([]Deadline, error) {
	query := `select ` + columns + ` from deadlines where tenant_id = $1 and case_id = $2 order by id limit $3`
	if lock {
		query += tx.ForUpdate(false)
	}
	rows, err := store.All(ctx, tx, (*row).fields, query, tx.Tenant, caseID, maxPerCase)
	if err != nil {
		return nil, fmt.Errorf("deadlines: of a case: %w", err)
	}
	return toDeadlines(rows, s.rules.set)
}

// place is where a batch of due clocks ended.
type place struct {
	at store.Time
	id string
}

// due reads the clocks whose time has come, after a place.
func due(ctx context.Context, tx *store.Tx, after place, limit int) ([]place, error) {
	list, err := store.All(ctx, tx, func(p *place) []any { return []any{&p.at, &p.id} },
		`select next_at, id from deadlines where tenant_id = $1 and next_at <= $2 and (next_at > $3 or next_at = $3 and id > $4)
		order by next_at, id limit $5`, tx.Tenant, tx.Now, after.at, after.id, limit)
	if err != nil {
		return nil, fmt.Errorf("deadlines: look for those that have passed: %w", err)
	}
	return list, nil
}

// history reads what changed a clock, the oldest first.
func history(ctx context.Context, tx *store.Tx, id string) ([]Change, error) {
	type change struct {
		Change
		at store.Time
	}
	rows, err := store.All(ctx, tx, func(c *change) []any { return []any{&c.at, &c.Event, (*string)(&c.State), &c.Falls} },
		`select at, event, state, falls from deadlines_events where tenant_id = $1 and deadline_id = $2 order by seq limit $3`, tx.Tenant, id, maxPerCase)
	if err != nil {
		return nil, fmt.Errorf("deadlines: history: %w", err)
	}
	list := make([]Change, len(rows))
	for i, r := range rows {
		list[i] = r.Change
		list[i].At = r.at.Time
	}
	return list, nil
}

// follow copies what the list is asked for by from the case.
func follow(ctx context.Context, tx *store.Tx, c cases.Case) error {
	err := tx.Queue(ctx, `update deadlines set department_id = $3, assignee_id = $4, applicant_id = $5, subject_id = $6, further = $7, restricted = $8
		where tenant_id = $1 and case_id = $2`,
		tx.Tenant, c.ID, c.Department, c.Assignee, c.Applicant, c.Subject, c.Further, c.Restricted)
	if err != nil {
		return fmt.Errorf("deadlines: follow the case: %w", err)
	}
	return nil
}

// countLetter notes that the letter about the n-th consequence is sent; first is
// false when it was before.
func countLetter(ctx context.Context, tx *store.Tx, id string, n int64) (first bool, err error) {
	changed, err := tx.Exec(ctx, `update deadlines set letters = $3 where tenant_id = $1 and id = $2 and letters < $3`, tx.Tenant, id, n)
	if err != nil {
		return false, fmt.Errorf("deadlines: count a letter: %w", err)
	}
	return changed > 0, nil
}

// dayText is a day in a statement; days are text that sorts by time.
func dayText(d clock.Date) string { return d.String() }
