package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// town answers the pages of a form and of those who look, and turns every so many
// away.
func town(t *testing.T, awayEvery int64) Target {
	t.Helper()
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("torg")
		if n := asked.Add(1); awayEvery > 0 && n%awayEvery == 0 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "later", http.StatusTooManyRequests)
			return
		}
		switch {
		case err != nil || cookie.Value == "":
			http.Error(w, "who?", http.StatusForbidden)
		case r.URL.Path == "/apply/kindergarten-place" && r.PostFormValue("subject") == "child":
			http.Redirect(w, r, "/drafts/d1/pages/family", http.StatusSeeOther)
		case r.URL.Path == "/my/cases/c1/withdraw":
			http.Redirect(w, r, "/my/cases/c1", http.StatusSeeOther)
		case r.URL.Path == "/drafts/d1/submit":
			http.Redirect(w, r, "/my/cases/c1", http.StatusSeeOther)
		case r.Method == http.MethodPost && r.PostFormValue("version") != "7":
			http.Error(w, "which version?", http.StatusConflict)
		case r.Method == http.MethodPost:
			http.Redirect(w, r, "/drafts/d1/summary", http.StatusSeeOther)
		case r.URL.Query().Get("q") != "" && !strings.Contains(r.URL.Query().Get("q"), "nobody"):
			_, _ = w.Write([]byte(`<a href="/work/cases/01a2039e-c5f6-71f8-9655-2f4db2513e18">2026/1</a>`)) // as below
		default:
			_, _ = w.Write([]byte(`<input value="7" type="hidden" name="version">`)) // the client may be gone at the end
		}
	}))
	t.Cleanup(s.Close)
	families, err := Families(0, 3, today())
	if err != nil {
		t.Fatal(err)
	}
	one := Tenant{Host: "by.localhost", Kindergartens: []string{"k"}, Families: families, Worker: "w", Residents: []Resident{{"a", "child"}, {"b", "child"}}}
	two := one
	two.Residents = []Resident{{"c", "child"}}
	return Target{Address: strings.TrimPrefix(s.URL, "http://"), Tenants: []Tenant{one, two}}
}

func TestFill_sendsApplications(t *testing.T) {
	t.Parallel()
	result, err := Fill(t.Context(), town(t, 0), Options{Clients: 3, For: 200 * time.Millisecond, Think: time.Millisecond})
	if err != nil || result.Errors != 0 || result.Cycles == 0 || result.ByName[Send].Count < result.Cycles-3 || result.ByName[Page].Count < 3*result.Cycles {
		t.Errorf("%+v, %v", result, err)
	}
	if _, err := Fill(t.Context(), Target{}, Options{Clients: 3, For: time.Second}); err == nil {
		t.Error("without residents")
	}
}

func TestLook_opensEachPage(t *testing.T) {
	t.Parallel()
	result, err := Look(t.Context(), town(t, 0), Options{Clients: 2, For: 100 * time.Millisecond})
	if err != nil || result.Errors != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	for _, name := range Looking() {
		if result.ByName[name].Count == 0 {
			t.Errorf("no %s", name)
		}
	}
}

func TestLook_mustFindTheCase(t *testing.T) {
	t.Parallel()
	target := town(t, 0)
	for i := range target.Tenants {
		target.Tenants[i].Families = []Family{{Child: Person{Given: "nobody"}}}
	}
	if result, err := Look(t.Context(), target, Options{Clients: 1, For: 50 * time.Millisecond}); err != nil || result.Errors == 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestFronts_opensEachOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(s.Close)
	l, err := Fronts(t.Context(), Target{Address: strings.TrimPrefix(s.URL, "http://"), Tenants: []Tenant{{Host: "a"}, {Host: "b"}}})
	if err != nil || l.Count != 2 || asked.Load() != 2 {
		t.Errorf("%+v after %d requests, %v", l, asked.Load(), err)
	}
}

func TestAway_isNoErrorAndWaits(t *testing.T) {
	t.Parallel()
	result, err := Look(t.Context(), town(t, 2), Options{Clients: 2, For: 300 * time.Millisecond})
	if err != nil || result.Errors != 0 || result.Away == 0 || result.Away > 4 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestAway_asksTheSameAgain(t *testing.T) {
	t.Parallel()
	// Every sixth request is turned away; all eleven of an application are answered even so.
	result, err := Fill(t.Context(), town(t, 6), Options{Clients: 1, For: 4 * time.Second})
	if err != nil || result.Errors != 0 || result.Away == 0 || result.Cycles == 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestSpike_recoversWhenTheRushIsOver(t *testing.T) {
	t.Parallel()
	target, _ := server(t, 0)
	s, err := Spike(t.Context(), target, Options{Clients: 2, For: 300 * time.Millisecond}, "x")
	if err != nil || !s.Recovered || s.Recovery < window || s.Rush.Cycles <= s.Calm.Cycles || s.Calm.Errors+s.Rush.Errors != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
