package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func narrow(d *Deps) {
	d.Limits = Limits{AddressPerSecond: 1, AddressBurst: 3, PersonPerSecond: 0.5, PersonBurst: 2}
}

func TestLimits_holdAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	for range 3 {
		expect(t, w.get("/open"), http.StatusOK)
	}
	rec := w.get("/open", "Accept-Language", "en")
	expect(t, rec, http.StatusTooManyRequests, "Please wait a little", "You have tried too many times")
	if got := rec.Header().Get("Retry-After"); got != "1" {
		t.Errorf("try again in %q", got)
	}
	expect(t, w.ask(request{host: sørli, path: "/open"}), http.StatusTooManyRequests) // the same address elsewhere
	expect(t, w.get("/open", "Address", "203.0.113.9:1"), http.StatusOK)              // another address
	expect(t, w.get("/sw.js"), http.StatusOK)                                         // what costs nothing
	w.Clock.Advance(999 * time.Millisecond)
	expect(t, w.get("/open"), http.StatusTooManyRequests)
	w.Clock.Advance(time.Millisecond)
	expect(t, w.get("/open"), http.StatusOK)
	expect(t, w.get("/open"), http.StatusTooManyRequests)
	w.Clock.Advance(time.Hour)
	for range 3 {
		expect(t, w.get("/open"), http.StatusOK)
	}
	expect(t, w.get("/open"), http.StatusTooManyRequests)
}

func TestLimits_holdAPersonWhereverSheIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	n := 0
	ask := func(who, host string) int {
		n++
		return w.ask(request{host: host, path: "/mine", who: who, header: map[string]string{"Address": fmt.Sprintf("203.0.113.%d:1", n)}}).Code
	}
	got := []int{ask("kari", ""), ask("kari", ""), ask("kari", ""), ask("ola", ""), ask("kari", sørli)}
	if diff := cmp.Diff([]int{200, 200, 429, 200, 200}, got); diff != "" {
		t.Error(diff)
	}
	rec := w.ask(request{path: "/mine", who: "kari", header: map[string]string{"Address": "198.51.100.1:1"}})
	if rec.Header().Get("Retry-After") != "2" {
		t.Errorf("try again in %q", rec.Header().Get("Retry-After"))
	}
	w.Clock.Advance(2 * time.Second)
	if code := ask("kari", ""); code != http.StatusOK {
		t.Errorf("after the wait: %d", code)
	}
}

// Whoever moves a map asks for dozens of pieces at once. They have a limit of their own,
// and leave the pages alone.
func TestLimits_countPiecesOfMapsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	w.Routes("test").Pieces("/open")
	for range piecesFold * 3 {
		expect(t, w.get("/open"), http.StatusOK)
	}
	expect(t, w.get("/open"), http.StatusTooManyRequests)
	for n := range 2 {
		rec := w.ask(request{path: "/mine", who: "kari"})
		if rec.Code != http.StatusOK {
			t.Errorf("page %d after many pieces: %d", n, rec.Code)
		}
	}
	for range 3 { // the person's two pages are used up, her pieces are not
		rec := w.ask(request{path: "/open", who: "kari", header: map[string]string{"Address": "203.0.113.7:1"}})
		expect(t, rec, http.StatusOK)
	}
	w.Clock.Advance(time.Second)
	for range piecesFold {
		expect(t, w.get("/open"), http.StatusOK)
	}
	expect(t, w.get("/open"), http.StatusTooManyRequests)
}

func TestLimits_holdATokenAndAnswerWithAProblem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	ask := func(n int) (int, string) {
		rec := w.get("/api/things/x", "Authorization", "Bearer good", "Address", fmt.Sprintf("203.0.113.%d:1", n))
		return rec.Code, rec.Header().Get("Retry-After") + " " + rec.Header().Get("Content-Type")
	}
	for n := range 2 {
		if code, _ := ask(n); code != http.StatusOK {
			t.Errorf("call %d: %d", n, code)
		}
	}
	if code, header := ask(2); code != http.StatusTooManyRequests || header != "2 application/problem+json" {
		t.Errorf("too many: %d %s", code, header)
	}
	for range 3 {
		w.get("/api/openapi.json")
	}
	rec := w.get("/api/openapi.json")
	if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Content-Type") != "application/problem+json" || rec.Header().Get("Retry-After") != "1" {
		t.Errorf("an address: %d %v", rec.Code, rec.Header())
	}
}

func TestLimits_haveDefaults(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(storetest.Start())
	for _, tt := range []struct{ given, want Limits }{
		{Limits{}, Limits{100, 400, 20, 100}},
		{Limits{AddressPerSecond: 10}, Limits{10, 40, 20, 100}},
		{Limits{PersonPerSecond: 0.1}, Limits{100, 400, 0.1, 1}},
		{Limits{AddressBurst: 7, PersonBurst: 8}, Limits{100, 7, 20, 8}},
		{Limits{-1, -1, -1, -1}, Limits{100, 400, 20, 100}},
	} {
		if got := newLimiter(tt.given, fake).limits; got != tt.want {
			t.Errorf("%+v: %+v, want %+v", tt.given, got, tt.want)
		}
	}
}

