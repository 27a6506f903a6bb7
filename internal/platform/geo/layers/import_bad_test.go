package layers

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/formats"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// badFile is a file that is refused. What stands in grows after its text is filled with
// nothing up to a gigabyte, as a file of that size that is not what it seems.
type badFile struct {
	text  string
	grows bool
	says  string
}

func geoJSON(features ...string) string {
	return `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"ok","properties":{},"geometry":{"type":"Point","coordinates":[10.7,59.9]}}` + strings.Join(append([]string{""}, features...), ",\n") + `]}`
}

func polygonJSON(ring string) string {
	return geoJSON(`{"type":"Feature","id":"bad","properties":{},"geometry":{"type":"Polygon","coordinates":[` + ring + `]}}`)
}

func pointJSON(at string) string {
	return `{"type":"FeatureCollection","features":[{"type":"Feature","id":"bad","properties":{},"geometry":{"type":"Point","coordinates":` + at + `}}]}`
}

func gmlOf(doctype, srs, geometry string) string {
	return `<?xml version="1.0"?>` + doctype + `<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:a="a"><gml:featureMember><a:x gml:id="bad"><a:p>` +
		strings.ReplaceAll(geometry, "SRS", srs) + `</a:p></a:x></gml:featureMember></gml:FeatureCollection>`
}

func surface(positions string) string {
	return `<gml:Polygon gml:id="g" SRS><gml:exterior><gml:LinearRing><gml:posList>` + positions + `</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>`
}

func sosiOf(head, elements string) string {
	return ".HODE\n..TEGNSETT UTF-8\n..TRANSPAR\n" + head + "...ORIGO-NØ 6600000 500000\n...ENHET 0.01\n" + elements + ".SLUTT\n"
}

