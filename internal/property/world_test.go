package property_test

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/property"
)

// torgoy is the drawn town, made once for all tests.
var torgoy = sync.OnceValues(func() (*land.Land, error) {
	town, err := land.TownOf("torgoy")
	if err != nil {
		return nil, err
	}
	return land.Draw(town, land.Seed, nil)
})

func townOf(t *testing.T) *land.Land {
	t.Helper()
	l, err := torgoy()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func words(t *testing.T) *i18n.Bundle {
	t.Helper()
	b := i18n.New()
	for name, files := range map[string]fs.FS{"property": property.Messages(), "layers": layers.Messages(), "geo_file": exchange.Messages()} {
		if err := b.Load(name, files); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// world is the service over layers in which the town lies, or nothing.
type world struct {
	*property.Service

	t      *testing.T
	env    storetest.Env
	layers *layers.Service
	words  *i18n.Bundle
	land   *land.Land
	ctx    context.Context // anybody's, in bokmål
}

// each runs a test on both databases, with nothing on the map.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, []fs.FS{layers.Migrations(), audit.Migrations(), jobs.Migrations()}, func(t *testing.T, env storetest.Env) {
		a, err := access.New(slog.New(slog.DiscardHandler), layers.Rules(), property.Rules())
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, env: env, words: words(t), land: townOf(t), layers: layers.NewService(env.DB, a, layers.Options{})}
		w.Service = property.NewService(property.Deps{DB: env.DB, Access: a, Layers: w.layers})
		w.ctx = w.in(i18n.NB)
		test(t, w)
	})
}

// charted is each with the town on the map.
func charted(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		w.chart(land.Layers(), nil)
		test(t, w)
	})
}

// in is anybody who reads a language.
func (w *world) in(lang i18n.Lang) context.Context {
	ctx := tenant.Bind(w.env.Ctx, tenant.Tenant{ID: storetest.TenantA, Number: w.land.Town.Number, Settings: map[string]string{layers.SettingSystem: strconv.Itoa(crs.UTM32)}})
	return i18n.With(identity.With(ctx, identity.Actor{Kind: identity.Anonymous}), w.words.For(lang))
}

func (w *world) torg() context.Context { return identity.AsSystem(w.ctx, "test") }

// chart brings layers of the town in; change may alter a feature, or leave it out.
func (w *world) chart(names []string, change func(land.Feature) (land.Feature, bool)) {
	w.t.Helper()
	var targets []layers.Target
	wanted := map[string]bool{}
	for _, name := range names {
		l, known := layers.Standard(w.words, name)
		if !known {
			w.t.Fatalf("no layer %s", name)
		}
		l.EPSG, l.Attribution, l.Licence = crs.UTM32, "Kartverket", "CC BY 4.0"
		targets, wanted[name] = append(targets, layers.Target{Layer: l, Optional: true}), true
	}
	next, stop := iter.Pull(w.land.Features())
	defer stop()
	w.put(targets, func() (layers.Incoming, bool) {
		for {
			f, more := next()
			if !more {
				return layers.Incoming{}, false
			}
			kept := wanted[f.Layer]
			if kept && change != nil {
				f, kept = change(f)
			}
			if kept {
				return incoming(f), true
			}
		}
	})
}

func incoming(f land.Feature) layers.Incoming {
	properties := make(map[string]any, len(f.Properties))
	for name, v := range f.Properties {
		if n, is := v.(int); is {
			v = int64(n)
		}
		properties[name] = v
	}
	out := layers.Incoming{Layer: f.Layer, EPSG: crs.UTM32, Feature: layers.Feature{ID: f.ID, Geometry: f.Geometry, Properties: properties}}
	if !f.From.IsZero() {
		out.Feature.From = f.From.Start()
	}
	if !f.To.IsZero() {
		out.Feature.To = f.To.Start()
	}
	return out
}

// put imports all that next gives.
func (w *world) put(targets []layers.Target, next func() (layers.Incoming, bool)) {
	w.t.Helper()
	result, err := w.layers.Import(w.torg(), layers.Import{Layers: targets, Source: source(next), Whole: true, Anywhere: true, File: "test"})
	if err != nil {
		w.t.Fatalf("import: %v, %+v", err, result.Report.Problems)
	}
}

type source func() (layers.Incoming, bool)

// Next implements layers.Source.
func (s source) Next() (layers.Incoming, error) {
	f, more := s()
	if !more {
		return f, io.EOF
	}
	return f, nil
}

// sketch brings a few features into layers that stand for a whole map.
func (w *world) sketch(features ...layers.Incoming) {
	w.t.Helper()
	var targets []layers.Target
	seen := map[string]bool{}
	for _, f := range features {
		if l, known := layers.Standard(w.words, f.Layer); !seen[f.Layer] {
			if !known {
				w.t.Fatalf("no layer %s", f.Layer)
			}
			l.EPSG = crs.UTM32
			targets, seen[f.Layer] = append(targets, layers.Target{Layer: l}), true
		}
	}
	i := 0
	w.put(targets, func() (layers.Incoming, bool) {
		if i == len(features) {
			return layers.Incoming{}, false
		}
		i++
		return features[i-1], true
	})
}

// at is where sketches lie.
var corner = orb.Point{343_000, 6_396_000}

// box is a piece of ground beside the corner, in metres.
func box(x, y, wide, high float64) orb.Polygon {
	x, y = x+corner[0], y+corner[1]
	return orb.Polygon{{{x, y}, {x + wide, y}, {x + wide, y + high}, {x, y + high}, {x, y}}}
}

func feature(layer, id string, g orb.Geometry, properties map[string]any) layers.Incoming {
	return layers.Incoming{Layer: layer, EPSG: crs.UTM32, Feature: layers.Feature{ID: id, Geometry: g, Properties: properties}}
}

// plot is a property of a sketch.
func plot(number int, use string, ground orb.Polygon) layers.Incoming {
	return feature("properties", "p"+strconv.Itoa(number), ground, map[string]any{
		"gnr": int64(1), "bnr": int64(number), "fnr": int64(0), "number": "1/" + strconv.Itoa(number), "use": use, "area": 0.0, "name": "", "address": "",
	})
}

// read runs a function in a transaction that anybody reads in.
func (w *world) read(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) {
	w.t.Helper()
	if err := w.env.DB.Read(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) property(ref property.Ref) (p property.Property) {
	w.t.Helper()
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = w.ByRef(ctx, tx, ref)
		return err
	})
	return p
}

func (w *world) facts(ctx context.Context, ref property.Ref) (f property.Facts) {
	w.t.Helper()
	p := w.property(ref)
	w.read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		f, err = w.FactsOf(ctx, tx, p)
		return err
	})
	return f
}

func (w *world) search(text string, limit int) (hits []property.Hit) {
	w.t.Helper()
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		hits, err = w.Search(ctx, tx, text, limit)
		return err
	})
	return hits
}
