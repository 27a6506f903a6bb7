package layers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/store"
)

// given is a source of features that are known.
type given struct {
	features []Feature
	layer    string
	epsg     int
	next     int
	fail     error // instead of the end
	stop     int   // features before which meanwhile is called
	meant    func()
	report   exchange.Report
}

func (l *given) Next() (Incoming, error) {
	if l.next >= len(l.features) {
		if l.fail != nil {
			return Incoming{}, l.fail
		}
		return Incoming{}, io.EOF
	}
	if l.meant != nil && l.next == l.stop {
		l.meant()
	}
	f := l.features[l.next]
	f.Properties = map[string]any{}
	for name, v := range l.features[l.next].Properties {
		f.Properties[name] = v
	}
	l.next++
	return Incoming{Layer: l.layer, Line: l.next, EPSG: l.epsg, Feature: f}, nil
}

func (l *given) Report() *exchange.Report { return &l.report }

func of(features ...Feature) *given { return &given{features: features, epsg: crs.UTM32} }

// ground is somewhere in Norway, in metres of UTM 32.
func ground(x, y float64) orb.Point { return orb.Point{500_000 + x, 6_600_000 + y} }

func plot(x, y, side float64) orb.Polygon {
	p := ground(x, y)
	return square(p[0], p[1], side)
}

func into(name string) []Target {
	l := layer(name)
	l.EPSG = 0
	return []Target{{Layer: l}}
}

// bring imports and demands that it goes well.
func (w *world) bring(o Import) Result {
	w.t.Helper()
	r, err := w.Import(w.Ctx, o)
	if err != nil {
		w.t.Fatalf("%v: %+v", err, r.Report)
	}
	return r
}

// refused imports and demands a refusal for these reasons.
func (w *world) refused(o Import, keys ...string) Result {
	w.t.Helper()
	r, err := w.Import(w.Ctx, o)
	e := errs.Of(err)
	if e == nil || e.Key != "layers.import.refused" {
		w.t.Errorf("error %v, want a refusal", err)
	}
	var got []string
	for _, p := range r.Report.Problems {
		got = append(got, p.Key)
	}
	if diff := cmp.Diff(keys, got); diff != "" {
		w.t.Errorf("reasons: %s\n%+v", diff, r.Report.Problems)
	}
	return r
}

// tally is what a layer's import did.
func tally(r Result) string {
	var b strings.Builder
	for _, l := range r.Layers {
		fmt.Fprintf(&b, "%s@%d +%d ~%d -%d =%d; ", l.Layer.Name, l.Layer.Generation, l.Added, l.Changed, l.Removed, l.Kept)
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// everything is the rows of a layer, whoever may see them, and who holds it.
func (w *world) everything(layer string) (rows []string) {
	w.t.Helper()
	type line struct {
		number, since int64
		id            string
		ended         *int64
	}
	w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := store.All(ctx, tx, func(l *line) []any { return []any{&l.number, &l.id, &l.since, &l.ended} },
			`select row_number, id, since, ended from geo_features where tenant_id = $1 and layer = $2 order by row_number limit 1000`, tx.Tenant, layer)
		for _, l := range all {
			text := fmt.Sprintf("%d %s %d-", l.number, l.id, l.since)
			if l.ended != nil {
				text += fmt.Sprint(*l.ended)
			}
			rows = append(rows, text)
		}
		if err != nil {
			return err
		}
		held, err := store.All(ctx, tx, store.Value[string], `select layer from geo_imports where tenant_id = $1 order by layer limit 10`, tx.Tenant)
		for _, name := range held {
			rows = append(rows, "held "+name)
		}
		return err
	})
	return rows
}

