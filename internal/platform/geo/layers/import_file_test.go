package layers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/formats"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	tilepack "github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// reader opens a file to read.
func reader(t *testing.T, path string) exchange.Reader {
	t.Helper()
	r, err := formats.Open(t.Context(), path, t.TempDir(), exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// planImport is the import of a file of plans.
func planImport(t *testing.T, path string) Import {
	t.Helper()
	plans, err := ReadPlans(reader(t, path), clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	o := Import{Source: FromFile(reader(t, path), plans.Map), Part: plans.Part(), File: filepath.Base(path)}
	for i, name := range PlanLayers() {
		o.Layers = append(o.Layers, Target{Layer: Layer{Name: name, Public: true}, Optional: i == 3})
	}
	return o
}

func TestImport_judgesRealPlans(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(geotest.Data(t, "plan/gml.bue.1-pass.gml")), "*.gml"))
		if err != nil || len(files) != 10 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		for _, path := range files {
			name := filepath.Base(path)
			for _, o := range []Import{planImport(t, path), {Layers: into("raw"), Source: FromFile(reader(t, path), nil), Part: strings.NewReplacer(".", "-", "gml", "").Replace(name)}} {
				o.Anywhere = true // they lie around 5, 1
				r, err := w.Import(w.Ctx, o)
				if pass := strings.Contains(name, "pass"); pass != (err == nil) {
					t.Errorf("%s: %v %+v", name, err, r.Report.Problems)
				} else if !pass && (len(r.Report.Problems) == 0 || r.Report.Problems[0].Line == 0 || errs.Of(err).Key != "layers.import.refused") {
					t.Errorf("%s was refused without a reason: %v", name, err)
				}
			}
			o := planImport(t, path)
			if r, err := w.Import(w.Ctx, o); err == nil && !strings.HasPrefix(name, "gml.xlink") {
				t.Errorf("%s lies off Africa and was taken: %s", name, tally(r))
			}
		}
		var held []string
		for _, name := range PlanLayers() {
			held = append(held, w.everything(name)...)
		}
		if slices.ContainsFunc(held, func(row string) bool { return strings.HasPrefix(row, "held") }) {
			t.Errorf("still held: %v", held)
		}
	})
}

func TestPlans_speakTheWordsOfTheLayers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := planImport(t, geotest.Data(t, "plan/gml.avgr.1-pass.gml"))
		o.Anywhere = true
		if r := w.bring(o); tally(r) != "plans@1 +1 ~0 -0 =0; plan_zones@1 +3 ~0 -0 =0; plan_cautions@1 +0 ~0 -0 =0; plan_lines@1 +3 ~0 -0 =0" {
			t.Errorf("did %s", tally(r))
		}
		_, p := w.find(w.Ctx, Query{Layer: "plans"})
		want := map[string]any{"plan": "String", "name": "String", "before": "", "after": "", "master": false, "status": "2", "proposal": true}
		if diff := cmp.Diff(want, p.Features[0].Properties); diff != "" || p.Features[0].Part != "String" || p.Features[0].Type != "RpOmråde" {
			t.Errorf("%s %+v", diff, p.Features[0])
		}
		_, z := w.find(w.Ctx, Query{Layer: "plan_zones"})
		got := z.Features[0]
		if got.Text("field") != "o_BTAN1" || got.Text("purpose") != "1169" || got.Text("purpose_nb") != "Annen offentlig eller privat tjenesteyting" ||
			got.Number("bya") != 43 || got.Text("plan") != "String" || got.Text("text_nb") != "Beskrivelse" || got.Number("area") == 0 || got.Area() == nil {
			t.Errorf("zone %+v", got)
		}
		o = planImport(t, geotest.Data(t, "plan/gml.avgr.1-pass.gml"))
		o.Anywhere = true
		if r := w.bring(o); r.Moved() {
			t.Errorf("the same again: %s", tally(r))
		}
	})
}