// badFiles are the ways in which files are wrong, in the formats that can be so.
func badFiles() map[string]badFile {
	const (
		utm32  = `srsName="urn:ogc:def:crs:EPSG::25832"`
		zone32 = "...KOORDSYS 22\n"
		curve  = ".KURVE 1:\n..OBJTYPE Grense\n..NØ\n"
		area   = ".FLATE 2:\n..OBJTYPE Felt\n..REF :1\n..NØ\n10 10\n"
	)
	return map[string]badFile{
		"self-crossing.json": {text: polygonJSON(`[[10,60],[10.1,60.1],[10.1,60],[10,60.1],[10,60]]`), says: "The outline crosses itself or another at 10.05, 60.05."},
		"self-crossing.gml":  {text: gmlOf("", utm32, surface("500000 6600000 500100 6600100 500100 6600000 500000 6600100 500000 6600000")), says: "The outline crosses itself or another at 500050, 6600050."},
		"self-crossing.sos":  {text: sosiOf(zone32, curve+"0 0\n10000 10000\n0 10000\n10000 0\n0 0\n"+area), says: "The outline crosses itself or another at 500050, 6600050."},
		"unclosed.json":      {text: polygonJSON(`[[10,60],[10.1,60],[10.1,60.1],[10,60.1]]`), says: "The outline is not closed: it ends in 10, 60.1."},
		"unclosed.gml":       {text: gmlOf("", utm32, surface("500000 6600000 500100 6600000 500100 6600100 500000 6600100")), says: "The outline is not closed: it ends in 500000, 6600100."},
		"unclosed.sos":       {text: sosiOf(zone32, curve+"0 0\n0 10000\n10000 10000\n"+area), says: "The outline is not closed: it ends in 500100, 6600100."},
		"swapped.json":       {text: pointJSON(`[59.9,10.7]`), says: "North and east have changed places in the coordinates."},
		"swapped.gml":        {text: gmlOf("", utm32, `<gml:Point gml:id="g" SRS><gml:pos>6600000 500000</gml:pos></gml:Point>`), says: "North and east have changed places in the coordinates."},
		"swapped.sos":        {text: sosiOf(zone32, ".PUNKT 1:\n..NØ\n-610000000 610000000\n"), says: "North and east have changed places in the coordinates."},
		"no-system.gml":      {text: gmlOf("", "", `<gml:Point gml:id="g"><gml:pos>500000 6600000</gml:pos></gml:Point>`), says: "The file does not say which coordinate system it has."},
		"no-system.sos":      {text: sosiOf("", ".PUNKT 1:\n..NØ\n0 0\n"), says: "The file does not say which coordinate system it has."},
		"sea.json":           {text: pointJSON(`[4.1,62.5]`), says: "The data lie outside the municipality"},
		"atlantic.json":      {text: pointJSON(`[-30.5,40.7]`), says: "The data lie outside the municipality"},
		"sea.gml":            {text: gmlOf("", utm32, `<gml:Point gml:id="g" SRS><gml:pos>250000 6900000</gml:pos></gml:Point>`), says: "The data lie outside the municipality"},
		"null-island.sos":    {text: ".HODE\n..TRANSPAR\n...KOORDSYS 22\n...ORIGO-NØ 0 0\n...ENHET 0.01\n.PUNKT 1:\n..NØ\n0 0\n.SLUTT\n", says: "The data lie outside the municipality"},
		"truncated.json":     {text: polygonJSON(`[[10,60],[10.1,60],[10.1,60.1],[10,60]]`)[:230], says: "The file is not whole: it ends in the middle of something."},
		"truncated.gml":      {text: gmlOf("", utm32, surface("500000 6600000 500100"))[:300], says: "The file is not whole: it ends in the middle of something."},
		"truncated.sos":      {text: strings.TrimSuffix(sosiOf(zone32, curve+"0 0\n0 10000\n"), ".SLUTT\n"), says: "The file is not whole: it ends in the middle of something."},
		"truncated.gpkg":     {text: "SQLite format 3\x00" + strings.Repeat("\x00", 84), says: "The database file is broken, or it is not an SQLite database."},
		"entity.gml":         {text: gmlOf(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`, utm32, "&e;"), says: "The file has a document type (DOCTYPE). For security we do not read such files."},
		"laughs.gml":         {text: gmlOf(`<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`, utm32, "&b;"), says: "The file has a document type (DOCTYPE). For security we do not read such files."},
		"undeclared.gml":     {text: gmlOf("", utm32, "&e;"), says: "The file uses an entity that is not part of XML. For security we do not read such files."},
		"elsewhere.gml":      {text: gmlOf("", utm32, `<gml:MultiSurface gml:id="g" SRS><gml:surfaceMember xlink:href="http://example.com/x.gml#a"/></gml:MultiSurface>`), says: "The geometry lies in another file, http://example.com/x.gml#a. It must be part of the file."},
		"deep.json":          {text: geoJSON(`{"type":"Feature","properties":{},"geometry":` + strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 10_000) + strings.Repeat("]}", 10_000) + "}"), says: "The content is nested too deeply."},
		"deep.gml":           {text: gmlOf("", utm32, strings.Repeat("<a:y>", 10_000)+strings.Repeat("</a:y>", 10_000)), says: "The content is nested too deeply."},
		"nan.json":           {text: pointJSON(`[NaN,60]`), says: "stands where it should not."},
		"infinite.json":      {text: pointJSON(`[1e999,60]`), says: "is not a number that we can use."},
		"nan.gml":            {text: gmlOf("", utm32, `<gml:Point gml:id="g" SRS><gml:pos>NaN INF</gml:pos></gml:Point>`), says: "is not a number that we can use."},
		"nan.sos":            {text: sosiOf(zone32, ".PUNKT 1:\n..NØ\nNaN 0\n"), says: "is not a number that we can use."},
		"gigabyte.json":      {text: `{"type":"FeatureCollection","features":[`, grows: true, says: "The feature is larger than 64 MB."},
		"gigabyte.gml":       {text: `<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2">`, grows: true, says: "The file is not valid XML here."},
		"gigabyte.sos":       {text: ".HODE\n..TRANSPAR\n...KOORDSYS 22\n...ENHET 1\n.KURVE 1:\n..NØ\n", grows: true, says: "The line is longer than 1 MB."},
		"gigabyte.gpkg":      {text: "SQLite format 3\x00", grows: true, says: "The database file is broken, or it is not an SQLite database."},
		"nothing.json":       {text: "PK\x03\x04", says: "We do not recognise the file format."},
	}
}

// words speak English.
func words(t *testing.T) *i18n.Localizer {
	t.Helper()
	b := i18n.New()
	for name, files := range map[string]fs.FS{Name: Messages(), "geo_file": exchange.Messages()} {
		if err := b.Load(name, files); err != nil {
			t.Fatal(err)
		}
	}
	return b.For(i18n.EN)
}

// tryFile brings in a file as the command line does, and tells all that was said.
func (w *world) tryFile(path string, words *i18n.Localizer) (said []string, taken bool) {
	w.t.Helper()
	r, err := formats.Open(w.t.Context(), path, w.t.TempDir(), exchange.Options{})
	if err == nil {
		var result Result
		result, err = w.Import(w.Ctx, Import{Layers: into("things"), Source: FromFile(r, nil)})
		for i := range result.Report.Problems {
			key, args := result.Report.Problems[i].Message()
			said = append(said, words.T(key, args...))
		}
		_ = r.Close()
	}
	if e := errs.Of(err); e != nil {
		said = append(said, words.T(e.Key, e.Args...))
	} else if err != nil {
		w.t.Errorf("%s: an error without words: %v", filepath.Base(path), err)
	}
	return said, err == nil
}

// TestImport_refusesBadFilesInWords brings each bad file into a municipality that has a
// layer already: it is told why, the layer is as it was, and the memory that it takes
// has nothing to do with its size.
func TestImport_refusesBadFilesInWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("municipality"), Source: of(Feature{ID: "9903", Geometry: plot(-100_000, -60_000, 200_000)})})
		w.bring(Import{Layers: into("things"), Source: of(place("a", ground(1, 1)))})
		before := w.everything("things")
		folder, english := t.TempDir(), words(t)
		for name, file := range badFiles() {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if file.grows {
				if err := os.Truncate(path, 1<<30); err != nil { // a hole: it takes no room on the disk
					t.Fatal(err)
				}
			}
			said, taken := w.tryFile(path, english)
			if taken || !slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, file.says) }) {
				t.Errorf("%s: taken %v, said %q, want %q", name, taken, said, file.says)
			}
			if slices.ContainsFunc(said, func(text string) bool {
				return strings.Contains(text, "<no value>") || strings.HasPrefix(text, "geo_file.") || strings.HasPrefix(text, "layers.")
			}) {
				t.Errorf("%s: words that are no words: %q", name, said)
			}
			if diff := cmp.Diff(before, w.everything("things")); diff != "" {
				t.Errorf("%s left %s", name, diff)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestRead_ofAGigabyteTakesLittleMemory reads one feature of a gigabyte, in the formats
// that are text: it is refused, and little of it was ever held. It is alone while it
// runs, since it counts the memory of the whole process.
func TestRead_ofAGigabyteTakesLittleMemory(t *testing.T) {
	for name, file := range map[string]struct{ head, again string }{
		"large.json": {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[10,60]`, ",[10.123456,60.123456]"},
		"large.gml":  {`<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2"><gml:featureMember><x><gml:LineString srsName="EPSG:25832"><gml:posList>1 1`, " 500000.25 6600000.25"},
		"large.sos":  {".HODE\n..TRANSPAR\n...KOORDSYS 22\n...ORIGO-NØ 0 0\n...ENHET 0.01\n.KURVE 1:\n..NØ\n", "660000025 50000025\n"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(file.head+strings.Repeat(file.again, 96<<20/len(file.again))), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 1<<30); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		said := ""
		r, err := formats.Open(t.Context(), path, t.TempDir(), exchange.Options{})
		if err == nil {
			_, err = r.Next()
			_ = r.Close()
		}
		if e := errs.Of(err); e != nil {
			said = words(t).T(e.Key, e.Args...)
		}
		if !strings.Contains(said, "larger than 64 MB") && !strings.Contains(said, "more than 2000000 points") && !strings.Contains(said, "line is longer") {
			t.Errorf("%s: %q %v", name, said, err)
		}
		runtime.ReadMemStats(&now)
		if grown := int64(now.Sys) - int64(before.Sys); grown > 600<<20 {
			t.Errorf("%s took %s", name, fmt.Sprint(grown>>20, " MB"))
		} else {
			t.Logf("%s: %q, %d MB", name, said, grown>>20)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
