package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// WorkerLoad is what one case worker has on her hands, or what nobody has.
type WorkerLoad struct {
	ID, Name string // empty: nobody
	Open     int64
	Waiting  int64 // of those, for the party
	Old      int64 // of those, received more than twelve weeks ago
}

// WeekLoad is what came and what was decided in the week that begins on a Monday.
type WeekLoad struct {
	Monday            clock.Date
	Received, Decided int64
}

// Load is how much a department has on its hands (restanser). It tells of the
// staff, never of residents.
type Load struct {
	Department string
	Workers    []WorkerLoad // the most loaded first, nobody's cases last
	Ages       [4]int64     // open cases: up to one week, four, twelve, and older
	Weeks      []WeekLoad   // the oldest first; the last is this week
}

// Open is how many cases somebody still works on.
func (l Load) Open() (n int64) {
	for _, w := range l.Workers {
		n += w.Open
	}
	return n
}

// Waiting is how many of them wait for a party.
func (l Load) Waiting() (n int64) {
	for _, w := range l.Workers {
		n += w.Waiting
	}
	return n
}

// loadWeeks is how many weeks back the page looks.
const loadWeeks = 12

// LoadOf returns the load of one department.
func (s *Service) LoadOf(ctx context.Context, department string) (l Load, err error) {
	if err := s.Access.Check(ctx, PermLoad, access.Resource{Type: "load", ID: department, Department: department}); err != nil {
		return l, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l = Load{Department: department}
		if err := l.readOpen(ctx, tx); err != nil {
			return err
		}
		return l.readWeeks(ctx, tx)
	})
	return l, err
}

type loadRow struct {
	WorkerLoad
	ages [4]int64
}

func (r *loadRow) fields() []any {
	return []any{&r.ID, &r.Name, &r.Open, &r.Waiting, &r.ages[0], &r.ages[1], &r.ages[2], &r.ages[3]}
}

// readOpen walks over the department's open cases once.
func (l *Load) readOpen(ctx context.Context, tx *store.Tx) error {
	ago := func(weeks int) store.Time { return store.At(tx.Now.AddDate(0, 0, -7*weeks)) }
	rows, err := store.All(ctx, tx, (*loadRow).fields, `select assignee_id, max(assignee_name), count(*), sum(case when status = $5 then 1 else 0 end),
			sum(case when received_at >= $6 then 1 else 0 end), sum(case when received_at < $6 and received_at >= $7 then 1 else 0 end),
			sum(case when received_at < $7 and received_at >= $8 then 1 else 0 end), sum(case when received_at < $8 then 1 else 0 end)
		from cases where tenant_id = $1 and department_id = $2 and status in ($3, $4, $5)
		group by assignee_id order by case when assignee_id = '' then 1 else 0 end, count(*) desc, assignee_id limit 500`,
		tx.Tenant, l.Department, string(Received), string(InProgress), string(Waiting), ago(1), ago(4), ago(12))
	if err != nil {
		return fmt.Errorf("cases: load: %w", err)
	}
	for _, r := range rows {
		r.Old = r.ages[3]
		l.Workers = append(l.Workers, r.WorkerLoad)
		for i, n := range r.ages {
			l.Ages[i] += n
		}
	}
	return nil
}

// readWeeks counts by the instants of arrival and decision, week by week.
func (l *Load) readWeeks(ctx context.Context, tx *store.Tx) error {
	today := clock.DateIn(tx.Now.Time)
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	for week := loadWeeks - 1; week >= 0; week-- {
		w := WeekLoad{Monday: monday.AddDays(-7 * week)}
		from, to := w.Monday.Start(), w.Monday.AddDays(7).Start()
		var err error
		if w.Received, err = l.countIn(ctx, tx, `status in ('received', 'in_progress', 'waiting', 'decided', 'closed', 'withdrawn') and received_at`, from, to); err != nil {
			return err
		}
		if w.Decided, err = l.countIn(ctx, tx, `decided_at is not null and decided_at`, from, to); err != nil {
			return err
		}
		l.Weeks = append(l.Weeks, w)
	}
	return nil
}

// countIn counts with an index of the column; naming every status lets that of
// the work list serve.
func (l *Load) countIn(ctx context.Context, tx *store.Tx, column string, from, to time.Time) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases where tenant_id = $1 and department_id = $2 and `+column+` between $3 and $4`,
		tx.Tenant, l.Department, store.At(from), store.At(to.Add(-time.Microsecond)))
	if err != nil {
		return 0, fmt.Errorf("cases: load of a week: %w", err)
	}
	return n, nil
}
