package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxShelves bounds how many shelves one claim takes from.
const maxShelves = 32

// shelf is where jobs lie ready: one kind of one tenant. lane is as stored:
// empty when the kind's own counts.
type shelf struct {
	lane, kind, tenant string
}

func (s *shelf) fields() []any { return []any{&s.lane, &s.kind, &s.tenant} }

// claimed is what a claim in one lane brought.
type claimed struct {
	lane  Lane
	tasks []*task
	// cursor is the last tenant that had its turn.
	cursor string
	// more says that there may be more to claim.
	more bool
}

// kindsReady steps through the index to find which kinds have anything ready,
// in a few probes however many jobs wait.
func kindsReady(ctx context.Context, tx *store.Tx) ([]shelf, error) {
	if err := byIndex(ctx, tx); err != nil {
		return nil, err
	}
	ready, err := store.All(ctx, tx, (*shelf).fields, `
		with recursive step (lane, kind) as (
		  select (select lane from jobs where state = 'available' order by lane, kind limit 1),
		         (select kind from jobs where state = 'available' order by lane, kind limit 1)
		  union all
		  select (select j.lane from jobs j where j.state = 'available' and (j.lane, j.kind) > (step.lane, step.kind) order by j.lane, j.kind limit 1),
		         (select j.kind from jobs j where j.state = 'available' and (j.lane, j.kind) > (step.lane, step.kind) order by j.lane, j.kind limit 1)
		  from step where step.lane is not null
		)
		select lane, kind, '' from step where lane is not null order by lane, kind limit 1000`)
	if err != nil {
		return nil, fmt.Errorf("jobs: look for kinds that are ready: %w", err)
	}
	return ready, nil
}

// byIndex keeps PostgreSQL from reading the whole table, or all jobs of a municipality,
// for each probe. What it knows of a table that fills and empties by the second is always
// old: what was little when it looked seems cheaper to collect and sort than to step
// through by the index that is made for it.
func byIndex(ctx context.Context, tx *store.Tx) error {
	if tx.Dialect() != store.Postgres {
		return nil
	}
	err := tx.Queue(ctx, `select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
		set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true)`)
	if err != nil {
		return fmt.Errorf("jobs: claim by index: %w", err)
	}
	return nil
}

// shelvesAfter lists tenants with something ready of the given kinds, beginning
// after the tenant whose turn it was, and round.
func shelvesAfter(ctx context.Context, tx *store.Tx, ready []shelf, cursor string) ([]shelf, error) {
	rest, err := shelvesFrom(ctx, tx, ready, ">", cursor)
	if err != nil || len(rest) >= maxShelves {
		return rest, err
	}
	first, err := shelvesFrom(ctx, tx, ready, ">=", "")
	if err != nil {
		return nil, err
	}
	for _, s := range first {
		if !slices.Contains(rest, s) && len(rest) < maxShelves {
			rest = append(rest, s)
		}
	}
	return rest, nil
}

// shelvesFrom walks the index from tenant to tenant.
func shelvesFrom(ctx context.Context, tx *store.Tx, ready []shelf, after, cursor string) ([]shelf, error) {
	rows := make([][]any, len(ready))
	for i, s := range ready {
		rows[i] = []any{s.lane, s.kind}
	}
	shelves, err := store.All(ctx, tx, (*shelf).fields, walk(tx, after), store.Rows(rows), cursor, maxShelves)
	if err != nil {
		return nil, fmt.Errorf("jobs: look for tenants whose turn it is: %w", err)
	}
	return shelves, nil
}

