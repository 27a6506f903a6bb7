package apptest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Options says what to start.
type Options struct {
	// Postgres starts on PostgreSQL, under the server's plain role with row-level
	// security; else on SQLite.
	Postgres bool
	// Running starts the background work for real, as a browser test wants it.
	// Without it nothing happens by itself: the test calls Settle.
	Running bool
	// RealTime lets the clock run; browsers' cookies and timers need it.
	RealTime bool
	// History has last year's cases in the demonstration too.
	History bool
	// Map has the land of both towns in their map layers, which takes a while.
	Map bool
	// Reach adds the neighbours that people are reached through: a mail server, an
	// SMS gateway and the contact register, as Harness.Reach.
	Reach bool
	// Carrier takes e-mail in the place of the one of Reach.
	Carrier notify.Carrier
	// Settings are added to the configuration.
	Settings map[string]string
}

// Harness is the product under test.
type Harness struct {
	TB      testing.TB
	App     *app.App
	Demo    *demo.Demo
	Clock   *clock.Fake // nil with RealTime
	Port    string
	Reach   Reach // with Options.Reach
	log     *Log
	down    atomic.Bool // ID-porten
	history bool        // the fuller demonstration
	mapped  bool        // with its land
}

// Start starts the product and ends it with the test.
func Start(tb testing.TB, o Options) *Harness {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	h := &Harness{TB: tb, Port: strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), log: &Log{}, history: o.History, mapped: o.Map}
	ctx := context.WithoutCancel(tb.Context())
	h.App = h.open(ctx, o, cast(tb, o))
	atEnd(tb, func() { h.stop(ctx) })
	h.setUp(ctx)
	if o.Running {
		err = h.App.Start(ctx) // the directory with it
	} else {
		err = h.App.Directory.Start(ctx)
	}
	if err != nil {
		tb.Fatal(err)
	}
	server := &http.Server{Handler: h.App.Handler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() { _ = server.Serve(listener) }() // ends with Close below
	atEnd(tb, func() { _ = server.Close() })
	return h
}

// setUp makes the demonstration, or finds it made.
func (h *Harness) setUp(ctx context.Context) {
	h.TB.Helper()
	if err := h.App.Directory.Refresh(ctx); err != nil {
		h.TB.Fatal(err)
	}
	h.Demo.ShowMail(h.App.Notify)
	if err := h.Demo.Setup(ctx, h.services()); err != nil {
		h.TB.Fatal(err)
	}
}

func (h *Harness) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	h.classed(ctx)
	if err := h.App.Directory.Stop(ctx); err != nil {
		h.TB.Errorf("stop the directory: %v", err)
	}
	if err := h.App.Stop(ctx); err != nil {
		h.TB.Errorf("stop: %v", err)
	}
}

// open puts the product together in the demonstration's world.
func (h *Harness) open(ctx context.Context, o Options, from casting) *app.App {
	h.TB.Helper()
	var base clock.Clock = clock.System{}
	if !o.RealTime {
		h.Clock = clock.NewFake(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
		base = h.Clock
	}
	shown := demo.NewClock(base)
	config, err := app.ReadConfig(h.settings(o, from))
	if err != nil {
		h.TB.Fatal(err)
	}
	bundle, err := texts()
	if err != nil {
		h.TB.Fatal(err)
	}
	parts := app.Parts{
		Log: slog.New(h.log), Clock: shown, Key: from.key, Carrier: o.Carrier, Bundle: bundle,
		World: func(ctx context.Context, a *app.App) (app.World, error) { return h.world(ctx, a, shown, o) },
	}
	if o.Reach {
		if h.Reach.Mail = (&Mailroom{}); o.Carrier == nil {
			parts.Carrier = h.Reach.Mail
		}
	}
	a, err := app.New(ctx, config, parts)
	if err != nil {
		h.TB.Fatal(err)
	}
	return a
}

func (h *Harness) settings(o Options, from casting) map[string]string {
	settings := map[string]string{
		"TORG_DATA": from.folder, "TORG_PUBLIC_URL": "http://localhost:" + h.Port,
		"TORG_ADDRESS_LIMIT": "100000", "TORG_PERSON_LIMIT": "100000",
	}
	if o.Postgres {
		settings["TORG_MIGRATE_URL"], settings["TORG_DATABASE_URL"] = from.ownerURL, from.appURL
	}
	if o.Reach {
		settings["TORG_BOUNCE_TOKEN"], settings["TORG_BOUNCE_ADDRESS"] = bounceToken, bounceSender
	}
	for name, value := range o.Settings {
		settings[name] = value
	}
	return settings
}

func (h *Harness) world(ctx context.Context, a *app.App, shown *demo.Clock, o Options) (app.World, error) {
	day, err := demo.DayOf(ctx, a.DB)
	if err != nil {
		return app.World{}, err
	}
	shared, err := sharedOf(day)
	if err != nil {
		return app.World{}, err
	}
	address := &url.URL{Scheme: "http", Host: "localhost:" + h.Port}
	h.Demo, err = demo.New(demo.Options{
		Address: address, Day: day, Clock: shown, Bundle: a.Bundle, Directory: a.Directory, Log: a.Log, Short: !o.History, Shared: shared,
	})
	if err != nil {
		return app.World{}, err
	}
	w := app.World{
		Register: h.Demo.Register(), Properties: h.Demo.Properties(), Client: h.Demo.Client, HTTP: demo.LocalClient(), Issuer: h.Demo.Issuer(), Portal: h.portal, Banner: demo.Banner(),
	}
	if o.Reach {
		err = h.reach(&w, shown)
	}
	return w, err
}

// portal is the demonstration's, with an ID-porten that can be taken down.
func (h *Harness) portal(host string) (http.Handler, bool) {
	issuer, err := url.Parse(h.Demo.Issuer())
	if err == nil && h.down.Load() && host == issuer.Host {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }), true
	}
	return h.Demo.Portal(host)
}