func TestImport_makesALayerOfWhatItIsGiven(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := Feature{ID: "a", Type: "Hus", Geometry: plot(0, 0, 10), From: day(2020, 1, 2), Properties: map[string]any{
			"name": "Øvre «\\\"\n\t", "whole": int64(3), "size": 2.0, "open": true, "mixed": "x", "nothing": nil,
		}}
		b := Feature{ID: "b", Geometry: plot(20, 0, 10), Properties: map[string]any{"mixed": 1.5, "count": 7}}
		c := Feature{ID: "c", Properties: map[string]any{}}
		r := w.bring(Import{Layers: into("houses"), Source: of(a, b, c), File: "houses.geojson", Digest: "d1"})
		if got := tally(r); got != "houses@1 +3 ~0 -0 =0" || !r.Layers[0].Made || r.Features != 3 {
			t.Errorf("did %s %+v", got, r)
		}
		l, err := w.Layer(w.Ctx, "houses")
		if err != nil {
			t.Fatal(err)
		}
		want := []Field{{"count", cql2.Number}, {"mixed", 0}, {"name", cql2.Text}, {"nothing", 0}, {"open", cql2.Bool}, {"size", cql2.Number}, {"whole", cql2.Number}}
		if diff := cmp.Diff(want, l.Fields); diff != "" {
			t.Error(diff)
		}
		if l.EPSG != crs.UTM32 || l.Count != 3 || l.Geometry != "polygon" || l.Extent != (orb.Bound{Min: ground(0, 0), Max: ground(30, 10)}) {
			t.Errorf("layer %+v", l)
		}
		_, page := w.find(w.Ctx, Query{Layer: "houses"})
		want0 := a
		want0.Properties = map[string]any{"name": "Øvre «\\\"\n\t", "whole": int64(3), "size": 2.0, "open": true, "mixed": "x"}
		got0 := page.Features[0]
		got0.JSON = ""
		want0.Row = 1
		if diff := cmp.Diff(want0, got0); diff != "" {
			t.Error(diff)
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			history, err := w.Generations(ctx, tx, "houses")
			if len(history) != 1 || history[0].Source != "houses.geojson" || history[0].SourceDigest != "d1" || history[0].Added != 3 {
				t.Errorf("history %+v", history)
			}
			return err
		})
	})
}

