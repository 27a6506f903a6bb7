package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

func inspect(t *testing.T, url string) []store.Fault {
	t.Helper()
	faults, err := store.Inspect(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestInspect_findsNothingInAGoodInstallation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		faults, err := store.Inspect(t.Context(), env.Config)
		if err != nil || len(faults) != 0 {
			t.Errorf("%v, %v", faults, err)
		}
	})
}

func TestInspect_findsARoleThatSeesEverything(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	if got := inspect(t, env.Owner.URL); !slices.Equal(got, []store.Fault{store.FaultOwner}) {
		t.Errorf("the owner: %v", got)
	}
	super := strings.Replace(env.Owner.URL, "torg_owner@", "postgres@", 1)
	if got := inspect(t, super); !slices.Equal(got, []store.Fault{store.FaultSuperuser, store.FaultBypass, store.FaultOwner}) {
		t.Errorf("the superuser: %v", got)
	}
}

func TestInspect_findsRowsWithoutPolicy(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string][]string{
		"a table made by hand":    {`create table loose (tenant_id text not null, id text)`},
		"switched off":            {`alter table notes disable row level security`},
		"not for the owner":       {`alter table notes no force row level security`},
		"policy dropped":          {`drop policy tenant on notes`},
		"another one widens it":   {`create policy everybody on notes using (true)`},
		"a partition of a table":  {`create table parts (tenant_id text, id bigint) partition by range (id)`},
		"a table with odd a name": {`create table "Loose; drop" (tenant_id text)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := storetest.Postgres(t, notes()...)
			execute(t, raw(t, env.Owner.URL), damage...)
			if got := inspect(t, env.Config.URL); !slices.Equal(got, []store.Fault{store.FaultUnsecured}) {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestMigrate_securesWhatWasLeftOpen(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	owner := raw(t, env.Owner.URL)
	execute(t, owner,
		`create table "Loose; drop" (tenant_id text not null, id text)`,
		`insert into "Loose; drop" values ('t-a', 'a'), ('t-b', 'b')`,
		`alter table notes disable row level security`)
	for range 2 { // again changes nothing
		if n, err := store.Migrate(t.Context(), env.Owner, notes()...); err != nil || n != 0 {
			t.Fatalf("%d steps, %v", n, err)
		}
		if got := inspect(t, env.Config.URL); len(got) != 0 {
			t.Errorf("still %v", got)
		}
	}
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		got, err := store.All(ctx, tx, store.Value[string], `select tenant_id || id from "Loose; drop" order by 1 limit 10`)
		if diff := cmp.Diff([]string{"t-aa"}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRestrictivePolicy_isNoFault(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	execute(t, raw(t, env.Owner.URL), `create policy tighter on notes as restrictive using (id > 0)`)
	if got := inspect(t, env.Config.URL); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestAppRole_mayDoNothingBeforeMigration(t *testing.T) {
	t.Parallel()
	owner, app := pgcluster.Start(t).Database(t)
	execute(t, raw(t, owner), `create table notes (tenant_id text not null, id bigint, body text, at timestamptz)`)
	db := openAgain(t, store.Config{URL: app})
	ctx := store.WithTenant(t.Context(), storetest.TenantA)
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
	if code(err) != "42501" {
		t.Errorf("without grants: %v", err)
	}
}

func TestAppRole_mayNotChangeTheShapeOrTheHistory(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	app := raw(t, env.Config.URL)
	for _, statement := range []string{
		`create table mine (id text)`, `drop table notes`, `alter table notes disable row level security`,
		`drop policy tenant on notes`, `truncate notes`, `delete from goose_db_version`,
		`insert into goose_db_version (version_id, is_applied) values (1, true)`, `set role torg_owner`,
	} {
		if _, err := app.ExecContext(t.Context(), statement); code(err) != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
