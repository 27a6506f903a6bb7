package audit

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// tamper runs statements as somebody who has the database would.
func tamper(tb testing.TB, w world, statements ...string) {
	tb.Helper()
	write(w.Ctx, tb, w.DB, func(ctx context.Context, tx *store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

const here = ` where tenant_id = 't-a' and `

// swap exchanges the places of 2 and 3 in a table with a unique place.
func swap(table string) []string {
	return []string{
		`update ` + table + ` set seq = 1002` + here + `seq = 2`,
		`update ` + table + ` set seq = 2` + here + `seq = 3`,
		`update ` + table + ` set seq = 3` + here + `seq = 1002`,
	}
}

// tampering is something done to a log of two batches of 4 entries each, and
// what is found of it.
type tampering struct {
	statements []string
	want       []Problem
	named      bool // the problems name the entries of their places
}

func tamperings() map[string]tampering {
	return map[string]tampering{
		"nothing": {},
		"a changed action": {
			[]string{`update audit_entries set action = 'cases.refused'` + here + `seq = 2`},
			[]Problem{{Seq: 2, Kind: Changed}},
			true,
		},
		"a changed instant": {
			[]string{`update audit_entries set at = '2026-01-01T00:00:00.000000Z'` + here + `seq = 0`},
			[]Problem{{Seq: 0, Kind: Changed}},
			true,
		},
		"a changed actor": {
			[]string{`update audit_entries set actor_id = 'kari', actor_kind = 'staff'` + here + `seq = 7`},
			[]Problem{{Seq: 7, Kind: Changed}},
			true,
		},
		"a removed entry": {
			[]string{`delete from audit_entries` + here + `seq = 2`},
			[]Problem{{Seq: 2, Kind: Removed}},
			true,
		},
		"a removed leaf": {
			[]string{`delete from audit_leaves` + here + `seq = 2`},
			[]Problem{{Seq: 2, Kind: Removed}},
			true,
		},
		"a removed entry and leaf": {
			[]string{`delete from audit_leaves` + here + `seq = 2`, `delete from audit_entries` + here + `seq = 2`},
			[]Problem{{Seq: 2, Kind: Removed}},
			false,
		},
		"the last removed": {
			[]string{`delete from audit_leaves` + here + `seq = 7`, `delete from audit_entries` + here + `seq = 7`},
			[]Problem{{Seq: 7, Kind: Removed}},
			false,
		},
		"entries that changed places": {
			swap("audit_entries"),
			[]Problem{{Seq: 2, Kind: Reordered}, {Seq: 3, Kind: Reordered}},
			true,
		},
		"an entry marked as unsealed": {
			[]string{`update audit_entries set seq = null` + here + `seq = 5`},
			[]Problem{{Seq: 5, Kind: Reordered}},
			true,
		},
		"changed details": {
			[]string{`update audit_details set details = '{}'` + here +
				`entry_id = (select id from audit_entries where tenant_id = 't-a' and seq = 3)`},
			[]Problem{{Seq: 3, Kind: DetailsChanged}},
			true,
		},
		"a changed salt": {
			[]string{`update audit_details set salt = 'x'` + here +
				`entry_id = (select id from audit_entries where tenant_id = 't-a' and seq = 3)`},
			[]Problem{{Seq: 3, Kind: DetailsChanged}},
			true,
		},
		"a signature replaced": {
			[]string{`update audit_heads set signature = root` + here + `size = 4`},
			[]Problem{{Seq: 4, Kind: BadSignature}},
			false,
		},
		"a root replaced": {
			[]string{`update audit_heads set root = (select leaf_hash from audit_leaves where tenant_id = 't-a' and seq = 0)` + here + `size = 4`},
			[]Problem{{Seq: 4, Kind: BadSignature}},
			false,
		},
		"the last head removed": {
			[]string{`delete from audit_heads` + here + `size = 8`},
			[]Problem{{Seq: 4, Kind: BadSignature}},
			false,
		},
		"the tree's state changed": {
			[]string{`update audit_trees set range_hashes = (select leaf_hash from audit_leaves where tenant_id = 't-a' and seq = 0)` + here + `size = 8`},
			[]Problem{{Seq: 8, Kind: Changed}},
			false,
		},
		"an entry that was never sealed": {
			[]string{`insert into audit_entries select tenant_id, 'forged', at, actor_kind, actor_id, on_behalf_of, action, object_type,
				object_id, subject_id, case_id, request_id, details_digest, 99 from audit_entries` + here + `seq = 1`},
			[]Problem{{Seq: 99, EntryID: "forged", Kind: Added}},
			false,
		},
	}
}

func TestVerify_findsWhatWasDone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		for name, tt := range tamperings() {
			t.Run(name, func(t *testing.T) {
				// Each on a log of its own, one after the other: they share the database.
				tamper(t, w, `delete from audit_entries where tenant_id = 't-a'`, `delete from audit_details where tenant_id = 't-a'`,
					`delete from audit_leaves where tenant_id = 't-a'`, `delete from audit_heads where tenant_id = 't-a'`,
					`delete from audit_nodes where tenant_id = 't-a'`, `delete from audit_trees where tenant_id = 't-a'`)
				ids := w.record(as(w.Ctx, ola), t, 4)
				w.seal(t, 4)
				ids = append(ids, w.record(as(w.Ctx, ola), t, 4)...)
				w.seal(t, 4)
				tamper(t, w, tt.statements...)
				want := slices.Clone(tt.want)
				for i := range want {
					if tt.named {
						want[i].EntryID = ids[want[i].Seq]
					}
				}
				if diff := cmp.Diff(want, w.verify(t).Problems); diff != "" {
					t.Error(diff)
				}
			})
		}
	})
}