func TestPlans_mapOtherKinds(t *testing.T) {
	t.Parallel()
	area := orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}}
	features := []exchange.Feature{
		{ID: "p", Type: "Arealplan", Properties: map[string]any{"arealplanId.planidentifikasjon": "2020_1", "plannavn": "Bryggen", "planstatus": "3", "ikrafttredelsesdato": "2020-06-17"}},
		{ID: "o", Type: "KpOmråde", CRS: 25832, Geometry: area, Properties: map[string]any{"arealplan": "#p"}},
		{ID: "z", Type: "KpArealformålOmråde", CRS: 25832, Geometry: area, Properties: map[string]any{"arealformål": int64(2099), "utnytting.utnyttingstype": "17", "utnytting.utnyttingstall": "500"}},
		{ID: "f", Type: "RpFareSone", CRS: 25832, Geometry: area, Properties: map[string]any{"hensynSonenavn": "H320_2"}},
		{ID: "k", Type: "RpAngittHensynSone", CRS: 25832, Geometry: area, Properties: map[string]any{"angittHensyn": "570", "beskrivelse": "Gamle hus"}},
		{ID: "u", Type: "RpDetaljeringSone", CRS: 25832, Geometry: area, Properties: map[string]any{}},
		{ID: "b", Type: "RpBestemmelseOmråde", CRS: 25832, Geometry: area, Properties: map[string]any{"bestemmelseOmrådeNavn": "#1"}},
		{ID: "h", Type: "RpRegulertHøyde", CRS: 25832, Geometry: orb.LineString{{0, 0}, {1, 1}}, Properties: map[string]any{"høydeFraPlanbestemmelse.regulerthøyde": "12.34"}},
		{ID: "j", Type: "RpJuridiskLinje", CRS: 25832, Geometry: orb.LineString{{0, 0}, {1, 1}}, Properties: map[string]any{"juridisklinje": "1211"}},
		{ID: "x", Type: "Annet", CRS: 25832, Geometry: area},
	}
	plans, err := ReadPlans(&fileOf{features: features}, clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	if plans.Part() != "2020_1" || len(plans.Proposals()) != 0 || !slices.Equal(plans.Numbers(), []string{"2020_1"}) {
		t.Errorf("part %q of %v, proposals %v", plans.Part(), plans.Numbers(), plans.Proposals())
	}
	var got []string
	for _, f := range features {
		for _, in := range plans.Map(f) {
			p := in.Feature
			got = append(got, fmt.Sprintf("%s %s %s master=%v %s %s %q bya=%v height=%v from=%s", in.Layer, p.ID, p.Text("plan"), p.Flag("master"), p.Text("kind"), p.Text("code"),
				p.Text("purpose_nb")+p.Text("text_nb")+p.Text("name"), p.Number("bya"), p.Number("height"), clock.DateIn(p.From)))
		}
	}
	want := []string{
		`plans o 2020_1 master=true   "Bryggen" bya=0 height=0 from=2020-06-17`,
		`plan_zones z 2020_1 master=true   "Samferdselsanlegg og teknisk infrastruktur" bya=0 height=0 from=2020-06-17`,
		`plan_cautions f 2020_1 master=true flood H320 "FlomfareH320_2" bya=0 height=0 from=2020-06-17`,
		`plan_cautions k 2020_1 master=true heritage H570 "Gamle hus" bya=0 height=0 from=2020-06-17`,
		`plan_cautions u 2020_1 master=true other  "" bya=0 height=0 from=2020-06-17`,
		`plan_cautions b 2020_1 master=true provision #1 "#1" bya=0 height=0 from=2020-06-17`,
		`plan_lines h 2020_1 master=true RegulertHøyde  "" bya=0 height=12.34 from=2020-06-17`,
		`plan_lines j 2020_1 master=true JuridiskLinje 1211 "" bya=0 height=0 from=2020-06-17`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// fileOf is a file of features that are known.
type fileOf struct {
	exchange.Reader

	features []exchange.Feature
}

func (f *fileOf) Next() (exchange.Feature, error) {
	if len(f.features) == 0 {
		return exchange.Feature{}, io.EOF
	}
	next := f.features[0]
	f.features = f.features[1:]
	return next, nil
}

func TestImport_judgesRealSOSI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, want := range map[string]string{
			"buer.sos": "+21", "fastmerke.sos": "+1", "flate_oy.sos": "+11", "flatetest.sos": "+5",
		} {
			o := Import{Layers: into(strings.TrimSuffix(name, ".sos")), Source: FromFile(reader(t, geotest.Data(t, "sosi/"+name)), nil)}
			o.Layers[0].Country = true
			if r := w.bring(o); !strings.Contains(tally(r), want) {
				t.Errorf("%s: %s", name, tally(r))
			}
		}
	})
}

