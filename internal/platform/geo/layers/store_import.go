package layers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// hold takes the layers of an import, all or none.
func (r *run) hold(ctx context.Context) error {
	return r.s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, in := range r.intakes {
			name := in.target.Layer.Name
			changed, err := tx.Exec(ctx, `insert into geo_imports (tenant_id, layer, holder, until) values ($1, $2, $3, $4)
				on conflict (tenant_id, layer) do update set holder = excluded.holder, until = excluded.until where geo_imports.until < $5`,
				tx.Tenant, name, r.holder, store.At(tx.Now.Add(lease)), tx.Now)
			if err != nil {
				return fmt.Errorf("layers: hold %s: %w", name, err)
			}
			if changed == 0 {
				return errs.Conflict("layers.import.busy", "layer", name)
			}
		}
		return nil
	})
}

// fence makes sure in a transaction that the layer is still ours, and says that the
// import is alive.
func (r *run) fence(ctx context.Context, tx *store.Tx, in *intake) error {
	return tx.QueueChange(ctx, errLost, `update geo_imports set until = $1 where tenant_id = $2 and layer = $3 and holder = $4`,
		store.At(tx.Now.Add(lease)), tx.Tenant, in.target.Layer.Name, r.holder)
}

// stillHere says that the import is alive.
func (r *run) stillHere(ctx context.Context, tx *store.Tx) error {
	for _, in := range r.intakes {
		if err := r.fence(ctx, tx, in); err != nil {
			return err
		}
	}
	return nil
}

// release gives the layers back.
func (r *run) release(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `delete from geo_imports where tenant_id = $1 and holder = $2`, tx.Tenant, r.holder)
	if err != nil {
		return fmt.Errorf("layers: release: %w", err)
	}
	return nil
}

// expire lets the next import take the layers at once; that they are still held tells
// it that there is something to clear away.
func (r *run) expire(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `update geo_imports set until = $1 where tenant_id = $2 and holder = $3`,
		store.At(tx.Now.Add(-time.Second)), tx.Tenant, r.holder)
	if err != nil {
		return fmt.Errorf("layers: expire: %w", err)
	}
	return nil
}

// sweeping is how many numbers of rows a step of clearing away covers.
const sweeping = 5000

// sweep clears away the rows that an import which ended in the middle has left.
func (r *run) sweep(ctx context.Context, in *intake) error {
	err := r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return in.look(ctx, tx) })
	if err != nil {
		return err
	}
	return r.dropRows(ctx, in)
}

// takeBack undoes what this import has written.
func (r *run) takeBack(ctx context.Context, in *intake) error {
	if err := r.dropRows(ctx, in); err != nil || !in.stale {
		return err
	}
	return r.unend(ctx, in)
}

// dropRows deletes rows of a generation that is not there yet, in steps.
func (r *run) dropRows(ctx context.Context, in *intake) error {
	for {
		var left int64
		err := r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			left, err = store.One(ctx, tx, store.Value[int64], `select coalesce(max(row_number), 0) from geo_features
				where tenant_id = $1 and layer = $2 and row_number > $3`, tx.Tenant, in.target.Layer.Name, in.lastRow)
			return err
		})
		if err != nil || left == 0 {
			return err
		}
		err = r.step(ctx, in, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `delete from geo_features where tenant_id = $1 and layer = $2 and row_number > $3 and row_number > $4`,
				tx.Tenant, in.target.Layer.Name, in.lastRow, left-sweeping)
			return err
		})
		if err != nil {
			return err
		}
	}
}

