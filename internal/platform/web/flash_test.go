package web

import (
	"net/http"
	"strings"
	"testing"
)

func flashOf(t *testing.T, cookies []*http.Cookie) *http.Cookie {
	t.Helper()
	for _, c := range cookies {
		if c.Name == flashCookie {
			return c
		}
	}
	t.Fatalf("no message in %v", cookies)
	return nil
}

func TestFlash_isShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Secure = true })
	set := flashOf(t, w.post("/mine", "kari", nil).Result().Cookies())
	if set.Value != "success:test.saved" || !set.HttpOnly || !set.Secure || set.SameSite != http.SameSiteLaxMode || set.MaxAge != 60 {
		t.Errorf("cookie %+v", set)
	}
	rec := w.ask(request{path: "/mine", who: "kari", header: map[string]string{"Cookie": set.Name + "=" + set.Value, "Accept-Language": "nn"}})
	expect(t, rec, http.StatusOK, "Lagra, skriv vi")
	if gone := flashOf(t, rec.Result().Cookies()); gone.MaxAge != -1 || gone.Value != "" {
		t.Errorf("the message stays: %+v", gone)
	}
	if body := w.ask(request{path: "/mine", who: "kari"}).Body.String(); strings.Contains(body, "Lagret, skriver vi") {
		t.Error("shown without a cookie")
	}
}

func TestFlash_waitsForAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookie := map[string]string{"Cookie": flashCookie + "=success:test.saved"}
	for _, q := range []request{
		{method: http.MethodPost, path: "/fail/invalid", header: cookie},
		{method: http.MethodHead, path: "/open", header: cookie},
		{path: "/silent", header: cookie},
	} {
		if got := w.ask(q).Result().Cookies(); len(got) != 0 {
			t.Errorf("%s %s takes the message: %v", q.method, q.path, got)
		}
	}
}

func TestFlash_showsOnlyTextsOfOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, value := range []string{
		"success:You have won", "success:", ":", "", "success", "success:test.unknown", "test.saved", "unknown:test.saved",
		"<script>alert(1)</script>:test.saved", `x onload=alert(1):test.saved`, "success:<script>alert(1)</script>", "info:../test.saved",
	} {
		rec := w.get("/open", "Cookie", flashCookie+"="+value)
		expect(t, rec, http.StatusOK)
		for _, bad := range []string{"t-flash", "alert(1)", "You have won", "Lagret"} {
			if strings.Contains(rec.Body.String(), bad) {
				t.Errorf("%q puts %q on the page", value, bad)
			}
		}
	}
	expect(t, w.get("/open", "Cookie", flashCookie+"=danger:test.saved"), http.StatusOK, "t-flash", "Lagret, skriver vi")
}