func TestImport_againChangesOnlyWhatHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b, c := place("a", ground(1, 1)), place("b", ground(2, 2)), place("c", ground(3, 3))
		var told []Change
		w.Follow(func(_ context.Context, _ *store.Tx, c Change) error { told = append(told, c); return nil })
		w.bring(Import{Layers: into("places"), Source: of(a, b, c)})
		if r := w.bring(Import{Layers: into("places"), Source: of(c, a, b)}); r.Moved() || tally(r) != "places@1 +0 ~0 -0 =3" {
			t.Errorf("the same again: %s", tally(r))
		}
		if len(told) != 1 {
			t.Errorf("followers were told %+v", told)
		}
		w.Clock.Advance(time.Hour)
		b.Properties["name"] = "another"
		d := place("d", ground(9, 9))
		if r := w.bring(Import{Layers: into("places"), Source: of(a, b, d)}); tally(r) != "places@2 +1 ~1 -1 =1" {
			t.Errorf("with changes: %s", tally(r))
		}
		want := []string{"1 a 1-", "2 b 1-2", "3 c 1-2", "4 b 2-", "5 d 2-"}
		if diff := cmp.Diff(want, w.everything("places")); diff != "" {
			t.Error(diff)
		}
		if got, _ := w.find(w.Ctx, Query{Layer: "places"}); !slices.Equal(got, []string{"a", "b", "d"}) {
			t.Errorf("sees %v", got)
		}
		l, _ := w.Layer(w.Ctx, "places")
		if l.Count != 3 || l.Extent.Max != ground(9, 9) {
			t.Errorf("layer %+v", l)
		}
		var changes []string
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			return w.ChangesIn(ctx, tx, told[len(told)-1], crs.System{}, func(before, after *Feature) error {
				text := ""
				for _, f := range []*Feature{before, after} {
					if f == nil {
						text += "- "
					} else {
						text += f.ID + " "
					}
				}
				changes = append(changes, text)
				return nil
			})
		})
		if diff := cmp.Diff([]string{"b b ", "- d ", "c - "}, changes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImport_ofAPartLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("plans"), Part: "1997003", Source: of(place("_1", ground(1, 1)), place("_2", ground(2, 2)))})
		w.bring(Import{Layers: into("plans"), Part: "2004", Source: of(place("_1", ground(50, 50)))})
		got, p := w.find(w.Ctx, Query{Layer: "plans"})
		if diff := cmp.Diff([]string{"1997003._1", "1997003._2", "2004._1"}, got); diff != "" || p.Layer.Count != 3 || p.Layer.Extent.Max != ground(50, 50) {
			t.Errorf("%s %+v", diff, p.Layer)
		}
		second := place("_2", ground(2, 2))
		second.ID = "1997003._2" // as an export of the layer has it
		r := w.bring(Import{Layers: into("plans"), Part: "1997003", Source: of(second)})
		if tally(r) != "plans@3 +0 ~0 -1 =1" || r.Layers[0].Layer.Count != 2 {
			t.Errorf("a part again: %s, %d", tally(r), r.Layers[0].Layer.Count)
		}
		if _, err := w.Import(w.Ctx, Import{Layers: into("plans"), Source: of(place("x", ground(1, 1)))}); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.which_part" {
			t.Errorf("without a part: %v", err)
		}
		whole := []Feature{place("new", ground(7, 7)), place("_1", ground(50, 50))}
		whole[1].ID, whole[1].Properties[propertyPart] = "2004._1", "2004"
		r = w.bring(Import{Layers: into("plans"), Whole: true, Source: of(whole...)})
		if tally(r) != "plans@4 +1 ~0 -1 =1" {
			t.Errorf("the whole: %s", tally(r))
		}
		w.refused(Import{Layers: into("plans"), Part: "new", Source: of(place("2004._1", ground(50, 50)), place("1", ground(50, 50)), Feature{ID: "1"})}, "geo_file.id_twice")
		if _, err := w.Import(w.Ctx, Import{Layers: into("plans"), Part: "æ/ø", Source: of()}); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.bad_part" {
			t.Errorf("a part that cannot be: %v", err)
		}
	})
}

func TestImport_namesWhatHasNoName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b := place("", ground(1, 1)), place("", ground(2, 2))
		w.bring(Import{Layers: into("places"), Source: of(a, b, a)})
		first, _ := w.find(w.Ctx, Query{Layer: "places"})
		if len(first) != 3 || first[2] != first[0]+"-2" || first[0] == first[1] {
			t.Errorf("ids %v", first)
		}
		if r := w.bring(Import{Layers: into("places"), Source: of(b, a, a)}); r.Moved() {
			t.Errorf("the same again: %s", tally(r))
		}
		if r := w.bring(Import{Layers: into("places"), Source: of(b, a)}); tally(r) != "places@2 +0 ~0 -1 =2" {
			t.Errorf("one less: %s", tally(r))
		}
	})
}