func TestBoundaries_areOneMunicipalitysOrAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		path := geotest.Data(t, "kommuner/kommuner-m.geojson")
		r := w.bring(Import{Layers: into("municipality"), Source: FromFile(reader(t, path), Boundaries("0301"))})
		_, p := w.find(w.Ctx, Query{Layer: "municipality"})
		if tally(r) != "municipality@1 +1 ~0 -0 =0" || p.Features[0].ID != "0301" || p.Features[0].Text("name") != "Oslo" || p.Features[0].Text("number") != "0301" {
			t.Errorf("%s: %+v", tally(r), p.Features)
		}
		all := Import{Layers: into("municipalities"), Source: FromFile(reader(t, path), Boundaries(""))}
		all.Layers[0].Country = true
		if r := w.bring(all); tally(r) != "municipalities@1 +357 ~0 -0 =0" {
			t.Errorf("all: %s", tally(r))
		}
	})
}

// TestExport_isReadBackTheSame brings in, writes and brings in again, for each format:
// nothing has changed.
func TestExport_isReadBackTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		past := place("old", plot(0, 0, 10))
		past.From, past.To = day(1997, 3, 1), day(2010, 5, 6)
		kinds := []Feature{
			past,
			{ID: "punkt «1»", Type: "Hus & hytte", Geometry: ground(0.123456789, 1.1), From: w.Clock.Now(), Properties: map[string]any{
				"name": "Øvre «\\\" <Ås>", "whole": int64(-3), "size": 2.0, "tiny": 1e-9, "open": true, "shut": false, "a.b": "x",
			}},
			{ID: "line", Geometry: orb.LineString{ground(1, 2), ground(3.25, 4)}, Properties: map[string]any{}},
			{ID: "many", Type: "Flere", Geometry: orb.MultiPolygon{plot(0, 0, 5), plot(20, 0, 5)}, Properties: map[string]any{"name": "two"}},
			{ID: "hole", Type: "Flere", Geometry: orb.Polygon{plot(0, 0, 30)[0], {ground(5, 5), ground(5, 10), ground(10, 10), ground(10, 5), ground(5, 5)}}, Properties: map[string]any{}},
			{ID: "nowhere", Properties: map[string]any{"name": "only words"}},
		}
		w.bring(Import{Layers: into("things"), Source: of(kinds...)})
		w.bring(Import{Layers: into("things"), Part: "more", Source: of(place("a", ground(9, 9)))})
		for _, format := range formats.Writable() {
			path := filepath.Join(t.TempDir(), "out."+string(format))
			out, err := formats.Create(t.Context(), path, format, crs.UTM32, w.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			n, err := w.Export(w.Ctx, Export{Layer: "things"}, out)
			if err != nil || n != 7 {
				t.Fatalf("%s: %d, %v", format, n, err)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			r := w.bring(Import{Layers: into("things"), Whole: true, Source: FromFile(reader(t, path), nil)})
			if r.Moved() || tally(r) != "things@2 +0 ~0 -0 =7" {
				t.Errorf("%s: %s", format, tally(r))
			}
			fresh := w.bring(Import{Layers: into("copy_" + string(format)), Whole: true, Source: FromFile(reader(t, path), nil)})
			same(t, w, "things", fresh.Layers[0].Layer.Name)
		}
	})
}

// same holds the digests of two layers against each other.
func same(t *testing.T, w *world, one, other string) {
	t.Helper()
	var digests [2][]string
	w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, name := range []string{one, other} {
			rows, err := store.All(ctx, tx, (*knownRow).columns, `select row_number, id, part, digest, ended from geo_features
				where tenant_id = $1 and layer = $2 order by id limit 1000`, tx.Tenant, name)
			if err != nil {
				return err
			}
			for _, r := range rows {
				digests[i] = append(digests[i], fmt.Sprintf("%s %s %x", r.id, r.part, r.digest))
			}
		}
		return nil
	})
	if diff := cmp.Diff(digests[0], digests[1]); diff != "" {
		t.Errorf("%s and %s: %s", one, other, diff)
	}
}

