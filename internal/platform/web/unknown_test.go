package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/ids"
)

// noted returns what has been recorded since the last time.
func (w *world) noted() []Unknown {
	var list []Unknown
	for {
		select {
		case u := <-w.unknown:
			list = append(list, u)
		default:
			return list
		}
	}
}

func TestUnknown_isRecordedOfWhoIsLoggedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(request{path: "/fail/notfound", who: "kari"})
	w.ask(request{method: http.MethodPost, path: "/fail/notfound", who: "kari"})
	w.get("/api/things/notfound", "Authorization", "Bearer good")
	var routes []string
	for _, u := range w.noted() {
		routes = append(routes, u.Route)
		if !strings.HasPrefix(u.ID, "digest:") || len(u.ID) != 23 || strings.Contains(u.ID, "notfound") || u.Values["kind"] != u.ID || u.Missed != 0 {
			t.Errorf("%+v", u)
		}
	}
	if diff := cmp.Diff([]string{"GET /fail/{kind}", "POST /fail/{kind}", "GET /api/things/{kind}"}, routes); diff != "" {
		t.Error(diff)
	}
	for name, q := range map[string]request{
		"a stranger":                  {path: "/fail/notfound"},
		"a stranger at the API":       {path: "/api/things/notfound"},
		"a page that no route has":    {path: "/nowhere/1", who: "kari"},
		"a route without a parameter": {path: "/mine", who: "kari"},
		"a refusal":                   {path: "/fail/forbidden", who: "kari"},
		"another error":               {path: "/fail/conflict", who: "kari"},
		"another method":              {method: http.MethodDelete, path: "/mine/deep/1", who: "kari"},
	} {
		w.ask(q)
		if got := w.noted(); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if len(w.denied) != 1 {
		t.Errorf("%d refusals", len(w.denied))
	}
}

func TestUnknown_keepsIDsAndHidesTheRest(t *testing.T) {
	t.Parallel()
	u, other := newUnknowns(), newUnknowns()
	id := ids.New()
	if got := u.write(id); got != id {
		t.Errorf("%s became %s", id, got)
	}
	const number = "01820012345"
	got := u.write(number)
	if strings.Contains(got, number) || got != u.write(number) || got == u.write("01820012346") || got == other.write(number) {
		t.Errorf("digest %s", got)
	}
}

// Somebody who tries a thousand addresses is in the log, and does not fill it.
func TestUnknown_doesNotLetTheLogGrow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Limits = Limits{AddressPerSecond: 1e6, PersonBurst: 1e6} })
	scan := func(who string, times int) int {
		for range times {
			w.ask(request{path: "/fail/notfound", who: who})
		}
		return len(w.noted())
	}
	if n := scan("kari", 500); n != unknownBurst {
		t.Errorf("%d of 500 recorded", n)
	}
	if n := scan("per", 3); n != 3 {
		t.Errorf("another person's: %d of 3", n)
	}
	w.Clock.Advance(time.Minute)
	w.ask(request{path: "/fail/notfound", who: "kari"})
	if got := w.noted(); len(got) != 1 || got[0].Missed != 500-unknownBurst {
		t.Errorf("a minute later: %+v", got)
	}
	total := 0
	for i := range 40 {
		total += scan(fmt.Sprint("x", i), unknownBurst)
	}
	if total > tenfold*unknownBurst {
		t.Errorf("%d in one municipality", total)
	}
	if w.ask(request{host: sørli, path: "/fail/notfound", who: "kari"}); len(w.noted()) != 1 {
		t.Error("another municipality's log is closed with it")
	}
}

func TestUnknown_answersThoughTheLogFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Unknown = func(context.Context, Unknown) error { return errors.New(secret) } })
	expect(t, w.ask(request{path: "/fail/notfound", who: "kari"}), http.StatusNotFound)
	if !strings.Contains(w.log.String(), "was not recorded") {
		t.Error("the log says nothing")
	}
	none := newWorld(t, func(d *Deps) { d.Unknown = nil })
	expect(t, none.ask(request{path: "/fail/notfound", who: "kari"}), http.StatusNotFound)
}
