package ogc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// Far from the middle of its zone the grid is turned by some degrees against north:
// there a box in degrees is no box in metres, and what lies in the corners between the
// two must not come along.
func TestBox_isExactInEverySystem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const x, y, n = 300_000.0, 6_600_000.0, 30
		var points []layers.Feature
		for i := range n * n {
			at := orb.Point{x + float64(i%n)*97, y + float64(i/n)*103}
			points = append(points, layers.Feature{ID: fmt.Sprintf("%04d", i), Geometry: at, Properties: map[string]any{"n": int64(i)}})
		}
		w.bring(layers.Layer{Name: "points", Public: true, Geometry: "point"}, points...)
		utm, r := byCode(t, crs.UTM32), rand.New(rand.NewPCG(3, 4))
		for _, system := range []crs.System{crs.CRS84(), byCode(t, crs.ETRS89), byCode(t, crs.UTM33), byCode(t, crs.WebMercator), utm} {
			to := crs.Between(utm, system)
			for range 12 {
				a := to(orb.Point{x + r.Float64()*n*97, y + r.Float64()*n*103})
				b := to(orb.Point{x + r.Float64()*n*97, y + r.Float64()*n*103})
				box := orb.MultiPoint{a, b}.Bound()
				var want []string
				for _, f := range points {
					if p, _ := f.Geometry.(orb.Point); box.Contains(to(p)) {
						want = append(want, f.ID)
					}
				}
				first, second := system.Own(box.Min)
				third, fourth := system.Own(box.Max)
				text := fmt.Sprintf("%.12f,%.12f,%.12f,%.12f", first, second, third, fourth)
				l := w.list("/geo/collections/points/items?limit=1000&bbox=" + text + "&bbox-crs=" + url.QueryEscape(system.URI()))
				got := l.ids()
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" || *l.NumberMatched != len(want) {
					t.Errorf("%s in %s: %s", text, system, diff)
				}
			}
		}
	})
}

func TestImage_followsTheCurves(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	to := crs.Between(crs.CRS84(), utm)
	b := orb.Bound{Min: orb.Point{5, 58}, Max: orb.Point{5.2, 58.1}}
	ring := image(b, utm, to)[0]
	if len(ring) != 4*sideSteps+1 || ring[0] != ring[len(ring)-1] || ring[sideSteps] != to(orb.Point{5.2, 58}) {
		t.Fatalf("%d points", len(ring))
	}
	// Half way between two points of the ring, the side is as near as is promised.
	for _, i := range []int{0, sideSteps / 2, sideSteps - 1} {
		straight := orb.Point{(ring[i][0] + ring[i+1][0]) / 2, (ring[i][1] + ring[i+1][1]) / 2}
		curve := to(orb.Point{5 + 0.2*(float64(i)+0.5)/sideSteps, 58})
		if d := abs(straight[0]-curve[0]) + abs(straight[1]-curve[1]); d > 0.002 {
			t.Errorf("piece %d is off by %.4f m", i, d)
		}
	}
}

// A small box has few pieces, each true to a tenth of a millimetre.
func TestImage_ofASmallBox(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM33)
	to := crs.Between(crs.CRS84(), utm)
	for _, b := range []orb.Bound{
		{Min: orb.Point{25, 71}, Max: orb.Point{25.002, 71.001}}, {Min: orb.Point{8, 58}, Max: orb.Point{8.0001, 58.01}},
	} {
		ring := image(b, utm, to)[0]
		if len(ring) >= 4*sideSteps || len(ring) < 5 || ring[0] != ring[len(ring)-1] {
			t.Fatalf("%d points", len(ring))
		}
		south := piecesOf(to(b.Min), to(orb.Point{b.Max[0], b.Min[1]}), utm)
		for i := range south {
			straight := orb.Point{(ring[i][0] + ring[i+1][0]) / 2, (ring[i][1] + ring[i+1][1]) / 2}
			curve := to(orb.Point{b.Min[0] + (b.Max[0]-b.Min[0])*(float64(i)+0.5)/float64(south), b.Min[1]})
			if d := math.Hypot(straight[0]-curve[0], straight[1]-curve[1]); d > 0.00015 {
				t.Errorf("piece %d of %d is off by %.5f m", i, south, d)
			}
		}
	}
	if wgs := crs.CRS84(); piecesOf(orb.Point{}, orb.Point{1e-9, 0}, wgs) != sideSteps {
		t.Error("degrees are taken for metres")
	}
}