// unend takes back the endings of a generation that is not there yet.
func (r *run) unend(ctx context.Context, in *intake) error {
	for from := int64(0); from < in.lastRow; from += sweeping {
		err := r.step(ctx, in, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update geo_features set ended = null where tenant_id = $1 and layer = $2 and row_number > $3 and row_number <= $4 and ended > $5`,
				tx.Tenant, in.target.Layer.Name, from, from+sweeping, in.layer.Generation)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// step is a small transaction on a layer that is held.
func (r *run) step(ctx context.Context, in *intake, work func(context.Context, *store.Tx) error) error {
	err := r.s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := r.fence(ctx, tx, in); err != nil {
			return err
		}
		return work(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("layers: clear %s: %w", in.target.Layer.Name, err)
	}
	return nil
}

// look reads the layer as it is.
func (in *intake) look(ctx context.Context, tx *store.Tx) error {
	l, found, err := layerByName(ctx, tx, in.target.Layer.Name)
	if err != nil || !found {
		return err
	}
	in.layer, in.found, in.system = l, true, l.System()
	in.lastRow, err = lastRow(ctx, tx, l.Name, "")
	in.next = in.lastRow + 1
	return err
}

// lastRow is the highest number of a row that a layer has had; lock may hold the layer.
func lastRow(ctx context.Context, tx *store.Tx, layer, lock string) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select last_row from geo_layers where tenant_id = $1 and name = $2`+lock, tx.Tenant, layer)
	if err != nil {
		return 0, fmt.Errorf("layers: last row of %s: %w", layer, err)
	}
	return n, nil
}

// knownRow is what an import has to know of a row that is seen. One that has an ending
// all the same was ended by an import that has not moved the layer on.
type knownRow struct {
	number   int64
	id, part string
	digest   []byte
	ended    *int64
}

func (k *knownRow) columns() []any { return []any{&k.number, &k.id, &k.part, &k.digest, &k.ended} }

// eachSeen visits the rows of a layer that are seen.
func (r *run) eachSeen(ctx context.Context, in *intake, visit func(knownRow)) error {
	return r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := in.look(ctx, tx); err != nil || !in.found {
			return err
		}
		for after := int64(0); ; {
			rows, err := store.All(ctx, tx, (*knownRow).columns, `select row_number, id, part, digest, ended from geo_features
				where `+seen+` and row_number > $4 order by row_number limit $5`, tx.Tenant, in.layer.Name, in.layer.Generation, after, sweeping)
			if err != nil {
				return fmt.Errorf("layers: what %s has: %w", in.layer.Name, err)
			}
			for _, row := range rows {
				visit(row)
			}
			if len(rows) < sweeping {
				return nil
			}
			after = rows[len(rows)-1].number
		}
	})
}

const (
	rowArguments = 9
	// PostgreSQL is quicker the more rows a statement has; SQLite's driver looks each
	// parameter up among all others.
	rowsPostgres = 100
	rowsSQLite   = 10
)

