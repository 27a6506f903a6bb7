package layers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// Parameters stand in casts where an index is asked: SQLite would otherwise look at
// their values when it plans, and plan anew each time they are bound.

// here is the condition of rows of layer $2.
const here = `tenant_id = cast($1 as text) and layer = cast($2 as text)`

// seen is the condition of rows that are seen in generation $3 of layer $2.
const seen = here + ` and since <= $3 and (ended is null or ended > $3)`

// known is that of rows that are or were seen.
const known = here + ` and since <= $3`

// columns are what is read of rows. Each costs SQLite's driver as much as a hundredth of
// finding the row's page.
type columns string

const (
	// lean is what there is to show of a version that is seen.
	lean columns = `row_number, id, valid_from, valid_to, geometry, properties`
	// whole is all there is.
	whole columns = lean + `, part, kind, since, ended`
)

// fields are where the columns go.
func (c columns) fields() func(*row) []any {
	if c == lean {
		return (*row).lean
	}
	return (*row).fields
}

// rowsAfter reads rows in the order of their numbers.
func (c columns) rowsAfter(ctx context.Context, tx *store.Tx, l Layer, which string, after int64, limit int) ([]row, error) {
	rows, err := store.All(ctx, tx, c.fields(), `select `+string(c)+` from geo_features where `+which+` and row_number > cast($4 as bigint)
		order by row_number limit $5`, tx.Tenant, l.Name, l.Generation, after, limit)
	if err != nil {
		return nil, fmt.Errorf("layers: features of %s: %w", l.Name, err)
	}
	return rows, nil
}

// span is a run of numbers of rows, both included.
type span struct{ low, high int64 }

// spansOf covers numbers, which are in ascending order, with runs; holes of fewer
// numbers than gap are covered too.
func spansOf(numbers []int64, gap int64) []span {
	var list []span
	for _, n := range numbers {
		if last := len(list) - 1; last >= 0 && n-list[last].high <= gap {
			list[last].high = n
		} else {
			list = append(list, span{n, n})
		}
	}
	return list
}

// How rows are read by their numbers. What lies together on the ground often stands
// together in the file, so most numbers come in runs.
//
// PostgreSQL gets many runs in one statement, each as a part of its own: as long as it
// has not counted a table's rows, it reads the whole layer for a list of numbers, but
// never for a run. SQLite has no way to the server to save, and gets one run at a time,
// or a list when the numbers do not run.
const (
	gapSQLite, gapPostgres     = 4, 8
	listed                     = 50
	fewSpans, spans, manySpans = 1, 8, 48
)

// rowsByNumber reads rows by their numbers, which are in ascending order.
func (c columns) rowsByNumber(ctx context.Context, tx *store.Tx, l Layer, numbers []int64) (rows []row, err error) {
	if tx.Dialect() == store.Postgres {
		rows, err = c.bySpans(ctx, tx, l, spansOf(numbers, gapPostgres), manySpans)
	} else if runs := spansOf(numbers, gapSQLite); 2*len(runs) < len(numbers) || len(numbers) == 1 {
		rows, err = c.bySpans(ctx, tx, l, runs, fewSpans)
	} else {
		rows, err = c.byList(ctx, tx, l, numbers)
	}
	if err != nil {
		return nil, fmt.Errorf("layers: features of %s: %w", l.Name, err)
	}
	return wanted(rows, numbers), nil
}

// wanted leaves out rows that were read only because they lay between others.
func wanted(rows []row, numbers []int64) []row {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.number, b.number) })
	return slices.DeleteFunc(rows, func(r row) bool {
		for len(numbers) > 0 && numbers[0] < r.number {
			numbers = numbers[1:]
		}
		return len(numbers) == 0 || numbers[0] != r.number
	})
}

// bySpans reads all rows of runs, so many runs with one statement.
func (c columns) bySpans(ctx context.Context, tx *store.Tx, l Layer, runs []span, most int) (all []row, err error) {
	for len(runs) > 0 {
		some := runs[:min(most, len(runs))]
		runs = runs[len(some):]
		n := least(len(some), fewSpans, spans, manySpans)
		args, rows := append(make([]any, 0, 3+2*n), tx.Tenant, l.Name, int64(0)), int64(0)
		for i := range n {
			run := span{0, -1} // of nothing
			if i < len(some) {
				run = some[i]
			}
			rows += run.high - run.low + 1
			args = append(args, run.low, run.high)
		}
		args[2] = rows
		more, err := store.All(ctx, tx, c.fields(), c.selectSpans(n), args...)
		if err != nil {
			return nil, err
		}
		if all = append(all, more...); len(all) == len(more) {
			all = more
		}
	}
	return all, nil
}

// selectSpans is the statement for so many runs.
func (c columns) selectSpans(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(" union all ")
		}
		b.WriteString(`select ` + string(c) + ` from geo_features where ` + here + ` and row_number >= cast($`)
		b.WriteString(strconv.Itoa(4 + 2*i))
		b.WriteString(` as bigint) and row_number <= cast($`)
		b.WriteString(strconv.Itoa(5 + 2*i))
		b.WriteString(` as bigint)`)
	}
	b.WriteString(` order by row_number limit $3`)
	return b.String()
}

// byList reads rows by a list of their numbers.
func (c columns) byList(ctx context.Context, tx *store.Tx, l Layer, numbers []int64) (all []row, err error) {
	for len(numbers) > 0 {
		some := numbers[:min(listed, len(numbers))]
		numbers = numbers[len(some):]
		n := least(len(some), 10, listed)
		args := append(make([]any, 0, 3+n), tx.Tenant, l.Name, listed)
		for i := range n {
			args = append(args, some[min(i, len(some)-1)])
		}
		rows, err := store.All(ctx, tx, c.fields(), c.selectList(n), args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// selectList is the statement for so many numbers.
func (c columns) selectList(n int) string {
	var b strings.Builder
	b.WriteString(`select ` + string(c) + ` from geo_features where ` + here + ` and row_number in (`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`cast($`)
		b.WriteString(strconv.Itoa(4 + i))
		b.WriteString(` as bigint)`)
	}
	b.WriteString(`) order by row_number limit $3`)
	return b.String()
}

// least is the lowest of some sizes that holds n: statements have few lengths, so that
// the database keeps few of them.
func least(n int, sizes ...int) int {
	for _, size := range sizes {
		if n <= size {
			return size
		}
	}
	return n
}

// rowsByID reads the versions of a feature, the newest first.
func rowsByID(ctx context.Context, tx *store.Tx, l Layer, which, id string, limit int) ([]row, error) {
	rows, err := store.All(ctx, tx, whole.fields(), `select `+string(whole)+` from geo_features where `+which+` and id = cast($4 as text)
		order by since desc limit $5`, tx.Tenant, l.Name, l.Generation, id, limit)
	if err != nil {
		return nil, fmt.Errorf("layers: feature %s of %s: %w", id, l.Name, err)
	}
	return rows, nil
}
