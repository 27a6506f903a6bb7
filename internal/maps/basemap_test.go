package maps

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	tilepack "github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// land is a municipality with land, properties and roads, in zone 33.
type land struct {
	storetest.Env
	*Service

	t   *testing.T
	box orb.Bound // what is looked at
}

func eachLand(t *testing.T, test func(t *testing.T, w *land)) {
	t.Helper()
	storetest.Each(t, []fs.FS{layers.Migrations(), audit.Migrations(), jobs.Migrations()}, func(t *testing.T, env storetest.Env) {
		rules, err := access.New(slog.New(slog.DiscardHandler), layers.Rules())
		if err != nil {
			t.Fatal(err)
		}
		env.Ctx = identity.With(i18n.With(env.Ctx, words(t, i18n.NB)), identity.Actor{Kind: identity.System, SystemName: "test"})
		w := &land{Env: env, Service: New(Deps{DB: env.DB, Layers: layers.NewService(env.DB, rules, layers.Options{})}), t: t}
		w.box = orb.Bound{Min: orb.Point{homeEast, homeNorth}, Max: orb.Point{homeEast + 300, homeNorth + 200}}
		w.bring("land", "polygon", square(homeEast-500, homeNorth-500, 2000))
		w.bring("properties", "polygon", square(homeEast+50, homeNorth+50, 60))
		w.bring("roads", "line", orb.LineString{{homeEast, homeNorth + 20}, {homeEast + 300, homeNorth + 30}})
		test(t, w)
	})
}

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

// single is a source of one feature.
type single struct{ list []layers.Feature }

// Next implements layers.Source.
func (s *single) Next() (layers.Incoming, error) {
	if len(s.list) == 0 {
		return layers.Incoming{}, io.EOF
	}
	f := s.list[0]
	s.list = s.list[1:]
	return layers.Incoming{EPSG: crs.UTM33, Feature: f}, nil
}

func (w *land) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *land) bring(name, geometry string, g orb.Geometry) {
	w.t.Helper()
	l := layers.Layer{Name: name, Public: true, Geometry: geometry, Kind: layers.Features, MaxZoom: 20, EPSG: crs.UTM33, Title: i18n.Same(name), Attribution: "Kommunen"}
	f := layers.Feature{ID: "1", Geometry: g, Properties: map[string]any{"name": name, "use": "home"}}
	_, err := w.Layers.Import(w.Ctx, layers.Import{Layers: []layers.Target{{Layer: l, Change: true}}, Source: &single{[]layers.Feature{f}}, Anywhere: true, File: "test", Digest: "00"})
	w.ok(err)
	w.Layers.Moved(store.TenantOf(w.Ctx))
}

// painted is a file of tiles over the box, of one colour each; those that leave says are
// left out.
type painted struct {
	tilepack.Pack

	level uint8
	box   orb.Bound
	color color.Color
	leave func(tile.ID) bool
	body  []byte // of all tiles, instead of the colour
}

// Metadata implements tilepack.Pack.
func (p painted) Metadata() tilepack.Metadata {
	return tilepack.Metadata{Format: "png", MinZoom: int(p.level), MaxZoom: int(p.level), Attribution: "© Flybilder AS", Bounds: p.box}
}

// Each implements tilepack.Pack.
func (p painted) Each(_ context.Context, visit func(z, x, y int, tile []byte) error) error {
	ids, _ := tile.Cover(p.box, p.level, 1000)
	for _, id := range ids {
		if p.leave != nil && p.leave(id) {
			continue
		}
		body := p.body
		if body == nil {
			dots := image.NewRGBA(image.Rect(0, 0, 64, 64))
			draw.Draw(dots, dots.Rect, image.NewUniform(p.color), image.Point{}, draw.Src)
			var b bytes.Buffer
			if err := png.Encode(&b, dots); err != nil {
				return err
			}
			body = b.Bytes()
		}
		if err := visit(int(id.Z), int(id.X), int(id.Y), body); err != nil {
			return err
		}
	}
	return nil
}