// insertion is the statement for so many rows of one layer.
func insertion(rows int) string {
	var b strings.Builder
	b.WriteString(`insert into geo_features (tenant_id, layer, since, row_number, id, part, kind, valid_from, valid_to, digest, geometry, properties) values `)
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($1,$2,$3")
		for n := range rowArguments {
			b.WriteString(",$")
			b.WriteString(strconv.Itoa(4 + i*rowArguments + n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// write is one small transaction of an import.
func (r *run) write(ctx context.Context, b batch) error {
	err := r.s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, in := range r.intakes {
			if err := r.fence(ctx, tx, in); err != nil {
				return err
			}
		}
		if err := insertRows(ctx, tx, b.rows); err != nil {
			return err
		}
		return endRows(ctx, tx, b.ends)
	})
	if err != nil {
		return fmt.Errorf("layers: write rows: %w", err)
	}
	if r.o.Beside && r.s.db.Dialect() == store.SQLite {
		waited(ctx, pause)
	}
	return nil
}

// pause is what other processes have to get hold of SQLite's file: they look every 25
// milliseconds at the most while they have not waited long.
const pause = 15 * time.Millisecond

// insertRows writes rows, those of a layer that follow each other together.
func insertRows(ctx context.Context, tx *store.Tx, rows []encoded) error {
	most := rowsSQLite
	if tx.Dialect() == store.Postgres {
		most = rowsPostgres
	}
	full := insertion(most)
	for len(rows) > 0 {
		in, n := rows[0].in, 1
		for n < min(most, len(rows)) && rows[n].in == in {
			n++
		}
		args := append(make([]any, 0, 3+n*rowArguments), tx.Tenant, in.layer.Name, in.layer.Generation+1)
		for i := range rows[:n] {
			args = rows[i].arguments(args)
		}
		query := full
		if n < most {
			query = insertion(n)
		}
		if err := tx.Queue(ctx, query, args...); err != nil {
			return fmt.Errorf("layers: insert into %s: %w", in.layer.Name, err)
		}
		rows = rows[n:]
	}
	return nil
}

func (e *encoded) arguments(args []any) []any {
	var geometry any // a nil slice would not be NULL everywhere
	if e.geometry != nil {
		geometry = e.geometry
	}
	return append(args, e.number, e.id, e.part, e.kind, e.from, e.to, e.digest, geometry, e.properties)
}

// endRows ends rows with the generation that is being made, those with numbers after
// each other together. A list of numbers would be shorter, but PostgreSQL reads the
// whole layer for one as long as it has not counted its rows.
func endRows(ctx context.Context, tx *store.Tx, ends []ending) error {
	slices.SortFunc(ends, func(a, b ending) int {
		return cmp.Or(cmp.Compare(a.in.place, b.in.place), cmp.Compare(a.row, b.row))
	})
	for len(ends) > 0 {
		in, n := ends[0].in, 1
		for n < len(ends) && ends[n].in == in && ends[n].row == ends[n-1].row+1 {
			n++
		}
		err := tx.Queue(ctx, `update geo_features set ended = $3 where tenant_id = $1 and layer = $2 and row_number >= $4 and row_number <= $5 and ended is null`,
			tx.Tenant, in.layer.Name, in.layer.Generation+1, ends[0].row, ends[n-1].row)
		if err != nil {
			return fmt.Errorf("layers: end rows of %s: %w", in.layer.Name, err)
		}
		ends = ends[n:]
	}
	return nil
}

// moveOn makes the new generation of a layer the one that is seen. What somebody has
// set meanwhile stays as it is set.
func (r *run) moveOn(ctx context.Context, tx *store.Tx, in *intake) error {
	if in.found {
		if _, err := lastRow(ctx, tx, in.layer.Name, tx.ForUpdate(false)); err != nil {
			return err
		}
		now, found, err := layerByName(ctx, tx, in.layer.Name)
		if err != nil {
			return err
		}
		if !found || now.Generation != in.layer.Generation {
			return errs.Conflict("layers.import.moved", "layer", in.layer.Name)
		}
		in.layer = now
	}
	l := in.after()
	if !in.moves() {
		if !in.target.Change {
			return nil
		}
		return saveLayer(ctx, tx, l, in.lastRow)
	}
	if err := saveLayer(ctx, tx, l, in.next-1); err != nil {
		return err
	}
	if err := r.remember(ctx, tx, in, l); err != nil {
		return err
	}
	return r.s.tell(ctx, tx, Change{Layer: l.Name, From: in.layer.Generation, To: l.Generation, Part: r.o.Part})
}

// remember writes the history of the layer and the audit log.
func (r *run) remember(ctx context.Context, tx *store.Tx, in *intake, l Layer) error {
	_, err := tx.Exec(ctx, `insert into geo_generations (tenant_id, layer, generation, at, part, source, source_digest, added, changed, removed, kept, notes)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.Tenant, l.Name, l.Generation, tx.Now, r.o.Part, r.o.File, r.o.Digest, in.added, in.changed, in.removed, in.kept, r.notes())
	if err != nil {
		return fmt.Errorf("layers: generation of %s: %w", l.Name, err)
	}
	details := map[string]string{"file": r.o.File, "generation": strconv.FormatInt(l.Generation, 10)}
	if r.o.Part != "" {
		details["part"] = r.o.Part
	}
	if r.o.Anywhere {
		details["anywhere"] = "true"
	}
	return audit.Record(ctx, tx, audit.Event{Action: "layers.imported", Object: audit.Ref{Type: "layer", ID: l.Name}, Details: details})
}

// notes is what is worth knowing of the import, a line each.
func (r *run) notes() string {
	words := r.o.Words
	if words == nil {
		words = func(key string, _ ...any) string { return key }
	}
	var lines []string
	if r.o.Anywhere {
		lines = append(lines, words("layers.import.anywhere"))
	}
	for i := range r.report.Warnings {
		key, args := r.report.Warnings[i].Message()
		lines = append(lines, words(key, args...))
	}
	return strings.Join(lines, "\n")
}

// forget deletes a layer and its history; its rows are then seen by nobody.
func (r *run) forget(ctx context.Context, tx *store.Tx) error {
	name := r.intakes[0].target.Layer.Name
	if err := r.fence(ctx, tx, r.intakes[0]); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from geo_generations where tenant_id = $1 and layer = $2`, tx.Tenant, name); err != nil {
		return fmt.Errorf("layers: remove %s: %w", name, err)
	}
	if _, err := tx.Exec(ctx, `delete from geo_layers where tenant_id = $1 and name = $2`, tx.Tenant, name); err != nil {
		return fmt.Errorf("layers: remove %s: %w", name, err)
	}
	tx.AfterCommit(func() { r.s.Moved(tx.Tenant) })
	return audit.Record(ctx, tx, audit.Event{Action: "layers.removed", Object: audit.Ref{Type: "layer", ID: name}})
}