// forge rewrites a place as a forger would who knows how we reckon.
func forge(tb testing.TB, w world, seq int64, change func(*Entry)) {
	tb.Helper()
	write(w.Ctx, tb, w.DB, func(ctx context.Context, tx *store.Tx) error {
		rows, err := leafRows(ctx, tx, seq, 1)
		if err != nil {
			return err
		}
		e := rows[0].Entry
		change(&e)
		hash, err := leafHash(tx.Tenant, seq, e)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update audit_entries set action = $3 where tenant_id = $1 and id = $2`, tx.Tenant, e.ID, e.Action); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update audit_leaves set leaf_hash = $3 where tenant_id = $1 and seq = $2`, tx.Tenant, seq, hash)
		return err
	})
}

func TestVerify_findsAForgedLeafByTheRoot(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		for range 3 {
			w.record(w.Ctx, t, 4)
			w.seal(t, 4)
		}
		forge(t, w, 6, func(e *Entry) { e.Action = "cases.refused" })
		// The root tells which batch it is in: entries 4 to 7.
		if diff := cmp.Diff([]Problem{{Seq: 4, Kind: Changed}}, w.verify(t).Problems); diff != "" {
			t.Error(diff)
		}
	})
}

func TestVerify_findsEntriesMovedWithTheirLeaves(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		ids := w.record(w.Ctx, t, 8)
		w.seal(t, 8)
		tamper(t, w, append(swap("audit_entries"), swap("audit_leaves")...)...)
		want := []Problem{
			{Seq: 0, Kind: Changed}, // the root of the batch
			{Seq: 2, EntryID: ids[3], Kind: Reordered},
			{Seq: 3, EntryID: ids[2], Kind: Reordered},
		}
		if diff := cmp.Diff(want, w.verify(t).Problems); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever owns the database and the key can seal another history. The heads
// that left the database know better.
func TestVerify_findsByExportedHeadsWhatTheDatabaseHides(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.record(w.Ctx, t, 4)
		w.seal(t, 4)
		w.record(w.Ctx, t, 4)
		w.seal(t, 4)
		kept, err := ReadHeads(bytes.NewReader(w.heads.Bytes()))
		if err != nil || len(kept) != 2 {
			t.Fatalf("%v, %v", kept, err)
		}
		if r := w.verify(t, kept...); !r.OK() || r.Heads != 4 {
			t.Errorf("nothing was done: %+v", r)
		}
		cut := []string{
			`delete from audit_heads where tenant_id = 't-a'`, `delete from audit_leaves where tenant_id = 't-a'`,
			`delete from audit_trees where tenant_id = 't-a'`, `delete from audit_entries` + here + `seq >= 6`,
			`update audit_entries set seq = null where tenant_id = 't-a'`,
		}
		tamper(t, w, cut...)
		w.seal(t, 6)
		if r := w.verify(t); !r.OK() {
			t.Fatalf("the forgery is not good enough: %+v", r)
		}
		got := w.verify(t, kept...).Problems
		if diff := cmp.Diff([]Problem{{Seq: 6, Kind: Removed}, {Seq: 7, Kind: Removed}}, got); diff != "" {
			t.Error(diff)
		}
		tamper(t, w, append(cut, `update audit_entries set action = 'cases.refused'`+here+`id = (
			select min(id) from audit_entries where tenant_id = 't-a')`)...)
		w.seal(t, 6)
		got = w.verify(t, kept[0]).Problems
		if len(got) == 0 || got[0].Kind != Changed {
			t.Errorf("another history: %v", got)
		}
		foreign := kept[0]
		foreign.Tenant = storetest.TenantB
		if r := w.verify(t, foreign); !r.OK() {
			t.Errorf("another municipality's head counts: %+v", r)
		}
	})
}