// fly brings in photos from the air.
func (w *land) fly(name string, public bool, change func(*painted)) {
	w.t.Helper()
	home, _ := crs.ByCode(crs.UTM33)
	into := crs.Between(home, crs.CRS84())
	b := w.box.Pad(200)
	p := painted{level: 17, box: orb.MultiPoint{into(b.Min), into(b.Max), into(orb.Point{b.Min[0], b.Max[1]}), into(orb.Point{b.Max[0], b.Min[1]})}.Bound(), color: color.RGBA{200, 30, 40, 255}}
	if change != nil {
		change(&p)
	}
	_, err := w.Layers.ImportTiles(w.Ctx, layers.TilesImport{Target: layers.Target{Layer: layers.Layer{Name: name, Public: public, Title: i18n.Same("Flybilder"), Licence: "CC BY 4.0"}}, Pack: p, File: "x", Digest: name})
	w.ok(err)
	w.Layers.Moved(store.TenantOf(w.Ctx))
}

// look draws the view, for a screen or for paper.
func (w *land) look(v View, paper bool) sheet.Map {
	w.t.Helper()
	d := w.drawing(w.Ctx, v)
	d.zoom, d.perMetre, d.paper = 16, 2, paper
	m, err := d.sheet(w.Ctx, w.box)
	w.ok(err)
	return m
}

func onSheet(m sheet.Map) (list []string) {
	for _, l := range m.Layers {
		name := l.Name
		if l.Photo != nil {
			name += " photo"
		}
		list = append(list, name)
	}
	return list
}

func layerOf(t *testing.T, m sheet.Map, name string) sheet.Layer {
	t.Helper()
	i := slices.IndexFunc(m.Layers, func(l sheet.Layer) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("no %s among %q", name, onSheet(m))
	}
	return m.Layers[i]
}

// A base map of pictures lies over what covers the ground and under what stands on it,
// where the living map has it.
func TestSheet_drawsABaseMapUnderTheLines(t *testing.T) {
	t.Parallel()
	eachLand(t, func(t *testing.T, w *land) {
		if got := strings.Join(onSheet(w.look(View{}, false)), ", "); got != "ground, land, properties, roads" {
			t.Fatalf("without one: %s", got)
		}
		w.fly("photo", true, nil)
		for _, paper := range []bool{false, true} {
			m := w.look(View{}, paper)
			if got := strings.Join(onSheet(m), ", "); got != "ground, land, properties, photo photo, properties, roads" {
				t.Fatalf("paper %v: %s", paper, got)
			}
			photo := layerOf(t, m, "photo")
			if photo.Attribution != "© Flybilder AS" || photo.Licence != "CC BY 4.0" || photo.Title != "Flybilder" || photo.Photo.Box != w.box {
				t.Errorf("%+v", photo)
			}
			got, _, err := image.Decode(bytes.NewReader(photo.Photo.Data))
			if err != nil || got.Bounds() != image.Rect(0, 0, 600, 400) {
				t.Fatalf("%v %v", err, got)
			}
			if r, g, b, _ := got.At(300, 200).RGBA(); r>>8 < 195 || g>>8 > 40 || b>>8 > 50 {
				t.Errorf("it shows %d %d %d", r>>8, g>>8, b>>8)
			}
			for _, f := range append(layerOf(t, m, "land").Features, m.Layers[4].Features...) {
				if f.Style.Fill != "" || f.Style.Hatch.Color != "" {
					t.Errorf("an area hides the photo, or lies unseen under it: %+v", f.Style)
				}
			}
			if edges := m.Layers[4]; edges.Features[0].Style.Stroke == "" || edges.Features[0].Label != "" || len(edges.Legend) == 0 {
				t.Errorf("the boundaries are not seen on it, or written twice: %+v", edges)
			}
			w.drawn(m)
		}
		if got := strings.Join(onSheet(w.look(View{Off: []string{"photo"}}, true)), ", "); strings.Contains(got, "photo") {
			t.Errorf("turned off: %s", got)
		}
	})
}

