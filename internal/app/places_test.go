package app

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// before are the migrations of all modules that are older than one.
func before(t *testing.T, name string) fs.FS {
	t.Helper()
	some := fstest.MapFS{}
	for _, module := range migrations() {
		files, err := fs.Glob(module, "migrations/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if path.Base(file) >= name {
				continue
			}
			text, err := fs.ReadFile(module, file)
			if err != nil {
				t.Fatal(err)
			}
			some[file] = &fstest.MapFile{Data: text}
		}
	}
	return some
}

// heldPlaces is an installation from before a withdrawn case gave its place back.
func heldPlaces() []string {
	cases := func(id, number, status string) string {
		return `insert into cases (tenant_id, id, year, number, kind, status, department_id, applicant_id, applicant_name, subject_id, subject_name, restricted,
				lang, submission_id, entries, received_at, updated_at, version)
			values ($1, '` + id + `', 2026, ` + number + `, 'kindergarten', '` + status + `', 'd', 'p', '', 'p', '', false,
				'nb', 's` + id + `', 0, '2026-11-01T00:00:00.000000Z', '2026-11-01T00:00:00.000000Z', 1)`
	}
	unit := func(table, taken string) string {
		return `insert into ` + table + ` (tenant_id, id, name, address, private, capacity, taken, version) values ($1, 'u', 'Hus', '', false, 60, ` + taken + `, 1)`
	}
	kindergarten := func(id, state string) string {
		return `insert into kindergarten_places (tenant_id, case_id, unit_id, child_id, start_on, state, offered_at)
			values ($1, '` + id + `', 'u', 'child-` + id + `', '2027-01-01', '` + state + `', '2026-11-01T00:00:00.000000Z')`
	}
	school := func(id string) string {
		return `insert into school_places (tenant_id, case_id, unit_id, child_id, start_on, end_on, given_at)
			values ($1, '` + id + `', 'u', 'child', '2027-01-01', '', '2026-11-01T00:00:00.000000Z')`
	}
	nursing := func(id, home, state string) string {
		return `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since)
			values ($1, '` + id + `', 'p', 'long', '` + home + `', '', '` + state + `', '2026-11-01T00:00:00.000000Z')`
	}
	return []string{
		cases("open", "1", "in_progress"), cases("taken", "2", "closed"), cases("gone", "3", "withdrawn"), cases("lost", "4", "withdrawn"), cases("no", "5", "withdrawn"),
		unit("kindergarten_units", "4"), unit("school_units", "2"), unit("nursing_units", "2"),
		kindergarten("open", "offered"), kindergarten("taken", "accepted"), kindergarten("gone", "offered"), kindergarten("lost", "accepted"), kindergarten("no", "declined"),
		school("taken"), school("gone"),
		nursing("taken", "u", "placed"), nursing("gone", "u", "placed"), nursing("lost", "", "waiting"), nursing("open", "", "waiting"),
	}
}

func TestMigration_freesWhatWithdrawnCasesHold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{before(t, "20261122150200")}, func(t *testing.T, env storetest.Env) {
		for _, ctx := range []context.Context{env.Ctx, env.Other} { // another municipality with the same ids counts its own
			err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, statement := range heldPlaces() {
					if _, err := tx.Exec(ctx, statement, tx.Tenant); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := store.Migrate(t.Context(), env.Owner, migrations()...); err != nil {
			t.Fatal(err)
		}
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			if diff := cmp.Diff(map[string]string{
				"kindergarten": "2 open taken no", "school": "1 taken", "nursing": "1 open taken",
			}, stillHeld(ctx, t, env)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// stillHeld is how many places are counted, and which cases have one or waited for it.
func stillHeld(ctx context.Context, t *testing.T, env storetest.Env) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, service := range []string{"kindergarten", "school", "nursing"} {
			taken, err := store.One(ctx, tx, store.Value[string], `select cast(taken as text) from `+service+`_units where tenant_id = $1 and id = 'u'`, tx.Tenant)
			if err != nil {
				return err
			}
			list, err := store.All(ctx, tx, store.Value[string], `select case_id from `+service+`_places where tenant_id = $1
				order by case case_id when 'open' then 1 when 'taken' then 2 else 3 end limit 10`, tx.Tenant)
			if err != nil {
				return err
			}
			got[service] = taken + " " + strings.Join(list, " ")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