// walk has no order by: it goes in the tenants' order, for all kinds in step, and an
// order would walk to the end before the limit counts. run_at and materialized leave
// PostgreSQL no other index than jobs_available: under row security it does not look up
// what a function returns, and the primary key has the tenants in order too.
func walk(tx *store.Tx, after string) string {
	return `
		with recursive seed (lane, kind) as materialized (select value->>0, value->>1 from ` + tx.RowsOf(1) + `),
		walk (lane, kind, tenant_id) as (
		  select s.lane, s.kind, (select j.tenant_id from jobs j
		    where j.state = 'available' and j.lane = s.lane and j.kind = s.kind and j.tenant_id ` + after + ` $2
		    order by j.tenant_id, j.run_at limit 1)
		  from seed s
		  union all
		  select w.lane, w.kind, (select j.tenant_id from jobs j
		    where j.state = 'available' and j.lane = w.lane and j.kind = w.kind and j.tenant_id > w.tenant_id
		    order by j.tenant_id, j.run_at limit 1)
		  from walk w where w.tenant_id is not null
		)
		select lane, kind, tenant_id from walk where tenant_id is not null limit $3`
}

// portion is how much to take from a shelf.
type portion struct {
	shelf
	take int
}

// divide gives each tenant the same share of what is wanted, and each kind of a
// tenant the same part of that; free bounds the kinds that have a limit.
func divide(shelves []shelf, want int, free func(kind string) int) []portion {
	tenants := tenantsOf(shelves)
	if len(tenants) > want {
		tenants = tenants[:want]
	}
	var out []portion
	taken := map[string]int{}
	for i, tenant := range tenants {
		own := slices.DeleteFunc(slices.Clone(shelves), func(s shelf) bool { return s.tenant != tenant })
		share := part(want, len(tenants), i)
		for n, s := range own {
			take := part(share, len(own), n)
			if limit := free(s.kind); limit >= 0 {
				take = min(take, limit-taken[s.kind])
			}
			if take > 0 {
				taken[s.kind] += take
				out = append(out, portion{shelf: s, take: take})
			}
		}
	}
	return out
}

// part is the i-th of n nearly equal parts of a whole.
func part(whole, n, i int) int {
	p := whole / n
	if i < whole%n {
		p++
	}
	return p
}

func tenantsOf(shelves []shelf) []string {
	var tenants []string
	for _, s := range shelves {
		if !slices.Contains(tenants, s.tenant) {
			tenants = append(tenants, s.tenant)
		}
	}
	return tenants
}

// take claims the portions in one statement. materialized keeps PostgreSQL from
// running the inner selects more than once, and so claiming more than asked.
func take(ctx context.Context, tx *store.Tx, worker string, until store.Time, portions []portion) ([]*task, error) {
	args := []any{worker, until}
	parts := make([]string, len(portions))
	for i, p := range portions {
		n := len(args)
		parts[i] = fmt.Sprintf(`select tenant_id, id from (select tenant_id, id from jobs
			where state = 'available' and lane = $%d and kind = $%d and tenant_id = $%d
			order by run_at, id limit $%d%s) p%d`, n+1, n+2, n+3, n+4, tx.ForUpdate(true), i)
		args = append(args, p.lane, p.kind, p.tenant, p.take)
	}
	rows, err := store.All(ctx, tx, func(t **task) []any { *t = &task{}; return (*t).fields() }, `
		with chosen as materialized (`+strings.Join(parts, " union all ")+`)
		update jobs set state = 'running', attempt = attempt + 1, fence = fence + 1, worker = $1, lease_until = $2
		from chosen where jobs.tenant_id = chosen.tenant_id and jobs.id = chosen.id
		returning `+taskColumns, args...)
	if err != nil {
		return nil, fmt.Errorf("jobs: claim: %w", err)
	}
	return rows, nil
}

// inTurn orders tasks so that the tenants take turns, each with its oldest first.
func inTurn(tasks []*task, tenants []string) []*task {
	slices.SortFunc(tasks, func(a, b *task) int {
		if c := a.runAt.Compare(b.runAt.Time); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	queues := map[string][]*task{}
	for _, t := range tasks {
		queues[t.tenant] = append(queues[t.tenant], t)
	}
	out := make([]*task, 0, len(tasks))
	for len(out) < len(tasks) {
		for _, tenant := range tenants {
			if q := queues[tenant]; len(q) > 0 {
				out = append(out, q[0])
				queues[tenant] = q[1:]
			}
		}
	}
	return out
}
