package bench

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func today() clock.Date { return clock.NewDate(2026, time.November, 21) }

func TestFamilies_areManyAndSynthetic(t *testing.T) {
	t.Parallel()
	list, err := Families(0, 2*perDay+50, today())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range list {
		for _, p := range []Person{f.Mother, f.Child} {
			n, err := pid.Parse(p.Number)
			if err != nil || !n.Synthetic() || seen[p.Number] {
				t.Fatalf("%s: %v, again %t", p.Name(), err, seen[p.Number])
			}
			seen[p.Number] = true
		}
		if f.Mother.Family != f.Child.Family || !f.Child.Birth.AddYears(1).Before(today()) {
			t.Errorf("%+v", f)
		}
	}
	rest, err := Families(2*perDay+50, 10, today())
	if err != nil || seen[rest[0].Child.Number] {
		t.Errorf("the next families are the same: %v", err)
	}
}

func TestNameOf_isSeldomShared(t *testing.T) {
	t.Parallel()
	whole := map[string]int{}
	for n := range 50_000 {
		g, f := nameOf(n)
		whole[g+" "+f]++
	}
	if len(whole) < 40_000 {
		t.Errorf("%d names of 50,000 persons", len(whole))
	}
}

func TestAt_isTheNearestRank(t *testing.T) {
	t.Parallel()
	list := []time.Duration{10, 20, 30, 40}
	for percent, want := range map[int]time.Duration{1: 10, 25: 10, 26: 20, 50: 20, 95: 40, 99: 40, 100: 40} {
		if got := at(list, percent); got != want {
			t.Errorf("p%d: %d, want %d", percent, got, want)
		}
	}
	if at(nil, 50) != 0 {
		t.Error("of nothing")
	}
}

func TestLogIn_opensASession(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		secret, err := LogIn(env.Ctx, env.DB, "p1")
		if err != nil {
			t.Fatal(err)
		}
		err = env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			person, err := store.One(ctx, tx, store.Value[string], `select person_id from identity_sessions where tenant_id = $1 and digest = $2 and expires_at > $3 and ended_at is null`,
				tx.Tenant, ids.Digest(secret), tx.Now)
			if person != "p1" {
				t.Errorf("the session is of %q", person)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// server answers as Torg does, and fails every so often when told to.
func server(t *testing.T, failEvery int64) (Target, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); failEvery > 0 && n%failEvery == 0 {
			http.Error(w, "no", http.StatusConflict)
			return
		}
		if r.Header.Get("Authorization") != "Bearer secret" || r.Host != "by.localhost" {
			t.Errorf("asked %s as %q", r.Host, r.Header.Get("Authorization"))
		}
		body := map[string]any{"case": "c1", "version": 3, "cases": []any{map[string]any{"id": "c1"}}}
		_ = json.NewEncoder(w).Encode(body) // the client may be gone at the end
	}))
	t.Cleanup(s.Close)
	families, err := Families(0, 3, today())
	if err != nil {
		t.Fatal(err)
	}
	return Target{Address: strings.TrimPrefix(s.URL, "http://"), Tenants: []Tenant{{Host: "by.localhost", Token: "secret", Kindergartens: []string{"k"}, Families: families}}}, &asked
}