func TestImport_refusesAllForOneFault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good := place("a", ground(1, 1))
		w.bring(Import{Layers: into("places"), Source: of(good)})
		before := w.everything("places")
		far := place("far", orb.Point{0, 0})
		backwards := place("backwards", ground(1, 1))
		backwards.From, backwards.To = day(2020, 1, 1), day(2019, 1, 1)
		odd := place("odd", ground(1, 1))
		odd.Properties["list"] = []string{"x"}
		long := place(strings.Repeat("æ", 201), ground(1, 1))
		bad := &given{features: []Feature{good, place("b", ground(4, 4))}, epsg: crs.UTM32}
		bad.report.Add(exchange.Problem{Line: 7, Key: "geo_file.ring_open"})
		for name, tt := range map[string]struct {
			source *given
			keys   []string
		}{
			"the same id":       {of(good, place("b", ground(2, 2)), place("b", ground(3, 3))), []string{"geo_file.id_twice"}},
			"far away":          {of(good, place("b", ground(2, 2)), far), []string{"layers.import.astray"}},
			"ends first":        {of(backwards), []string{"layers.import.validity"}},
			"no property":       {of(odd), []string{"layers.import.bad_property"}},
			"a long name":       {of(long), []string{"layers.import.id_long"}},
			"a system not ours": {&given{features: []Feature{good}, epsg: 23095}, []string{"layers.import.bad_system"}},
			"the file's own":    {bad, []string{"geo_file.ring_open"}},
			"several":           {of(backwards, good, odd), []string{"layers.import.validity", "layers.import.bad_property"}},
			"another layer":     {&given{features: []Feature{good}, epsg: crs.UTM32, layer: "elsewhere"}, []string{"layers.import.bad_name"}},
		} {
			t.Log(name)
			w.refused(Import{Layers: into("places"), Source: tt.source}, tt.keys...)
			w.refused(Import{Layers: into("places"), Source: &given{features: tt.source.features, epsg: tt.source.epsg, layer: tt.source.layer, report: tt.source.report}, DryRun: true}, tt.keys...)
			if diff := cmp.Diff(before, w.everything("places")); diff != "" {
				t.Errorf("%s left %s", name, diff)
			}
		}
		if _, err := w.Import(w.Ctx, Import{Layers: into("places"), Source: of()}); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.empty" {
			t.Errorf("nothing at all: %v", err)
		}
		broken := of(place("b", ground(2, 2)))
		broken.fail = exchange.Wrong("truncated").Fatal()
		if _, err := w.Import(w.Ctx, Import{Layers: into("places"), Source: broken}); errs.Of(err) == nil || errs.Of(err).Key != "geo_file.truncated" {
			t.Errorf("a file that ends in the middle: %v", err)
		}
		if diff := cmp.Diff(before, w.everything("places")); diff != "" {
			t.Errorf("left %s", diff)
		}
	})
}

func TestImport_tellsWhatAFileLooksLike(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("municipality"), Source: of(Feature{ID: "0301", Geometry: plot(0, 0, 20_000)})})
		in33 := crs.Between(systemOf(crs.UTM32), systemOf(crs.UTM33))
		var swapped, other, elsewhere, sea []Feature
		for i := range 20 {
			p := ground(1000*float64(i), 5000)
			id := fmt.Sprint(i)
			swapped = append(swapped, place(id, orb.Point{p[1], p[0]}))
			other = append(other, place(id, in33(p)))
			elsewhere = append(elsewhere, place(id, orb.Point{p[0], p[1] + 200_000}))
			sea = append(sea, place(id, orb.Point{float64(i), 1}))
		}
		w.refused(Import{Layers: into("places"), Source: of(swapped...)}, "layers.import.place_swapped")
		r := w.refused(Import{Layers: into("places"), Source: of(other...)}, "layers.import.place_other_system")
		if args := fmt.Sprint(r.Report.Problems[0].Args...); !strings.Contains(args, "EPSG:25833") {
			t.Errorf("told %s", args)
		}
		w.refused(Import{Layers: into("places"), Source: of(elsewhere...)}, "layers.import.place_outside")
		w.refused(Import{Layers: into("places"), Source: of(sea...)}, "layers.import.place_outside")
		if rows := w.everything("places"); rows != nil {
			t.Errorf("left %v", rows)
		}
		w.bring(Import{Layers: into("places"), Source: of(elsewhere...), Anywhere: true, Words: func(key string, _ ...any) string { return "«" + key + "»" }})
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			history, err := w.Generations(ctx, tx, "places")
			if len(history) != 1 || history[0].Notes != "«layers.import.anywhere»" {
				t.Errorf("history %+v", history)
			}
			return err
		})
		w.bring(Import{Layers: []Target{{Layer: layer("municipalities"), Country: true}}, Source: of(elsewhere...)})
	})
}

func TestImport_stopsReadingWhatLiesElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var lost []Feature
		for i := range 20_000 {
			lost = append(lost, Feature{ID: fmt.Sprint(i), Geometry: orb.Point{float64(i), float64(i)}})
		}
		source := of(lost...)
		w.refused(Import{Layers: into("places"), Source: source}, "layers.import.place_abroad")
		if source.next == len(lost) {
			t.Error("read all of it")
		}
	})
}

func TestImport_projectsToTheLayersSystem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("places"), Source: of(place("a", ground(0, 0)))})
		at := crs.Between(systemOf(crs.UTM32), crs.CRS84())(ground(100, 200))
		w.bring(Import{Layers: into("places"), Source: &given{features: []Feature{place("a", at)}, epsg: crs.WGS84}})
		_, p := w.find(w.Ctx, Query{Layer: "places"})
		got, _ := p.Features[0].Geometry.(orb.Point)
		if d := got[0] - ground(100, 200)[0] + got[1] - ground(100, 200)[1]; p.Layer.EPSG != crs.UTM32 || d > 1e-6 || d < -1e-6 {
			t.Errorf("at %v in EPSG:%d", got, p.Layer.EPSG)
		}
	})
}

func TestImport_dryRunChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("places"), Source: of(place("a", ground(1, 1)), place("b", ground(2, 2)))})
		before := w.everything("places")
		r := w.bring(Import{Layers: into("places"), Source: of(place("a", ground(1, 1)), place("c", ground(2, 2))), DryRun: true})
		if tally(r) != "places@2 +1 ~0 -1 =1" {
			t.Errorf("would do %s", tally(r))
		}
		if diff := cmp.Diff(before, w.everything("places")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImport_severalLayersMoveTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		targets := append(into("roads"), into("houses")...)
		targets = append(targets, Target{Layer: layer("lines"), Optional: true})
		mixed := &mixed{lists: []*given{{layer: "roads", epsg: crs.UTM32, features: []Feature{place("r", ground(1, 1))}}, {layer: "houses", epsg: crs.UTM32, features: []Feature{place("h", ground(1, 1))}}}}
		if r := w.bring(Import{Layers: targets, Source: mixed}); tally(r) != "roads@1 +1 ~0 -0 =0; houses@1 +1 ~0 -0 =0" {
			t.Errorf("did %s", tally(r))
		}
		if _, err := w.Layer(w.Ctx, "lines"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("an optional layer was made: %v", err)
		}
		// A follower who refuses in the last moment undoes all of it.
		w.Follow(func(_ context.Context, _ *store.Tx, c Change) error {
			if c.Layer == "houses" {
				return errStop
			}
			return nil
		})
		again := &given{layer: "roads", epsg: crs.UTM32, features: []Feature{place("r2", ground(1, 1))}}
		if _, err := w.Import(w.Ctx, Import{Layers: targets[:2], Source: again}); !errors.Is(err, errStop) {
			t.Errorf("error %v", err)
		}
		if diff := cmp.Diff([]string{"1 r 1-"}, w.everything("roads")); diff != "" {
			t.Error(diff)
		}
	})
}

// mixed is several sources after each other.
type mixed struct{ lists []*given }

func (m *mixed) Next() (Incoming, error) {
	for len(m.lists) > 0 {
		in, err := m.lists[0].Next()
		if !errors.Is(err, io.EOF) {
			return in, err
		}
		m.lists = m.lists[1:]
	}
	return Incoming{}, io.EOF
}

func TestImport_asksWhetherOneMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if _, err := w.Import(anybody(w.Ctx), Import{Layers: into("places"), Source: of(place("a", ground(1, 1)))}); err == nil {
			t.Error("anybody may import")
		}
		if _, err := w.Import(w.Ctx, Import{Layers: into("Bad Name"), Source: of()}); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.bad_name" {
			t.Errorf("a bad name: %v", err)
		}
	})
}