func TestExport_ofADayAndASystem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		gone := place("gone", ground(1, 1))
		gone.From, gone.To = day(1990, 1, 1), day(2000, 1, 1)
		w.bring(Import{Layers: into("things"), Source: of(gone, place("a", ground(2, 2)))})
		first := w.Clock.Now()
		w.Clock.Advance(48 * 3600e9)
		moved := place("a", ground(3, 3))
		w.bring(Import{Layers: into("things"), Source: of(gone, moved)})
		for _, tt := range []struct {
			e    Export
			want string
		}{
			{Export{}, "gone 500001 6600001; a 500003 6600003; "},
			{Export{At: day(1995, 1, 1)}, "gone 500001 6600001; a 500002 6600002; "},
			{Export{At: first.Add(3600e9)}, "a 500002 6600002; "},
			{Export{At: w.Clock.Now()}, "a 500003 6600003; "},
			{Export{System: crs.CRS84(), Part: "none"}, ""},
		} {
			tt.e.Layer = "things"
			var got kept
			if _, err := w.Export(w.Ctx, tt.e, &got); err != nil {
				t.Fatal(err)
			}
			if got.text != tt.want {
				t.Errorf("%+v: %s", tt.e, got.text)
			}
		}
		var got kept
		if _, err := w.Export(w.Ctx, Export{Layer: "things", System: crs.CRS84()}, &got); err != nil || !strings.HasPrefix(got.text, "gone 9 60;") {
			t.Errorf("%v %s", err, got.text)
		}
		if _, err := w.Export(w.Ctx, Export{Layer: "other"}, &got); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a layer that is not there: %v", err)
		}
	})
}

// kept keeps what is written as text.
type kept struct{ text string }

func (k *kept) Write(f exchange.Feature) error {
	p := f.Geometry.Bound().Center()
	k.text += fmt.Sprintf("%s %.0f %.0f; ", f.ID, math.Floor(p[0]), math.Round(p[1]))
	return nil
}

func (*kept) Close() error { return nil }

