package layers

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// world is a service on a fresh database; its context is Torg's own.
type world struct {
	storetest.Env
	*Service

	t    *testing.T
	rows map[string]int64
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, []fs.FS{Migrations(), audit.Migrations(), jobs.Migrations()}, func(t *testing.T, env storetest.Env) {
		a, err := access.New(slog.New(slog.DiscardHandler), Rules())
		if err != nil {
			t.Fatal(err)
		}
		env.Ctx = identity.With(env.Ctx, identity.Actor{Kind: identity.System, SystemName: "test"})
		env.Other = identity.With(env.Other, identity.Actor{Kind: identity.System, SystemName: "test"})
		test(t, &world{Env: env, Service: NewService(env.DB, a, Options{}), t: t, rows: map[string]int64{}})
	})
}

func anybody(ctx context.Context) context.Context {
	return identity.With(ctx, identity.Actor{Kind: identity.Anonymous})
}

func layer(name string) Layer {
	return Layer{
		Name: name, Title: i18n.Text{i18n.NB: name}, Kind: Features, Public: true, EPSG: crs.UTM32, MaxZoom: 22, Tags: []string{"name", "id"},
		Fields: []Field{{"name", cql2.Text}, {"size", cql2.Number}, {"open", cql2.Bool}},
	}
}

// place is a feature with a name.
func place(id string, g orb.Geometry) Feature {
	return Feature{ID: id, Geometry: g, Properties: map[string]any{"name": "place " + id, "size": 2.5, "open": true}}
}

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// put moves a layer on to a next generation in which these features are new and
// those of the ids are gone or replaced.
func (w *world) put(ctx context.Context, l Layer, gone []string, features ...Feature) Change {
	w.t.Helper()
	var c Change
	w.write(ctx, func(ctx context.Context, tx *store.Tx) error {
		old, found, err := layerByName(ctx, tx, l.Name)
		if err != nil {
			return err
		}
		l.Extent = nowhere()
		if found {
			l.Generation, l.Count, l.Extent = old.Generation, old.Count, old.Extent
		}
		c = Change{Layer: l.Name, From: l.Generation, To: l.Generation + 1}
		l.Generation = c.To
		for _, id := range gone {
			n, err := tx.Exec(ctx, `update geo_features set ended = $1 where tenant_id = $2 and layer = $3 and id = $4 and ended is null`, c.To, tx.Tenant, l.Name, id)
			if err != nil {
				return err
			}
			l.Count -= n
		}
		last := w.rows[tx.Tenant+l.Name]
		for _, f := range features {
			last++
			if err := insert(ctx, tx, l, f, last); err != nil {
				return err
			}
			if l.Count++; f.Geometry != nil {
				if l.Extent.Max[0] < l.Extent.Min[0] {
					l.Extent = f.Geometry.Bound()
				}
				l.Extent = l.Extent.Union(f.Geometry.Bound())
			}
		}
		w.rows[tx.Tenant+l.Name] = last
		if _, err := tx.Exec(ctx, `insert into geo_generations (tenant_id, layer, generation, at, part, source, source_digest, added, changed, removed, kept, notes)
			values ($1, $2, $3, $4, '', 'test', '', 0, 0, 0, 0, '')`, tx.Tenant, l.Name, l.Generation, tx.Now); err != nil {
			return err
		}
		if err := saveLayer(ctx, tx, l, last); err != nil {
			return err
		}
		return w.tell(ctx, tx, c)
	})
	w.Moved(store.TenantOf(ctx))
	return c
}

func insert(ctx context.Context, tx *store.Tx, l Layer, f Feature, number int64) error {
	properties, err := EncodeProperties(f.Properties)
	if err != nil {
		return err
	}
	var wkb any
	if f.Geometry != nil {
		wkb = shape.AppendWKB(nil, f.Geometry)
	}
	_, err = tx.Exec(ctx, `insert into geo_features (tenant_id, layer, row_number, id, part, kind, since, ended, valid_from, valid_to, digest, geometry, properties)
		values ($1, $2, $3, $4, $5, $6, $7, null, $8, $9, $10, $11, $12)`,
		tx.Tenant, l.Name, number, f.ID, f.Part, f.Type, l.Generation, store.At(f.From), store.At(f.To), []byte(f.ID), wkb, properties)
	return err
}

func (w *world) write(ctx context.Context, fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(ctx context.Context, fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	if err := w.DB.Read(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// find asks and gives the ids, in order.
func (w *world) find(ctx context.Context, q Query) ([]string, Page) {
	w.t.Helper()
	p, err := w.Find(ctx, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return names(p.Features), p
}

func names(list []Feature) []string {
	var ids []string
	for _, f := range list {
		ids = append(ids, f.ID)
	}
	return ids
}

func filter(t *testing.T, text string) *cql2.Filter {
	t.Helper()
	f, err := cql2.Parse(text, cql2.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var errStop = errors.New("stop")