func TestLimiter_forgetsThoseWhoAreQuiet(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(storetest.Start())
	l := newLimiter(Limits{AddressPerSecond: 1, AddressBurst: 2}, fake)
	for n := range maxBuckets / 2 {
		l.address(fmt.Sprint("quiet", n))
	}
	fake.Advance(time.Second)
	for n := range maxBuckets / 2 {
		l.address(fmt.Sprint("busy", n))
	}
	l.address("busy0")
	l.address("one more")
	if got := len(l.byKey); got != maxBuckets/2+1 {
		t.Errorf("remembers %d", got)
	}
	if _, ok := l.address("busy0"); ok {
		t.Error("the busy are forgotten with the quiet")
	}
}

func TestLimiter_neverRemembersTooMany(t *testing.T) {
	t.Parallel()
	l := newLimiter(Limits{AddressPerSecond: 1, AddressBurst: 2}, clock.NewFake(storetest.Start()))
	for n := range maxBuckets + 10 {
		if _, ok := l.address(fmt.Sprint(n)); !ok {
			t.Fatalf("the stranger %d is refused", n)
		}
	}
	if got := len(l.byKey); got > maxBuckets {
		t.Errorf("remembers %d", got)
	}
}

func TestAddress_believesOnlyTrustedProxies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) {
		d.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	})
	for name, tt := range map[string]struct{ remote, forwarded, want string }{
		"straight":                            {"203.0.113.7:5000", "", "203.0.113.7"},
		"straight with an invented address":   {"203.0.113.7:5000", "198.51.100.1", "203.0.113.7"},
		"straight with an invented proxy":     {"203.0.113.7:5000", "198.51.100.1, 10.0.0.1", "203.0.113.7"},
		"through a proxy":                     {"10.0.0.1:5000", "198.51.100.1", "198.51.100.1"},
		"through a proxy that says nothing":   {"10.0.0.1:5000", "", "10.0.0.1"},
		"through two":                         {"10.0.0.1:5000", "198.51.100.1, 10.2.3.4", "198.51.100.1"},
		"invented before the proxy's own":     {"10.0.0.1:5000", "1.2.3.4, 198.51.100.1", "198.51.100.1"},
		"invented trusted address":            {"10.0.0.1:5000", "10.9.9.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		"all trusted":                         {"10.0.0.1:5000", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
		"garbage from the visitor":            {"10.0.0.1:5000", "<script>, 198.51.100.1", "198.51.100.1"},
		"garbage from the proxy":              {"10.0.0.1:5000", "198.51.100.1, nonsense", "10.0.0.1"},
		"with a port":                         {"10.0.0.1:5000", "198.51.100.1:4711", "198.51.100.1"},
		"IPv6 network":                        {"[2001:db8:1:2:3:4:5:6]:5000", "", "2001:db8:1:2::/64"},
		"IPv6 through a proxy":                {"[fd00::1]:5000", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
		"IPv6 with a port":                    {"[fd00::1]:5000", "[2001:db8::1]:4711", "2001:db8::/64"},
		"IPv6 in brackets":                    {"[fd00::1]:5000", "[2001:db8::1]", "2001:db8::/64"},
		"IPv6 proxy with a zone":              {"[fd00::1%eth0]:5000", "198.51.100.1", "198.51.100.1"},
		"IPv4 as IPv6":                        {"[::ffff:203.0.113.7]:5000", "", "203.0.113.7"},
		"IPv4 proxy as IPv6":                  {"[::ffff:10.0.0.1]:5000", "198.51.100.1", "198.51.100.1"},
		"no port":                             {"203.0.113.7", "", "203.0.113.7"},
		"no address, as on a socket of files": {"@", "198.51.100.1", "@"},
	} {
		header := map[string]string{"Address": tt.remote}
		if tt.forwarded != "" {
			header["X-Forwarded-For"] = tt.forwarded
		}
		if got := w.ask(request{path: "/address", header: header}).Body.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	r := request{path: "/address", header: map[string]string{"Address": "10.0.0.1:1"}}.make()
	r.Header["X-Forwarded-For"] = []string{"1.2.3.4", "198.51.100.1, 10.0.0.2"} // two lines are one list
	if got := w.address(r); got != "198.51.100.1" {
		t.Errorf("two lines: %q", got)
	}
}

func TestLimits_countAHouseholdAsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	ask := func(address string) int { return w.get("/open", "Address", "["+address+"]:1").Code }
	got := []int{ask("2001:db8:1:2::1"), ask("2001:db8:1:2:ffff::2"), ask("2001:db8:1:2:abcd::3"), ask("2001:db8:1:2::4"), ask("2001:db8:1:3::1")}
	if diff := cmp.Diff([]int{200, 200, 200, 429, 200}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLimits_cannotBeEscapedByInventedAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, narrow)
	refused := 0
	for n := range 10 {
		rec := w.get("/open", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", n))
		if rec.Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 7 {
		t.Errorf("%d of 10 refused", refused)
	}
	if strings.Contains(w.log.String(), "198.51.100") || strings.Contains(w.log.String(), "192.0.2.1") {
		t.Error("addresses are in the log")
	}
}
