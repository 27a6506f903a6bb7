package ogc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// The municipality of the tests, its host and one more that every program finds, and a
// corner of it in EPSG:25832.
const (
	host        = "torgby.localhost"
	spare       = "localhost"
	east, north = 500_000.0, 6_500_000.0
)

// world is a municipality with a few layers:
//
//   - parcels: 250 squares of 10 m, in a row eastwards, that are public
//   - plans: two versions of one plan, and one in force
//   - pipes: a line that is not public
//   - empty: a public layer of nothing
type world struct {
	storetest.Env

	t       testing.TB
	layers  *layers.Service
	service *Service
	site    *web.Site
}

func modules() []fs.FS {
	return []fs.FS{tenant.Migrations(), audit.Migrations(), jobs.Migrations(), layers.Migrations()}
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, newWorld(t, env)) })
}

// one is a world on the quicker database, for what does not depend on it.
func one(tb testing.TB) *world {
	tb.Helper()
	return newWorld(tb, storetest.SQLite(tb, modules()...))
}

func newWorld(tb testing.TB, env storetest.Env) *world {
	tb.Helper()
	w := &world{Env: env, t: tb}
	rules, err := access.New(slog.New(slog.DiscardHandler), layers.Rules())
	w.ok(err)
	added, err := tenant.NewService(env.DB).Add(tb.Context(), tenant.New{
		Number: "9903", Slug: "torgby", Name: i18n.Same("Torgby"), Form: tenant.Bokmaal, Color: "#1d4f91", Hosts: []string{host, spare},
	})
	w.ok(err)
	w.Ctx = identity.With(tenant.Bind(tb.Context(), added), identity.Actor{Kind: identity.System, SystemName: "test"})
	directory := tenant.NewDirectory(env.DB, slog.New(slog.DiscardHandler))
	w.ok(directory.Refresh(tb.Context()))
	w.layers = layers.NewService(env.DB, rules, layers.Options{})
	w.service = New(Deps{Layers: w.layers, Clock: env.Clock})
	w.site = web.New(web.Deps{
		Log: slog.New(slog.DiscardHandler), Clock: env.Clock, Bundle: bundle(tb), Directory: directory, Access: rules,
		Session: session, Token: token,
		Limits: web.Limits{AddressPerSecond: 1e6, AddressBurst: 1e6, PersonPerSecond: 1e6, PersonBurst: 1e6},
	})
	w.service.Routes(w.site.Routes(Name))
	w.fill()
	return w
}

func bundle(tb testing.TB) *i18n.Bundle {
	tb.Helper()
	b := i18n.New()
	for name, files := range map[string]fs.FS{
		Name: Messages(), layers.Name: layers.Messages(), "web": web.Messages(), "ui": ui.Messages(), "access": access.Messages(), "tenant": tenant.Messages(),
	} {
		if err := b.Load(name, files); err != nil {
			tb.Fatal(err)
		}
	}
	return b
}

// session knows one case worker, by a cookie.
func session(_ context.Context, r *http.Request) (web.Session, error) {
	actor := identity.Actor{Kind: identity.Anonymous}
	if c, err := r.Cookie("who"); err == nil {
		actor = identity.Actor{Kind: identity.Staff, PersonID: c.Value, Name: "Ola", Grants: []identity.Grant{{Role: "case_worker"}}}
	}
	return web.Session{Actor: actor}, nil
}