// SetLoginDown makes ID-porten answer 503 to everything, or serve again.
func (h *Harness) SetLoginDown(down bool) { h.down.Store(down) }

func (h *Harness) services() demo.Services {
	a := h.App
	s := demo.Services{
		DB: a.DB, Keys: a.Keys, Access: a.Roles, Identity: a.Identity, Forms: a.Forms, Cases: a.Cases, Applications: a.Applications,
		Blobs: a.Blobs, Casework: a.Casework, Forecast: a.Forecast, Appeals: h.contested(),
	}
	if h.mapped {
		s.Layers = a.Layers
	}
	if h.mapped && h.history {
		s.Building, s.Neighbours, s.Conference = a.Building, a.Neighbours, a.Conference
	}
	return s
}

// contested is where the demonstration's appeals go, in the fuller one.
func (h *Harness) contested() *appeals.Service {
	if h.history {
		return h.App.Appeals
	}
	return nil
}

// Advance moves the clock and lets the background work catch up.
func (h *Harness) Advance(d time.Duration) {
	h.TB.Helper()
	h.Clock.Advance(d)
	h.Settle()
}

// Settle runs the jobs that are due until none is left.
func (h *Harness) Settle() {
	h.TB.Helper()
	if _, err := h.App.Runner.Drain(context.WithoutCancel(h.TB.Context())); err != nil {
		h.TB.Fatal(err)
	}
}

// In returns a context in a municipality, "torgoy" or "fjordbygda".
func (h *Harness) In(slug string) context.Context {
	h.TB.Helper()
	t, ok := h.App.Directory.BySlugOrNumber(slug)
	if !ok {
		h.TB.Fatalf("no municipality %s", slug)
	}
	ctx := tenant.Bind(h.TB.Context(), t)
	if err := h.App.Keys.Warm(ctx, t.ID); err != nil {
		h.TB.Fatal(err)
	}
	return ctx
}

// As returns a context in which a player of the demonstration acts, in the town
// (0 is Torgøy, 1 Fjordbygda).
func (h *Harness) As(town int, part demo.Part) context.Context {
	h.TB.Helper()
	ctx := h.In(demo.Towns()[town].Slug)
	player, ok := h.Demo.Population().Player(town, part)
	if !ok {
		h.TB.Fatalf("nobody plays %s", part)
	}
	person, err := h.App.Identity.EnsurePerson(ctx, player.Number)
	if err != nil {
		h.TB.Fatal(err)
	}
	actor := identity.Actor{Kind: identity.Resident, PersonID: person.ID, Name: person.Name.Full(), SessionID: "test", ACR: identity.ACRSubstantial}
	err = h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		actor.Grants, err = h.App.Roles.GrantsOf(ctx, tx, person.ID)
		return err
	})
	if err != nil {
		h.TB.Fatal(err)
	}
	if len(actor.Grants) > 0 {
		actor.Kind = identity.Staff
	}
	return identity.With(ctx, actor)
}

// URL is an address in a municipality: h.URL("torgoy", "/my").
func (h *Harness) URL(slug, path string) string {
	return "http://" + slug + ".localhost:" + h.Port + path
}