func TestImportTiles_becomesTheBaseMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		path := geotest.Data(t, "kart/n1000.mbtiles")
		pack, err := tilepack.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer pack.Close()
		o := TilesImport{Target: Target{Layer: Layer{Name: "basemap", Public: true}}, Pack: pack, File: "n1000.mbtiles", Digest: "d"}
		var told []Progress
		o.Progress = func(p Progress) { told = append(told, p) }
		r, err := w.ImportTiles(w.Ctx, o)
		if err != nil || r.Added != 803 || !r.Moved() || r.Layer.Kind != Tiles || len(r.Layer.Tags) != 9 || len(told) == 0 {
			t.Fatalf("%v: %+v", err, r)
		}
		got, err := w.Tile(w.Ctx, []string{"basemap"}, tile.ID{Z: 4, X: 8, Y: 4})
		want, werr := pack.Tile(t.Context(), 4, 8, 4)
		if err != nil || werr != nil || !bytes.Equal(got.Body, want) || len(want) == 0 {
			t.Errorf("%v %v: a tile of %d bytes, want %d", err, werr, len(got.Body), len(want))
		}
		if r, err := w.ImportTiles(w.Ctx, o); err != nil || r.Moved() || r.Kept != 803 {
			t.Errorf("the same again: %v %+v", err, r)
		}
		o.Digest = "another"
		if r, err := w.ImportTiles(w.Ctx, o); err != nil || r.Layer.Generation != 2 {
			t.Errorf("another: %v %+v", err, r)
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from geo_tiles where tenant_id = $1`, tx.Tenant)
			if n != 803 {
				t.Errorf("%d tiles are kept", n)
			}
			return err
		})
		if _, err := w.Import(w.Ctx, Import{Layers: into("basemap"), Source: of(place("a", ground(1, 1)))}); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.other_kind" {
			t.Errorf("features among tiles: %v", err)
		}
		if err := w.Remove(w.Ctx, "basemap"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tile(w.Ctx, []string{"basemap"}, tile.ID{}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("it is still there: %v", err)
		}
	})
}

func TestArrange_andRemove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("things"), Source: of(many(0, 7)...)})
		w.bring(Import{Layers: into("things"), Part: "p", Source: of(many(0, 2)...)})
		l, err := w.Arrange(w.Ctx, "things", func(l *Layer) { l.Public, l.Licence, l.Count, l.EPSG = false, "CC BY 4.0", 1, 1 })
		if err != nil || l.Public || l.Licence != "CC BY 4.0" || l.Count != 9 || l.EPSG != crs.UTM32 {
			t.Errorf("%v: %+v", err, l)
		}
		if r := w.bring(Import{Layers: into("things"), Part: "p", Source: of(many(1, 2)...)}); r.Layers[0].Layer.Public || tally(r) != "things@3 +1 ~0 -1 =1" {
			t.Errorf("an import forgot what was set: %+v", r.Layers[0])
		}
		if r, err := w.RemovePart(w.Ctx, "things", "p"); err != nil || tally(r) != "things@4 +0 ~0 -2 =0" {
			t.Errorf("%v: %s", err, tally(r))
		}
		if _, err := w.Arrange(w.Ctx, "none", func(*Layer) {}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a layer that is not there: %v", err)
		}
		if _, err := w.Arrange(anybody(w.Ctx), "things", func(*Layer) {}); err == nil {
			t.Error("anybody may arrange")
		}
		if err := w.Remove(anybody(w.Ctx), "things"); err == nil {
			t.Error("anybody may remove")
		}
		if err := w.Remove(w.Ctx, "things"); err != nil {
			t.Fatal(err)
		}
		if rows := w.everything("things"); rows != nil {
			t.Errorf("left %v", rows)
		}
	})
}

func TestImport_ofBrokenFilesSaysWhy(t *testing.T) {
	t.Parallel()
	const head = `<?xml version="1.0"?>%s<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="a">`
	polygon := func(ring string) string {
		return `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"ok","properties":{},"geometry":{"type":"Point","coordinates":[10.7,59.9]}},
{"type":"Feature","id":"bad","properties":{},"geometry":{"type":"Polygon","coordinates":[` + ring + `]}}]}`
	}
	files := map[string]struct{ text, key string }{
		"crosses.json":   {polygon(`[[10,60],[10.1,60.1],[10.1,60],[10,60.1],[10,60]]`), "geo_file.ring_crosses"},
		"open.json":      {polygon(`[[10,60],[10.1,60],[10.1,60.1],[10,60.1]]`), "geo_file.ring_open"},
		"nan.json":       {polygon(`[[10,60],[1e999,60],[10.1,60.1],[10,60]]`), "geo_file.number_bad"},
		"swapped.json":   {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[59.9,10.7]}}]}`, "layers.import.place_swapped"},
		"sea.json":       {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-30.5,40.7]}}]}`, "layers.import.place_abroad"},
		"truncated.json": {polygon(`[[10,60],[10.1,60],[10.1,60.1],[10,60]]`)[:200], "geo_file.truncated"},
		"nosystem.gml":   {fmt.Sprintf(head, "") + `<gml:featureMember><a:x gml:id="x"><a:p><gml:Point gml:id="g"><gml:pos>1 2</gml:pos></gml:Point></a:p></a:x></gml:featureMember></gml:FeatureCollection>`, "geo_file.crs_missing"},
		"entity.gml":     {fmt.Sprintf(head, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`) + `&e;</gml:FeatureCollection>`, "geo_file.dtd_refused"},
		"cut.gml":        {fmt.Sprintf(head, "") + `<gml:featureMember><a:x gml:id="x">`, "geo_file.truncated"},
	}
	each(t, func(t *testing.T, w *world) {
		for name, file := range files {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var keys []string
			r, err := formats.Open(t.Context(), path, t.TempDir(), exchange.Options{})
			if err == nil {
				var result Result
				result, err = w.Import(w.Ctx, Import{Layers: into("things"), Source: FromFile(r, nil)})
				for _, p := range result.Report.Problems {
					keys = append(keys, p.Key)
				}
				_ = r.Close()
			}
			if e := errs.Of(err); e == nil {
				t.Errorf("%s was taken: %v", name, err)
			} else {
				keys = append(keys, e.Key)
			}
			if !slices.Contains(keys, file.key) {
				t.Errorf("%s: %v, want %s", name, keys, file.key)
			}
		}
		if rows := w.everything("things"); rows != nil {
			t.Errorf("left %v", rows)
		}
	})
}