// drawn makes sure that the sheet can be drawn.
func (w *land) drawn(m sheet.Map) string {
	w.t.Helper()
	svg, err := m.SVG(sheet.Picture{Width: 300, Height: 200, Title: "a", About: "b"})
	w.ok(err)
	return string(svg)
}

// What the photos do not cover is drawn as without them, and on paper their holes show
// the ground, which lets nothing through.
func TestSheet_aBaseMapWithHoles(t *testing.T) {
	t.Parallel()
	eachLand(t, func(t *testing.T, w *land) {
		w.fly("photo", true, func(p *painted) { p.leave = func(id tile.ID) bool { return id.X%2 == 0 } })
		m := w.look(View{}, false)
		if fill := layerOf(t, m, "land").Features[0].Style.Fill; fill == "" {
			t.Error("what lies under the holes is not drawn")
		}
		if photo := layerOf(t, m, "photo"); !bytes.HasPrefix(photo.Photo.Data, []byte("\x89PNG")) {
			t.Error("the holes let nothing through")
		}
		if photo := layerOf(t, w.look(View{}, true), "photo"); !bytes.HasPrefix(photo.Photo.Data, []byte("\xff\xd8")) {
			t.Error("paper lets something through")
		}
		if svg := w.drawn(m); strings.Count(svg, "<image ") != 1 || !strings.Contains(svg, "data:image/png;base64,") {
			t.Errorf("%.500s", svg)
		}
	})
}

// What cannot be shown is left out, and the map is drawn all the same.
func TestSheet_leavesOutWhatIsNone(t *testing.T) {
	t.Parallel()
	eachLand(t, func(t *testing.T, w *land) {
		whole := pngOf(t, 64)
		w.fly("damaged", true, func(p *painted) { p.body = append(bytes.Clone(whole[:len(whole)-20]), make([]byte, 20)...) })
		w.fly("elsewhere", true, func(p *painted) { p.box = orb.Bound{Min: orb.Point{25, 69}, Max: orb.Point{25.01, 69.01}} })
		w.fly("fine", true, func(p *painted) {
			p.level = 22
			p.box = orb.Bound{Min: p.box.Min, Max: orb.Point{p.box.Min[0] + 1e-4, p.box.Min[1] + 1e-4}}
		})
		m := w.look(View{}, true)
		if got := strings.Join(onSheet(m), ", "); got != "ground, land, properties, roads" {
			t.Errorf("%s", got)
		}
		if layerOf(t, m, "land").Features[0].Style.Fill == "" {
			t.Error("the land is hidden by nothing")
		}
		w.drawn(m)
	})
}

func pngOf(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A base map that is not for everybody is for nobody else's print.
func TestSheet_aBaseMapForThoseWhoMay(t *testing.T) {
	t.Parallel()
	eachLand(t, func(t *testing.T, w *land) {
		w.fly("secret", false, nil)
		if got := strings.Join(onSheet(w.look(View{}, true)), ", "); !strings.Contains(got, "secret photo") {
			t.Fatalf("who may: %s", got)
		}
		w.Ctx = identity.With(w.Ctx, identity.Actor{Kind: identity.Anonymous})
		if got := strings.Join(onSheet(w.look(View{}, true)), ", "); strings.Contains(got, "secret") {
			t.Errorf("everybody: %s", got)
		}
	})
}

// Whoever goes away while others' pictures are made does not wait for them.
func TestSheet_waitsForItsTurn(t *testing.T) {
	t.Parallel()
	eachLand(t, func(t *testing.T, w *land) {
		w.fly("photo", true, nil)
		for range mostAtOnce {
			w.photos <- struct{}{}
		}
		ctx, cancel := context.WithCancel(w.Ctx)
		d := w.drawing(ctx, View{})
		d.zoom, d.perMetre = 16, 2
		cancel()
		if _, err := d.sheet(ctx, w.box); err == nil {
			t.Error("more pictures are made at the same time than may be")
		}
		<-w.photos
		if got := onSheet(w.look(View{}, false)); !slices.Contains(got, "photo photo") || len(w.photos) != mostAtOnce-1 {
			t.Errorf("%q, %d are being made", got, len(w.photos))
		}
	})
}
