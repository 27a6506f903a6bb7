package cases

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// everything is the scope of somebody who may read all cases.
func everything(t *testing.T) access.Scope {
	t.Helper()
	const read = access.Permission("case.read")
	a, err := access.New(slog.New(slog.DiscardHandler), access.Rules{
		Module: "case", Permissions: []access.PermissionInfo{{Name: read, Describe: "case.read"}},
		Policies: fstest.MapFS{"policies/every.cedar": {Data: []byte("// All may.\n@id(\"all\")\npermit (principal, action == Action::\"case.read\", resource);\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	scope, err := a.Scope(identity.AsSystem(store.WithTenant(t.Context(), storetest.TenantA), "test"), read, "case")
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// stock is a case that a test puts in.
type stock struct {
	id, applicant, subject string
	status                 Status
}

func (s stock) put(ctx context.Context, tx *store.Tx, day int) error {
	c := Case{
		ID: s.id, Year: 2026, Kind: "kindergarten", Status: s.status, Applicant: "p", ApplicantName: s.applicant, Subject: "q", SubjectName: s.subject,
		Lang: "nb", Submission: s.id, ReceivedAt: tx.Now.Add(time.Duration(day) * 24 * time.Hour),
	}
	if err := insert(ctx, tx, c); err != nil {
		return err
	}
	return number(ctx, tx, &c)
}

func fill(t *testing.T, env storetest.Env, list ...stock) {
	t.Helper()
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		for day, s := range list {
			if err := s.put(ctx, tx, day); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func found(t *testing.T, env storetest.Env, scope access.Scope, f Filter) string {
	t.Helper()
	var got []string
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := list(ctx, tx, f, scope)
		for _, c := range list {
			got = append(got, c.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(got, " ")
}

func exec(t *testing.T, env storetest.Env, query string) {
	t.Helper()
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestList_findsThoseWithAllTheNames(t *testing.T) {
	t.Parallel()
	scope := everything(t)
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		fill(t, env,
			stock{"a", "Kari Nordmann", "Nora Nordmann", Received},
			stock{"b", "Kari Ås-Lie", "Emma Ås-Lie", Decided},
			stock{"c", "Per Nordås", "Nora Nordås", Waiting},
			stock{"d", `Per_A 100%`, `Back\slash`, Closed},
		)
		searches := func(t *testing.T) {
			for text, want := range map[string]string{
				"nora": "a c", "NORA nordmann": "a", "nordmann nora": "a", "nor nor": "a c", "kari": "a b", "kari lie": "b", "lie kari emma": "b",
				"ka em ås": "b", "nora lie": "", "ora": "", "per nor": "c", "xyz": "", "xyz kari": "", "2026/2": "b", "2026/9": "",
				"nordas": "c", "nordaas nora": "c", "as-lie": "b", "aas": "b", "nordås": "c",
				"per_a": "d", "per 100%": "d", "per 1_0": "", "per %": "", `per back\`: "d", "per %a": "", "kari nordmann nora xyz": "", "%": "", "...": "",
			} {
				if got := found(t, env, scope, Filter{Text: text}); got != want {
					t.Errorf("%q finds %q, want %q", text, got, want)
				}
			}
			if got := found(t, env, scope, Filter{Text: "nora", Status: Waiting}); got != "c" {
				t.Errorf("among those that wait: %q", got)
			}
			if got := found(t, env, scope, Filter{}); got != "a c" {
				t.Errorf("open: %q", got)
			}
			if got := found(t, env, scope, Filter{Text: "nora", Offset: 1}); got != "c" {
				t.Errorf("from the second on: %q", got)
			}
		}
		searches(t)
		// A row of the release before has not the other words beside it.
		exec(t, env, `update cases_words set names = '' where tenant_id = $1`)
		searches(t)
	})
}

func TestList_goesThroughTheCasesForANameThatManyHave(t *testing.T) {
	t.Parallel()
	scope := everything(t)
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		var many []stock
		for i := range maxCandidates + 60 {
			s := stock{fmt.Sprintf("c%04d", i), "Kari Nordmann", "Nora Nordmann", []Status{Closed, Received, Closed, Decided}[i%4]}
			if i%1000 == 999 {
				s.subject = "Emma Berg"
			}
			many = append(many, s)
		}
		fill(t, env, many...)
		first := strings.Fields(found(t, env, scope, Filter{Text: "kari nordmann"}))
		if len(first) != pageSize+1 || first[0] != "c0000" || first[1] != "c0001" || first[pageSize] != fmt.Sprintf("c%04d", pageSize) {
			t.Errorf("the oldest of all: %v", first)
		}
		second := strings.Fields(found(t, env, scope, Filter{Text: "kari", Offset: pageSize}))
		if len(second) != pageSize+1 || second[0] != first[pageSize] {
			t.Errorf("the second page: %v", second)
		}
		if got := strings.Fields(found(t, env, scope, Filter{Text: "kari", Status: Received})); len(got) != pageSize+1 || got[0] != "c0001" || got[1] != "c0005" {
			t.Errorf("the oldest received: %v", got)
		}
		// Many have either name, few both.
		if got := found(t, env, scope, Filter{Text: "kari emma"}); got != "c0999 c1999" {
			t.Errorf("both names: %v", got)
		}
		if got := found(t, env, scope, Filter{Text: "kari", Assignee: "-", Kind: "building"}); got != "" {
			t.Errorf("of another kind: %v", got)
		}
	})
}

func TestFoundBy_addsToTheWordsThatThereAre(t *testing.T) {
	t.Parallel()
	scope := everything(t)
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		fill(t, env, stock{"a", "Kari Nordmann", "Nora Nordmann", Received}, stock{"b", "Kari Berg", "Nora Berg", Received})
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			return FoundBy(ctx, tx, "a", "Omar Nordmann", "28/37", "Kompassåsen 7")
		})
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]string{"omar": "a", "omar nora": "a", "28/37": "a", "28/37 kompassasen": "a", "kompassaasen 7": "a", "28/38": "", "nora omar kari": "a", "omar berg": "", "nora": "a b"} {
			if got := found(t, env, scope, Filter{Text: text}); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
	})
}

// until are the migrations before one.
func until(t *testing.T, name string) fs.FS {
	t.Helper()
	files, err := fs.Glob(Migrations(), "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	some := fstest.MapFS{}
	for _, file := range files {
		if file < "migrations/"+name {
			text, err := fs.ReadFile(Migrations(), file)
			if err != nil {
				t.Fatal(err)
			}
			some[file] = &fstest.MapFile{Data: text}
		}
	}
	return some
}

func TestMigration_givesOldCasesTheirNames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{until(t, "20261122142500")}, func(t *testing.T, env storetest.Env) {
		exec(t, env, `insert into cases_words (tenant_id, word, case_id) values ($1, 'nora', 'a'), ($1, 'åse', 'a'), ($1, 'berg', 'a'), ($1, 'nora', 'b')`)
		if _, err := store.Migrate(t.Context(), env.Owner, Migrations()); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			type row struct{ id, word, names string }
			rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.id, &r.word, &r.names} },
				`select case_id, word, names from cases_words where tenant_id = $1 order by case_id, word limit 10`, tx.Tenant)
			for _, r := range rows {
				got[r.id+" "+r.word] = r.names
			}
			return err
		})
		want := map[string]string{"a berg": " berg nora åse", "a nora": " berg nora åse", "a åse": " berg nora åse", "b nora": " nora"}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}