func TestLoad_countsWholeLives(t *testing.T) {
	t.Parallel()
	target, asked := server(t, 0)
	result, err := Load(t.Context(), target, Options{Clients: 4, For: 200 * time.Millisecond, Warm: 50 * time.Millisecond}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if result.Cycles == 0 || result.Errors != 0 || int64(result.Cycles) > asked.Load()/4 || result.Took < 200*time.Millisecond {
		t.Errorf("%+v after %d requests", result, asked.Load())
	}
	for _, name := range Requests() {
		// A life that ends as counting begins has had its first requests before.
		if l := result.ByName[name]; l.Count+4 < result.Cycles || l.P50 <= 0 || l.P50 > l.P95 || l.P95 > l.P99 {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestLoad_tellsOfFailures(t *testing.T) {
	t.Parallel()
	target, _ := server(t, 5)
	result, err := Load(t.Context(), target, Options{Clients: 2, For: 100 * time.Millisecond}, "x")
	if err != nil {
		t.Fatal(err)
	}
	statuses := 0
	for _, l := range result.ByName {
		statuses += l.Failed["409"]
	}
	if result.Errors == 0 || result.Errors != statuses || !strings.Contains(result.Example, "409") {
		t.Errorf("%+v", result)
	}
	if _, err := Load(t.Context(), Target{}, Options{Clients: 1, For: time.Second}, "x"); err == nil {
		t.Error("without a tenant")
	}
}

func modules() []fs.FS {
	return []fs.FS{jobs.Migrations(), forms.Migrations(), cases.Migrations(), deadlines.Migrations(), identity.Migrations()}
}

func TestPreload_makesCasesThatAreThere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		tenants := []Tenant{{ID: storetest.TenantA}, {ID: storetest.TenantB}}
		last := 0
		err := Preload(t.Context(), env.DB, tenants, map[string]string{storetest.TenantA: "d"}, perBatch+20, func(done int) { last = done })
		if err != nil || last != perBatch+20 {
			t.Fatalf("done %d, %v", last, err)
		}
		for ctx, want := range map[context.Context][]int64{
			// One in fifty is open: nobody has taken or decided it.
			env.Ctx: {2500, 2500, 2450, 3*2450 + 50, 2500, 2200}, env.Other: {20, 20, 19, 3*19 + 1, 20, 17},
		} {
			var got []int64
			err := env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, table := range []string{"forms_submissions", "cases", "cases_decisions", "cases_entries", "deadlines"} {
					n, err := store.One(ctx, tx, store.Value[int64], "select count(*) from "+table+" where tenant_id = $1", tx.Tenant)
					if err != nil {
						return err
					}
					got = append(got, n)
				}
				n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases c where c.tenant_id = $1 and c.year = $2 and c.status = 'closed'
					and exists (select 1 from cases_words w where w.tenant_id = c.tenant_id and w.case_id = c.id)`, tx.Tenant, oldYear)
				got = append(got, n) // closed ones that a search finds
				return err
			})
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		}
		size, err := Size(t.Context(), env.DB)
		if err != nil || size < 100_000 {
			t.Errorf("size %d, %v", size, err)
		}
		if letters, others, err := Backlog(t.Context(), env.DB); err != nil || letters != 0 || others != 0 {
			t.Errorf("backlog %d and %d, %v", letters, others, err)
		}
	})
}

func TestReport_comparesWithTheEmptyDatabase(t *testing.T) {
	t.Parallel()
	var r Report
	r.Add(Row{Database: "SQLite", Tenants: 1, Clients: 50, Result: Result{PerSec: 200, ByName: map[string]Latency{Register: {P50: 12 * time.Millisecond, P95: 1500 * time.Microsecond}}}})
	r.Add(Row{Database: "PostgreSQL", Tenants: 1, Clients: 50, Result: Result{PerSec: 100}})
	r.Add(Row{
		Database: "SQLite", Tenants: 1, Clients: 50, Preload: 1000, Result: Result{PerSec: 190}, Memory: 5e7,
		Letters: Letters{Waiting: 603, Left: 3, Took: time.Minute},
	})
	if r.Rows[2].Ratio != 0.95 || r.Rows[1].Ratio != 0 {
		t.Errorf("ratios %v %v", r.Rows[2].Ratio, r.Rows[1].Ratio)
	}
	text, table := r.Text(), r.Markdown()
	for _, want := range []string{"SQLite", "12/1.5/0.0", "0.95", "10 (3 left after 60 s)", "50"} {
		if !strings.Contains(text, want) || !strings.Contains(table, want) {
			t.Errorf("%q is missing in\n%s\n%s", want, text, table)
		}
	}
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if len(lines) != 5 || strings.Count(lines[0], "|") != strings.Count(lines[2], "|") {
		t.Errorf("table\n%s", table)
	}
}

func TestReport_tellsOfPeopleAndSpikes(t *testing.T) {
	t.Parallel()
	var r Report
	r.Add(Row{
		Database: "SQLite", Tenants: 1, Clients: 50,
		People: &People{Residents: 40, Filling: Result{ByName: map[string]Latency{Send: {P95: 33 * time.Millisecond}}}, Looking: Result{Errors: 2, Example: "odd"}},
		Spike:  &Spiked{Clients: 50, Rush: Result{Away: 17, Errors: 3}, Recovery: time.Minute},
	})
	for _, want := range []string{"0.0/33/0.0", "17", "not in 60"} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("%q is missing in\n%s", want, r.Text())
		}
	}
	if n, example := r.Rows[0].Errors(); n != 5 || example != "odd" {
		t.Errorf("%d errors, the first %q", n, example)
	}
	for i, line := range strings.Split(ManyText([]Many{{Database: "SQLite", Tenants: 357, Ready: 1500 * time.Millisecond}}, true), "\n") {
		if i == 2 && !strings.Contains(line, "| 357 | 0.0 | 1.50 |") {
			t.Error(line)
		}
	}
}