// token knows two secrets: of a machine that may read layers, and of one that may not.
func token(ctx context.Context, secret string) (context.Context, error) {
	actor := identity.Actor{Kind: identity.Token, TokenID: secret, Grants: []identity.Grant{{Role: "case_worker"}}}
	switch secret {
	case "reader":
		return access.WithLimits(identity.With(ctx, actor), secret, []access.Permission{layers.PermRead}), nil
	case "other":
		return access.WithLimits(identity.With(ctx, actor), secret, []access.Permission{layers.PermWrite}), nil
	default:
		return nil, errs.Login()
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// source gives features that are in memory.
type source struct {
	list []layers.Feature
	epsg int
}

// Next implements layers.Source.
func (s *source) Next() (layers.Incoming, error) {
	if len(s.list) == 0 {
		return layers.Incoming{}, io.EOF
	}
	f := s.list[0]
	s.list = s.list[1:]
	return layers.Incoming{EPSG: s.epsg, Feature: f}, nil
}

// bring makes a layer of features.
func (w *world) bring(l layers.Layer, list ...layers.Feature) {
	w.t.Helper()
	l.Kind = layers.Features
	if l.Title == nil {
		l.Title = i18n.Text{i18n.NB: "Lag " + l.Name, i18n.NN: "Lag " + l.Name, i18n.EN: "Layer " + l.Name}
	}
	if l.MaxZoom == 0 {
		l.MaxZoom = 20
	}
	if l.EPSG == 0 {
		l.EPSG = crs.UTM32
	}
	result, err := w.layers.Import(w.Ctx, layers.Import{
		Layers: []layers.Target{{Layer: l, Change: true}}, Source: &source{list, l.EPSG}, Anywhere: true, File: "test", Digest: "00",
	})
	if err != nil {
		w.t.Fatalf("%s: %v: %+v", l.Name, err, result.Report)
	}
	w.layers.Moved(store.TenantOf(w.Ctx))
}

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

// parcels are squares in a row, numbered from 1, with every tenth for sale.
func parcels(n int) []layers.Feature {
	list := make([]layers.Feature, n)
	for i := range list {
		list[i] = layers.Feature{
			ID: fmt.Sprintf("p%04d", i+1), Geometry: square(east+float64(i)*10, north, 10),
			Properties: map[string]any{"number": int64(i + 1), "name": fmt.Sprintf("Tomt nr. %d på Å", i+1), "area": 100.5, "sale": i%10 == 0},
		}
	}
	return list
}

func (w *world) fill() {
	w.t.Helper()
	w.bring(layers.Layer{
		Name: "parcels", Public: true, Geometry: "polygon", Tags: []string{"name", "number"}, Attribution: "© Torgby <kommune>", Licence: "NLOD 2.0", LicenceURL: "https://data.norge.no/nlod/no/2.0",
		About: i18n.Text{i18n.NB: "Alle tomtene.", i18n.NN: "Alle tomtene.", i18n.EN: "All the plots."},
	}, parcels(250)...)
	w.bring(layers.Layer{Name: "plans", Public: true, Geometry: "polygon"},
		layers.Feature{ID: "old", Geometry: square(east, north, 500), Properties: map[string]any{"name": "Gammel"}, From: at(2000, 1, 1), To: at(2010, 1, 1)},
		layers.Feature{ID: "new", Geometry: square(east, north, 500), Properties: map[string]any{"name": "Ny"}, From: at(2010, 1, 1)},
	)
	w.bring(layers.Layer{Name: "pipes", Geometry: "line"},
		layers.Feature{ID: "v1", Geometry: orb.LineString{{east, north}, {east + 80, north + 5}}, Properties: map[string]any{"kind": "water"}})
}

func at(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// reply is an answer as it came.
type reply struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   []byte
}

// get asks as a program does that says nothing of itself; headers are pairs.
func (w *world) get(path string, headers ...string) reply {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://"+host+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "who" {
			r.AddCookie(&http.Cookie{Name: "who", Value: headers[i+1]})
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	return reply{w.t, rec.Code, rec.Header(), rec.Body.Bytes()}
}

// page asks as a browser does.
func (w *world) page(path, lang string, headers ...string) string {
	w.t.Helper()
	p := w.get(path, append([]string{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Cookie", "torg_lang=" + lang}, headers...)...)
	if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		w.t.Fatalf("%s: %d %s: %.500s", path, p.Status, p.Header.Get("Content-Type"), p.Body)
	}
	return string(p.Body)
}

// is makes sure of the status.
func (p reply) is(status int) reply {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("status %d, want %d: %.1000s", p.Status, status, p.Body)
	}
	return p
}

// json reads the body.
func (p reply) json(into any) {
	p.t.Helper()
	if err := json.Unmarshal(p.Body, into); err != nil {
		p.t.Fatalf("%v: %.1000s", err, p.Body)
	}
}

// list is a page of features as a program reads it.
type list struct {
	Type           string    `json:"type"`
	TimeStamp      time.Time `json:"timeStamp"`
	NumberMatched  *int      `json:"numberMatched"`
	NumberReturned int       `json:"numberReturned"`
	Links          []Link    `json:"links"`
	Features       []struct {
		Type       string         `json:"type"`
		ID         string         `json:"id"`
		Properties map[string]any `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

func (w *world) list(path string, headers ...string) list {
	w.t.Helper()
	var l list
	w.get(path, headers...).is(http.StatusOK).json(&l)
	return l
}

func (l list) ids() (ids []string) {
	for _, f := range l.Features {
		ids = append(ids, f.ID)
	}
	return ids
}

// link is the address of a relation, without the host; "" when there is none.
func link(links []Link, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return strings.TrimPrefix(l.Href, "http://"+host)
		}
	}
	return ""
}

// problem is what is told of an error.
type problem struct {
	Title, Detail, Code string
	Status              int
}

// refused makes sure that a question is refused for the reason, in words.
func (w *world) refused(path string, status int, code string, headers ...string) problem {
	w.t.Helper()
	p := w.get(path, headers...)
	var told problem
	if p.Status != status || p.Header.Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s: %d %s, want %d: %.300s", path, p.Status, p.Header.Get("Content-Type"), status, p.Body)
		return told
	}
	p.json(&told)
	if told.Code != code || told.Detail == "" || strings.Contains(told.Detail, "[") || strings.Contains(told.Detail, "<no value>") {
		w.t.Errorf("%s: %+v, want %s", path, told, code)
	}
	if p.Header.Get("Cache-Control") != "private, no-store" || p.Header.Get("ETag") != "" {
		w.t.Errorf("%s: an error may be kept: %v", path, p.Header)
	}
	return told
}

// layerOf is a public layer of areas.
func layerOf(name string) layers.Layer {
	return layers.Layer{Name: name, Public: true, Geometry: "polygon"}
}