func TestVerify_findsChangedNodes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		write(w.Ctx, t, w.DB, func(ctx context.Context, tx *store.Tx) error {
			for range 600 {
				if err := Record(ctx, tx, Event{Action: "x.y"}); err != nil {
					return err
				}
			}
			return nil
		})
		w.seal(t, 600)
		if r := w.verify(t); !r.OK() || r.Entries != 600 {
			t.Fatalf("%+v", r)
		}
		tamper(t, w, `update audit_nodes set hash = (select leaf_hash from audit_leaves where tenant_id = 't-a' and seq = 0)`+
			here+`level = 8 and pos = 1`, `delete from audit_nodes`+here+`level = 9`)
		if diff := cmp.Diff([]Problem{{Seq: 256, Kind: Changed}, {Seq: 0, Kind: Removed}}, w.verify(t).Problems); diff != "" {
			t.Error(diff)
		}
	})
}

func TestVerify_reportsABoundedNumberOfProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, Migrations()))
	w.record(w.Ctx, t, 1)
	w.seal(t, 1)
	tamper(t, w, `update audit_trees set size = 1000000 where tenant_id = 't-a'`)
	if r := w.verify(t); len(r.Problems) != maxProblems || !r.More {
		t.Errorf("%d problems, more: %v", len(r.Problems), r.More)
	}
}

func TestVerify_isForAuditorAndOperator(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		if r, err := w.log.Verify(as(w.Ctx, auditor)); err != nil || !r.OK() {
			t.Errorf("an empty log: %+v, %v", r, err)
		}
		if _, err := w.log.Verify(as(w.Ctx, ola)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a case worker: %v", err)
		}
		if err := w.log.ExportHeads(as(w.Ctx, ola), &bytes.Buffer{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a case worker exports: %v", err)
		}
	})
}

// Any single change to any sealed row is found, whatever the batches were.
func TestVerify_findsAnySingleChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, Migrations()))
	r := rand.New(rand.NewPCG(7, 7))
	total := 0
	for range 12 {
		n := 1 + r.IntN(9)
		w.record(as(w.Ctx, ola), t, n)
		w.seal(t, n)
		total += n
	}
	columns := []string{
		"actor_kind", "actor_id", "on_behalf_of", "action", "object_type", "object_id", "subject_id", "case_id", "request_id",
		"details_digest",
	}
	for range 40 {
		seq, column := r.IntN(total), columns[r.IntN(len(columns))]
		change := func(to string) {
			tamper(t, w, `update audit_entries set `+column+` = `+to+here+fmt.Sprintf(`seq = %d`, seq))
		}
		change(column + ` || 'x'`)
		problems := w.verify(t).Problems
		if len(problems) == 0 || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Seq == int64(seq) }) {
			t.Fatalf("a changed %s in place %d is not found: %v", column, seq, problems)
		}
		change(`substr(` + column + `, 1, length(` + column + `) - 1)`)
	}
	if report := w.verify(t); !report.OK() {
		t.Errorf("after all was put back: %+v", report)
	}
}
