package apptest_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// TestSession_warnsAndComesBackToTheDraft lets a log-in run out beneath a form
// (WCAG 2.2, 2.2.1): the page warns, one may stay, and one who did not comes back
// to what she wrote.
func TestSession_warnsAndComesBackToTheDraft(t *testing.T) {
	t.Parallel()
	h, d := running(t), definition(t)
	v := visit(t, h, places()["nb"])
	v.Prefer("prefers-reduced-motion", "reduce") // colours are what they are at once
	v.begin()
	v.Fill(v.label(d, "email"), eMail)
	v.saved()
	page := strings.TrimPrefix(v.URL(), h.URL("torgoy", ""))

	v.endsIn(90 * time.Second)
	v.open(page)
	v.WaitFor("dialog", v.say("ui.session.title"))
	v.Axe(t)
	v.press("ui.session.stay")
	v.WaitGone(v.say("ui.session.text"))

	v.endsIn(3 * time.Second)
	v.open(page)
	v.WaitFor("dialog", v.say("ui.session.over_title"))
	v.Axe(t)
	v.follow("ui.login")
	v.WaitGone(v.say("ui.session.over_title")) // ID-porten still knows her
	v.WaitURL(page)
	if got := v.Value(v.label(d, "email")); got != eMail {
		t.Errorf("the draft holds %q", got)
	}
}

// endsIn moves the end of all log-ins of the municipality.
func (v *visitor) endsIn(left time.Duration) {
	v.t.Helper()
	err := v.h.App.DB.Write(v.h.In(v.slug()), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `update identity_sessions set expires_at = $1, last_seen_at = $2 where tenant_id = $3 and ended_at is null`,
			store.At(tx.Now.Add(left)), tx.Now, tx.Tenant)
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
}

// TestOffline_showsAPageOfItsOwn takes the server away from a visitor who has
// been here before.
func TestOffline_showsAPageOfItsOwn(t *testing.T) {
	t.Parallel()
	h := running(t)
	port, stop := doorTo(t, h.Port)
	for _, at := range places() {
		v := visit(t, h, at)
		home := "http://" + v.slug() + ".localhost:" + port + "/"
		v.Goto(home)
		v.WaitText(v.say("applications.front.title"))
		v.waitWorker()
		defer func() {
			v.AllowProblem("ERR_CONNECTION_REFUSED")
			v.AllowProblem("Failed to load resource")
			v.Goto(home + "my")
			v.WaitFor("heading", v.say("ui.offline.title"))
			v.NoHorizontalScroll(t)
			v.Axe(t)
		}()
	}
	stop()
}

// waitWorker waits until the service worker is in charge of the page.
func (v *visitor) waitWorker() {
	v.t.Helper()
	for range 100 {
		var there bool
		v.eval(`navigator.serviceWorker.controller?.state === "activated"`, &there)
		if there {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatal("no service worker took charge")
}

// doorTo is another way to the product, which can be shut.
func doorTo(t *testing.T, target string) (port string, shut func()) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "127.0.0.1:" + target})
		r.Out.Host = r.In.Host
	}}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends when it is shut
	t.Cleanup(func() { _ = server.Close() })
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), func() { _ = server.Close() }
}
