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
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity/pid"
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

func modules() []fs.FS { return []fs.FS{jobs.Migrations(), forms.Migrations(), cases.Migrations()} }

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
			env.Ctx: {perBatch, perBatch, perBatch, 3 * perBatch}, env.Other: {20, 20, 20, 60},
		} {
			var got []int64
			err := env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, table := range []string{"forms_submissions", "cases", "cases_decisions", "cases_entries"} {
					n, err := store.One(ctx, tx, store.Value[int64], "select count(*) from "+table+" where tenant_id = $1", tx.Tenant)
					if err != nil {
						return err
					}
					got = append(got, n)
				}
				n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases c where c.tenant_id = $1 and c.year = $2 and c.status = 'closed'
					and exists (select 1 from cases_words w where w.tenant_id = c.tenant_id and w.case_id = c.id)`, tx.Tenant, oldYear)
				if n != want[0]*9/10 {
					t.Errorf("%d closed cases that a search finds", n)
				}
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
		if n, err := Backlog(t.Context(), env.DB); err != nil || n != 0 {
			t.Errorf("backlog %d, %v", n, err)
		}
	})
}

func TestReport_comparesWithTheEmptyDatabase(t *testing.T) {
	t.Parallel()
	var r Report
	r.Add(Row{Database: "SQLite", Tenants: 1, Clients: 50, Result: Result{PerSec: 200, ByName: map[string]Latency{Register: {P50: 12 * time.Millisecond}}}})
	r.Add(Row{Database: "PostgreSQL", Tenants: 1, Clients: 50, Result: Result{PerSec: 100}})
	r.Add(Row{Database: "SQLite", Tenants: 1, Clients: 50, Preload: 1000, Result: Result{PerSec: 190}, Undone: 3, Drained: time.Minute, Memory: 5e7})
	if r.Rows[2].Ratio != 0.95 || r.Rows[1].Ratio != 0 {
		t.Errorf("ratios %v %v", r.Rows[2].Ratio, r.Rows[1].Ratio)
	}
	text, table := r.Text(), r.Markdown()
	for _, want := range []string{"SQLite", "12/0/0", "0.95", "3 left after 60.0", "50"} {
		if !strings.Contains(text, want) || !strings.Contains(table, want) {
			t.Errorf("%q is missing in\n%s\n%s", want, text, table)
		}
	}
	if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 5 || strings.Count(lines[2], "|") != len(head())+1 {
		t.Errorf("table\n%s", table)
	}
}
